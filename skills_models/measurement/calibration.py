"""A new version of the item bank from the answers of a wave: every skill screened, linked, fitted and judged.

Belongs here: the order of the steps. Each step stands in a module of its own; the words of the report in
``calibration_report``. Nothing is written: a person reads the report and accepts the version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skills_models.contracts import TABLES
from skills_models.measurement.bank import ALL_LANGUAGES, THRESHOLDS, in_force, item_parameters, skill_items
from skills_models.measurement.graded_response import GradedResponseModel, Items, eap_scores
from skills_models.measurement.item_fit import item_fit
from skills_models.measurement.item_functioning import LanguageFunctioning, language_functioning
from skills_models.measurement.linking import CalibratedScale, link, screen_drift, start_scale
from skills_models.measurement.reliability import marginal_reliability
from skills_models.measurement.scoring import decode_patterns

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
SOURCE = "calibrated on delivered answers"


class TooFewAnswers(ValueError):
    """Too few answer sheets to calibrate a skill; the message says which and how many are needed."""


@dataclass(frozen=True)
class Calibration:
    """A proposed version of the item bank and what is to be known before it is accepted.

    Parameters
    ----------
    items, scales : rows of core_ref__fit_bank_item and core_ref__fit_bank_scale, of the new version alone
    changes : item_code, language_code, ``origin_code`` (kept, freed, new), slope and mean threshold before and now
    odd_sheets : skill_code, n_flagged, ``slope_ratio``, ``threshold_shift``: what the flagged sheets, left out of the
        calibration, would have changed (mean slope with them over without; largest shift of a mean threshold)
    remarks : skill and what is to be said of it in words
    """

    items: pl.DataFrame
    scales: pl.DataFrame
    changes: pl.DataFrame
    odd_sheets: pl.DataFrame
    remarks: tuple[tuple[str, str], ...]


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

    @property
    def group(self) -> Codes:
        """Population of each row: its language; the few of other or unknown language stand with the most usual one."""
        code = {language: position for position, language in enumerate(self.languages)}
        return np.array([code.get(str(language), 0) for language in self.language], np.int64)

    def known(self, bank: pl.DataFrame) -> Items:
        """Parameters the bank in force has for the columns; NaN for those it has not."""
        own = bank.select("item_code", "language_code").rows()
        found = [
            item_parameters(bank, [item], language) if (item, language) in own else (np.full(1, np.nan), _UNKNOWN)
            for item, language in self.columns
        ]
        return Items(np.concatenate([slope for slope, _ in found]), np.concatenate([row for _, row in found]))


_UNKNOWN = np.full((1, len(THRESHOLDS)), np.nan)
MIN_SHEETS = 300  # fewer leave standard errors of thresholds near a third of a level


def calibrate(
    patterns: pl.DataFrame,
    bank_items: pl.DataFrame,
    bank_scales: pl.DataFrame,
    items: pl.DataFrame,
    n_levels: int,
    calibrated_on: date,
) -> Calibration:
    """Propose the next version of the item bank.

    Sheets that carry a quality flag are left out, and what they would have changed is reported. Items that people of
    equal skill answer differently by language get parameters of their own, as far as three common ones remain. A
    skill the bank knows is linked to it by its items that kept their meaning; one it does not know starts a scale.

    Parameters
    ----------
    patterns : skill_code, language_code, pattern_id, n_people, n_flagged: how often each pattern of answers occurs
    bank_items, bank_scales : core_ref__fit_bank_item, core_ref__fit_bank_scale
    items : core_ref__entity_item
    n_levels : answers an item allows

    Raises
    ------
    TooFewAnswers
        If no skill has 300 unflagged sheets. One with fewer keeps the version before, if there is one, and a remark.
    """
    version = int(bank_scales["bank_version"].max() or 0) + 1  # type: ignore[arg-type]
    bank = in_force(bank_items)
    asked = skill_items(items)
    sheets = {skill: _sheets(patterns.filter(pl.col("skill_code") == skill)) for skill in asked}
    thin = [skill for skill, rows in sheets.items() if rows["n_clean"].sum() < MIN_SHEETS]
    if len(thin) == len(asked):
        most = max(int(rows["n_clean"].sum()) for rows in sheets.values())
        raise TooFewAnswers(
            f"{most} answer sheets without a flag on any skill; {MIN_SHEETS} are needed to calibrate one"
        )
    parts = [
        _calibrate_skill(skill, codes, sheets[skill], bank, n_levels)
        for skill, codes in asked.items()
        if skill not in thin
    ]
    stamp = pl.lit(version, pl.Int64).alias("bank_version")
    item_rows = pl.concat([part[0] for part in parts]).with_columns(stamp)
    scale_rows = pl.DataFrame([part[1] for part in parts]).with_columns(
        stamp,
        calibrated_on=pl.lit(calibrated_on),
        status_code=pl.lit("project_draft"),
        source_name=pl.lit(SOURCE),
    )
    changes = _changes(item_rows, bank)
    kept_items, kept_scales = (
        in_force(rows).filter(pl.col("skill_code").is_in(thin)).with_columns(stamp)
        for rows in (bank_items, bank_scales)
    )
    remarks = [remark for part in parts for remark in part[3]]
    remarks += [
        (skill, "too few answer sheets to calibrate: " + _what_stays(skill, kept_scales["skill_code"].to_list()))
        for skill in thin
    ]
    return Calibration(
        TABLES["core_ref__fit_bank_item"].enforce(_below(item_rows, kept_items)),
        TABLES["core_ref__fit_bank_scale"].enforce(_below(scale_rows, kept_scales)),
        changes,
        pl.DataFrame([part[2] for part in parts]),
        tuple(remarks),
    )


def _sheets(patterns: pl.DataFrame) -> pl.DataFrame:
    """Patterns with ``n_clean``, those without a flag."""
    return patterns.with_columns(n_clean=pl.col("n_people") - pl.col("n_flagged"))


def _what_stays(skill: str, kept: list[str]) -> str:
    return "the version before stays in force" if skill in kept else "not calibrated, its gaps are not shown"


def _below(new: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Rows of the new version above those carried over from the one before."""
    return pl.concat([new.select(kept.columns).cast(kept.schema), kept])


