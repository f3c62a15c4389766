"""Faults by themselves: scope, times, chance, and their plain form."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.simulation.market_tick import Print
from upbit_auto_trading.data_layer.practice_exchange.faults import (
    Fault,
    FaultKind,
    Faults,
    fault_from_plain,
    fault_to_plain,
)
from upbit_auto_trading.data_layer.practice_exchange.print_pieces import in_pieces


def taken(faults: Faults, method: str = "GET", path: str = "/v1/orders", market: str | None = None) -> int:
    return len(list(faults.take(FaultKind.HANG, method=method, path=path, market=market)))


def test_a_fault_meets_what_its_scope_names() -> None:
    faults = Faults()
    faults.add(Fault(FaultKind.HANG, method="GET", path="/v1/order*"))
    assert taken(faults) == 1
    assert taken(faults, method="POST") == 0
    assert taken(faults, path="/v1/accounts") == 0
    assert list(faults.take(FaultKind.LATENCY, method="GET", path="/v1/orders")) == []
    faults.clear()
    faults.add(Fault(FaultKind.HANG, market="KRW-BTC"))
    assert taken(faults) == 0
    assert (taken(faults, market="KRW-BTC"), taken(faults, market="KRW-XRP")) == (1, 0)


def test_a_fault_ends_after_its_times_and_counts_only_what_it_met() -> None:
    faults = Faults()
    number = faults.add(Fault(FaultKind.HANG, method="POST", times=2))
    assert [taken(faults), taken(faults, "POST"), taken(faults, "POST"), taken(faults, "POST")] == [0, 1, 1, 0]
    assert faults.listed()[0].hits == 2
    assert faults.remove(number)
    assert not faults.remove(number)
    assert faults.listed() == ()


def test_several_faults_of_a_kind_all_count() -> None:
    faults = Faults()
    faults.add(Fault(FaultKind.HANG))
    faults.add(Fault(FaultKind.HANG))
    assert taken(faults) == 2
    assert faults.first(FaultKind.HANG, method="GET", path="/") is not None
    assert [active.hits for active in faults.listed()] == [2, 1]


def test_chances_repeat_with_their_seed() -> None:
    def hits(seed: int) -> list[int]:
        faults = Faults()
        faults.add(Fault(FaultKind.HANG, probability=0.3, seed=seed))
        return [taken(faults) for _ in range(200)]

    assert hits(1) == hits(1) != hits(2)
    assert 40 < sum(hits(1)) < 80


def test_the_plain_form_goes_there_and_back() -> None:
    plain: dict[str, object] = {
        "kind": "status", "amount": 503, "form": "json", "method": "GET", "path": "/v1/order*", "market": None,
        "times": 3, "probability": Decimal("0.25"), "seed": 7,
    }  # fmt: skip
    faults = Faults()
    number = faults.add(fault_from_plain(plain))
    told = fault_to_plain(faults.listed()[0])
    assert told == plain | {"probability": 0.25, "id": number, "hits": 0}
    assert fault_from_plain({"kind": "hang"}) == Fault(FaultKind.HANG)


@pytest.mark.parametrize(
    ("plain", "name", "reason"),
    [
        ({"kind": "nope"}, "kind", "unknown-kind"),
        ({}, "kind", "unknown-kind"),
        ({"kind": "hang", "when": "now"}, "when", "unknown-field"),
        ({"kind": "hang", "times": "2"}, "times", "wrong-type"),
        ({"kind": "hang", "amount": True}, "amount", "wrong-type"),
        ({"kind": "hang", "times": 0}, "times", "out-of-range"),
        ({"kind": "hang", "probability": 1.5}, "probability", "out-of-range"),
        ({"kind": "status", "amount": 200}, "amount", "out-of-range"),
        ({"kind": "stream-refused"}, "amount", "out-of-range"),
    ],
)
def test_an_odd_plain_form_is_refused_by_name(plain: dict[str, object], name: str, reason: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        fault_from_plain(plain)
    assert (refused.value.name, refused.value.reason) == (name, reason)


@pytest.mark.parametrize(
    ("quantity", "count", "expected"), [("1", 4, 4), ("1", 3, 3), ("0.00000002", 5, 2), ("1", 0, 1)]
)
def test_pieces_add_up_to_the_print(quantity: str, count: int, expected: int) -> None:
    tick = Print(Market("upbit", "KRW-BTC"), datetime(2026, 1, 1, tzinfo=UTC), Decimal(5), Decimal(quantity), Side.BUY)
    pieces = in_pieces(tick, count)
    assert len(pieces) == expected
    assert sum(piece.quantity for piece in pieces) == tick.quantity
    assert {(piece.price, piece.at, piece.taker_side) for piece in pieces} == {(tick.price, tick.at, tick.taker_side)}
