"""One practice exchange for the clients of a module: each has an account's history of its own to live with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.stock_clients.served import Served, practice_exchange


@pytest.fixture
def served() -> Iterator[Served]:
    with practice_exchange(["--seed", "7"]) as running:
        yield running
