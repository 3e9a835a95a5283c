"""The item bank: which parameters score whom, what a level is, and what a pack's bank must be."""

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from skills_models.contracts import TABLES
from skills_models.measurement.bank import (
    THRESHOLDS,
    NoItemBank,
    in_force,
    item_parameters,
    level_scales,
    scale_table,
    skill_items,
)
from skills_models.measurement.leniency import agency_leniency
from skills_models.packs import PackError, find_pack, load_pack

ITEMS = pl.DataFrame({"item_code": ["I2", "I1", "D1", "FREE"], "skill_code": ["ITR", "ITR", "DAT", None]})


def bank(*rows):
    """Rows (version, item, language, slope, answer sheets[, shift of the thresholds]); skill by the first letter."""
    records = []
    for version, item, language, slope, n, *shift in rows:
        base = {"bank_version": version, "item_code": item, "language_code": language, "n_calibration": n}
        skill = {"I": "ITR", "D": "DAT"}[item[0]]
        steps = dict(zip(THRESHOLDS, np.array([-1.0, 0.0, 1.0]) + sum(shift), strict=True))
        lacking = dict.fromkeys(("slope_error", "threshold_error", "misfit_rmsea", "language_shift"))
        records.append(base | {"skill_code": skill, "slope": slope} | steps | lacking)
    return TABLES["core_ref__fit_bank_item"].enforce(pl.DataFrame(records))


SPLIT = bank(
    (1, "I1", "all", 1.5, 900),
    (1, "I2", "kk", 2.0, 300, 0.4),
    (1, "I2", "ru", 3.0, 600, -0.2),
    (1, "D1", "all", 2.5, 900),
)


def slopes(rows, language, *items):
    return item_parameters(rows, list(items), language)[0].tolist()


def test_the_latest_version_is_in_force_whatever_the_order_of_rows():
    rows = bank((1, "I1", "all", 1.0, 10), (10, "I1", "all", 3.0, 10), (9, "I1", "all", 2.0, 10))

    assert in_force(rows.reverse())["slope"].to_list() == [3.0]
    assert in_force(rows.clear()).is_empty()


def test_a_version_that_drops_an_item_leaves_it_without_parameters():
    rows = bank((1, "I1", "all", 1.0, 10), (1, "I2", "all", 1.0, 10), (2, "I1", "all", 2.0, 10))

    assert slopes(in_force(rows), "ru", "I1", "I2") == pytest.approx([2.0, np.nan], nan_ok=True)


def test_people_of_a_language_are_scored_with_its_own_parameters():
    assert slopes(SPLIT, "kk", "I1", "I2") == [1.5, 2.0]
    assert slopes(SPLIT, "ru", "I1", "I2") == [1.5, 3.0]
    assert item_parameters(SPLIT, ["I2"], "kk")[1].tolist() == [[-0.6, 0.4, 1.4]]


def test_an_own_language_goes_before_all_even_with_fewer_sheets():
    rows = bank((1, "I1", "all", 1.0, 900), (1, "I1", "kk", 2.0, 5))

    assert [slopes(rows, language, "I1") for language in ("kk", "ru", "all")] == [[2.0], [1.0], [1.0]]


@pytest.mark.parametrize(("n_kk", "n_ru", "slope"), [(300, 600, 3.0), (600, 300, 2.0), (300, 300, 3.0)])
def test_an_unknown_language_takes_that_of_most_answer_sheets_for_split_items(n_kk, n_ru, slope):
    rows = bank((1, "I2", "kk", 2.0, n_kk), (1, "I2", "ru", 3.0, n_ru))

    assert slopes(rows, "all", "I2") == [slope]
    assert slopes(rows.reverse(), "all", "I2") == [slope]


def test_parameters_of_another_language_are_lent_to_nobody():
    assert slopes(SPLIT, "en", "I1", "I2") == pytest.approx([1.5, np.nan], nan_ok=True)


def test_items_come_in_the_order_asked_for_and_unknown_ones_are_nan():
    found, thresholds = item_parameters(SPLIT, ["I2", "NEW", "I1"], "ru")

    assert found.tolist() == pytest.approx([3.0, np.nan, 1.5], nan_ok=True)
    assert np.isnan(thresholds).any(axis=1).tolist() == [False, True, False]
    assert thresholds.shape == (3, 3)


def test_items_of_a_skill_stand_in_the_order_of_their_digits():
    assert skill_items(ITEMS) == {"DAT": ["D1"], "ITR": ["I1", "I2"]}


def test_an_item_split_by_language_weighs_as_one_item():
    whole = bank((1, "I1", "all", 2.0, 900, -0.5), (1, "I2", "all", 2.0, 900, 0.5))
    alike = bank((1, "I1", "all", 2.0, 900, -0.5), (1, "I2", "kk", 2.0, 100, 0.5), (1, "I2", "ru", 2.0, 200, 0.5))
    thrice = bank((1, "I1", "all", 2.0, 900, -0.5), *((1, f"I{i}", "all", 2.0, 900, 0.5) for i in (2, 3)))

    cut = level_scales(whole)["ITR"].cuts
    assert level_scales(alike)["ITR"].cuts == pytest.approx(cut, abs=1e-9)
    assert level_scales(thrice)["ITR"].cuts[1] > cut[1] + 0.05  # two columns that each count once: what must not be


def test_languages_of_a_split_item_weigh_by_their_answer_sheets():
    apart = [level_scales(bank((1, "I2", "kk", 2.0, n, 0.5), (1, "I2", "ru", 2.0, 900 - n, -0.5))) for n in (100, 800)]

    few_kk, many_kk = (scales["ITR"].cuts[1] for scales in apart)
    assert few_kk < -0.2
    assert many_kk == pytest.approx(-few_kk, abs=0.02)


