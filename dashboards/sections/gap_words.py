"""Words that every gap table and chart shares."""

from dashboards.shell import Context


def gap_titles(context: Context) -> dict[str, str]:
    """Tooltip fields of a gap figure."""
    texts = context.texts
    return {
        "text": texts("gaps.share_below"),
        "interval_text": texts("gaps.interval"),
        "plain_text": texts("gaps.plain"),
        "respondents_text": texts("common.respondents"),
    }


def gap_headers(context: Context) -> dict[str, str]:
    """Columns of a gap table in words."""
    texts = context.texts
    people = {"people_text": texts("common.people"), "response_text": texts("common.response")}
    return {**gap_titles(context), **people, "state": texts("common.state")}


def series_words(context: Context) -> dict[str, str]:
    """Words for the parts of an interval plot."""
    texts = context.texts
    return {"model": texts("gaps.dot"), "plain": texts("gaps.plain"), "reference": texts("gaps.nation_line")}
