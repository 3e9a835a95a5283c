"""``make bench``: what things cost, each in a process of its own; prints ratios and memory, asserts nothing.

``python -m tests.benchmarks.NAME`` runs one of them.
"""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = {
    "graded_response": "Graded response model: calibrate and score",
    "cells": "Cells: variances and draws; simulated countries",
    "raking": "Raking",
    "refresh": "Nightly refresh",
}


def main() -> None:
    """Run them one after the other; a failing one stops the rest."""
    for name, title in BENCHMARKS.items():
        print(f"\n# {title}", flush=True)
        subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"], check=True)


if __name__ == "__main__":
    main()
