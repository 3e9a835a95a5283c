"""How well does the survey measure? Model card of the scales, statistics of the items, quality of the answers."""

import streamlit as st

from dashboards.sections.answer_quality import show_coverage, show_flags
from dashboards.sections.scales import show_all_items, show_one_scale, show_scales
from dashboards.shell import Context, current_context
from dashboards.views.format import number

STATEMENTS = ("self_report", "reliability", "model", "language", "drafts")


def show_statements(context: Context) -> None:
    """What these figures are and are not."""
    texts = context.texts
    st.header(texts("measurement.is_and_is_not"))
    reliability = context.table("mart_method__scale")["reliability"]
    low, high = (number(value, context.language, 2) for value in (reliability.min(), reliability.max()))
    said = [texts(f"measurement.says.{statement}", low=low, high=high) for statement in STATEMENTS]
    st.markdown("\n".join(f"- {sentence}" for sentence in said))


def render(context: Context) -> None:
    """The page from top to bottom."""
    texts = context.texts
    st.title(texts("measurement.title"))
    st.markdown(texts("measurement.lead"))
    show_statements(context)
    show_scales(context)
    show_one_scale(context)
    show_flags(context)
    show_coverage(context)
    show_all_items(context)


render(current_context())
