"""The whole suite is run with every position of every switch; what it may change is written down, and no more."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from itertools import combinations

from tests.contract import exchange
from tests.contract.exchange.differences import DIFFERENCES
from tests.contract.exchange.positions import FEW_VENUES, TURNABLE, VENUES
from upbit_auto_trading.data_layer.practice_exchange.switches import SWITCHES

_USUAL = {switch.name: switch.default for switch in TURNABLE}
_ALL = [_USUAL, *({**_USUAL, **turned} for turned in VENUES)]


def test_every_position_of_every_switch_is_stood_in_more_than_once() -> None:
    for switch in TURNABLE:
        for position in switch.positions:
            assert sum(venue[switch.name] == position for venue in _ALL) >= 3, (switch.name, position)


def test_what_waits_sees_every_position_too() -> None:
    for switch in TURNABLE:
        seen = {venue.get(switch.name, switch.default) for venue in FEW_VENUES}
        assert seen >= set(switch.positions[1:]), switch.name


def test_every_two_positions_of_two_switches_meet() -> None:
    missing = [
        (one.name, first, other.name, second)
        for one, other in combinations(TURNABLE, 2)
        for first in one.positions
        for second in other.positions
        if not any((venue[one.name], venue[other.name]) == (first, second) for venue in _ALL)
    ]
    print(f"{len(TURNABLE)} switches in {len(VENUES)} venues")
    assert missing == []


def test_only_tests_and_positions_that_there_are_may_differ() -> None:
    modules = [module.name for module in pkgutil.iter_modules(exchange.__path__) if module.name.startswith("test_")]
    tests = {
        name: function
        for module in modules
        for name, function in vars(importlib.import_module(f"{exchange.__name__}.{module}")).items()
        if name.startswith("test_")
    }
    for one in DIFFERENCES:
        assert one.position in SWITCHES[one.switch].positions[1:], one
        assert {"floor", *one.case} <= set(inspect.signature(tests[one.test]).parameters), one
