"""Streams where things are rarer: nothing traded, nothing to repair with, topics that come and go."""

from __future__ import annotations

import threading
from datetime import timedelta

from tests.fakes import upbit_frames as frames
from tests.fakes.rest_answers import BTC, UNAVAILABLE, candle_of, order_of
from tests.log_guard import LogGuard
from tests.unit.data_layer.exchanges.upbit.streams_in_a_test import (
    HASTY,
    OWN_BALANCES,
    OWN_ORDERS,
    PRICES,
    TRADES,
    running,
)
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.errors import MarketUnknown
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OrdersRepaired,
    OwnOrderChanged,
    StreamState,
    StreamStateChanged,
    Topic,
    TopicKind,
)
from upbit_auto_trading.data_layer.exchanges.upbit.mailbox import MailboxLimits
from upbit_auto_trading.data_layer.exchanges.upbit.rest_lane import Job, RestLane
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.data_layer.transport.backoff import Backoff

GONE = Market("upbit", "KRW-GONE")
MINUTE = Topic(TopicKind.CANDLES, BTC, CandleUnit.MINUTE)


def test_a_market_in_which_nothing_was_traded_counts_as_live() -> None:
    quiet = Topic(TopicKind.TRADES, GONE)
    with running(TRADES, quiet, timing=HASTY) as world:
        world.until_state(quiet, StreamState.LIVE)
        assert world.market_data.asked == []


def test_trades_of_a_gap_that_cannot_be_had_do_not_hold_up_the_stream() -> None:
    with running(TRADES) as world:
        world.until_state(TRADES, StreamState.LIVE)
        world.market_data.error = MarketUnknown("upbit", "404")
        world.server.cut()
        world.take_until(lambda: world.told_states(TRADES).count(StreamState.LIVE) >= 2)
        assert world.market_data.count("trades") == 1


def test_a_repair_goes_on_until_rest_answers_again() -> None:
    with running(TRADES, OWN_ORDERS, OWN_BALANCES) as world:
        for topic in (TRADES, OWN_ORDERS, OWN_BALANCES):
            world.until_state(topic, StreamState.LIVE)
        world.market_data.error = world.account.error = UNAVAILABLE
        world.server.cut()
        world.server.cut("private")
        for topic in (TRADES, OWN_ORDERS, OWN_BALANCES):
            world.until_state(topic, StreamState.REPAIRING)
        world.account.wait_for("open", world.account.count("open") + 2)
        world.market_data.error = world.account.error = None
        for topic in (TRADES, OWN_ORDERS, OWN_BALANCES):
            world.until_state(topic, StreamState.LIVE)


def test_a_second_cut_during_a_repair_is_repaired_too() -> None:
    """Those who ask while orders are being read share the next reading."""
    with running(OWN_ORDERS) as world:
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        asked = world.account.count("open")
        world.account.gate.clear()
        for round_ in range(1, 4):
            world.server.cut("private")
            world.server.wait_for(lambda round_=round_: len(world.server.requests["private"]) >= 2 + 2 * round_)  # type: ignore[misc]
            world.until_state(OWN_ORDERS, StreamState.REPAIRING)
        world.account.put(order_of("late"))
        world.account.gate.set()
        world.take_until(lambda: any("'late'" in str(event.orders) for event in world.of(OrdersRepaired)))
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        assert world.account.count("open") <= asked + 4


def test_own_topics_may_go_and_come_back() -> None:
    with running(PRICES, OWN_ORDERS) as world:
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        world.streams.want([PRICES])
        world.server.wait_for(lambda: not world.server.connected("private"))
        world.take_until(lambda: OWN_ORDERS not in world.streams.states())
        world.account.put(order_of("meanwhile"))
        world.streams.want([PRICES, OWN_ORDERS])
        world.take_until(lambda: any("meanwhile" in str(event.orders) for event in world.of(OrdersRepaired)))
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        world.streams.want([OWN_ORDERS])
        world.server.wait_for(lambda: not world.server.connected())
        world.streams.want([OWN_ORDERS, OWN_BALANCES])
        world.until_state(OWN_BALANCES, StreamState.LIVE)
        world.server.send(frames.own_order(uuid="after"), path="private")
        world.take_until(lambda: any(event.update.order_id == "after" for event in world.of(OwnOrderChanged)))


def test_with_a_refused_key_new_own_topics_are_down_at_once(expected_log: LogGuard) -> None:
    expected_log.expect("key refused")
    with running(OWN_ORDERS) as world:
        world.server.refuse_with["private"] = 403
        world.server.cut("private")
        world.until_state(OWN_ORDERS, StreamState.DOWN)
        world.streams.want([OWN_ORDERS, OWN_BALANCES])
        world.until_state(OWN_BALANCES, StreamState.DOWN)
        [event] = [event for event in world.of(StreamStateChanged) if event.topic == OWN_BALANCES]
        assert event.reason == "key-refused"


def test_one_unknown_market_does_not_spoil_the_polled_prices_of_the_others() -> None:
    gone = Topic(TopicKind.PRICES, GONE)
    with running() as world:
        world.server.close()
        world.market_data.prices[BTC] = "7"
        world.streams.want([PRICES, gone])
        world.until_state(PRICES, StreamState.POLLED)
        world.until_state(gone, StreamState.DOWN)
        assert world.market_data.count("all-prices") >= 1
        assert [str(one) for one in world.told_states(gone)][-1] == str(StreamState.DOWN)


def test_candles_that_nobody_took_are_asked_for_again() -> None:
    with running(MINUTE, limits=MailboxLimits(candles=4)) as world:
        world.server.wait_for(lambda: world.server.subscribed())
        newest = CandleUnit.MINUTE.floor(SystemClock().now())
        opened = [newest - timedelta(minutes=9 - step) for step in range(10)]
        world.market_data.all_candles = [candle_of(at) for at in opened]
        world.server.send(*(frames.candle(opened=at.isoformat()[:19]) for at in opened))
        world.market_data.wait_for("candles")
        world.take_until(lambda: {event.candle.opened_at for event in world.of(CandleChanged)} >= set(opened[5:]))


def test_a_lane_whose_request_hangs_says_that_it_is_late() -> None:
    lane, gate, begun = RestLane("test-lane", SystemClock(), Backoff()), threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        gate.wait(20)

    lane.start()
    lane.ask(Job(("x",), hang, lambda _error: None))
    assert begun.wait(10)
    assert not lane.stop(0.02)
    gate.set()
    assert lane.stop()
