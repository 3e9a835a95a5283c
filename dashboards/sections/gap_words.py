"""Words that every gap table and chart shares."""

from dashboards.shell import Context
from dashboards.views import evidence


def gap_titles(context: Context) -> dict[str, str]:
    """Tooltip fields of a share below requirement."""
    texts = context.texts
    return {
        "text": texts("gaps.share_below"),
        "interval_text": texts("gaps.interval"),
        "plain_text": texts("gaps.plain"),
        "respondents_text": texts("common.respondents"),
        "effective_text": texts("common.effective"),
    }


def relative_titles(context: Context) -> dict[str, str]:
    """Tooltip fields of the difference from the nation."""
    texts = context.texts
    return {
        "position_name": texts("gaps.position"),
        "relative_text": texts("gaps.relative"),
        "relative_interval_text": texts("gaps.relative_interval"),
    }


def gap_headers(context: Context) -> dict[str, str]:
    """Columns of a gap table in words."""
    texts = context.texts
    people = {
        "response_text": texts("common.response"),
        "people_text": texts("common.people"),
        "people_below_text": texts("gaps.people_below"),
    }
    return {**gap_titles(context), **people, "state": texts("common.state")}


def series_words(context: Context) -> dict[str, str]:
    """Words for the parts of an interval plot."""
    texts = context.texts
    return {"model": texts("gaps.dot"), "plain": texts("gaps.plain"), "reference": texts("gaps.nation_line")}


def national_evidence(context: Context) -> str:
    """What stands beside the self-reports of the whole service."""
    return evidence.of_nation(context.table("mart_survey__coverage"), context.texts)
