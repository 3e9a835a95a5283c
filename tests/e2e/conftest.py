import pytest

from pipelines.demo import DEMO_DAY
from skills_models.packs import find_pack, load_pack
from skills_models.synthetic import generate
from tests.e2e.homes import Home

PERSONS = 20_000
SEED = 7


@pytest.fixture(scope="session")
def service():
    """The synthetic civil service whose truth the tests know."""
    return generate(load_pack(find_pack("kz")), n_people=PERSONS, seed=SEED, as_of=DEMO_DAY)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory):
    """A home after ``skillsgap demo``, with what the command answered."""
    home = Home(tmp_path_factory.mktemp("demo"))
    answer = home.command("demo", "--persons", PERSONS, "--seed", SEED)
    assert answer.exit_code == 0, answer.text
    return home, answer
