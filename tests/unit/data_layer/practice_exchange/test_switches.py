"""Switches: what stands by default, what may be turned, and which of them have tests that turn them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.source_tree import PACKAGE, TESTS
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.data_layer.practice_exchange.switches import ALL_SWITCHES, SWITCHES, Switches

#: built into the exchange: its tick tables
AT_THE_START = {"stable-coin-tick"}


def test_the_first_position_is_the_default() -> None:
    switches = Switches()
    assert switches.positions() == {switch.name: switch.positions[0] for switch in ALL_SWITCHES}
    assert len(SWITCHES) == len(ALL_SWITCHES)


def test_turning_and_turning_back() -> None:
    switches = Switches({"limit-body": "json"})
    switches.turn("scope-status", "403")
    assert (switches["limit-body"], switches["scope-status"]) == ("json", "403")
    switches.reset()
    assert switches.positions() == Switches().positions()


@pytest.mark.parametrize(("name", "position"), [("nope", "x"), ("limit-body", "xml")])
def test_unknown_switches_and_positions_are_refused(name: str, position: str) -> None:
    with pytest.raises(InvalidParameter):
        Switches().turn(name, position)
    with pytest.raises(InvalidParameter):
        Switches({name: position})


def test_what_it_was_built_with_cannot_be_turned() -> None:
    switches = Switches({"stable-coin-tick": "0.5"})
    with pytest.raises(InvalidParameter):
        switches.turn("stable-coin-tick", "1")
    switches.reset()
    assert switches["stable-coin-tick"] == "0.5"
    assert {switch.name for switch in ALL_SWITCHES if switch.is_fixed} == AT_THE_START


def _texts(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))]


def test_every_switch_is_asked_for_and_turned_by_a_test() -> None:
    """A switch without a reader, or a position that no test has seen, would be decoration."""
    source = "\n".join(_texts(PACKAGE / "data_layer" / "practice_exchange"))
    tests = _texts(TESTS / "contract" / "practice_exchange")
    for switch in ALL_SWITCHES:
        asks = rf'(switch\(|switches\[|Switches\(\{{)"{switch.name}"'
        assert re.search(asks, source), f"nobody asks for {switch.name}"
        turning = [text for text in tests if f'"{switch.name}"' in text]
        for position in switch.positions[1:]:
            assert any(f'"{position}"' in text for text in turning), f"no test turns {switch.name} to {position}"
