"""From key-sorted cell frames to dense arrays of groups x strata."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray


@dataclass(frozen=True)
class StratifiedGroups:
    """Groups (rows, sorted by key), their strata (columns, sorted by key), and where each cell of the frame lies."""

    groups: pl.DataFrame
    n_strata: int
    row: NDArray[np.intp]
    column: NDArray[np.intp]

    def spread(self, values: pl.Series) -> NDArray:
        """One column of the cell frame as (n_groups, n_strata), in its own type; 0 where there is no cell."""
        given = values.to_numpy()
        dense = np.zeros((self.groups.height, self.n_strata), dtype=given.dtype)
        np.add.at(dense, (self.row, self.column), given)
        return dense


def stratify(cells: pl.DataFrame, group_by: list[str], stratum_by: list[str]) -> StratifiedGroups:
    """Number the groups and strata of ``cells``, each in the order of its key."""
    groups = cells.select(group_by).unique().sort(group_by)
    strata = cells.select(stratum_by).unique().sort(stratum_by)
    return StratifiedGroups(groups, strata.height, _places(cells, groups), _places(cells, strata))


def _places(cells: pl.DataFrame, keys: pl.DataFrame) -> NDArray[np.intp]:
    numbered = keys.with_row_index("place")
    return cells.join(numbered, on=keys.columns, how="left", maintain_order="left")["place"].to_numpy().astype(np.intp)
