"""What every page shares: the pinned snapshot, the language, and the frame around a page.

Belongs here: session state, sidebar, banners, states in words. Not here: figures, charts, SQL.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from dashboards.i18n import LANGUAGE_NAMES, Texts
from dashboards.snapshot import Snapshot, SnapshotError, current_sha256, find_snapshot
from dashboards.views.format import day, hours_of, inert, moment
from dashboards.views.labels import name_of
from skills_models.contracts import LANGUAGES
from skills_models.exports import Origin
from skills_models.snapshots import STALE_AFTER

SHORT_RUN_ID = 8
REFERENCES = {
    "agency": ("mart_ref__agency", "agency_id", "agency_name", None),
    "agency_kind": ("mart_ref__agency_kind", "agency_kind_code", "agency_kind_name", "agency_kind_order"),
    "region": ("mart_ref__region", "region_code", "region_name", None),
    "seniority": ("mart_ref__seniority", "seniority_code", "seniority_name", "seniority_order"),
    "job_family": ("mart_ref__job_family", "job_family_code", "job_family_name", None),
    "skill": ("mart_ref__skill", "skill_code", "skill_name", "skill_order"),
    "course": ("mart_ref__course", "course_id", "course_name", None),
    "rule": ("mart_quota__rule", "rule_code", "rule_name", None),
}


@dataclass(frozen=True)
class Context:
    """What a page works with: one whole snapshot in one language."""

    snapshot: Snapshot
    texts: Texts

    @property
    def language(self) -> str:
        """kk, ru or en."""
        return self.texts.language

    @cached_property
    def meta(self) -> dict[str, Any]:
        """The run that made the snapshot."""
        return self.snapshot.meta

    def table(self, name: str) -> pl.DataFrame:
        """A mart of the pinned snapshot."""
        return self.snapshot.table(name)

    def names(self, what: str) -> dict[str, str]:
        """Code -> name of a reference ('agency', 'skill', 'seniority', ...) in the reader's language."""
        table, key, stem, order = REFERENCES[what]
        return name_of(self.table(table), key, stem, self.language, order)

    def skills_by_need(self) -> dict[str, str]:
        """Skill names, the one with the largest national gap first; the first choice where one skill is shown."""
        names = self.names("skill")
        scopes = self.table("mart_gap__scope_skill").filter(pl.col("scope_code") == "nation")
        order = scopes.sort("below_share", descending=True, nulls_last=True)["skill_code"]
        return {code: names[code] for code in [*order, *names] if code in names}

    def bands(self) -> dict[str, str]:
        """Seniority bands with 'all', the body as a whole, first."""
        return {"all": self.texts("common.whole_body"), **self.names("seniority")}

    @property
    def origin(self) -> Origin:
        """Where an export comes from."""
        return Origin(self.meta["run_id"], self.meta["as_of_date"].isoformat(), self.meta["is_synthetic"])

    @property
    def chart_note(self) -> str:
        """The line under every chart: synthetic or not, and which run."""
        mark = self.texts("banner.chart_mark") if self.meta["is_synthetic"] else ""
        return mark + self.texts(
            "banner.chart_origin", run=self.meta["run_id"][:SHORT_RUN_ID], date=day(self._data_date, self.language)
        )

    @property
    def _data_date(self) -> Any:
        return self.meta["data_date"] or self.meta["as_of_date"]


def home() -> Path:
    """Where the product keeps its state: ``SKILLSGAP_HOME``, by default ./var."""
    return Path(os.environ.get("SKILLSGAP_HOME") or "var")


def choose_language() -> Texts:
    """The language switch; first choice by ``?lang=``, then by the browser, then Kazakh."""
    if "lang" not in st.session_state:
        asked, browser = st.query_params.get("lang", ""), (st.context.locale or "")[:2]
        st.session_state["lang"] = next((code for code in (asked, browser) if code in LANGUAGES), LANGUAGES[0])
    label = Texts(st.session_state["lang"])("shell.language")
    chosen = st.sidebar.selectbox(label, LANGUAGES, key="lang", format_func=LANGUAGE_NAMES.__getitem__)
    _tell_browser(chosen)
    return Texts(chosen)


def _tell_browser(language: str) -> None:
    """Set ``<html lang>`` so that screen readers and hyphenation follow; the code is ours, never data."""
    assert language in LANGUAGES
    with st.sidebar:
        st.html(f"<script>document.documentElement.lang = '{language}'</script>", unsafe_allow_javascript=True)


def open_pinned() -> Snapshot:
    """The snapshot of this session: kept until the reader asks for the newer one, or it is gone.

    Raises
    ------
    SnapshotError
        If nothing whole is published.
    """
    pinned = st.session_state.get("snapshot")
    if pinned is not None and (pinned.is_fallback or not pinned.path.is_file()):
        pinned = None
    if pinned is None or pinned.sha256 == current_sha256(home()):
        pinned = st.session_state["snapshot"] = find_snapshot(home())
    return pinned


def explain_error(texts: Texts, error: SnapshotError) -> None:
    """Say in words why there is nothing to see and what to do."""
    st.title(texts("app.title"))
    show = st.info if error.code == "none" else st.error
    show(f"**{texts(f'state.{error.code}.what')}**  \n{texts(f'state.{error.code}.do')}")
    if st.button(texts("state.retry"), key="retry"):
        st.session_state.pop("snapshot", None)
        st.rerun()


def show_frame(context: Context) -> None:
    """Banners above a page, origin and freshness in the sidebar."""
    texts, meta = context.texts, context.meta
    if meta["is_synthetic"]:
        st.warning(texts("banner.synthetic"), icon=":material/science:")
    if context.snapshot.is_fallback:
        st.error(texts("state.fallback"))
    age = context.snapshot.age(datetime.now(UTC))
    if age > STALE_AFTER:
        st.warning(texts("state.stale", hours=hours_of(age), days=hours_of(age) // 24))
    _offer_newer(context)
    zone, language = meta["time_zone"], context.language
    published = moment(meta["published_at"].replace(tzinfo=UTC), zone, language)
    with st.sidebar:
        st.caption(f"**{inert(meta[f'pack_name_{language}'])}**")
        st.caption(texts("shell.data_to", date=day(context._data_date, language)))
        st.caption(texts("shell.published", at=published))
        st.caption(texts("shell.run", run=inert(meta["run_id"])))


def _offer_newer(context: Context) -> None:
    """A button when something newer was published than this session looks at."""
    now = current_sha256(home())
    if context.snapshot.is_fallback or now in (None, context.snapshot.sha256):
        return
    text, button = st.columns([4, 1], vertical_alignment="center")
    text.info(context.texts("state.newer"))
    if button.button(context.texts("state.reload"), key="reload"):
        st.session_state.pop("snapshot", None)
        st.rerun()


def current_context() -> Context:
    """The context that ``app.py`` prepared for the page being run."""
    return st.session_state["context"]
