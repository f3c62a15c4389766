"""Longer and longer pauses between tries, at random within bounds so that many clients do not come back at once."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    first_seconds: float = 0.5
    most_seconds: float = 30.0
    factor: float = 2.0

    def pause(self, failures: int) -> float:
        """After the ``failures``-th failure in a row (from 1): between half of the bound and the bound."""
        # 30 doublings are beyond any bound; more would overflow a float one day
        bound = min(self.most_seconds, self.first_seconds * self.factor ** min(failures - 1, 30))
        return bound * random.uniform(0.5, 1.0)
