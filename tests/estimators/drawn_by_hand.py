"""Two bodies with draws so simple that every figure can be made by hand."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.special import ndtri

from skills_models.estimation.draws import CELL, SkillDraws
from skills_models.survey.weights import cell_weights

UNITS = 12
WITHIN = 0.9
CUTS = np.array([-np.inf, -1.5, 0.0, 1.5])
THETA_PER_LEVEL = 1.5
N_DRAWS = 400
AGENCIES = pl.DataFrame(
    {"agency_id": ["A", "B"], "agency_kind_code": ["central", "district"], "region_code": [None, "R1"]}
)
CELLS = pl.DataFrame(
    [
        ("A", "head", "digital", 10, 0),
        ("A", "staff", "digital", 30, 15),
        ("A", "staff", "policy", 90, 15),
        ("B", "staff", "policy", 50, 20),
    ],
    orient="row",
    schema=[*CELL, "n_people", "n_respondents"],
)
PEOPLE = CELLS["n_people"].to_numpy()
BELOW = [0.5, 0.2, 0.8, 0.4]  # modelled share below level 2 of each cell
WEIGHTS = cell_weights(CELLS)
COUNTED = CELLS.select(
    *CELL,
    pl.lit("ITR").alias("skill_code"),
    "n_people",
    n_measured="n_respondents",
    n_unflagged=pl.Series([0, 12, 10, 19]),
    n_below=pl.Series([0, 3, 12, 10]),
    sum_shortfall_units=pl.Series([0, 36, 180, 120]),
)
"""analysis_skill__assn_cell_skill: all who replied were measured."""


def means(below=BELOW, cut=CUTS[2]):
    """Mean of each cell that leaves this share below the cut, the same in every draw, shape (cells, draws)."""
    return np.tile((cut - WITHIN * ndtri(below))[:, None], N_DRAWS)


def drawn(mean=None, required=2, skill="ITR", cells=CELLS, within=WITHIN):
    """Draws of a skill; ``required`` is one level, or one per cell."""
    placed = cells.with_columns(required_level=pl.lit(required) if isinstance(required, int) else pl.Series(required))
    mean = means() if mean is None else mean
    return SkillDraws(skill, placed, mean, np.full(mean.shape[1], within), CUTS, THETA_PER_LEVEL)


def row(frame, **keys):
    return frame.row(by_predicate=pl.all_horizontal(pl.col(k) == v for k, v in keys.items()), named=True)
