"""What a refresh costs at growing sizes, as whole processes; prints ratios, asserts nothing.

CPU seconds and peak memory are the operating system's own figures of the finished process. The smallest size is
almost all fixed cost (imports, orchestration, expectations); the ratio to it says what people add.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile

SIZES = (5_000, 20_000, 90_000)


def refresh_cost(persons: int) -> dict[str, float]:
    """CPU seconds, peak GiB and pipeline seconds of one demo in a home of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as home:
        answer = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", "demo", "--persons", str(persons), "--json"],
            env={**os.environ, "SKILLSGAP_HOME": home},
            capture_output=True,
            text=True,
            check=True,
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    facts = json.loads(answer.stdout.strip().splitlines()[-1])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu": cpu, "wall": facts["pipeline_seconds"], "gib": facts["peak_memory_gib"]}


def main() -> None:
    """Print one line per size."""
    print(f"{'people':>8} {'CPU s':>8} {'pipeline s':>11} {'peak GiB':>9} {'CPU, times the smallest':>24}")
    smallest = None
    for persons in SIZES:
        cost = refresh_cost(persons)
        smallest = smallest or cost["cpu"]
        ratio = cost["cpu"] / smallest
        print(f"{persons:>8,} {cost['cpu']:>8.1f} {cost['wall']:>11.1f} {cost['gib']:>9.2f} {ratio:>24.2f}", flush=True)


if __name__ == "__main__":
    main()
