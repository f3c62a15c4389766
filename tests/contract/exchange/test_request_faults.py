"""Requests that go wrong, each way once: what is read is read again, what may be an order is sent once."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from time import monotonic

import pytest

from tests.contract.exchange.adapters import Manner
from tests.contract.exchange.cases import some_at_once
from tests.contract.exchange.fault_table import shows
from tests.contract.exchange.floor import Floor, account_of, until
from tests.fakes.refusing_port import refusing_port
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.errors import (
    ExchangeError,
    ExchangeUnavailable,
    MarketUnknown,
    OrderNotFound,
    OrderRefused,
    OutcomeUnknown,
    RateLimited,
)
from upbit_auto_trading.business_logic.domain.order import OrderReference, OrderState
from upbit_auto_trading.business_logic.ports.exchange import CircuitState

LOW = Decimal(90_000_000)


@dataclass(frozen=True, slots=True)
class Case:
    """``error``: what an order is answered with; None: with success."""

    row: str
    kind: str
    members: Mapping[str, object] = field(default_factory=dict)
    error: type[ExchangeError] | None = OutcomeUnknown
    exists: bool = False
    detail: str | None = None
    switch: tuple[str, str] | None = None
    reads_too: bool = True


CASES = {
    "latency": Case("latency", "latency", {"amount": 150}, None, exists=True),
    "jitter": Case("jitter", "jitter", {"amount": 150}, None, exists=True),
    "hang": Case("hang", "hang", {"amount": 1}),
    "reset-before": Case("reset-before", "reset-before", detail="reset"),
    "500": Case("status", "status", {"amount": 500}, detail="http-500"),
    "500-json": Case("status", "status", {"amount": 500, "form": "json"}, detail="internal_server_error"),
    "502": Case("status", "status", {"amount": 502}),
    "503": Case("status", "status", {"amount": 503}),
    "504": Case("status", "status", {"amount": 504}),
    "429-text": Case("rate-limited", "rate-limited", error=RateLimited, detail="too-many-requests"),
    "429-json": Case("rate-limited", "rate-limited", error=RateLimited, switch=("limit-body", "json")),
    "429-header": Case("rate-limited", "rate-limited", error=RateLimited, switch=("retry-after", "present")),
    "maintenance-page": Case("maintenance", "maintenance", {"form": "page"}),
    "maintenance-error": Case("maintenance-error", "maintenance", error=ExchangeUnavailable, detail="market_offline"),
    "overload": Case(
        "overload", "overload", error=ExchangeUnavailable, detail="too_many_request_order", reads_too=False
    ),
    "overload-429": Case(
        "overload", "overload", error=ExchangeUnavailable, switch=("overload-status", "429"), reads_too=False
    ),
    "market-offline": Case(
        "market-offline", "market-offline", {"market": "KRW-BTC"}, ExchangeUnavailable, detail="market_offline",
        reads_too=False,
    ),
    "drop-reply": Case("drop-reply", "drop-reply", exists=True),
    "reset-after": Case("reset-after", "reset-after", exists=True, detail="reset"),
    "garbage": Case("garbage", "garbage", exists=True, detail="unreadable"),
    "truncated": Case("truncated", "truncated", {"amount": 40}, exists=True, detail="truncated"),
}  # fmt: skip


SLOW_OR_ALIKE = {
    "hang",
    "429-json",
    "429-header",
    "500-json",
    "502",
    "504",
    "jitter",
    "overload-429",
    "maintenance-page",
}


def expect_warnings(guard: LogGuard, case: Case) -> None:
    if case.kind == "garbage":
        guard.expect("could not be read", at_least=0)


@shows(*{case.row for case in CASES.values()})
@pytest.mark.parametrize("name", some_at_once(CASES, set(CASES) - SLOW_OR_ALIKE))
def test_an_order_is_sent_once_and_looked_up_where_its_outcome_is_unknown(
    floor: Floor, name: str, expected_log: LogGuard
) -> None:
    case = CASES[name]
    expect_warnings(expected_log, case)
    if case.switch is not None:
        floor.control.turn(*case.switch)
    request = floor.bid(LOW, "0.01")
    number = floor.control.add_fault(case.kind, **{"method": "POST", "path": "/v1/orders", **case.members})
    if case.error is None:
        floor.account.place(request)
    else:
        with pytest.raises(case.error) as raised:
            floor.account.place(request)
        assert type(raised.value) is case.error
        assert case.detail in (None, raised.value.detail)
        if isinstance(raised.value, OutcomeUnknown):
            assert raised.value.client_order_id == request.client_order_id
    assert floor.venue.hits(number) == 1, "it came once, and not again"
    floor.control.remove_fault(number)
    resolved = OrderReference(floor.market(), client_order_id=request.client_order_id)
    if case.exists:
        assert floor.account.order(resolved).state is OrderState.OPEN
        assert [order.client_order_id for order in floor.orders_on_record()] == [request.client_order_id]
    else:
        with pytest.raises(OrderNotFound):
            floor.account.order(resolved)
        assert floor.orders_on_record() == []


@shows(*{case.row for case in CASES.values() if case.reads_too})
@pytest.mark.parametrize(
    "name",
    some_at_once(
        [name for name, case in CASES.items() if case.reads_too],
        ("reset-before", "503", "429-text", "garbage", "truncated"),
    ),
)
@pytest.mark.waits
def test_what_is_read_is_asked_for_again_until_it_comes(floor: Floor, name: str, expected_log: LogGuard) -> None:
    case = CASES[name]
    expect_warnings(expected_log, case)
    if case.switch is not None:
        floor.control.turn(*case.switch)
    number = floor.control.add_fault(case.kind, **{"path": "/v1/accounts", "times": 1, **case.members})
    assert floor.balance("BTC")[0] == 8
    assert floor.venue.hits(number) == 1
    health = floor.exchange.health()
    assert {group.circuit for group in health.groups} == {CircuitState.CLOSED}
    assert (health.unreadable > 0) == (case.kind == "garbage")


@shows(*{case.row for case in CASES.values() if case.kind not in ("overload",)})
@pytest.mark.parametrize(
    "name",
    some_at_once(
        ["reset-before", "503", "429-text", "maintenance-error", "drop-reply", "truncated"], ("503", "drop-reply")
    ),
)
def test_a_cancel_is_repeated_until_the_order_has_ended(floor: Floor, name: str) -> None:
    case = CASES[name]
    placed = floor.resting()
    number = floor.control.add_fault(case.kind, **{"method": "DELETE", "path": "/v1/order", "times": 2, **case.members})
    ended = floor.account.cancel_until_final(floor.reference(placed), timedelta(seconds=10))
    assert ended.state is OrderState.CANCELLED
    # the first cancel whose answer was lost has ended it, or is about to
    assert floor.venue.hits(number) in ((1, 2) if case.exists else (2,))


class Pauses:
    """Between two tries: takes no time, and ends them after so many. Each try has all the time that it may take."""

    def __init__(self, most: int = 2) -> None:
        self.taken = 0
        self._most = most

    def __call__(self, _seconds: float) -> bool:
        self.taken += 1
        return self.taken > self._most


def nowhere(*_given: object, **_named: object) -> object:
    raise socket.gaierror(socket.EAI_NONAME, "no such name")


@shows("name")
def test_a_name_that_does_not_resolve(floor: Floor) -> None:
    by_name = floor.venue.rest_url.replace("127.0.0.1", "localhost")
    pauses = Pauses()
    exchange = floor.open(floor.key, Manner(rest_url=by_name, look_up=nowhere, wait=pauses))
    with pytest.raises(ExchangeUnavailable) as away:
        exchange.market_data.markets()
    assert away.value.detail == "name-not-found"
    assert pauses.taken == 3, "asked again, twice"
    request = floor.bid(LOW, "0.01")
    with pytest.raises(ExchangeUnavailable) as away:
        account_of(exchange).place(request)
    assert away.value.detail == "name-not-found"
    assert not floor.exists(request.client_order_id)


@shows("refused")
def test_nobody_listens(floor: Floor) -> None:
    pauses = Pauses()
    with refusing_port() as port:
        exchange = floor.open(floor.key, Manner(rest_url=f"http://127.0.0.1:{port}", wait=pauses))
        with pytest.raises(ExchangeUnavailable) as away:
            exchange.market_data.markets()
        assert away.value.detail == "refused"
        assert pauses.taken == 3, "asked again, twice"
        with pytest.raises(ExchangeUnavailable) as away:
            account_of(exchange).place(floor.bid(LOW, "0.01"))
        assert away.value.detail == "refused"
        assert pauses.taken == 3, "an order is not sent again"
    assert exchange.health().clock_difference is None


@pytest.mark.long
@shows("hang", "maintenance-hang", "drop-reply-hang")
@pytest.mark.parametrize(
    ("kind", "members", "exists"),
    [("hang", {}, False), ("maintenance", {"form": "hang"}, False), ("drop-reply", {"amount": 600}, True)],
)
def test_an_answer_that_never_comes_ends_by_the_time_out(
    floor: Floor, kind: str, members: dict[str, object], exists: bool
) -> None:
    request = floor.bid(LOW, "0.01")
    number = floor.control.add_fault(kind, method="POST", path="/v1/orders", **members)
    began = monotonic()
    with pytest.raises(OutcomeUnknown):
        floor.account.place(request)
    # five seconds, and what a busy machine adds; a reading would wait for twenty
    assert monotonic() - began < 15, "an order's answer is not waited for longer than a trader would"
    assert floor.venue.hits(number) == 1
    floor.control.clear_faults()
    assert floor.exists(request.client_order_id) is exists
    floor.control.add_fault(kind, method="GET", path="/v1/accounts", times=1, **members)
    assert account_of(floor.open_as_usual(read_seconds=20.0)).balances()


@shows("blocked")
@pytest.mark.parametrize("body", some_at_once(["json", "text", "bare"], ("json",)))
def test_a_block_silences_all_groups_of_the_scope_and_says_until_when(
    floor: Floor, body: str, expected_log: LogGuard
) -> None:
    expected_log.expect("blocked by the exchange")
    floor.control.turn("block-body", body)
    number = floor.control.add_fault("blocked", amount=90, path="/v1/accounts")
    counted = floor.control.add_fault("latency", amount=0)
    with pytest.raises(RateLimited) as blocked:
        floor.account.balances()
    told = {"json": 90, "text": 120, "bare": 60}[body]
    assert abs((blocked.value.until - floor.venue.clock.now()).total_seconds() - told) <= 31
    sent = floor.venue.hits(counted)
    placed = floor.bid(LOW, "0.01")
    for ask in (floor.account.balances, floor.account.open_orders, lambda: floor.account.place(placed)):
        with pytest.raises(RateLimited) as again:
            ask()
        assert abs(again.value.until - blocked.value.until) < timedelta(seconds=1)
    with pytest.raises(RateLimited):
        floor.account.cancel(OrderReference(floor.market(), client_order_id="whatever"))
    assert (floor.venue.hits(counted), floor.venue.hits(number)) == (sent, 1), "nothing was sent any more"
    groups = {group.group: group.blocked_until for group in floor.exchange.health().groups}
    silent = [moment for moment in groups.values() if moment is not None]
    assert len(silent) >= 2
    assert all(abs(moment - blocked.value.until) < timedelta(seconds=1) for moment in silent)
    # what is counted by the address instead of the account goes on
    assert len(floor.market_data.markets()) == 4


@pytest.mark.long
@shows("blocked")
def test_after_a_block_it_goes_on_by_itself(floor: Floor, expected_log: LogGuard) -> None:
    expected_log.expect("blocked by the exchange")
    floor.control.add_fault("blocked", amount=1, path="/v1/accounts", times=1)
    began = monotonic()
    assert floor.account.balances()
    assert 0.9 < monotonic() - began < 10


@shows("clock-difference")
@pytest.mark.parametrize("seconds", [-90, 45])
def test_a_clock_that_differs_is_measured_and_disturbs_nothing(floor: Floor, seconds: int) -> None:
    floor.control.add_fault("clock-difference", amount=seconds * 1_000)
    exchange = floor.open(floor.key)
    exchange.market_data.markets()
    difference = exchange.health().clock_difference
    assert difference is not None
    assert abs(difference.total_seconds() - seconds) <= 2
    placed = account_of(exchange).place(floor.bid(LOW, "0.01"))
    assert account_of(exchange).order(floor.reference(placed)).state is OrderState.OPEN


@shows("status")
@pytest.mark.waits
def test_repeated_failure_opens_the_circuit_of_its_group_and_it_closes_again(floor: Floor) -> None:
    exchange = floor.open_as_usual(read_seconds=0.3)

    def circuits() -> set[CircuitState]:
        return {group.circuit for group in exchange.health().groups}

    with floor.venue.fault("status", amount=502, path="/v1/market/all") as number:
        while circuits() == {CircuitState.CLOSED}:
            with pytest.raises(ExchangeUnavailable):
                exchange.market_data.markets()
        assert circuits() == {CircuitState.CLOSED, CircuitState.OPEN}

        def is_refused_unsent() -> bool:
            """On a busy machine it may have half opened in between, and let one try through."""
            sent = floor.venue.hits(number)
            with pytest.raises(ExchangeUnavailable) as closed:
                exchange.market_data.markets()
            return closed.value.detail == "circuit-open" and floor.venue.hits(number) == sent

        until(is_refused_unsent, bool)
        assert exchange.market_data.order_books([floor.market()]), "the other groups go on"
        assert account_of(exchange).balances()

    def is_answered() -> bool:
        try:
            return bool(exchange.market_data.markets())
        except ExchangeUnavailable:
            return False

    until(is_answered, bool)
    assert circuits() == {CircuitState.CLOSED}


@shows("delisting")
def test_a_market_that_is_delisted(floor: Floor) -> None:
    floor.resting()
    floor.control.set_market("KRW-BTC", "delisted")
    with pytest.raises(MarketUnknown):
        floor.market_data.price_summaries([floor.market()])
    both = floor.market_data.price_summaries([floor.market(), floor.market("KRW-XRP")])
    assert [one.market.code for one in both] == ["KRW-XRP"]
    request = floor.bid(LOW, "0.01")
    with pytest.raises(OrderRefused):
        floor.account.place(request)
    assert not floor.exists(request.client_order_id)
    assert len(floor.account.balances()) == 4


@shows("halt")
def test_a_market_that_is_halted(floor: Floor) -> None:
    kept = floor.resting()
    floor.control.set_market("KRW-BTC", "halted")
    request = floor.bid(LOW, "0.01")
    with pytest.raises(ExchangeUnavailable) as halted:
        floor.account.place(request)
    assert halted.value.detail == "market_offline"
    assert not floor.exists(request.client_order_id)
    assert floor.order(kept).state is OrderState.OPEN
    floor.control.set_market("KRW-BTC", "trading")
    floor.account.cancel_until_final(floor.reference(kept), timedelta(seconds=5))