def _calibrate_skill(
    skill: str, item_codes: list[str], patterns: pl.DataFrame, bank: pl.DataFrame, n_levels: int
) -> tuple[pl.DataFrame, dict, dict, list[tuple[str, str]]]:
    """Item rows, scale row, what odd sheets would change, and remarks, of one skill."""
    clean = patterns.filter(pl.col("n_clean") > 0)
    n_sheets = int(clean["n_clean"].sum())
    own_bank = bank.filter(pl.col("item_code").is_in(item_codes))
    scale = _scale(skill, item_codes, clean, own_bank, n_levels)
    fresh = start_scale(scale.answers, scale.weight, scale.group)
    known, remarks = scale.known(own_bank), []
    link_code, found = "first", fresh
    if np.isfinite(known.slopes).any():
        screen = screen_drift(known, Items(fresh.slopes, fresh.thresholds))
        link_code = "linked" if screen.is_linkable else "not_linkable"
        if screen.is_linkable:
            found = link(scale.answers, scale.weight, screen.anchors(known), scale.group)
            freed = [scale.columns[column] for column in np.flatnonzero(screen.is_freed)]
            remarks += [(skill, f"{item} ({language}) drifted and was estimated anew") for item, language in freed]
        else:
            remarks.append((skill, f"not linkable, a new scale without a trend: {screen.reason}"))
    if scale.functioning.state == "not_comparable":
        remarks.append((skill, "too many items function differently by language: languages must not be compared"))
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
    return rows, row, _odd_sheets(skill, item_codes, patterns, clean, n_levels), remarks


def _scale(skill: str, item_codes: list[str], patterns: pl.DataFrame, bank: pl.DataFrame, n_levels: int) -> _Scale:
    """Columns of a skill: an item is split where the bank has it so, or where it functions by language."""
    answers = decode_patterns(patterns["pattern_id"].to_numpy(), len(item_codes), n_levels)
    weight = patterns["n_clean"].to_numpy().astype(np.float64)
    languages = sorted(patterns["language_code"].unique())
    language = patterns["language_code"].to_numpy()
    code = np.searchsorted(languages, language).astype(np.int64)
    told = language != ALL_LANGUAGES  # unknown is no language
    functioning = language_functioning(answers[told], weight[told], code[told])
    split_by_bank = set(bank.filter(pl.col("language_code") != ALL_LANGUAGES)["item_code"])
    compared = [languages[i] for i in functioning.languages]
    columns: list[tuple[str, str]] = []
    given = []
    for position, item in enumerate(item_codes):
        is_split = item in split_by_bank or (functioning.state == "partly" and functioning.is_flagged[position])
        for name in compared if is_split and compared else [ALL_LANGUAGES]:
            spoken = np.full(len(answers), name == ALL_LANGUAGES) | (language == name)
            columns.append((item, name))
            given.append(np.where(spoken, answers[:, position], -1))
    return _Scale(skill, np.stack(given, axis=1), weight, language, columns, functioning, compared)


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
        chosen = [
            next(i for i, column in enumerate(scale.columns) if column in ((item, language), (item, ALL_LANGUAGES)))
            for item in items
        ]
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


def _changes(rows: pl.DataFrame, bank: pl.DataFrame) -> pl.DataFrame:
    """Each item's parameters in the version before and now."""
    middle = pl.mean_horizontal(THRESHOLDS)
    key = ["item_code", "language_code"]
    now = rows.select(*key, slope_now="slope", threshold_now=middle)
    before = bank.select(*key, slope_before="slope", threshold_before=middle)
    joined = now.join(before, on=key, how="left").sort(key)
    kept = (pl.col("slope_now") == pl.col("slope_before")) & (pl.col("threshold_now") == pl.col("threshold_before"))
    origin = (
        pl.when(pl.col("slope_before").is_null())
        .then(pl.lit("new"))
        .when(kept)
        .then(pl.lit("kept"))
        .otherwise(pl.lit("freed"))
    )
    return joined.with_columns(origin_code=origin)