def test_a_pack_without_a_bank_is_told_what_to_do():
    with pytest.raises(NoItemBank, match="run `skillsgap calibrate`"):
        scale_table(SPLIT.clear(), ITEMS)
    with pytest.raises(NoItemBank):
        scale_table(SPLIT.with_columns(skill_code=pl.lit("X")), ITEMS)


def test_a_skill_without_calibrated_items_has_no_scale_and_the_others_do():
    newer = bank((2, "I1", "all", 1.5, 900))

    assert scale_table(SPLIT.filter(pl.col("skill_code") == "ITR"), ITEMS)["skill_code"].to_list() == ["ITR"]
    assert scale_table(pl.concat([SPLIT, newer]), ITEMS)["skill_code"].to_list() == ["ITR"]


def test_a_skill_that_the_pack_asks_about_no_more_has_no_scale():
    asked = ITEMS.filter(pl.col("skill_code") == "ITR")

    assert scale_table(SPLIT, asked)["skill_code"].to_list() == ["ITR"]
    assert scale_table(SPLIT, asked)["cut_2"].to_list() == scale_table(SPLIT, ITEMS)["cut_2"].to_list()[1:]


def test_the_table_of_scales_obeys_its_contract():
    table = TABLES["analysis_skill__fit_scale"].enforce(scale_table(SPLIT, ITEMS))

    assert table["skill_code"].to_list() == ["DAT", "ITR"]
    assert table["cut_2"][0] == pytest.approx(0.0, abs=1e-9)
    assert (table["cut_1"] < table["cut_2"]).all()


def test_a_person_with_two_supervisors_is_one_double_rated_person():
    rng = np.random.default_rng(3)
    pairs = [(f"{body}{i}", f"boss{r}", body) for body in "ABC" for i in range(6) for r in range(1 + (body == "A"))]
    answers = {name: rng.integers(1, 5, len(pairs)) + 5 * rng.integers(1, 5, len(pairs)) for name in ("self", "rater")}
    ratings = pl.DataFrame(pairs, schema=["person_id", "rater_id", "agency_id"], orient="row").with_columns(
        pl.Series(f"{side}_pattern_id", numbers) for side, numbers in answers.items()
    )
    ratings = ratings.with_columns(skill_code=pl.lit("ITR"), language_code=pl.lit("ru"))

    found = agency_leniency(ratings, SPLIT, ITEMS, scale_table(SPLIT, ITEMS), list("ABCD"), 4)

    assert dict(found.select("agency_id", "n_double_ratings").rows()) == {"A": 6, "B": 6, "C": 6, "D": 0}


# -- the bank of a pack
@pytest.fixture
def broken(tmp_path):
    return Path(shutil.copytree(find_pack("kz"), tmp_path / "broken"))


def edit(folder, change, file="items.csv"):
    """Rewrite a file of the bank with ``change``, a function of its text frame."""
    path = folder / "item_bank" / file
    change(pl.read_csv(path, infer_schema=False)).write_csv(path)


def problems_of(folder):
    with pytest.raises(PackError) as caught:
        load_pack(folder)
    return caught.value.problems


def test_the_bank_of_the_pack_measures_every_skill_in_both_languages_of_its_sheets():
    pack = load_pack(find_pack("kz"))
    items, rows = pack.tables["core_ref__entity_item"], in_force(pack.tables["core_ref__fit_bank_item"])

    scales = scale_table(rows, items)
    assert scales["skill_code"].to_list() == sorted(skill_items(items))
    assert scales["skill_code"].to_list() == pack.tables["core_ref__fit_bank_scale"]["skill_code"].to_list()
    for language in ("kk", "ru", "all"):
        for codes in skill_items(items).values():
            assert not np.isnan(item_parameters(rows, codes, language)[0]).any()


NO_MODEL = (
    "want a slope above 0 and up to 10, and rising thresholds within 10 of 0; restore the file as it was accepted"
)
FIRST = "item_bank/items.csv, bank_version=1, item_code=CUR_1, language_code=all"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"threshold_2": None}, f"{FIRST}: threshold_2 is blank; fill it in"),
        ({"slope": "steep"}, f"{FIRST}: slope 'steep' cannot be read as DOUBLE; correct it"),
        (
            {"threshold_1": "9.5"},
            f"{FIRST}: {NO_MODEL}",
        ),
        (
            {"slope": "0"},
            f"{FIRST}: {NO_MODEL}",
        ),
    ],
)
def test_a_broken_row_of_the_bank_is_named(broken, changed, said):
    first = (pl.col("item_code") == "CUR_1") & (pl.col("language_code") == "all")
    values = [pl.when(first).then(pl.lit(v, pl.String)).otherwise(c).alias(c) for c, v in changed.items()]
    edit(broken, lambda rows: rows.with_columns(values))

    assert said in problems_of(broken)


def test_a_repeated_row_of_the_bank_is_named(broken):
    edit(broken, lambda rows: pl.concat([rows, rows.head(1)]))

    assert problems_of(broken) == (f"{FIRST}: stands 2 times; keep one",)


def test_what_a_stopped_acceptance_left_does_not_count(broken):
    edit(broken, lambda rows: pl.concat([rows, rows.with_columns(bank_version=pl.lit("2"))]))

    assert load_pack(broken).tables["core_ref__fit_bank_item"]["bank_version"].unique().to_list() == [1]


def test_half_a_version_of_the_bank_is_named(broken):
    edit(broken, lambda rows: rows.filter(pl.col("skill_code") != "CUR"), "scales.csv")

    assert problems_of(broken) == (
        "item_bank/items.csv, bank_version=1: CUR not in item_bank/scales.csv; restore both files as they were "
        "accepted",
    )
