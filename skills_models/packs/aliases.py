"""Every spelling under which deliveries write a code, folded; two codes never share one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import polars as pl

from skills_models.contracts import LANGUAGES
from skills_models.ingestion.folding import fold_for

Sheets = Mapping[str, pl.DataFrame]
Spelling = tuple[str, str, str]


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
_ITEMS = CodeList("item", "items.csv", "item_code", "item_text")


def spellings(sheets: Sheets, languages: Mapping[str, tuple[str, ...]]) -> Iterator[Spelling]:
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


def alias_table(rows: list[Spelling]) -> pl.DataFrame:
    """``core_ref__codes_alias`` from checked spellings."""
    schema = {"list_code": pl.String, "alias_folded": pl.String, "code": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").unique()


def alias_problems(rows: list[Spelling], files: Mapping[str, str]) -> Iterator[str]:
    """Spellings that stand for two codes of one list; ``files`` names the file of each list."""
    owner: dict[tuple[str, str], str] = {}
    for list_code, folded, code in rows:
        other = owner.setdefault((list_code, folded), code)
        if other != code:
            yield (
                f"{files.get(list_code, 'pack.yaml')}: the spelling {folded!r} stands for {other} and {code}; "
                "keep it for one of them"
            )


def item_headers(items: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """Item code -> the item's wording in each language and its aliases: headers of answer columns."""
    return {
        row["item_code"]: tuple(_row_spellings(_ITEMS, row))[1:]
        for row in items.drop_nulls("item_code").iter_rows(named=True)
    }


def item_spellings(sheets: Sheets) -> Iterator[Spelling]:
    """("item", folded header, item code) of every header of an item, repeats included."""
    items = sheets.get("items.csv")
    if items is not None and "item_code" in items.columns:
        for code, headers in item_headers(items).items():
            yield from (("item", fold_for("item", header), code) for header in (code, *headers))


def _row_spellings(code_list: CodeList, row: Mapping[str, str | None]) -> Iterator[str]:
    names = [f"{code_list.name_stem}_{language}" for language in LANGUAGES] if code_list.name_stem else []
    for column in (code_list.code, *names):
        if row.get(column):
            yield str(row[column])
    yield from (part for part in (row.get("aliases") or "").split("|") if part.strip())
