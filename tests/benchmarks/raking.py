"""What raking a million respondents costs: CPU seconds, peak memory and the misfit left; asserts nothing."""

from __future__ import annotations

import resource
import time

import numpy as np

from skills_models.survey.raking import rake

ROWS = 1_000_000
SIZES = {"agency": 60, "band": 4, "family": 15, "language": 2}
PEOPLE_PER_ROW = 2.2


def replies(rng: np.random.Generator) -> tuple[np.ndarray, list[np.ndarray]]:
    """Codes of the respondents, shape (rows, margins), and the register's margins, which they do not mirror."""
    shares = [rng.dirichlet(np.full(size, 2.0)) for size in SIZES.values()]
    codes = np.column_stack([rng.choice(share.size, ROWS, p=share).astype(np.int16) for share in shares])
    tilted = [share * rng.lognormal(0, 0.3, share.size) for share in shares]
    return codes, [ROWS * PEOPLE_PER_ROW * share / share.sum() for share in tilted]


def cost(codes: np.ndarray, margins: list[np.ndarray], start: np.ndarray | None) -> tuple[float, float]:
    """CPU seconds, and the largest relative misfit of a margin."""
    before = time.process_time()
    weights = rake(codes, margins, start, names=list(SIZES))
    seconds = time.process_time() - before
    found = [np.bincount(codes[:, m], weights) for m in range(len(margins))]
    return seconds, max(float(np.abs(f / people - 1).max()) for f, people in zip(found, margins, strict=True))


def peak_gib() -> float:
    """Peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> None:
    """Print one line for equal start weights and one for given ones."""
    rng = np.random.default_rng(11)
    codes, margins = replies(rng)
    print(f"{ROWS:,} rows, {len(SIZES)} margins; {peak_gib():.2f} GiB before")
    print(f"{'start weights':>14} {'CPU s':>7} {'peak GiB':>9} {'misfit':>9}")
    for name, start in (("equal", None), ("given", rng.lognormal(0, 0.5, ROWS))):
        seconds, misfit = cost(codes, margins, start)
        print(f"{name:>14} {seconds:>7.2f} {peak_gib():>9.2f} {misfit:>9.1e}")


if __name__ == "__main__":
    main()
