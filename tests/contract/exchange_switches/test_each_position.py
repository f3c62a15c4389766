"""Whatever position a switch of the practice exchange stands in, our client understands the same.

Where a position changes what there is to understand, the difference is named here: it must be there, and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache

import pytest

from tests.contract.exchange_switches.listening import of_streams
from tests.contract.exchange_switches.trading_day import (
    Report,
    of_blocks,
    of_failures,
    of_keys,
    of_limits,
    of_orders,
    of_refusals,
    of_the_market,
)
from tests.contract.exchange_switches.venue import Venue, served
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.errors import OrderRefused
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import Side, limit_order
from upbit_auto_trading.data_layer.practice_exchange.switches import ALL_SWITCHES

Part = Callable[[Venue], Report]
#: they move the market; the others change nothing that anybody else sees
_TRADING: tuple[Part, ...] = (of_orders, of_streams)
#: whole seconds pass in them
_SLOW: tuple[Part, ...] = (*_TRADING, of_limits)
_PARTS = (of_the_market, of_keys, of_refusals, of_limits, of_blocks, of_failures, *_TRADING)
#: what self-match prevention an order without a wish has
_BY_DEFAULT_OF_DAY = {"self match"}
#: by switch: where a difference would show
RELEVANT: Mapping[str, Part] = {
    **dict.fromkeys(
        (
            *("ticker-numbers", "candle-numbers", "trade-numbers", "book-numbers", "instrument-numbers"),
            *("details-spelling", "code-case", "raw-colon", "count-beyond", "book-padding", "book-time"),
            *("candle-time", "unit-refusal", "trade-group", "quotation-headers"),
        ),
        of_the_market,
    ),
    **dict.fromkeys(
        ("amount-texts", "check-order", "address-name", "key-message", "scope-status", "exchange-headers"), of_keys
    ),
    **dict.fromkeys(("wallet-members",), of_keys),
    **dict.fromkeys(
        ("volume-precision", "amount-exponents", "consent", "order-minutes", "self-match-default"), of_refusals
    ),
    **dict.fromkeys(("finished-cancel", "cancel-body", "cancel-end", "replace-status", "closed-window"), of_orders),
    **dict.fromkeys(("limit-body", "blocking"), of_limits),
    **dict.fromkeys(("block-body", "retry-after"), of_blocks),
    **dict.fromkeys(("overload-status", "failure-name", "maintenance-orders"), of_failures),
    **dict.fromkeys(
        (
            *("stream-numbers", "stream-trade-numbers", "stream-zero", "stream-book-numbers", "stream-refusal"),
            *("stream-idle", "stream-ping", "stream-frames"),
        ),
        of_streams,
    ),
}
#: what a position changes; everything else comes out the same
CHANGES: Mapping[tuple[str, str], frozenset[str]] = {
    ("book-time", "request"): frozenset({"book times"}),
    ("candle-time", "overshoot"): frozenset({"candle times"}),
    ("volume-precision", "refused"): frozenset({"nine decimals"}),
    ("consent", "missing"): frozenset({"of bitcoin"}),
    ("self-match-default", "none"): frozenset({"with itself"}),
    ("finished-cancel", "400"): frozenset({"cancel again"}),
    ("block-body", "bare"): frozenset({"blocked", "blocked orders"}),
    ("failure-name", "server_error"): frozenset({"failed"}),
}
POSITIONS = [(one.name, position) for one in ALL_SWITCHES if not one.is_fixed for position in one.positions[1:]]


@pytest.fixture(scope="module")
def venue() -> Iterator[Venue]:
    with served() as found:
        found.begin()
        yield found


@cache
def _usual(venue: Venue, part: Part) -> Report:
    return _seen(venue, part)


def _seen(venue: Venue, part: Part, turned: Mapping[str, str] | None = None) -> Report:
    if part in _TRADING or not venue.is_fresh:
        venue.begin()
    venue.is_fresh = part not in _TRADING
    for switch, position in (turned or {}).items():
        venue.control.turn(switch, position)
    try:
        return part(venue)
    finally:
        venue.look_again()


def _differing(venue: Venue, part: Part, turned: Mapping[str, str]) -> set[str]:
    usual, found = _usual(venue, part), _seen(venue, part, turned)
    assert usual.keys() == found.keys()
    for name in usual:
        if usual[name] != found[name]:
            print(f"{name}: {usual[name]!s:.300}\n  with {turned}: {found[name]!s:.300}")
    return {name for name in usual if usual[name] != found[name]}


def expect_trouble(log: LogGuard) -> None:
    """Messages that wait while the market jumps arrive together: then they are too many for one second."""
    log.expect("blocked by the exchange", at_least=0)
    log.expect("the exchange refuses a subscription", at_least=0)


@pytest.mark.parametrize(
    ("switch", "position"),
    [
        pytest.param(name, position, marks=pytest.mark.long) if RELEVANT[name] in _SLOW else (name, position)
        for name, position in POSITIONS
    ],
)
def test_a_position_changes_what_is_named_and_nothing_else(
    venue: Venue, switch: str, position: str, expected_log: LogGuard
) -> None:
    expect_trouble(expected_log)
    assert _differing(venue, RELEVANT[switch], {switch: position}) == CHANGES.get((switch, position), frozenset())


@pytest.mark.long
@pytest.mark.parametrize("last", [False, True], ids=["second-positions", "last-positions"])
def test_a_whole_day_with_every_switch_turned_at_once(venue: Venue, last: bool, expected_log: LogGuard) -> None:
    expect_trouble(expected_log)
    turned = {one.name: one.positions[-1 if last else 1] for one in ALL_SWITCHES if not one.is_fixed}
    differing = set().union(*(_differing(venue, part, turned) for part in _PARTS))
    allowed = set().union(*(CHANGES.get(position, frozenset()) for position in turned.items())) | _BY_DEFAULT_OF_DAY
    assert differing <= allowed
    assert len(differing) >= 5


@pytest.mark.long
@pytest.mark.parametrize(("has_half_ticks", "tick", "answer"), [
    (False, "1", "invalid_price_bid"), (True, "0.5", "taken"),
])  # fmt: skip
def test_what_the_exchange_is_built_with(has_half_ticks: bool, tick: str, answer: str) -> None:
    """The client asks for the tick, and so is right in both."""
    tether = Market("upbit", "KRW-USDT")
    with served(stable_coin_half_tick=has_half_ticks, markets=6) as venue:
        venue.begin()
        client = venue.client(venue.new_key())
        assert client.market_data.instruments([tether])[0].tick == Decimal(tick)
        assert client.account is not None
        request = limit_order("half", tether, Side.BUY, price=Decimal("1100.5"), quantity=Decimal(100))
        if answer == "taken":
            assert client.account.place(request).client_order_id == "half"
        else:
            with pytest.raises(OrderRefused, match=answer):
                client.account.place(request)


def test_every_switch_has_a_part_that_is_about_it() -> None:
    assert RELEVANT.keys() == {switch.name for switch in ALL_SWITCHES if not switch.is_fixed}
    assert set(CHANGES) <= set(POSITIONS)
