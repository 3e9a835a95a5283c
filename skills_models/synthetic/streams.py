"""Random streams: one per part of the civil service, so that a new part does not disturb the old ones."""

from __future__ import annotations

from zlib import crc32

import numpy as np


class Streams:
    """Named generators that depend on the seed and the name alone."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def part(self, name: str) -> np.random.Generator:
        """A fresh generator for a named part; the same one whatever else is drawn."""
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(crc32(name.encode()),)))
