"""What the reader is told when there is nothing to see, or not what there should be."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from dashboards.i18n import catalogue
from tests.dashboards.example_snapshot import publish

WORDS = catalogue("en")


def damage(home, entry) -> None:
    """Flip bits in the middle of a snapshot."""
    path = home / "published" / entry["snapshot"]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))


def repoint(home, **changes) -> None:
    """Change entries of the pointer file."""
    path = home / "published" / "CURRENT.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def told(app) -> str:
    """Everything in boxes and captions."""
    assert not app.exception
    boxes = [*app.info, *app.error, *app.warning, *app.caption]
    return "\n".join(box.value.replace("\\", "") for box in boxes)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_before_the_first_refresh_it_says_what_to_do(open_app, tmp_path, language):
    app = open_app(tmp_path, language)

    assert "skillsgap run" in told(app)
    assert catalogue(language)["state.none.what"] in told(app)


def test_damaged_snapshot_is_never_served(open_app, tmp_path):
    damage(tmp_path, publish(tmp_path))

    app = open_app(tmp_path)

    assert WORDS["state.broken.what"] in told(app)
    assert not app.metric


def test_damaged_snapshot_gives_way_to_the_previous_one_and_says_so(open_app, tmp_path):
    first = publish(tmp_path, run_id="run-1")
    damage(tmp_path, publish(tmp_path, run_id="run-2", previous=(first,)))

    app = open_app(tmp_path)

    assert WORDS["state.fallback"] in told(app)
    assert "Run run-1" in told(app)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"snapshot": 7}', '{"snapshot": "../CURRENT.json", "sha256": "x"}']
)
def test_unreadable_pointer_is_a_broken_publication(open_app, tmp_path, content):
    publish(tmp_path)
    (tmp_path / "published" / "CURRENT.json").write_text(content)

    assert WORDS["state.broken.what"] in told(open_app(tmp_path))


def test_snapshot_of_another_version_is_named_as_such(open_app, tmp_path):
    publish(tmp_path)
    repoint(tmp_path, schema_version=99)

    assert WORDS["state.format.what"] in told(open_app(tmp_path))


def test_snapshot_that_lacks_a_table_is_of_another_version(open_app, tmp_path):
    publish(tmp_path, without=("mart_quota__plan",))

    assert WORDS["state.format.what"] in told(open_app(tmp_path))


def test_data_not_confirmed_for_36_hours_are_called_old(open_app, tmp_path):
    publish(tmp_path, checked_at=datetime.now(UTC) - timedelta(hours=60, minutes=5))

    assert "60 hours ago (2 days)" in told(open_app(tmp_path))


def test_data_confirmed_yesterday_are_not_called_old(open_app, tmp_path):
    publish(tmp_path, checked_at=datetime.now(UTC) - timedelta(hours=26))

    assert "hours ago" not in told(open_app(tmp_path))


def test_session_keeps_its_snapshot_until_the_reader_asks_for_the_newer(open_app, tmp_path):
    first = publish(tmp_path, run_id="run-1")
    app = open_app(tmp_path)
    publish(tmp_path, run_id="run-2", previous=(first,))

    app.run()
    assert "Run run-1" in told(app)
    assert WORDS["state.newer"] in told(app)

    app.button(key="reload").click().run()
    assert "Run run-2" in told(app)
    assert WORDS["state.newer"] not in told(app)


def test_session_moves_on_when_its_snapshot_was_swept_away(open_app, tmp_path):
    first = publish(tmp_path, run_id="run-1")
    app = open_app(tmp_path)
    publish(tmp_path, run_id="run-2")
    (tmp_path / "published" / first["snapshot"]).unlink()

    assert "Run run-2" in told(app.run())


def test_renewed_freshness_mark_reaches_an_open_session(open_app, tmp_path):
    publish(tmp_path, checked_at=datetime.now(UTC) - timedelta(hours=60))
    app = open_app(tmp_path)
    assert "hours ago" in told(app)

    repoint(tmp_path, checked_at=datetime.now(UTC).isoformat())

    assert "hours ago" not in told(app.run())
