"""Nothing decorative: what is declared is claimed by a test that sees its effect, and what is claimed exists."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.architecture.declared_things import (
    EVENTS_OF_LATER_ISSUES,
    declared_by_the_window,
    declared_without_a_window,
    error_leaves,
    produced_events,
    raised_in_the_package,
)
from tests.architecture.source_tree import parse
from tests.claims import all_claims, claims_in
from tests.whole_program import running_program
from upbit_auto_trading.business_logic.ports.credentials import SecurityEvent

#: which declarations only the running window knows
_OF_THE_WINDOW = ("shortcut:", "screen:", "finder:")
_LEAST_THINGS = 120


def unclaimed(declared: Iterable[str]) -> list[str]:
    return sorted(set(declared) - set(all_claims()))


def claimed_in_vain(declared: Iterable[str], of_the_window: bool) -> list[str]:
    known = set(declared)
    return sorted(
        f"{thing} ({', '.join(places)})"
        for thing, places in all_claims().items()
        if thing.startswith(_OF_THE_WINDOW) is of_the_window and thing not in known
    )


def test_everything_declared_is_claimed_and_everything_claimed_is_declared() -> None:
    declared = list(declared_without_a_window())
    assert len(declared) == len(set(declared))
    assert unclaimed(declared) == []
    assert claimed_in_vain(declared, of_the_window=False) == []


def test_everything_the_window_offers_is_claimed(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        qtbot.waitUntil(lambda: bool(program.core.market_names))  # markets are offered once the exchange is there
        declared = set(declared_by_the_window(program))
    assert unclaimed(declared) == []
    assert claimed_in_vain(declared, of_the_window=True) == []
    things = len(declared) + len(list(declared_without_a_window()))
    print(f"{things} declared things, {sum(map(len, all_claims().values()))} claims")
    assert things >= _LEAST_THINGS


def test_every_error_is_raised_somewhere() -> None:
    assert {leaf.__name__ for leaf in error_leaves()} - raised_in_the_package() == set()


def test_only_events_of_later_issues_are_produced_by_nothing() -> None:
    produced = produced_events()
    early = {event.value: produced[event] for event in EVENTS_OF_LATER_ISSUES if event in produced}
    assert early == {}, "produced now: take it off the list, and let a test claim it"
    assert set(SecurityEvent) - set(produced) == set(EVENTS_OF_LATER_ISSUES)
    assert all(reason for reason in EVENTS_OF_LATER_ISSUES.values())


def claimed(source: str) -> list[str]:
    return [claim.thing for claim in claims_in(parse("tests/x.py", f"import pytest\n{source}"))]


def test_a_claim_is_read_from_the_source() -> None:
    assert claimed("@pytest.mark.claims('a:b', 'c:d')\ndef test_x(): ...") == ["a:b", "c:d"]
    assert claimed("@pytest.mark.long\n@pytest.mark.claims('a:b')\ndef test_x(): ...") == ["a:b"]
    assert claimed("@pytest.mark.long\ndef test_x(): ...") == []


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("@pytest.mark.claims('a:b')\ndef helper(): ...", "only a test"),
        ("@pytest.mark.claims('a:b')\nclass TestX: ...", "only a test"),
        ("@pytest.mark.claims()\ndef test_x(): ...", "names its things"),
        ("@pytest.mark.claims(*ALL)\ndef test_x(): ...", "plain text"),
        ("@pytest.mark.claims(f'a:{b}')\ndef test_x(): ...", "plain text"),
        ("@pytest.mark.skip\n@pytest.mark.claims('a:b')\ndef test_x(): ...", "proves nothing"),
        ("@pytest.mark.claims('a:b')\n@pytest.mark.xfail(strict=True)\ndef test_x(): ...", "proves nothing"),
    ],
)
def test_a_claim_that_proves_nothing_is_refused(source: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        claimed(source)
