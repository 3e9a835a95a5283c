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
    regions, n_alias = _spell_regions(register["region_code"], pack, rng)
    unknown = np.array(UNKNOWN_GRADES, dtype=object)[rng.integers(0, len(UNKNOWN_GRADES), len(chosen["unknown_grade"]))]
    grades = grades.clone().scatter(chosen["unknown_grade"], list(unknown))
    identity = register["person_id"]
    identity = identity.clone().scatter(
        chosen["bad_check_digit"], with_wrong_check_digit(identity[chosen["bad_check_digit"]])
    )
    agency, n_blanks = _trail_blanks(register["agency_id"], 0.01, rng)
    soiled = register.with_columns(grade_code=grades, region_code=regions, person_id=identity, agency_id=agency)
    copies = soiled[chosen["exact_duplicate"]]
    second = _second_postings(soiled[chosen["second_posting"]], soiled, rng)
    frame = pl.concat([soiled, copies, second])
    frame = frame[rng.permutation(frame.height)]
    counts = {kind: len(rows) for kind, rows in chosen.items()}
    return frame, counts | spelt | {"region_alias": n_alias, "agency_trailing_blank": n_blanks}


def soil_sheets(
    sheets: pl.DataFrame, items: list[str], pack: Pack, spared: pl.Series, rng: np.random.Generator
) -> tuple[pl.DataFrame, Counts]:
    """Answer sheets as text: missing codes, answers outside the list, sheets handed in twice.

    The later of two sheets is the one that agrees with the truth.
    """
    frame, n_coded = _code_missing(sheets, items, pack.survey.missing_codes, rng)
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
    return frame, {"answer_outside_list": n_outside, "repeated_sheet": n_repeated, "missing_code": n_coded}


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


def _spell_regions(regions: pl.Series, pack: Pack, rng: np.random.Generator) -> tuple[pl.Series, int]:
    """Names and their variants in place of region codes, as far as the pack's aliases know them."""
    known = set(pack.tables["core_ref__codes_alias"].filter(pl.col("list_code") == "region")["alias_folded"])
    table = pack.tables["core_ref__codes_region"]
    variants: dict[str, list[str]] = {}
    for row in table.iter_rows(named=True):
        spellings = [row["region_name_ru"], row["region_name_en"], *(row["aliases"] or "").split("|")]
        variants[row["region_code"]] = [text for text in spellings if text and fold(text) in known]
    draw = rng.random(len(regions))
    spot = rng.integers(0, 1 << 16, len(regions))
    codes = regions.to_list()
    spelt = [
        variants[code][k % len(variants[code])] if code is not None and u < 0.3 and variants[code] else code
        for code, u, k in zip(codes, draw.tolist(), spot.tolist(), strict=True)
    ]
    result = pl.Series(regions.name, spelt, dtype=pl.String)
    return result, int((result != regions).sum())


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
