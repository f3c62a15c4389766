"""A venue for all tests of the suite, as new for each; and an adapter that trades there.

Every test runs as the switches of the exchange usually stand, and, in a long run, in each of ``positions.VENUES``; one
that waits for a second or more, in a few of them that see every position.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from typing import Any

import pytest

from tests.contract.exchange.adapters import ADAPTERS
from tests.contract.exchange.differences import Difference, difference_of
from tests.contract.exchange.floor import Floor
from tests.contract.exchange.positions import FEW_VENUES, VENUES, Positions
from tests.contract.exchange.venue import Venue, served
from tests.log_guard import LogGuard

_USUAL: Positions = {}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "turned" not in metafunc.fixturenames:
        return
    venues = [pytest.param(_USUAL, id=pytest.HIDDEN_PARAM)]
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    # what is long already is so by its rounds or its waiting times
    if "long" not in marks:
        venues += [
            pytest.param(turned, id=f"turned-{number}", marks=pytest.mark.long)
            for number, turned in enumerate(FEW_VENUES if "waits" in marks else VENUES, 1)
        ]
    metafunc.parametrize("turned", venues, indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Cases that wait for a long run because they are like another are not tried in each venue on top of that."""
    left_out = [item for item in items if _turned(item) and len(list(item.iter_markers("long"))) > 1]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        known = set(left_out)
        items[:] = [item for item in items if item not in known]


def _parameters(item: pytest.Item) -> Mapping[str, Any]:
    return item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}


def _turned(item: pytest.Item) -> Positions:
    found: Positions = _parameters(item).get("turned", _USUAL)
    return found


def _expected(item: pytest.Item) -> Difference | None:
    name = item.originalname if isinstance(item, pytest.Function) else item.name
    return difference_of(name, _parameters(item), _turned(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Where a difference is declared, it has to show."""
    expected = _expected(item)
    if expected is None:
        return (yield)
    try:
        yield
    except expected.error as error:
        if not re.search(expected.says, str(error)):
            raise
        return
    pytest.fail(f"{expected.switch}={expected.position} changes nothing here, though {expected.why}")


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
def turned(request: pytest.FixtureRequest) -> Positions:
    """What stands otherwise than usual."""
    found: Positions = request.param
    return found


@pytest.fixture
def venue(shared_venue: Venue, turned: Positions) -> Venue:
    shared_venue.begin()
    shared_venue.control.turn_all(turned)
    return shared_venue


@pytest.fixture(autouse=True)
def _messages_at_once(expected_log: LogGuard) -> None:
    """A busy machine may deliver at once what was sent over a second, which is above the quota; it comes back."""
    expected_log.expect("the exchange refuses a subscription", at_least=0)


@pytest.fixture(params=sorted(ADAPTERS))
def floor(request: pytest.FixtureRequest, venue: Venue) -> Iterator[Floor]:
    with Floor(ADAPTERS[request.param], request.param, venue) as found:
        yield found
