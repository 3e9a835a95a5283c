"""Entry of the dashboard: language, snapshot, navigation. `streamlit run dashboards/app.py`."""

import streamlit as st

from dashboards.i18n import Texts
from dashboards.shell import Context, choose_language, explain_error, open_pinned, show_frame
from dashboards.snapshot import SnapshotError

SCREENS = {
    "anchored": ("overview", "gaps", "priorities", "segments", "quotas", "measurement", "data_and_method"),
    "agreement": ("overview", "climate", "data_and_method"),
}


def build_pages(texts: Texts, scale: str) -> list[st.Page]:
    """The screens of a scale; addresses do not depend on the language."""
    return [
        st.Page(
            f"app_pages/{screen}.py",
            title=texts(f"{screen}.title"),
            url_path=screen,
            default=screen == "overview",
        )
        for screen in SCREENS[scale]
    ]


def main() -> None:
    """Show the chosen page of the pinned snapshot, or say in words why there is none."""
    st.set_page_config(page_title="skillsgap", layout="wide")
    texts = choose_language()
    try:
        context = Context(open_pinned(), texts)
        page = st.navigation(build_pages(texts, context.meta["scale_code"]))
        st.session_state["context"] = context
        show_frame(context)
        page.run()
    except SnapshotError as error:
        st.session_state.pop("snapshot", None)
        explain_error(texts, error)


main()
