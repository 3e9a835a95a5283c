"""What README and handbook say exists, exists: commands, targets, links, tables, reasons."""

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from pipelines.cli import app
from skills_models.contracts import FIELDS, TABLES
from skills_models.planning.allotment import PURPOSES
from skills_models.sql.hints import HINTS

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "docs" / "data_dictionary.md"
DOCS = sorted({ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md")} - {GENERATED})
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in DOCS}
MAKEFILE = (ROOT / "Makefile").read_text()

each_doc = pytest.mark.parametrize("doc", TEXTS)


def code_lines(text):
    """Lines of fenced blocks, without remarks, and code spans of the prose."""
    fences = re.findall(r"^ *```\w*\n(.*?)^ *```$", text, re.M | re.S)
    prose = re.sub(r"^ *```\w*\n.*?^ *```$", "", text, flags=re.M | re.S)
    lines = [re.sub(r"\s# .*$", "", line).strip() for block in fences for line in block.splitlines()]
    return lines + re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose)


def calls_of(program, text):
    """Arguments of each call of a program, environment in front removed."""
    for line in code_lines(text):
        call = re.fullmatch(rf"(?:[A-Z_]+=\S+ )*{program} (.+)", line)
        if call:
            yield shlex.split(call.group(1))


def commands():
    """Command name -> command of ``skillsgap``."""
    return typer.main.get_command(app).commands


def make_targets():
    return set(re.findall(r"^([a-z-]+):", MAKEFILE, re.M))


def headings(text):
    """Anchors of a page, as the usual renderers make them."""
    titles = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def codes_in_first_column(text, heading):
    """Codes in the first column of the table under a heading."""
    section = text.split(f"\n### {heading}\n", 1)[1].split("\n#", 1)[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("|")]
    return set(re.findall(r"`(\w+)`", " ".join(rows)))


@each_doc
def test_commands_parse_as_they_are_written(doc, tmp_path, monkeypatch):
    folder = tmp_path / "skillsgap"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name, *arguments in calls_of("skillsgap", TEXTS[doc]):
        assert name in commands(), f"{doc}: skillsgap {name}"
        for file in arguments:
            if name == "deliver" and ("." in file or file == "FILE..."):
                path = folder / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
        commands()[name].make_context(name, arguments)


@pytest.mark.parametrize("name", commands())
def test_every_command_explains_itself_and_stands_in_the_readme(name):
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0
    assert re.search(rf"^\| `skillsgap {name}\b", TEXTS["README.md"], re.M)


@each_doc
def test_options_named_alone_belong_to_a_command(doc):
    known = {option for command in commands().values() for parameter in command.params for option in parameter.opts}
    named = {line for line in code_lines(TEXTS[doc]) if re.fullmatch(r"--[a-z-]+", line)}
    assert named <= known


@each_doc
def test_make_targets_and_their_variables_exist(doc):
    for target, *variables in calls_of("make", TEXTS[doc]):
        assert target in make_targets(), f"{doc}: make {target}"
        for variable in variables:
            assert re.search(rf"^{variable.split('=')[0]} \?=", MAKEFILE, re.M), f"{doc}: {variable}"


@each_doc
def test_environment_variables_are_read_somewhere(doc):
    sources = "".join(
        path.read_text() for folder in ("pipelines", "dashboards") for path in ROOT.glob(f"{folder}/*.py")
    )
    assert not [name for name in re.findall(r"SKILLSGAP_[A-Z_]+", TEXTS[doc]) if f'"{name}"' not in sources]


@each_doc
def test_links_lead_somewhere(doc):
    here, missing = (ROOT / doc).parent, []
    for target, anchor in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)", TEXTS[doc]):
        page = here / target if target else ROOT / doc
        if not page.exists() or (anchor and anchor not in headings(page.read_text(encoding="utf-8"))):
            missing.append(f"{target}#{anchor}")
    assert not missing


@each_doc
def test_tables_are_in_the_contracts(doc):
    named = set(re.findall(r"\b(?:raw|core|analysis|mart)_[a-z]+__[a-z]\w*", TEXTS[doc]))
    assert named <= set(TABLES)


@each_doc
def test_paths_in_code_spans_exist_in_the_checkout(doc):
    folders = "skills_models|assets|pipelines|dashboards|data|tests"
    named = re.findall(rf"`((?:{folders})/[\w./*-]*)`", TEXTS[doc])
    assert not [name for name in named if not list(ROOT.glob(name.rstrip("/")))]


@each_doc
def test_no_place_of_one_machine_or_registry_is_named(doc):
    places = r"(?<![\w.])/(?:home|work|tmp|root|mnt|Users|opt|usr)/\S*|[A-Z]:\\|https?://\S+/(?:simple|packages)/"
    assert not re.findall(rf"{places}|https?://[^\s/)]*(?::\d+|\.local|\.internal)", TEXTS[doc])


def test_the_analyst_finds_every_reason_a_row_or_file_is_set_aside_for():
    page = TEXTS["docs/handbook/analyst.md"]
    assert codes_in_first_column(page, "Why a row is set aside") == set(HINTS)
    ingestion = "".join(path.read_text() for path in ROOT.glob("skills_models/ingestion/*.py"))
    rejections = set(re.findall(r'DeliveryRejected\(\s*"(\w+)"', ingestion)) | {"unknown_source"}
    assert codes_in_first_column(page, "Why a file is rejected") == rejections
    intake = (ROOT / "skills_models" / "sql" / "intake.py").read_text()
    duplicates = codes_in_first_column(page, "Why a row is a duplicate")
    assert duplicates == {"identical_row", "superseded", "second_posting"}
    assert not [reason for reason in duplicates if f"'{reason}'" not in intake]


def test_the_planner_finds_every_reason_of_a_seat_and_of_a_hidden_figure():
    codes = set(re.findall(r"^\| `(\w+)` \|", TEXTS["docs/handbook/planner.md"], re.M))
    assert codes == {*PURPOSES, *FIELDS["hidden_reason_code"].allowed}
