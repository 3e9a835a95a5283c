"""What is wrong with real deliveries, in known amounts; persons of the small body of the plot are spared."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from skills_models.ingestion.folding import fold
from skills_models.packs.model import Pack
from skills_models.synthetic.identity import with_wrong_check_digit

LOOK_ALIKES = {"C": "С", "B": "В", "E": "Е", "O": "О", "A": "А"}  # Latin -> Cyrillic
UNKNOWN_GRADES = ("X-3", "G-5", "C-Q-4", "Д-99")
OUTSIDE_ANSWERS = ("7", "затрудняюсь сказать точно", "2-3")
OUTSIDE_COUNT, REPEATED_SHEETS = 6, 3  # per file
Counts = dict[str, int]
_REGION_NAMES = ("region_name_ru", "region_name_en", "aliases")


def soil_register(
    register: pl.DataFrame, pack: Pack, spared: pl.Series, rng: np.random.Generator
) -> tuple[pl.DataFrame, Counts]:
    """A register as text under contract names with every kind of dirt; returns it and how much of each.

    ``spared`` lists identity numbers that stay clean.
    """
    n = register.height
    open_rows = rng.permutation(np.flatnonzero(~register["person_id"].is_in(spared.implode()).to_numpy()))
    takes = {"unknown_grade": _part(n, 0.001), "bad_check_digit": _part(n, 0.0005)}
    takes |= {"exact_duplicate": _part(n, 0.00015, 3), "second_posting": _part(n, 0.0003, 4)}
    edges = np.cumsum([0, *takes.values()])
    chosen = {kind: np.sort(open_rows[a:b]) for kind, a, b in zip(takes, edges, edges[1:], strict=False)}
    rest = open_rows[edges[-1] :]
    grades, spelt = _spell_grades(register["grade_code"], rest, rng)
    regions, n_region = _spell_names(register["region_code"], pack, "region", _REGION_NAMES, 0.3, rng)
    families, n_family = _spell_names(
        register["job_family_code"], pack, "job_family", ("job_family_name_ru",), 0.5, rng
    )
    unknown = np.array(UNKNOWN_GRADES, dtype=object)[rng.integers(0, len(UNKNOWN_GRADES), len(chosen["unknown_grade"]))]
    grades = grades.clone().scatter(chosen["unknown_grade"], list(unknown))
    identity = register["person_id"]
    identity = identity.clone().scatter(
        chosen["bad_check_digit"], with_wrong_check_digit(identity[chosen["bad_check_digit"]])
    )
    agency, n_blanks = _trail_blanks(register["agency_id"], 0.01, rng)
    soiled = register.with_columns(
        grade_code=grades, region_code=regions, job_family_code=families, person_id=identity, agency_id=agency
    )
    copies = soiled[chosen["exact_duplicate"]]
    second = _second_postings(soiled[chosen["second_posting"]], soiled, rng)
    frame = pl.concat([soiled, copies, second])
    frame = frame[rng.permutation(frame.height)]
    counts = {kind: len(rows) for kind, rows in chosen.items()}
    return frame, counts | spelt | {
        "region_name": n_region,
        "job_family_name": n_family,
        "agency_trailing_blank": n_blanks,
    }


def soil_sheets(
    sheets: pl.DataFrame, items: list[str], pack: Pack, spared: pl.Series, rng: np.random.Generator
) -> tuple[pl.DataFrame, Counts]:
    """Answer sheets as text: missing codes, answers outside the list, sheets handed in twice.

    The later of two sheets is the one that agrees with the truth.
    """
    frame, n_coded = _code_missing(sheets, items, pack.survey.missing_codes, rng)
    agency, n_named = _spell_names(frame["agency_id"], pack, "agency", ("agency_name_ru", "agency_name_kk"), 0.8, rng)
    agency, n_blanks = _trail_blanks(agency, 0.02, rng)
    frame = frame.with_columns(agency_id=agency)
    open_rows = rng.permutation(np.flatnonzero(~frame["person_id"].is_in(spared.implode()).to_numpy()))
    n_outside, n_repeated = min(OUTSIDE_COUNT, len(open_rows) // 4), min(REPEATED_SHEETS, len(open_rows) // 4)
    for row in open_rows[:n_outside]:
        item = items[int(rng.integers(0, len(items)))]
        frame[int(row), item] = OUTSIDE_ANSWERS[int(rng.integers(0, len(OUTSIDE_ANSWERS)))]
    earlier = frame[np.sort(open_rows[n_outside : n_outside + n_repeated])].with_columns(
        pl.col("submitted_at").dt.offset_by("-2h"), *(pl.lit("1").alias(item) for item in items[:3])
    )
    frame = pl.concat([frame, earlier])
    frame = frame[rng.permutation(frame.height)]
    counts = {"answer_outside_list": n_outside, "repeated_sheet": n_repeated, "missing_code": n_coded}
    return frame, counts | {"agency_name": n_named, "agency_trailing_blank": n_blanks}


def plain_sheets(sheets: pl.DataFrame, items: list[str]) -> pl.DataFrame:
    """Answer sheets whose missing answers are blank."""
    return sheets.with_columns(pl.col(items).cast(pl.String))


def merge_counts(parts: list[Counts]) -> pl.DataFrame:
    """Kind of dirt and how many rows or values show it, over all files."""
    total: Counts = {}
    for part in parts:
        for kind, n in part.items():
            total[kind] = total.get(kind, 0) + n
    return pl.DataFrame(
        {"kind": list(total), "n": list(total.values())}, schema={"kind": pl.String, "n": pl.Int64}
    ).sort("kind")


def _part(n: int, share: float, least: int = 1) -> int:
    return min(max(math.ceil(share * n), least), n // 8)


def _spell_grades(grades: pl.Series, rows: np.ndarray, rng: np.random.Generator) -> tuple[pl.Series, Counts]:
    """Letters of the other alphabet in a tenth of the codes, a zero for the letter O where there is one, blanks."""
    part = np.sort(rows[: len(rows) // 10])
    look = grades[part].str.replace_many(list(LOOK_ALIKES), list(LOOK_ALIKES.values()))
    spelt = grades.clone().scatter(part, look)
    with_o = np.sort(rng.permutation(rows[len(rows) // 10 :])[: len(rows) // 10])
    with_o = with_o[grades[with_o].str.contains("-O-", literal=True).to_numpy()]
    spelt = spelt.clone().scatter(with_o, grades[with_o].str.replace("-O-", "-0-", literal=True))
    spelt, n_blanks = _trail_blanks(spelt, 0.02, rng)
    counts = {"grade_look_alike": int((look != grades[part]).sum()), "grade_zero": len(with_o)}
    return spelt, counts | {"grade_trailing_blank": n_blanks}


def _trail_blanks(values: pl.Series, share: float, rng: np.random.Generator) -> tuple[pl.Series, int]:
    rows = np.flatnonzero(rng.random(len(values)) < share)
    return values.clone().scatter(rows, values[rows] + "  "), len(rows)


def _spell_names(
    codes: pl.Series, pack: Pack, list_code: str, names: tuple[str, ...], share: float, rng: np.random.Generator
) -> tuple[pl.Series, int]:
    """Names in place of some codes, as far as the pack's aliases know them; returns how many.

    ``names`` are columns of the code table; several names stand in one cell separated by ``|``.
    """
    alias = pack.tables["core_ref__codes_alias"].filter(pl.col("list_code") == list_code)
    meant = dict(zip(alias["alias_folded"], alias["code"], strict=True))
    table = pack.tables[f"core_ref__codes_{list_code}"]
    draw, spot = rng.random(len(codes)), rng.integers(0, 1 << 16, len(codes))
    spelt = codes.clone()
    for row in table.iter_rows(named=True):
        code = row[f"{list_code}_code" if f"{list_code}_code" in row else f"{list_code}_id"]
        words = [word for name in names for word in (row.get(name) or "").split("|")]
        words = [word for word in words if word and word != code and meant.get(fold(word)) == code]
        rows = np.flatnonzero((codes == code).fill_null(False).to_numpy() & (draw < share))
        if words and len(rows):
            spelt.scatter(rows, np.array(words, dtype=object)[spot[rows] % len(words)].tolist())
    return spelt, int((spelt != codes).sum())


def _second_postings(main: pl.DataFrame, register: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Additional postings of some people in bodies of other people."""
    elsewhere = register[rng.integers(0, register.height, main.height)]
    columns = ["agency_id", "region_code", "grade_code", "job_family_code"]
    return main.with_columns(elsewhere.select(columns)).with_columns(
        posting_kind_code=pl.lit("additional"), staff_ref=pl.col("staff_ref") + "/2"
    )


def _code_missing(
    sheets: pl.DataFrame, items: list[str], codes: tuple[str, ...], rng: np.random.Generator
) -> tuple[pl.DataFrame, int]:
    """Some sheets say "cannot judge" by a code of the pack, the others leave a blank."""
    codes = tuple(code for code in codes if code.isdigit())
    if not codes:
        return plain_sheets(sheets, items), 0
    says = pl.Series(rng.random(sheets.height) < 0.6)
    n_coded = int(sheets.filter(says).select(pl.col(items).is_null().sum()).sum_horizontal()[0])
    coded = sheets.with_columns(says=says).with_columns(
        pl.when(pl.col("says") & pl.col(item).is_null())
        .then(pl.lit(codes[i % len(codes)]))
        .otherwise(pl.col(item).cast(pl.String))
        .alias(item)
        for i, item in enumerate(items)
    )
    return coded.drop("says"), n_coded
