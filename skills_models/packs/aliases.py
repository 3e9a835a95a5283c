"""Every spelling under which deliveries write a code, folded; two codes never share one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import polars as pl

from skills_models.contracts import LANGUAGES
from skills_models.ingestion.folding import fold_for


class CodeList(NamedTuple):
    """A code list of the pack: its file, its code column and the stem of its names, if it has any."""

    list_code: str
    file: str
    code: str
    name_stem: str | None


CODE_LISTS = (
    CodeList("agency", "agencies.csv", "agency_id", "agency_name"),
    CodeList("region", "regions.csv", "region_code", "region_name"),
    CodeList("grade", "grades.csv", "grade_code", None),
    CodeList("seniority", "seniority.csv", "seniority_code", "seniority_name"),
    CodeList("job_family", "job_families.csv", "job_family_code", "job_family_name"),
)


def spellings(
    sheets: Mapping[str, pl.DataFrame], languages: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    """(list_code, folded spelling, code) of every code, name and alias, repeats included.

    Parameters
    ----------
    sheets : text frames of the pack by file
    languages : language code -> its other spellings
    """
    for code_list in CODE_LISTS:
        frame = sheets.get(code_list.file)
        if frame is not None and code_list.code in frame.columns:
            for row in frame.drop_nulls(code_list.code).iter_rows(named=True):
                for spelling in _row_spellings(code_list, row):
                    yield code_list.list_code, fold_for(code_list.list_code, spelling), row[code_list.code]
    for language, others in languages.items():
        for spelling in (language, *others):
            yield "language", fold_for("language", spelling), language


def alias_table(rows: list[tuple[str, ...]]) -> pl.DataFrame:
    """``core_ref__codes_alias`` from checked spellings."""
    schema = {"list_code": pl.String, "alias_folded": pl.String, "code": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").unique()


def alias_problems(rows: list[tuple[str, ...]], files: Mapping[str, str]) -> Iterator[str]:
    """Spellings that stand for two codes of one list; ``files`` names the file of each list."""
    owner: dict[tuple[str, str], str] = {}
    for list_code, folded, code in rows:
        other = owner.setdefault((list_code, folded), code)
        if other != code:
            yield (
                f"{files.get(list_code, 'pack.yaml')}: the spelling {folded!r} stands for {other} and {code}; "
                "keep it for one of them"
            )


def _row_spellings(code_list: CodeList, row: Mapping[str, str | None]) -> Iterator[str]:
    names = [f"{code_list.name_stem}_{language}" for language in LANGUAGES] if code_list.name_stem else []
    for column in (code_list.code, *names):
        if row.get(column):
            yield str(row[column])
    yield from (part for part in (row.get("aliases") or "").split("|") if part.strip())
