"""Streams that go wrong: whatever happened is known in the end, once, and equals the exchange's own record."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from time import monotonic

import pytest

from tests.contract.exchange.cases import some_at_once
from tests.contract.exchange.fault_table import shows
from tests.contract.exchange.floor import Floor
from tests.contract.exchange.listener import Listener, as_standing, listening
from tests.contract.exchange.recorded_market import START
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import OrderState, PlacedOrder
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OrderBookChanged,
    OrdersRepaired,
    OwnBalancesChanged,
    PriceSummaryChanged,
    Provenance,
    StreamState,
    Topic,
    TopicKind,
)

ORDERS, BALANCES = Topic(TopicKind.OWN_ORDERS), Topic(TopicKind.OWN_BALANCES)
PUBLIC, PRIVATE = "/websocket/v1", "/websocket/v1/private"
DONE = OrderState.DONE
GONE = ("stream-cut", "stream-half-open", "stream-truncated")
DISORDER: dict[str, tuple[str, dict[str, object]]] = {
    "twice": ("stream-duplicated", {}),
    "swapped": ("stream-reordered", {}),
    "some swapped": ("stream-reordered", {"probability": 0.5, "seed": 3}),
    "late": ("stream-delayed", {"amount": 300}),
    "some late": ("stream-delayed", {"amount": 200, "probability": 0.5, "seed": 5}),
}


def fills_on_record(floor: Floor, *placed: PlacedOrder) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for one in placed:
        found.update((fill.trade_id, fill.quantity) for fill in floor.order(one).fills or ())
    return found


def check_all_is_told(floor: Floor, listener: Listener, *placed: PlacedOrder) -> None:
    """State, executed quantity and every fill of every order, against the record of the exchange.

    It is read at each look: an order that is cancelled may end a while after the answer.
    """
    listener.until(lambda: listener.standing() == as_standing(floor.orders_on_record()))
    fills = fills_on_record(floor, *placed)
    listener.until(lambda: {fill.trade_id: fill.quantity for fill in listener.fills()} == fills)


def check_totals_only_grow(listener: Listener) -> None:
    for order_id in {update.order_id for update in listener.updates()}:
        executed = [update.executed_quantity for update in listener.updates(order_id)]
        assert executed == sorted(executed)


@shows("stream-cut", "stream-half-open", "stream-truncated")
@pytest.mark.parametrize("kind", some_at_once(GONE, ("stream-cut",)))
def test_no_order_event_is_lost_while_the_stream_is_gone(floor: Floor, kind: str) -> None:
    with listening(floor.exchange, ORDERS, BALANCES) as listener:
        listener.until_live(ORDERS, BALANCES)
        filled, kept = floor.account.place(floor.bid(floor.middle(), "0.05")), floor.resting()
        listener.until(lambda: listener.updates(kept.order_id))
        floor.control.add_fault(kind, path=PRIVATE, times=1, amount=50)
        floor.sold_by_other("0.02")
        floor.sold_by_other("0.03")
        new, cancelled = floor.resting(), floor.resting()
        floor.account.cancel(floor.reference(cancelled))
        listener.until(lambda: listener.told_states(ORDERS).count(StreamState.LIVE) >= 2)
        listener.until_live(ORDERS, BALANCES)
        check_all_is_told(floor, listener, filled, kept, new, cancelled)
        listener.until(lambda: listener.balance("KRW") == floor.balance("KRW"))
        check_totals_only_grow(listener)
        assert len(listener.of(OrdersRepaired)) >= 2
        later = floor.resting()
        listener.until(lambda: listener.updates(later.order_id))


@shows("stream-cut", "stream-half-open", "stream-truncated")
@pytest.mark.parametrize("kind", some_at_once(GONE, ("stream-truncated",)))
def test_no_trade_and_no_candle_is_lost_while_the_stream_is_gone(floor: Floor, kind: str) -> None:
    trades = Topic(TopicKind.TRADES, floor.market())
    candles = Topic(TopicKind.CANDLES, floor.market(), CandleUnit.MINUTE)
    with listening(floor.exchange, trades, candles) as listener:
        listener.until_live(trades, candles)
        before = max(listener.numbers())
        floor.sold_by_other("0.01")
        listener.until(lambda: max(listener.numbers()) > before)
        floor.control.add_fault(kind, path=PUBLIC, times=1, amount=50)
        for _trade in range(6):
            floor.sold_by_other("0.01")
        listener.until(lambda: listener.told_states(trades).count(StreamState.LIVE) >= 2)
        floor.sold_by_other("0.01")
        on_tape = {trade.number for trade in floor.market_data.trades(floor.market(), count=50)}
        expected = {number for number in on_tape if number > before}
        listener.until(lambda: expected <= listener.numbers())
        listener.until_live(trades, candles)
        told = [trade.number for trade in listener.trades()]
        assert len(told) == len(set(told)), "none twice"
        newest = floor.market_data.candles_before(floor.market(), CandleUnit.MINUTE, None, 1)[-1]
        listener.until(lambda: listener.of(CandleChanged)[-1].candle == newest)


@pytest.mark.long
@shows("stream-cut", "stream-half-open")
@pytest.mark.parametrize(("kind", "seconds"), [("stream-cut", 15), ("stream-half-open", 70)])
def test_with_the_waiting_times_of_every_day(floor: Floor, kind: str, seconds: float) -> None:
    """The other tests hurry; this is how long a trader waits for his stream."""
    prices = Topic(TopicKind.PRICES, floor.market())
    with listening(floor.open_as_usual(is_quick=False), prices, ORDERS, BALANCES) as listener:
        listener.until_live(prices, ORDERS, BALANCES)
        placed = floor.account.place(floor.bid(floor.middle(), "0.02"))
        listener.until(lambda: listener.updates(placed.order_id))
        floor.control.add_fault(kind, times=2)
        floor.sold_by_other("0.02")
        began = monotonic()
        listener.until(lambda: listener.told_states(ORDERS).count(StreamState.LIVE) >= 2, seconds)
        listener.until_live(prices, ORDERS, BALANCES)
        print(f"{kind}: back after {monotonic() - began:.1f} s")
        check_all_is_told(floor, listener, placed)


@shows("stream-cut", "clock-difference")
@pytest.mark.parametrize("minutes", [-5, 5])
def test_nothing_is_lost_either_where_our_clock_is_wrong(floor: Floor, minutes: int) -> None:
    """Orders that were made and ended while the stream was gone are listed by the exchange's time."""
    minute = Topic(TopicKind.CANDLES, floor.market(), CandleUnit.MINUTE)
    floor.venue.clock.set(START + timedelta(minutes=minutes))
    # its answers are where the difference is known from
    assert floor.market_data.markets()
    with listening(floor.exchange, ORDERS, minute) as listener:
        listener.until_live(ORDERS, minute)
        floor.control.add_fault("stream-cut", path=PRIVATE, times=1)
        price = floor.middle()
        placed = [floor.account.place(floor.bid(price, "0.02")) for _order in range(3)]
        floor.sold_by_other("0.03")
        floor.account.cancel(floor.reference(placed[2]))
        listener.until(lambda: listener.told_states(ORDERS).count(StreamState.LIVE) >= 2)
        check_all_is_told(floor, listener, *placed)
        floor.venue.passes(61)
        floor.venue.clock.set(floor.venue.now() + timedelta(minutes=minutes))
        assert floor.market_data.markets()
        ended = floor.market_data.candles_between(
            floor.market(), CandleUnit.MINUTE, START, START + timedelta(minutes=1)
        )
        listener.until(
            lambda: any(
                event.candle == ended[0] and event.provenance is Provenance.REPAIR
                for event in listener.of(CandleChanged)
            )
        )


