"""Every screen in a real browser, in every language, on the example snapshot."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards.i18n import catalogue
from tests.dashboards import example_snapshot

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENS = {
    "anchored": ("overview", "gaps", "priorities", "segments", "quotas", "measurement", "data_and_method"),
    "agreement": ("overview", "climate", "data_and_method"),
}
VIEWPORT = {"width": 1360, "height": 1000}
DRAWN = """() => {
    const some = selector => document.querySelectorAll(selector);
    return some('[data-testid=stApp][data-test-script-state=notRunning]').length
        && !some('[data-testid=stSkeleton], [data-testid=stAppSkeleton]').length
        && [...some('[data-testid=stVegaLiteChart]')].every(e => e.querySelector('canvas, svg'));
}"""
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine; install the package of that name"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """A context of the system's headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium.new_context(viewport=VIEWPORT, reduced_motion="reduce")
        chromium.close()


@pytest.fixture(scope="module", params=list(SCREENS))
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Scale and address of a dashboard on a free loopback port."""
    home = tmp_path_factory.mktemp(request.param)
    example_snapshot.publish(home, request.param)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboards/app.py", "--server.port", str(port)]
    environment = os.environ | {"SKILLSGAP_HOME": str(home)}
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
            yield request.param, f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=10)


def _wait_for(address: str, server: subprocess.Popen) -> None:
    for _ in range(150):
        assert server.poll() is None, "the dashboard stopped"
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the dashboard did not answer")


def test_every_screen_renders_in_every_language(served, browser, tmp_path):
    scale, address = served
    outside, surprises = [], []
    page = browser.new_page()
    page.on("request", lambda request: outside.append(request.url) if _leaves(request.url) else None)
    page.on("dialog", lambda dialog: (surprises.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: surprises.append(str(error)))
    for language in ("kk", "ru", "en"):
        page.goto(f"{address}/?lang={language}")
        for place, screen in enumerate(SCREENS[scale]):
            if place:
                page.locator("[data-testid=stSidebarNavLink]").nth(place).click()
                page.wait_for_url(f"**/{screen}*")
            _wait_until_done(page, catalogue(language)[f"{screen}.title"])
            assert page.locator("[data-testid=stException]").count() == 0, (screen, language)
            assert page.locator("[data-testid=stMain] img[src=x], [data-testid=stMain] a[href*=evil]").count() == 0
            assert page.evaluate("document.documentElement.lang") == language
            if screen == "gaps":
                page.get_by_text(catalogue(language)["gaps.by_share"], exact=True).first.click()
                page.wait_for_function(DRAWN, timeout=20000, polling=100)
            _photograph(page, tmp_path / f"{scale}_{screen}_{language}.png")
    page.close()
    assert (outside, surprises) == ([], [])


def _leaves(address: str) -> bool:
    return not address.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))


def _wait_until_done(page, title: str) -> None:
    """Until the screen of that title has run and everything on it is drawn."""
    page.locator("h1", has_text=title).wait_for(timeout=20000)
    page.wait_for_function(DRAWN, timeout=20000, polling=100)


def _photograph(page, path: Path) -> None:
    """What is on the screen; the whole page where a folder for screenshots is given."""
    folder = os.environ.get("SKILLSGAP_SCREENSHOTS")
    if folder:
        path = Path(folder) / path.name
        height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size(VIEWPORT | {"height": min(max(int(height), 600), 6000)})
        page.wait_for_function(DRAWN, timeout=20000, polling=100)
    page.screenshot(path=str(path))
    page.set_viewport_size(VIEWPORT)
