"""Which rows of a release must be hidden so that no sum or difference of shown rows isolates fewer than k people.

The atoms are the groups (agency x band); each row of the release is a union of them: a group, a body, a kind of body, a
region, the nation. Two atoms that every shown row holds together or not at all belong to one class; whatever is
added to or subtracted from whatever, the result is a union of whole classes. So it is enough that every class has
either no respondents or at least k. (Primary suppression, then complementary suppression; see Willenborg and de Waal
2001, chapter 4. The argument by classes is stronger than needed and simple to check.)
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import polars as pl

WHOLE_BODY = "all"
TOO_FEW, COMPLEMENT, NOBODY = "too_few_respondents", "complement", "no_respondents"

Group = tuple[str, str]  # agency_id, seniority_code
Row = tuple[str, str, str]  # ("group", agency, band), ("body", agency, ""), (scope_code, scope_id, "")


@dataclass
class Release:
    """Counts of respondents per group, the scopes of each body, and the rows hidden so far with their reason."""

    counts: dict[Group, int]
    scopes: dict[str, list[Row]]  # agency_id -> rows of the release around the body, nation last
    k: int
    reasons: dict[Row, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Add up the rows of the release."""
        self.bands: dict[str, list[str]] = defaultdict(list)
        self.size: dict[Row, int] = defaultdict(int)
        for (agency, band), n in sorted(self.counts.items()):
            self.bands[agency].append(band)
            for row in (("group", agency, band), ("body", agency, ""), *self.scopes[agency]):
                self.size[row] += n

    def close(self) -> dict[Row, str]:
        """Hide what is too small, then complements until every class is empty or holds at least k; the reasons."""
        for row, n in self.size.items():
            if n < self.k:
                self.reasons.setdefault(row, NOBODY if n == 0 else TOO_FEW)
        for agency in self.bands:
            self._complete_body(agency)
        while small := self._small_pool():
            self._complete_pool(small)
        return self.reasons

    def shown(self, row: Row) -> bool:
        """Whether the row may still be shown."""
        return row not in self.reasons

    def classes(self) -> dict[tuple[Row, ...], int]:
        """Respondents of each class of groups, by the shown rows that hold the class."""
        sizes: dict[tuple[Row, ...], int] = defaultdict(int)
        for (agency, band), n in self.counts.items():
            around = (("group", agency, band), ("body", agency, ""), *self.scopes[agency])
            sizes[tuple(row for row in around if self.shown(row))] += n
        return dict(sizes)

    def _complete_body(self, agency: str) -> None:
        """Hide the smallest shown band where the hidden bands of a shown body have 1 .. k-1 respondents."""
        groups: list[Row] = [("group", agency, band) for band in self.bands[agency]]
        shown = sorted((row for row in groups if self.shown(row)), key=lambda row: (self.size[row], row))
        hidden = self.size["body", agency, ""] - sum(self.size[row] for row in shown)
        if self.shown(("body", agency, "")) and 0 < hidden < self.k:
            self.reasons[shown[0]] = COMPLEMENT

    def _small_pool(self) -> list[str]:
        """Hidden bodies that the shown scopes set apart and that together have 1 .. k-1 respondents; else empty."""
        pools: dict[tuple[Row, ...], list[str]] = defaultdict(list)
        for agency in sorted(self.bands):
            if not self.shown(("body", agency, "")):
                pools[self._shown_scopes(agency)].append(agency)
        for around, pool in sorted(pools.items()):
            if around and 0 < sum(self.size["body", agency, ""] for agency in pool) < self.k:
                return pool
        return []

    def _complete_pool(self, pool: list[str]) -> None:
        """Hide the body most alike in shown scopes, the smallest of those, and the scopes that tell them apart."""
        own = self._shown_scopes(pool[0])
        others = [a for a in self.bands if a not in pool and self.size["body", a, ""] > 0]
        if not others:
            self.reasons.update(dict.fromkeys(own, COMPLEMENT))
            return
        partner = min(others, key=lambda a: (self._distance(own, a), self.size["body", a, ""], a))
        apart = set(own) ^ set(self._shown_scopes(partner))
        for row in (("body", partner, ""), *(("group", partner, band) for band in self.bands[partner]), *sorted(apart)):
            self.reasons.setdefault(row, COMPLEMENT)

    def _shown_scopes(self, agency: str) -> tuple[Row, ...]:
        return tuple(row for row in self.scopes[agency] if self.shown(row))

    def _distance(self, own: tuple[Row, ...], agency: str) -> int:
        """People of the largest scopes that would have to be hidden to make the two alike; 0 = none."""
        return sum(self.size[row] for row in set(own) ^ set(self._shown_scopes(agency)))


def hidden_reasons(
    group_skill: pl.DataFrame, scope_skill: pl.DataFrame, agencies: pl.DataFrame, k: int
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Whole bodies, groups and scopes, each with ``hidden_reason_code`` (null = may be shown).

    Replies decide for all skills at once, so that no skill gives away what another hides; then, skill by skill, the
    people measured on it decide again on top, and those of them whose sheets carry no flag: modelled figures rest on
    these.
    """
    scopes = body_scopes(agencies)
    bands = group_skill.filter(pl.col("seniority_code") != WHOLE_BODY)
    replies = Release(_counts(bands.unique(["agency_id", "seniority_code"]), "n_respondents"), scopes, k).close()
    found: list[tuple[str, str, str, str, str]] = []
    for (skill,), part in bands.partition_by("skill_code", as_dict=True).items():
        reasons_so_far = dict(replies)
        for count in ("n_measured", "n_unflagged"):  # hiding more only joins classes, so the first count stays safe
            reasons_so_far = Release(_counts(part, count), scopes, k, reasons_so_far).close()
        found += [(*row, str(skill), reason) for row, reason in reasons_so_far.items()]
    names = ["kind", "first", "second", "skill_code", "hidden_reason_code"]
    reasons = pl.DataFrame(found, schema=dict.fromkeys(names, pl.String), orient="row")
    body = group_skill.filter(pl.col("seniority_code") == WHOLE_BODY).with_columns(
        kind=pl.lit("body"), first="agency_id"
    )
    group = bands.with_columns(kind=pl.lit("group"), first="agency_id", second="seniority_code")
    scope = scope_skill.with_columns(kind="scope_code", first="scope_id")
    keyed = (body.with_columns(second=pl.lit("")), group, scope.with_columns(second=pl.lit("")))
    joined = [rows.join(reasons, on=names[:4], how="left").drop(names[:3]) for rows in keyed]
    return joined[0], joined[1], joined[2]


def body_scopes(agencies: pl.DataFrame) -> dict[str, list[Row]]:
    """The scope rows that hold each body: its region where it has one, its kind, the nation."""
    return {
        agency: [*([("region", region, "")] if region else []), ("agency_kind", kind, ""), ("nation", "all", "")]
        for agency, kind, region in agencies.select("agency_id", "agency_kind_code", "region_code").iter_rows()
    }


def _counts(bands: pl.DataFrame, column: str) -> dict[Group, int]:
    return {(agency, band): n for agency, band, n in bands.select("agency_id", "seniority_code", column).iter_rows()}