@shows("stream-away")
@pytest.mark.waits
def test_prices_orders_and_balances_are_polled_while_no_stream_can_be_had(floor: Floor) -> None:
    prices = Topic(TopicKind.PRICES, floor.market())
    books = Topic(TopicKind.BOOKS, floor.market())
    with listening(floor.exchange, prices, books, ORDERS, BALANCES) as listener:
        listener.until_live(prices, books, ORDERS, BALANCES)
        listener.forget()
        with floor.venue.fault("stream-cut"):
            listener.until_state(StreamState.POLLED, prices, ORDERS, BALANCES)
            listener.until_state(StreamState.DOWN, books)
            placed = floor.account.place(floor.bid(floor.middle(), "0.05"))
            floor.sold_by_other("0.05")
            listener.until(lambda: listener.standing().get(placed.order_id) == (DONE, Decimal("0.05")))
            listener.until(lambda: listener.balance("BTC") == floor.balance("BTC"))
            price = floor.order(placed).price
            listener.until(
                lambda: any(
                    event.summary.price == price and event.provenance is Provenance.POLLED
                    for event in listener.of(PriceSummaryChanged)
                )
            )
            assert Provenance.POLLED in listener.provenances(OwnBalancesChanged)
        listener.until_live(prices, books, ORDERS, BALANCES)
        listener.forget()
        floor.bought_by_other("1000000")
        listener.until(lambda: Provenance.STREAM in listener.provenances(PriceSummaryChanged))
        later = floor.resting()
        listener.until(lambda: listener.updates(later.order_id))


