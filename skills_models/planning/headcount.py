"""Seats in proportion to people: whole seats by largest remainders, first over bodies, then inside a body."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from skills_models.planning.limits import Flags, Ints
from skills_models.planning.problem import PlanningProblem


class Apportionment:
    """Whole seats in proportion to weights, over many rounds: what rounding withholds is carried to the next round.

    Without the carry the largest would win every single seat; with it small parts get their share over the rounds.
    """

    def __init__(self, size: int) -> None:
        self._carried = np.zeros(size)

    def share(self, n_seats: int, weights: Ints, most: Ints, rows: npt.NDArray[np.intp]) -> Ints:
        """Seats for the given rows, none above ``most``; ties go to the first.

        Returns
        -------
        ndarray of the shape of ``rows``; its sum is min(n_seats, sum of ``most`` where the weight is positive)
        """
        room = np.where(weights > 0, most, 0)
        n_seats = min(n_seats, int(room.sum()))
        if n_seats == 0:
            return np.zeros_like(room)
        target = self._carried[rows] + n_seats * weights / max(weights[room > 0].sum(), 1)
        seats = np.zeros_like(room)
        while (left := n_seats - int(seats.sum())) > 0:
            open_rows = np.flatnonzero(seats < room)
            wanted = np.maximum(np.floor(target[open_rows] - seats[open_rows] + 1e-9), 0).astype(np.int64)
            step = np.minimum(wanted, room[open_rows] - seats[open_rows])
            if not 0 < step.sum() <= left:
                first = np.argsort(-np.round(target[open_rows] - seats[open_rows], 9), kind="stable")[:left]
                step = np.zeros_like(step)
                step[first] = 1
            seats[open_rows] += step
        self._carried[rows] = target - seats
        return seats


class HeadCount:
    """Seats of one course after the other by head count; rounding is carried from course to course.

    Parameters
    ----------
    problem : whose bodies and people share

    Attributes
    ----------
    agency : (n_pools,) position of the pool's body in ``problem.limits.agency_ids``
    """

    def __init__(self, problem: PlanningProblem) -> None:
        self._problem = problem
        self.agency = _agency_of_pool(problem)
        self._between = Apportionment(len(problem.limits.agency_ids))
        self._inside = Apportionment(problem.pools.height)

    def share(self, course: int, language: int, n_seats: int, people: Ints, room: Ints | None = None) -> Ints:
        """(n_pools,) seats of a course in one language: bodies by all their people, inside a body everybody alike.

        Parameters
        ----------
        course, language, n_seats : what is shared out; less where people or room run out
        people : (n_pools,) people who still may get a seat; those who cannot attend get none
        room : (n_agencies,) most seats of a body; None for no bound
        """
        may = _may_attend(self._problem, course, language)
        n_agencies = len(self._problem.limits.agency_ids)
        able = np.bincount(self.agency, weights=np.where(may, people, 0), minlength=n_agencies).astype(np.int64)
        most = able if room is None else np.minimum(able, room)
        weights = np.where(most > 0, self._problem.limits.agency_people, 0)
        by_agency = self._between.share(n_seats, weights, most, np.arange(n_agencies))
        seats = np.zeros_like(people)
        for body in np.flatnonzero(by_agency):
            rows = np.flatnonzero((self.agency == body) & may)
            seats[rows] = self._inside.share(int(by_agency[body]), people[rows], people[rows], rows)
        return seats


def _may_attend(problem: PlanningProblem, course: int, language: int) -> Flags:
    enough = problem.pools["allowed_hours"].to_numpy() >= problem.courses["course_hours"][course]
    return problem.speaks[:, language] & enough & problem.on_track[course, problem.pools["group"].to_numpy()]


def _agency_of_pool(problem: PlanningProblem) -> Ints:
    ids = list(problem.limits.agency_ids)
    body = problem.groups["agency_id"].replace_strict(ids, list(range(len(ids))), return_dtype=pl.Int64).to_numpy()
    return body[problem.pools["group"].to_numpy()]
