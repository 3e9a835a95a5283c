import pytest

from assets import house_tables
from tests.assets.graph import SCALES, describe_graph, snapshot, specs

SPECS = [(scale, name) for scale in SCALES for name in specs(scale)]


@pytest.mark.parametrize("scale", SCALES)
def test_the_asset_graph_is_the_one_we_agreed_on(scale):
    assert describe_graph(scale) == snapshot(scale).read_text(), "run: python -m tests.assets.graph"


@pytest.mark.parametrize("scale", SCALES)
def test_every_table_of_the_contracts_has_an_asset_and_the_other_way_round(scale):
    assert {table.name for table in house_tables(scale)} | {"published_snapshot"} == set(specs(scale))


@pytest.mark.parametrize(("scale", "name"), SPECS)
def test_an_asset_is_documented_owned_and_versioned(scale, name):
    spec = specs(scale)[name]
    assert spec.description
    assert spec.owners
    assert spec.code_version
    assert spec.group_name == (name.split("__")[0] if "__" in name else "publish")


@pytest.mark.parametrize("scale", SCALES)
def test_nothing_reads_a_layer_after_its_own(scale):
    order = {"raw": 0, "core": 1, "analysis": 2, "mart": 3, "published": 4}
    for name, spec in specs(scale).items():
        for dependency in spec.deps:
            upstream = dependency.asset_key.to_user_string()
            assert order[upstream.split("_")[0]] <= order[name.split("_")[0]], f"{name} reads {upstream}"


def test_an_agreement_survey_never_becomes_a_level_a_gap_or_a_quota():
    forbidden = ("gap", "quota", "needs", "skill__", "due")
    names = [n for n in specs("agreement") if n.startswith(("analysis_", "mart_"))]
    assert names
    assert not [
        n
        for n in names
        if any(word in n.split("_", 1)[1] for word in forbidden)
        and "climate" not in n
        and n not in ("mart_ref__skill",)
    ]


def test_publishing_is_last_and_reads_every_mart():
    anchored = specs("anchored")
    read = {d.asset_key.to_user_string() for d in anchored["published_snapshot"].deps}
    assert read == {name for name in anchored if name.startswith("mart_")}
    assert not [
        n for n, s in anchored.items() if "published_snapshot" in {d.asset_key.to_user_string() for d in s.deps}
    ]