@shows("stream-duplicated", "stream-reordered", "stream-delayed")
@pytest.mark.parametrize("how", some_at_once(DISORDER, ("twice", "swapped", "some late")))
def test_own_events_that_come_twice_in_another_order_or_late(floor: Floor, how: str) -> None:
    kind, members = DISORDER[how]
    with listening(floor.exchange, ORDERS) as listener:
        listener.until_live(ORDERS)
        floor.control.add_fault(kind, **members)
        price = floor.middle()
        placed = [floor.account.place(floor.bid(price, "0.02")) for _order in range(3)]
        for _sale in range(4):
            floor.sold_by_other("0.01")
        floor.account.cancel(floor.reference(placed[2]))
        check_all_is_told(floor, listener, *placed)
        check_totals_only_grow(listener)
        told = [update.fill.trade_id for update in listener.updates() if update.fill is not None]
        assert len(told) == len(set(told)), "no fill twice"


@shows("stream-old-snapshot")
def test_an_old_snapshot_takes_nothing_back(floor: Floor) -> None:
    prices, trades = Topic(TopicKind.PRICES, floor.market()), Topic(TopicKind.TRADES, floor.market())
    with listening(floor.exchange, prices, trades) as listener:
        listener.until_live(prices, trades)
        floor.sold_by_other("0.01")
        newest = floor.market_data.trades(floor.market(), count=1)[0]
        listener.until(lambda: newest.number in listener.numbers())
        listener.until(lambda: listener.of(PriceSummaryChanged)[-1].summary.price == newest.price)
        listener.forget()
        floor.control.add_fault("stream-old-snapshot")
        listener.streams.want([prices, trades, Topic(TopicKind.BOOKS, floor.market())])
        listener.until(lambda: listener.of(OrderBookChanged))
        listener.until_live(prices, trades)
        assert listener.trades() == [], "the old trade is known"
        assert all(event.summary.price == newest.price for event in listener.of(PriceSummaryChanged))


@pytest.mark.long
@shows("stream-silent")
def test_a_stream_that_is_silent_though_it_answers_is_made_anew(floor: Floor) -> None:
    prices, trades = Topic(TopicKind.PRICES, floor.market()), Topic(TopicKind.TRADES, floor.market())
    with listening(floor.exchange, prices, trades, ORDERS) as listener:
        listener.until_live(prices, trades, ORDERS)
        placed = floor.account.place(floor.bid(floor.middle(), "0.02"))
        listener.until(lambda: listener.updates(placed.order_id))
        number = floor.control.add_fault("stream-silent")
        floor.sold_by_other("0.02")
        listener.until(lambda: StreamState.CONNECTING in listener.told_states(prices)[1:])
        floor.control.remove_fault(number)
        listener.until_live(prices, trades, ORDERS)
        newest = floor.market_data.trades(floor.market(), count=1)[0]
        listener.until(lambda: newest.number in listener.numbers())
        check_all_is_told(floor, listener, placed)


@shows("partial-fills")
def test_a_storm_of_partial_fills_is_told_to_the_last_digit(floor: Floor) -> None:
    with listening(floor.exchange, ORDERS) as listener:
        listener.until_live(ORDERS)
        floor.control.add_fault("partial-fills", amount=60, market="KRW-BTC")
        # above every price that is printed, below every ask: the next trades fill it, piece by piece
        placed = floor.account.place(floor.bid(floor.middle() + 20_000, "0.33333333"))
        while not floor.order(placed).state.is_final:
            floor.venue.passes(5)
        fills = fills_on_record(floor, placed)
        assert len(fills) >= 40
        check_all_is_told(floor, listener, placed)
        check_totals_only_grow(listener)
        assert sum(fills.values()) == Decimal("0.33333333")
        pushed = [update for update in listener.updates(placed.order_id) if update.fill is not None]
        assert len(pushed) == len(fills), "each by the stream"


@shows("missing-candles")
def test_a_candle_that_is_listed_late_is_read_again(floor: Floor) -> None:
    minute = Topic(TopicKind.CANDLES, floor.market(), CandleUnit.MINUTE)
    with listening(floor.exchange, minute) as listener:
        listener.until_live(minute)
        floor.control.add_fault("missing-candles", amount=1, times=1, path="/v1/candles/*")
        floor.venue.passes(61)
        floor.venue.clock.set(floor.venue.now())
        record = floor.market_data.candles_before(floor.market(), CandleUnit.MINUTE, floor.venue.now(), 5)
        ended = next(candle for candle in reversed(record) if candle.opened_at.minute == 20)
        listener.until(
            lambda: any(
                event.candle == ended and event.provenance is Provenance.REPAIR for event in listener.of(CandleChanged)
            )
        )


