from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards import example_snapshot

APP = str(Path(__file__).parents[2] / "dashboards" / "app.py")
OpenApp = Callable[..., AppTest]


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One published example per scale."""
    made = {scale: tmp_path_factory.mktemp(scale) for scale in ("anchored", "agreement")}
    for scale, home in made.items():
        example_snapshot.publish(home, scale)
    return made


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> OpenApp:
    """Opens a screen of the dashboard on a home, in a language."""

    def open_screen(home: Path, language: str = "en", screen: str = "overview") -> AppTest:
        monkeypatch.setenv("SKILLSGAP_HOME", str(home))
        app = AppTest.from_file(APP, default_timeout=30)
        app.query_params["lang"] = language
        app.run()
        return app if screen == "overview" else app.switch_page(f"app_pages/{screen}.py").run()

    return open_screen
