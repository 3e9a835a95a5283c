"""What calibrating and scoring a scale costs at growing sizes, and against R; prints, asserts nothing.

Each size runs in a process of its own, so that peak memory is its own; compilation and the simulation of answers come
before the clock. R's CPU seconds are those stored with the golden files, of fit and scores on the same answers.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from skills_models.measurement.answer_patterns import collapse
from skills_models.measurement.graded_response import GradedResponseModel

GOLDEN = Path(__file__).parents[2].parent / "shared" / "data" / "golden"
SIZES = [(5_000, 6), (50_000, 6), (200_000, 6), (1_000_000, 6), (5_000, 36), (100_000, 36), (1_000_000, 36)]
MISSING_SHARE = 0.1


def simulated(n_people: int, n_items: int, seed: int = 11) -> np.ndarray:
    """Answers 0 .. 3 of a standard normal population, one in ten missing, int8, shape (n_people, n_items)."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=n_people)
    answers = np.empty((n_people, n_items), np.int8)
    for item in range(n_items):
        slope, thresholds = rng.uniform(0.8, 2.5), rng.normal(0, 0.5) + np.array([-1.0, 0.0, 1.0])
        noisy = slope * theta + rng.logistic(size=n_people)
        answers[:, item] = np.searchsorted(slope * thresholds, noisy)
        answers[rng.random(n_people) < MISSING_SHARE, item] = -1
    return answers


def cost(answers: np.ndarray) -> dict[str, float]:
    """CPU seconds of fit and of scores, and EM steps; everything compiled before."""
    GradedResponseModel().fit(simulated(200, 4)).score(simulated(200, 4))
    begin = time.process_time()
    model = GradedResponseModel().fit(answers)
    fitted = time.process_time()
    model.score(answers)
    return {"fit": fitted - begin, "score": time.process_time() - fitted, "steps": model.n_iter_}


def print_one(n_people: int, n_items: int) -> None:
    """One size as JSON, for the process that ``main`` starts."""
    answers = simulated(n_people, n_items)
    found = cost(answers)
    found["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**found, "patterns": len(collapse(answers).weight)}))


def main() -> None:
    """One line per size, then one per golden set with the ratio to R."""
    heads = [("patterns", 10), ("fit CPU s", 10), ("score CPU s", 12), ("peak MiB", 9), ("EM steps", 9)]
    print(f"{'people':>10} {'items':>6} " + " ".join(f"{head:>{width}}" for head, width in heads))
    for n_people, n_items in SIZES:
        command = [sys.executable, "-m", "tests.benchmarks.graded_response", str(n_people), str(n_items)]
        got = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        line = f"{got['patterns']:>10,} {got['fit']:>10.3f} {got['score']:>12.3f} {got['mib']:>9.0f} {got['steps']:>9}"
        print(f"{n_people:>10,} {n_items:>6} {line}", flush=True)
    if not GOLDEN.exists():
        print("R's results are not beside this checkout (../shared/data/golden): no ratio to R")
        return
    for reference in np.genfromtxt(
        GOLDEN / "grm_reference.csv", delimiter=",", names=True, dtype=None, encoding="utf-8"
    ):
        answers = np.maximum(np.loadtxt(GOLDEN / f"{reference['set']}.csv", delimiter=",", dtype=np.int64), -1)
        found, r = cost(answers), float(reference["cpu_seconds_fit_and_score"])
        ours = found["fit"] + found["score"]
        print(f"{reference['set']:>20}: {ours:.3f} CPU s, R {r:.3f}, 1/{r / ours:.0f}; {found['steps']} EM steps")


if __name__ == "__main__":
    print_one(int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) == 3 else main()