@shows("delisting", "halt")
@pytest.mark.parametrize("state", some_at_once(("delisted", "halted"), ("delisted",)))
def test_the_other_markets_go_on(floor: Floor, state: str) -> None:
    gone, stays = Topic(TopicKind.PRICES, floor.market("KRW-XRP")), Topic(TopicKind.PRICES, floor.market())
    with listening(floor.exchange, gone, stays, ORDERS) as listener:
        listener.until_live(gone, stays, ORDERS)
        floor.control.set_market("KRW-XRP", state)
        floor.sold_by_other("0.01")
        listener.until(
            lambda: any(
                event.summary.market == stays.market and event.provenance is Provenance.STREAM
                for event in listener.of(PriceSummaryChanged)
            )
        )
        assert listener.streams.states()[stays] is StreamState.LIVE
        listener.until_live(ORDERS)


def storm(floor: Floor, seed: int, rounds: int) -> None:
    """Orders, fills and cancels while everything goes wrong at once; then quiet."""
    draw = random.Random(seed)
    placed: list[PlacedOrder] = []
    with listening(floor.exchange, ORDERS, BALANCES) as listener:
        listener.until_live(ORDERS, BALANCES)
        for number, (kind, members) in enumerate(
            {
                "stream-duplicated": {"probability": 0.3},
                "stream-reordered": {"probability": 0.3},
                "stream-delayed": {"probability": 0.2, "amount": 120},
                "stream-cut": {"probability": 0.08},
            }.items()
        ):
            floor.control.add_fault(kind, path=PRIVATE, seed=seed * 10 + number, **members)
        for _round in range(rounds):
            placed.append(floor.account.place(floor.bid(floor.middle() - 1_000 * draw.randrange(3), "0.02")))
            if draw.random() < 0.7:
                floor.sold_by_other(Decimal(draw.randrange(1, 4)) / 100)
            if draw.random() < 0.3:
                floor.account.cancel_until_final(floor.reference(draw.choice(placed)), timedelta(seconds=10))
            listener.take()
        floor.control.clear_faults()
        listener.until_live(ORDERS, BALANCES)
        check_all_is_told(floor, listener, *placed)
        check_totals_only_grow(listener)
        listener.until(lambda: listener.balance("KRW") == floor.balance("KRW"))
        listener.until(lambda: listener.balance("BTC") == floor.balance("BTC"))


@shows("stream-cut", "stream-duplicated", "stream-reordered", "stream-delayed")
@pytest.mark.waits
def test_everything_at_once(floor: Floor) -> None:
    storm(floor, 1, 8)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_everything_at_once_again_and_again(floor: Floor, seed: int) -> None:
    storm(floor, seed, 30)


@pytest.mark.long
@shows("stream-cut", "clock-difference")
@pytest.mark.parametrize("seed", range(3))
def test_a_market_that_runs_away_with_cuts_at_any_moment(floor: Floor, seed: int) -> None:
    """Sixty times as fast as our clock: every trade once, and the last word on each candle is that of the record."""
    floor.control.pause()
    floor.venue.passes(1)
    markets = [floor.market(code) for code in ("KRW-BTC", "KRW-XRP", "BTC-ETH")]
    trades = [Topic(TopicKind.TRADES, market) for market in markets]
    candles = [Topic(TopicKind.CANDLES, market, CandleUnit.MINUTE) for market in markets]
    with listening(floor.exchange, *trades, *candles) as listener:
        listener.until_live(*trades, *candles)
        before = {market: floor.market_data.trades(market, count=1)[-1].number for market in markets}
        begin = floor.venue.now().replace(second=0, microsecond=0)
        floor.control.add_fault("stream-cut", path=PUBLIC, probability=0.02, seed=seed)
        floor.control.run(60)
        listener.until(lambda: floor.venue.now() >= begin + timedelta(minutes=15), 60)
        floor.control.pause()
        floor.control.clear_faults()
        listener.until_live(*trades, *candles)
        end = floor.venue.now().replace(second=0, microsecond=0)
        for market in markets:
            check_market_is_told(floor, listener, market, before[market], (begin + timedelta(minutes=1), end))


def check_market_is_told(
    floor: Floor, listener: Listener, market: Market, before: int, ended: tuple[datetime, datetime]
) -> None:
    tape = {trade.number for trade in floor.market_data.trades(market, count=2_000)}
    expected = {number for number in tape if number > before}

    def told() -> list[int]:
        return [trade.number for trade in listener.trades() if trade.market == market]

    listener.until(lambda: expected <= set(told()))
    assert len(told()) == len(set(told())), "none twice"
    record = floor.market_data.candles_between(market, CandleUnit.MINUTE, *ended)
    listener.until(lambda: set(record) <= set(last_words(listener, market)))
    print(f"{market.code}: {len(expected)} trades, {len(record)} candles")


def last_words(listener: Listener, market: Market) -> list[Candle]:
    told = {
        event.candle.opened_at: event.candle for event in listener.of(CandleChanged) if event.candle.market == market
    }
    return list(told.values())
