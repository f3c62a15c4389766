"""One practice exchange for all tests here, as new for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.key_desk import Desk, serving_desk


@pytest.fixture(scope="package")
def served_desk() -> Iterator[Desk]:
    with serving_desk() as desk:
        yield desk


@pytest.fixture
def desk(served_desk: Desk) -> Desk:
    served_desk.begin()
    return served_desk
