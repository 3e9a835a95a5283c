"""The items of one skill calibrated on a wave: functioning by language, drift, link, fit, effect of odd sheets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skills_models.measurement.bank import ALL_LANGUAGES, THRESHOLDS, item_parameters, level_scales
from skills_models.measurement.graded_response import GradedResponseModel, Items, eap_scores
from skills_models.measurement.item_fit import item_fit
from skills_models.measurement.item_functioning import MIN_ANSWERS, LanguageFunctioning, language_functioning
from skills_models.measurement.linking import CalibratedScale, link, screen_drift, start_scale
from skills_models.measurement.reliability import marginal_reliability
from skills_models.measurement.scoring import decode_patterns

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
_UNKNOWN = np.full((1, len(THRESHOLDS)), np.nan)


class ConstantItem(ValueError):
    """Nobody can be told from anybody by an item: the message names it."""


@dataclass(frozen=True)
class SkillCalibration:
    """What a wave says of one skill.

    Parameters
    ----------
    items : rows of core_ref__fit_bank_item without a version
    scale : row of core_ref__fit_bank_scale without version, day and status
    odd_sheets : what the flagged sheets would change, as in ``Calibration.odd_sheets``
    remarks : what is to be said of it in words
    """

    skill_code: str
    items: pl.DataFrame
    scale: dict[str, object]
    odd_sheets: dict[str, object]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class _Scale:
    """Answers to one skill: a column per item, or per item and language where parameters differ."""

    skill_code: str
    answers: Codes
    weight: Floats
    language: NDArray
    columns: list[tuple[str, str]]  # item_code, language_code
    functioning: LanguageFunctioning
    languages: list[str]  # with answers enough to be compared, the most usual one first
    split: list[str]  # items with parameters per language

    @property
    def group(self) -> Codes:
        """Population of each row: its language; the few of other or unknown language stand with the most usual one."""
        code = {language: position for position, language in enumerate(self.languages)}
        return np.array([code.get(str(language), 0) for language in self.language], np.int64)

    def column_of(self, item: str, language: str) -> int:
        """Column of an item for a language; where it has none of its own, the one for all, else any."""
        wanted = ((item, language), (item, ALL_LANGUAGES))
        places = [place for place, (code, _) in enumerate(self.columns) if code == item]
        return next((place for place in places if self.columns[place] in wanted), places[0])

    def known(self, bank: pl.DataFrame) -> Items:
        """Parameters the bank in force has for the columns; NaN for those it has not."""
        own = bank.select("item_code", "language_code").rows()
        found = [
            item_parameters(bank, [item], language) if (item, language) in own else (np.full(1, np.nan), _UNKNOWN)
            for item, language in self.columns
        ]
        return Items(np.concatenate([slope for slope, _ in found]), np.concatenate([row for _, row in found]))


def calibrate_skill(
    skill: str, item_codes: list[str], patterns: pl.DataFrame, bank: pl.DataFrame, n_levels: int
) -> SkillCalibration:
    """Screen, link, fit and judge the items of one skill.

    Parameters
    ----------
    skill, item_codes : the skill and its items, in the order of their digits in a pattern
    patterns : language_code, pattern_id, n_people, n_flagged, n_clean, of this skill
    bank : rows of the version in force
    n_levels : answers an item allows

    Raises
    ------
    ConstantItem
        If everybody gives the same answer to an item, or nobody answers it.
    AnswersError, NotSettled, CutOutsideScale
        If the answers define no scale.
    """
    clean = patterns.filter(pl.col("n_clean") > 0)
    n_sheets = int(clean["n_clean"].sum())
    own_bank = bank.filter(pl.col("item_code").is_in(item_codes))
    _refuse_constant(item_codes, clean, n_levels)
    scale = _scale(skill, item_codes, clean, own_bank, n_levels)
    fresh = start_scale(scale.answers, scale.weight, scale.group)
    known, remarks = scale.known(own_bank), list[str]()
    link_code, found = "first", fresh
    if np.isfinite(known.slopes).any():
        screen = screen_drift(known, Items(fresh.slopes, fresh.thresholds))
        link_code = "linked" if screen.is_linkable else "not_linkable"
        if screen.is_linkable:
            found = link(scale.answers, scale.weight, screen.anchors(known), scale.group)
            freed = [scale.columns[column] for column in np.flatnonzero(screen.is_freed)]
            remarks += [f"{item} ({language}) drifted and was estimated anew" for item, language in freed]
        else:
            remarks.append(f"not linkable, a new scale without a trend: {screen.reason}")
    if scale.functioning.state == "not_comparable":
        remarks.append("too many items function differently by language: languages must not be compared")
    scores = eap_scores(scale.answers, found.slopes, found.thresholds, found.mean, found.sd)
    row = {
        "skill_code": skill,
        "n_calibration": n_sheets,
        "n_items": len(item_codes),
        "reliability": max(marginal_reliability(scores[:, 1], scale.weight, found.sd), 0.0),
        "population_mean": found.mean,
        "population_sd": found.sd,
        "link_code": link_code,
        "functioning_code": scale.functioning.state,
        "quadrature_change": found.quadrature_change,
    }
    rows = _item_rows(scale, found, own_bank)
    if link_code == "linked":
        rows = pl.concat([rows, _unheard(scale, own_bank).select(rows.columns)])
    level_scales(rows.with_columns(n_calibration=pl.col("n_calibration").clip(lower_bound=1)))  # levels must exist
    odd = _odd_sheets(skill, item_codes, patterns, clean, n_levels)
    return SkillCalibration(skill, rows, row, odd, tuple(remarks))


def _refuse_constant(item_codes: list[str], patterns: pl.DataFrame, n_levels: int) -> None:
    answers = decode_patterns(patterns["pattern_id"].to_numpy(), len(item_codes), n_levels)
    constant = [item for item, own in zip(item_codes, answers.T, strict=True) if len(set(own[own >= 0].tolist())) < 2]
    if constant:
        raise ConstantItem(f"all answers to {', '.join(constant)} are the same or missing: look at the question")


def _unheard(scale: _Scale, bank: pl.DataFrame) -> pl.DataFrame:
    """Rows of the bank for languages in which hardly anybody answers now; they stay as they are."""
    fitted = pl.DataFrame(scale.columns, schema=["item_code", "language_code"], orient="row")
    return bank.join(fitted, on=["item_code", "language_code"], how="anti").filter(
        (pl.col("language_code") != ALL_LANGUAGES) & pl.col("item_code").is_in(scale.split)
    )


def _scale(skill: str, item_codes: list[str], patterns: pl.DataFrame, bank: pl.DataFrame, n_levels: int) -> _Scale:
    """Columns of a skill: an item is split where the bank has it so, or where it functions by language."""
    answers = decode_patterns(patterns["pattern_id"].to_numpy(), len(item_codes), n_levels)
    weight = patterns["n_clean"].to_numpy().astype(np.float64)
    languages = sorted(patterns["language_code"].unique())
    language = patterns["language_code"].to_numpy()
    code = np.searchsorted(languages, language).astype(np.int64)
    told = language != ALL_LANGUAGES  # unknown is no language
    functioning = language_functioning(answers[told], weight[told], code[told])
    compared = [languages[i] for i in functioning.languages]
    columns: list[tuple[str, str]] = []
    given, split = [], []
    for position, item in enumerate(item_codes):
        of_bank = bank.filter((pl.col("item_code") == item) & (pl.col("language_code") != ALL_LANGUAGES))
        names = of_bank["language_code"].sort().to_list()
        if not names and functioning.state == "partly" and functioning.is_flagged[position]:
            names = compared
        split += [item] if names else []
        own = {
            name: np.where((language == name) | (name == ALL_LANGUAGES), answers[:, position], -1)
            for name in names or [ALL_LANGUAGES]
        }
        n_answers = {name: weight[column >= 0].sum() for name, column in own.items()}
        most = max(n_answers, key=lambda name: (n_answers[name], name))
        for name in (name for name in own if name == most or n_answers[name] >= MIN_ANSWERS):
            columns.append((item, name))
            given.append(own[name])
    return _Scale(skill, np.stack(given, axis=1), weight, language, columns, functioning, compared, split)


def _item_rows(scale: _Scale, found: CalibratedScale, bank: pl.DataFrame) -> pl.DataFrame:
    """Rows of the bank for one skill; of items held fixed, errors and answers are those of the version before."""
    items = [item for item, _ in scale.columns]
    order = sorted(set(items))
    shift = dict(zip(order, scale.functioning.shift, strict=True))
    reference = scale.languages[0] if scale.languages else None
    misfit = _misfit(scale, found)
    counted = (scale.weight[:, None] * (scale.answers >= 0)).sum(axis=0)
    rows = []
    for column, (item, language) in enumerate(scale.columns):
        moved = float(shift[item])
        rows.append(
            {
                "item_code": item,
                "language_code": language,
                "skill_code": scale.skill_code,
                "slope": found.slopes[column],
                "slope_error": found.slope_errors[column],
                **dict(zip(THRESHOLDS, found.thresholds[column], strict=True)),
                "threshold_error": np.max(found.threshold_errors[column]),
                "n_calibration": int(counted[column]),
                "misfit_rmsea": misfit[column],
                "language_shift": 0.0 if language == reference else moved,
            }
        )
    frame = pl.DataFrame(rows).with_columns(pl.col(pl.Float64).fill_nan(None))
    key, origin = ["item_code", "language_code"], ["slope_error", "threshold_error", "n_calibration"]
    former = bank.select(*key, pl.col(origin).name.prefix("former_"), former_slope="slope")
    kept = pl.col("slope") == pl.col("former_slope")  # cuts must not move with the languages of a later wave
    joined = frame.join(former, on=key, how="left").with_columns(
        pl.when(kept).then(pl.col(f"former_{name}")).otherwise(pl.col(name)).alias(name) for name in origin
    )
    return joined.select(frame.columns)


def _misfit(scale: _Scale, calibrated: CalibratedScale) -> Floats:
    """RMSEA of each column: of an item for all among those of the most usual language, else of its own language."""
    items = sorted({item for item, _ in scale.columns})
    found = np.full(len(scale.columns), np.nan)
    for group, language in enumerate(scale.languages or [ALL_LANGUAGES]):
        chosen = [scale.column_of(item, language) for item in items]
        rows = (scale.language == language) | (language == ALL_LANGUAGES)
        population = (float(calibrated.group_means[group]), float(calibrated.group_sds[group]))
        parameters = (calibrated.slopes[chosen], calibrated.thresholds[chosen], *population)
        fit = item_fit(scale.answers[np.ix_(rows, chosen)], scale.weight[rows], *parameters)
        open_columns = [(place, column) for place, column in enumerate(chosen) if np.isnan(found[column])]
        for place, column in open_columns:
            found[column] = fit.rmsea[place]
    return found


def _odd_sheets(
    skill: str, item_codes: list[str], patterns: pl.DataFrame, clean: pl.DataFrame, n_levels: int
) -> dict[str, object]:
    """What the flagged sheets would change, each calibration on its own N(0, 1) and without splits."""

    def fitted(rows: pl.DataFrame, count: str) -> GradedResponseModel:
        answers = decode_patterns(rows["pattern_id"].to_numpy(), len(item_codes), n_levels)
        return GradedResponseModel().fit(answers, rows[count].to_numpy().astype(np.float64))

    without, with_them = fitted(clean, "n_clean"), fitted(patterns, "n_people")
    moved = np.nanmean(with_them.thresholds_, axis=1) - np.nanmean(without.thresholds_, axis=1)
    return {
        "skill_code": skill,
        "n_flagged": int(patterns["n_flagged"].sum()),
        "slope_ratio": float(np.exp(np.mean(np.log(with_them.slopes_ / without.slopes_)))),
        "threshold_shift": float(moved[np.argmax(np.abs(moved))]),
    }
