"""A venue for all tests of the suite, as new for each; and an adapter that trades there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.exchange.adapters import ADAPTERS
from tests.contract.exchange.floor import Floor
from tests.contract.exchange.venue import Venue, served


@pytest.fixture(scope="session")
def shared_venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venue]:
    with served(tmp_path_factory.mktemp("recorded")) as venue:
        yield venue


@pytest.fixture(autouse=True, scope="session")
def _closed_adapters() -> Iterator[None]:
    yield
    for adapter in ADAPTERS.values():
        adapter.close()


@pytest.fixture
def venue(shared_venue: Venue) -> Venue:
    shared_venue.begin()
    return shared_venue


@pytest.fixture(params=sorted(ADAPTERS))
def floor(request: pytest.FixtureRequest, venue: Venue) -> Iterator[Floor]:
    with Floor(ADAPTERS[request.param], request.param, venue) as found:
        yield found
