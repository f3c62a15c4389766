"""What a stream misses is asked for, in the order that leaves no hole, and what came meanwhile is not undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from tests.fakes import upbit_frames as frames
from tests.fakes.rest_answers import BTC, START, candle_of, order_of, trade_of
from tests.unit.data_layer.exchanges.upbit.streams_in_a_test import (
    HASTY,
    OWN_BALANCES,
    OWN_ORDERS,
    TRADES,
    RunningStreams,
    running,
)
from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.order import Fill, OrderState, Side
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OrdersRepaired,
    OwnBalancesChanged,
    OwnOrderChanged,
    Provenance,
    StreamState,
    Topic,
    TopicKind,
    TradePrinted,
)
from upbit_auto_trading.data_layer.system_clock import SystemClock

SECONDS = Topic(TopicKind.CANDLES, BTC, CandleUnit.SECOND)


def a_fill(order_id: str) -> Fill:
    one = Decimal(1)
    return Fill("t-1", order_id, BTC, Side.BUY, one, one, one, one, "KRW", START)


def index_of_order(world: RunningStreams, kind: type, order_id: str) -> int:
    found = -1
    for index, event in enumerate(world.events):
        if isinstance(event, kind) and order_id in str(event):
            found = index
    return found


def test_the_exchange_knows_what_we_want_before_orders_are_read() -> None:
    """Otherwise an event between reading and stream would be in neither."""
    with running(OWN_ORDERS) as world:
        seen: list[int] = []
        world.account.on_asked = lambda what: seen.append(len(world.server.requests["private"]))
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        assert seen[0] >= 2, "subscription and question"
        assert world.told_states(OWN_ORDERS)[-1] is StreamState.LIVE
        [first, *_] = world.of(OrdersRepaired)
        assert first.repaired_at - first.since >= timedelta(seconds=60)


def test_without_an_answer_to_the_question_orders_are_read_all_the_same() -> None:
    with running(OWN_ORDERS, timing=HASTY) as world:
        world.server.answers_questions = False
        world.until_state(OWN_ORDERS, StreamState.LIVE)


def test_an_old_order_that_ended_during_an_outage_is_found_by_its_number_with_its_fills() -> None:
    """Closed orders are listed by the time of their making: an old one is not among them."""
    with running(OWN_ORDERS) as world:
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        old = replace(order_of("old"), created_at=START - timedelta(days=30))
        world.server.send(frames.own_order(uuid="old"), path="private")
        world.until_seen(OwnOrderChanged)
        world.account.put(
            replace(old, state=OrderState.DONE, executed_quantity=Decimal("0.5"), fills=(a_fill("old"),)),
            order_of("new", executed="0.1"),
        )
        told = len(world.of(OrdersRepaired))
        world.server.cut("private")
        world.take_until(lambda: any("old" in str(event.orders) for event in world.of(OrdersRepaired)[told:]))
        repaired = {order.order_id: order for event in world.of(OrdersRepaired)[told:] for order in event.orders}
        assert repaired["old"].state is OrderState.DONE
        assert repaired["old"].fills == (a_fill("old"),)
        assert repaired["new"].executed_quantity == Decimal("0.1")
        assert world.account.count("by-id") >= 1


def test_what_the_stream_says_while_orders_are_read_is_told_after_them_again() -> None:
    with running(OWN_ORDERS) as world:
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        world.account.put(order_of("a"))
        world.account.gate.clear()
        asked = world.account.count("open")
        world.server.cut("private")
        world.account.wait_for("open", asked + 1)
        world.server.send(frames.own_fill("a", "t-1", executed=0.1, quantity=0.1), path="private")
        world.take_until(lambda: world.of(OwnOrderChanged))
        world.account.gate.set()
        world.take_until(lambda: index_of_order(world, OrdersRepaired, "'a'") >= 0)
        world.take_until(
            lambda: index_of_order(world, OwnOrderChanged, "'a'") > index_of_order(world, OrdersRepaired, "'a'")
        )
        last = [event.update for event in world.of(OwnOrderChanged) if event.update.order_id == "a"][-1]
        assert last.executed_quantity == Decimal("0.1")


def test_balances_of_the_stream_are_not_undone_by_an_older_answer() -> None:
    with running(OWN_BALANCES) as world:
        world.until_state(OWN_BALANCES, StreamState.LIVE)
        for currency, amount in (("KRW", "100"), ("BTC", "1")):
            world.account.held[currency] = Balance(currency, Decimal(amount), Decimal(0))
        world.account.gate.clear()
        asked = world.account.count("balances")
        world.server.cut("private")
        world.account.wait_for("balances", asked + 1)
        world.server.send(frames.own_assets(KRW="42.000000000000000000000001"), path="private")
        world.take_until(lambda: any(event.provenance is Provenance.STREAM for event in world.of(OwnBalancesChanged)))
        world.account.gate.set()
        told = len(world.of(OwnBalancesChanged))
        world.take_until(lambda: len(world.of(OwnBalancesChanged)) > told)
        answer = {balance.currency: str(balance.free) for balance in world.of(OwnBalancesChanged)[-1].balances}
        assert answer == {"KRW": "42.000000000000000000000001", "BTC": "1"}


def test_trades_of_an_outage_are_read_back_to_the_last_one_seen() -> None:
    with running(TRADES) as world:
        first = world.until_seen(TradePrinted)[0].trade.number
        world.until_state(TRADES, StreamState.LIVE)
        missed = [first + step for step in range(1, 1_201)]
        world.market_data.all_trades = [trade_of(number) for number in (first - 1, first, *missed)]
        world.server.snapshots = lambda kind, code: [frames.trade(number=missed[-1], st="SNAPSHOT")]
        world.server.cut()
        world.take_until(lambda: len(world.of(TradePrinted)) >= 1_201)
        numbers = [event.trade.number for event in world.of(TradePrinted)]
        assert sorted(numbers) == [first, *missed]
        world.until_state(TRADES, StreamState.LIVE)
        assert world.market_data.count("trades") == 3, "pages of 500"


def test_a_candle_that_ended_is_read_once_more() -> None:
    clock = SystemClock()
    with running(SECONDS) as world:
        opened = clock.now().replace(microsecond=0)
        whole = candle_of(opened, "9.5", CandleUnit.SECOND)
        world.market_data.all_candles = [
            whole,
            *(candle_of(opened + timedelta(seconds=n), "1", CandleUnit.SECOND) for n in range(1, 30)),
        ]
        world.server.wait_for(lambda: world.server.subscribed())
        world.server.send(frames.candle(unit="1s", opened=opened.isoformat()[:19], volume="3.25"))
        world.take_until(lambda: whole in [event.candle for event in world.of(CandleChanged)])
        told = [event for event in world.of(CandleChanged) if event.candle.opened_at == opened]
        assert [event.provenance for event in told][-1] is Provenance.REPAIR
        asked = world.market_data.count("candles")
        world.market_data.wait_for("candles", asked + 2)
        again = [arguments for what, arguments in world.market_data.asked[asked + 1 :] if what == "candles"]
        assert all(start > opened for _, _, start, _ in again), "read once, then the next"


def test_candles_of_an_outage_are_read() -> None:
    clock = SystemClock()
    minute = Topic(TopicKind.CANDLES, BTC, CandleUnit.MINUTE)
    with running(minute) as world:
        opened = CandleUnit.MINUTE.floor(clock.now())
        frame = frames.candle(opened=opened.isoformat()[:19], volume="3.25")
        world.server.snapshots = lambda kind, code: [frame]
        world.until_state(minute, StreamState.LIVE)
        grown = candle_of(opened, "7")
        world.market_data.all_candles = [grown]
        world.market_data.gate.clear()
        world.server.cut()
        world.until_state(minute, StreamState.REPAIRING)
        world.market_data.gate.set()
        world.take_until(lambda: grown in [event.candle for event in world.of(CandleChanged)])
        world.until_state(minute, StreamState.LIVE)


def test_candles_that_are_never_pushed_are_polled() -> None:
    day = Topic(TopicKind.CANDLES, BTC, CandleUnit.DAY)
    with running(day) as world:
        today = CandleUnit.DAY.floor(SystemClock().now())
        world.market_data.all_candles = [candle_of(today, "7", CandleUnit.DAY)]
        world.until_state(day, StreamState.POLLED)
        world.until_seen(CandleChanged)
        world.market_data.all_candles = [candle_of(today, "8", CandleUnit.DAY)]
        world.take_until(lambda: len(world.of(CandleChanged)) == 2)
        assert world.server.handshakes == []


def test_a_repair_of_balances_is_not_lost_behind_a_poll_that_waits() -> None:
    """The stream is back while what took its place still waits for its turn."""
    with running(OWN_ORDERS, OWN_BALANCES) as world:
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        world.until_state(OWN_BALANCES, StreamState.LIVE)
        world.account.gate.clear()
        asked, refused = world.account.count("open"), len(world.server.handshakes)
        world.server.refuse_with["private"] = 503
        world.server.cut("private")
        world.account.wait_for("open", asked + 1)
        # longer than it takes until balances are polled too; that waits behind the orders
        world.server.wait_for(lambda: len(world.server.handshakes) >= refused + 6)
        del world.server.refuse_with["private"]
        world.until_state(OWN_BALANCES, StreamState.REPAIRING)
        world.account.gate.set()
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        world.until_state(OWN_BALANCES, StreamState.LIVE)
