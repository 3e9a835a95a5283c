"""Sentences about gaps. Each claims only what the 90 % intervals carry."""

from __future__ import annotations

from typing import Any

import polars as pl

from skills_models.findings.marts import Marts, each
from skills_models.findings.phrases import count, listing, percent, percent_range
from skills_models.findings.sentences import Finding


def national(marts: Marts) -> list[dict[str, Any]]:
    """Shown national rows, the largest share first."""
    return list(each(_scope(marts, "nation").sort(["below_share", "skill_code"], descending=[True, False])))


def where(marts: Marts) -> Finding | None:
    """The national gap whose interval lies above all others, or that there is none."""
    ranked = national(marts)
    if len(ranked) < 2:
        return None
    first, others = ranked[0], ranked[1:]
    values = {"skill": marts.skill(first["skill_code"]), "share": percent(first["below_share"])}
    rivals = [row for row in others if row["below_share_hi"] >= first["below_share_lo"]]
    if rivals:
        values["others"] = listing(marts.skill(row["skill_code"]) for row in rivals)
        return Finding("where_uncertain", "gaps", first["below_share"], ("where_uncertain",), values)
    values["range"] = percent_range(first["below_share_lo"], first["below_share_hi"])
    kinds = _foremost_kinds(marts, first)
    if not kinds:
        return Finding("where", "gaps", first["below_share"], ("where",), values)
    values["kinds"] = listing(marts.name("agency_kind", kind) for kind in kinds)
    return Finding("where", "gaps", first["below_share"], ("where", "where_kinds"), values)


def unknown_agency(marts: Marts) -> Finding | None:
    """The body whose plain share is the worst on the largest national gap, where it cannot be told from the nation."""
    nation = next(iter(national(marts)), None)
    bodies = marts.rows("mart_gap__agency_skill").filter("is_shown")
    if nation is None or bodies.is_empty():
        return None
    same = bodies.filter(pl.col("skill_code") == nation["skill_code"])
    worst = next(each(same.sort(["below_weighted_share", "agency_id"], descending=[True, False])), None)
    if worst is None or worst["position_code"] != "not_distinguishable":
        return None
    if not worst["below_share_lo"] <= nation["below_share"] <= worst["below_share_hi"]:
        return None  # the sentence below would not be true
    values = {
        "agency": marts.name("agency", worst["agency_id"]),
        "skill": marts.skill(worst["skill_code"]),
        "share": percent(worst["below_weighted_share"]),
        "replies": count(worst["n_respondents"]),
        "range": percent_range(worst["below_share_lo"], worst["below_share_hi"]),
        "nation": percent(nation["below_share"]),
    }
    return Finding("unknown_agency", "gaps", worst["n_respondents"], ("unknown_agency",), values)


def contrast(marts: Marts) -> Finding | None:
    """The kind of body furthest from the first kind (the centre), and whether their intervals are apart.

    On the skill of the largest national gap; the sentence adds on how many skills the intervals are apart the same
    way.
    """
    nation = next(iter(national(marts)), None)
    order = marts.rows("mart_ref__agency_kind").sort("agency_kind_order")["agency_kind_code"].to_list()
    if nation is None or len(order) < 2:
        return None
    rows = {(row["scope_id"], row["skill_code"]): row for row in each(_scope(marts, "agency_kind"))}
    near = rows.get((order[0], nation["skill_code"]))
    others = [rows[kind, nation["skill_code"]] for kind in order[1:] if (kind, nation["skill_code"]) in rows]
    if near is None or not others:
        return None
    far = max(others, key=lambda row: (_distance(row, near), row["scope_id"]))
    both = [(rows[far["scope_id"], s], rows[order[0], s]) for s in _skills(rows, far["scope_id"], order[0])]
    apart = sum(_apart(a, b) and (a["below_share"] > b["below_share"]) == _is_above(far, near) for a, b in both)
    values = {
        "skill": marts.skill(nation["skill_code"]),
        "far": marts.name("agency_kind", far["scope_id"], quoted=True),
        "far_share": percent(far["below_share"]),
        "near": marts.name("agency_kind", near["scope_id"], quoted=True),
        "near_share": percent(near["below_share"]),
        "apart": count(apart),
        "all": count(len(both)),
    }
    ending = "contrast_apart" if _apart(far, near) else "contrast_overlap"
    return Finding("contrast", "gaps", far["below_share"] - near["below_share"], ("contrast", ending), values)


def unknown(marts: Marts) -> Finding | None:
    """How many groups have no figure at all."""
    shown = marts.rows("mart_gap__group_skill").group_by("agency_id", "seniority_code").agg(pl.col("is_shown").any())
    if shown.is_empty():
        return None
    if not shown["is_shown"].any() and (marts.rows("mart_gap__scope_skill")["n_respondents"].fill_null(0) == 0).all():
        return Finding("unknown", "gaps", shown.height, ("nobody_replied",), {"all": count(shown.height)})
    hidden = shown.height - int(shown["is_shown"].sum())
    return Finding("unknown", "gaps", hidden, ("unknown",), {"hidden": count(hidden), "all": count(shown.height)})


def _scope(marts: Marts, scope: str) -> pl.DataFrame:
    return marts.rows("mart_gap__scope_skill").filter(
        (pl.col("scope_code") == scope) & pl.col("is_shown") & pl.col("below_share").is_not_null()
    )


def _foremost_kinds(marts: Marts, nation: dict[str, Any]) -> list[str]:
    """Kinds of body certainly above the nation, by at least half of what the foremost of them is above it."""
    skill, share = nation["skill_code"], nation["below_share"]
    kinds = _scope(marts, "agency_kind").filter((pl.col("skill_code") == skill) & (pl.col("position_code") == "worse"))
    excess = pl.col("below_share") - share
    foremost = kinds.filter(excess >= excess.max() / 2)
    return foremost.sort(["below_share", "scope_id"], descending=[True, False])["scope_id"].to_list()


def _skills(rows: dict[tuple[str, str], dict[str, Any]], far: str, near: str) -> list[str]:
    return sorted({skill for kind, skill in rows if kind == far} & {skill for kind, skill in rows if kind == near})


def _distance(row: dict[str, Any], other: dict[str, Any]) -> float:
    return abs(float(row["below_share"]) - float(other["below_share"]))


def _is_above(row: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(row["below_share"] > other["below_share"])


def _apart(row: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(row["below_share_lo"] > other["below_share_hi"] or row["below_share_hi"] < other["below_share_lo"])
