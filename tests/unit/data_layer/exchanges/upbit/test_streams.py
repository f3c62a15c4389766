"""Streams as their consumer sees them, over real sockets."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

from tests.fakes import upbit_frames as frames
from tests.fakes.rest_answers import BTC, ETH
from tests.unit.data_layer.exchanges.upbit.streams_in_a_test import (
    BOOKS,
    CANDLES,
    FAST,
    OWN_BALANCES,
    OWN_ORDERS,
    PRICES,
    TRADES,
    running,
)
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OrderBookChanged,
    OwnBalancesChanged,
    OwnOrderChanged,
    PriceSummaryChanged,
    Provenance,
    StreamState,
    StreamStateChanged,
    Topic,
    TopicKind,
    TradePrinted,
)


def test_everything_that_is_wanted_comes() -> None:
    with running(PRICES, BOOKS, TRADES, CANDLES, OWN_ORDERS, OWN_BALANCES) as world:
        world.until_state(PRICES, StreamState.LIVE)
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        world.server.send(frames.candle(), frames.trade(number=17_951_328_000_000_002), frames.ticker(price="7.53E-4"))
        world.server.send(frames.own_order(), frames.own_assets(KRW="1284120.77384512123456789"), path="private")
        world.take_until(
            lambda: (
                all(world.of(kind) for kind in (OrderBookChanged, CandleChanged, OwnOrderChanged, OwnBalancesChanged))
                and len(world.of(TradePrinted)) >= 2
                and any(event.provenance is Provenance.STREAM for event in world.of(OwnBalancesChanged))
            )
        )
        streamed = [event for event in world.of(OwnBalancesChanged) if event.provenance is Provenance.STREAM]
        assert str(streamed[0].balances[0].free) == "1284120.77384512123456789"
        assert str(world.of(PriceSummaryChanged)[-1].summary.price) == "0.000753"
        assert world.streams.trouble.unreadable_count == 0


def test_handshake_and_request_are_as_the_exchange_wants_them() -> None:
    with running(PRICES, BOOKS, OWN_ORDERS, OWN_BALANCES) as world:
        world.until_state(OWN_BALANCES, StreamState.LIVE)
        world.until_state(BOOKS, StreamState.LIVE)
        assert all("origin" not in handshake for handshake in world.server.handshakes)
        tokens = [handshake.get("authorization") for handshake in world.server.handshakes]
        assert sorted(map(str, tokens)) == ["Bearer token-1", "None"]
        [private] = world.server.subscribed("private")
        assert private[1:-1] == [{"type": "myAsset"}, {"type": "myOrder"}]
        [public] = world.server.subscribed()
        assert public[0].keys() == {"ticket"}
        assert public[1:-1] == [
            {"type": "orderbook", "codes": ["KRW-BTC.30"]},
            {"type": "ticker", "codes": ["KRW-BTC"]},
        ]
        world.server.wait_for(lambda: world.server.pings >= 4)


def test_a_change_of_topics_sends_the_whole_list_and_repeats_nothing() -> None:
    eth = Topic(TopicKind.TRADES, ETH)
    with running(TRADES) as world:
        world.until_seen(TradePrinted)
        world.streams.want([TRADES, eth])
        world.until_state(eth, StreamState.LIVE)
        whole = world.server.subscribed()[-1]
        assert whole[1] == {"type": "trade", "codes": ["KRW-BTC", "KRW-ETH"]}
        world.server.send(frames.trade(number=17_951_328_000_000_009))
        world.take_until(lambda: len(world.of(TradePrinted)) >= 3)
        assert [event.trade.market for event in world.of(TradePrinted)] == [BTC, ETH, BTC]


def test_trades_between_two_subscriptions_are_asked_for() -> None:
    """The second snapshot has a number that was not seen as it happened: there may have been more before it."""
    with running(TRADES) as world:
        world.until_seen(TradePrinted)
        first = world.events[-1].trade.number if isinstance(world.events[-1], TradePrinted) else 0
        first = world.of(TradePrinted)[0].trade.number
        world.market_data.all_trades = [
            replace(world.of(TradePrinted)[0].trade, number=first + step) for step in range(4)
        ]
        world.server.snapshots = lambda kind, code: [frames.trade(number=first + 3, st="SNAPSHOT")]
        world.market_data.gate.clear()
        world.streams.want([TRADES, Topic(TopicKind.TRADES, ETH)])
        world.until_state(TRADES, StreamState.REPAIRING)
        world.market_data.gate.set()
        world.take_until(lambda: len(world.of(TradePrinted)) >= 4)
        numbers = [event.trade.number for event in world.of(TradePrinted) if event.trade.market == BTC]
        assert sorted(numbers) == [first, first + 1, first + 2, first + 3]
        world.until_state(TRADES, StreamState.LIVE)


def test_what_is_no_longer_wanted_is_not_told() -> None:
    with running(PRICES, BOOKS) as world:
        world.until_state(BOOKS, StreamState.LIVE)
        world.streams.want([PRICES])
        world.server.wait_for(lambda: len(world.server.subscribed()) >= 2)
        world.take_until(lambda: BOOKS not in world.streams.states())
        before = len(world.of(OrderBookChanged))
        world.server.send(frames.book(at=frames.NOW_MS + 5), frames.ticker(at=frames.NOW_MS + 5))
        world.take_until(lambda: any(e.provenance is Provenance.STREAM for e in world.of(PriceSummaryChanged)))
        assert len(world.of(OrderBookChanged)) == before


def test_a_market_without_a_snapshot_is_said_to_have_no_data() -> None:
    gone = Topic(TopicKind.PRICES, Market("upbit", "KRW-GONE"))
    with running(PRICES, gone) as world:
        world.until_state(PRICES, StreamState.LIVE)
        world.until_state(gone, StreamState.DOWN)
        [event] = [e for e in world.of(StreamStateChanged) if e.topic == gone and e.state is StreamState.DOWN]
        assert event.reason == "no-data"
        world.server.send(frames.ticker("KRW-GONE"))
        world.until_state(gone, StreamState.LIVE)


def test_text_frames_and_lists_are_read_too() -> None:
    with running(PRICES) as world:
        world.until_state(PRICES, StreamState.LIVE)
        world.server.send_as_text(frames.ticker(price="1.5", at=frames.NOW_MS + 1))
        world.server.send(f"[{frames.ticker(price='2.5', at=frames.NOW_MS + 2)}]")
        world.take_until(lambda: any(str(e.summary.price) == "2.5" for e in world.of(PriceSummaryChanged)))


def test_rubbish_is_counted_and_the_stream_goes_on(expected_log: object) -> None:
    expected_log.expect("a frame could not be read")  # type: ignore[attr-defined]
    rubbish: list[str | bytes] = ["<html>maintenance</html>", b"\xff\xfe\x00", "{}", "[]", "[1,2]", '{"type":"ticker"}',
                                  '{"type":"ticker","code":null}', '{"type":"brand-new"}', "9" * 5_000]  # fmt: skip
    with running(PRICES) as world:
        world.until_state(PRICES, StreamState.LIVE)
        world.server.send(*rubbish, frames.ticker(price="2.5", at=frames.NOW_MS + 2))
        world.take_until(lambda: any(str(e.summary.price) == "2.5" for e in world.of(PriceSummaryChanged)))
        assert world.streams.trouble.unreadable_count == len(rubbish)
        assert len(world.server.handshakes) == 1


def test_own_topics_without_a_key_are_down_and_say_why() -> None:
    from tests.fakes.rest_answers import FakeMarketData
    from tests.fakes.scripted_stream_server import ScriptedStreamServer
    from upbit_auto_trading.data_layer.exchanges.upbit.streams import UpbitStreams
    from upbit_auto_trading.data_layer.system_clock import SystemClock

    with ScriptedStreamServer() as server:
        streams = UpbitStreams(server.url, SystemClock(), None, FakeMarketData(), None, timing=FAST)
        told = threading.Event()
        streams.on_waiting(told.set)
        streams.want([OWN_ORDERS])
        streams.start()
        assert told.wait(10)
        [event] = streams.take()
        streams.stop()
    assert isinstance(event, StreamStateChanged)
    assert (event.state, event.reason) == (StreamState.DOWN, "no-key")
    assert json.dumps(server.handshakes) == "[]"


def test_nothing_is_left_after_a_hundred_starts_and_stops() -> None:
    from tests.fakes.rest_answers import FakeAccount, FakeMarketData
    from tests.fakes.scripted_stream_server import ScriptedStreamServer
    from tests.unit.data_layer.exchanges.upbit.streams_in_a_test import FakeSigner, snapshots
    from upbit_auto_trading.data_layer.exchanges.upbit.streams import UpbitStreams
    from upbit_auto_trading.data_layer.system_clock import SystemClock

    with ScriptedStreamServer(snapshots) as server:
        before = set(threading.enumerate())
        for run in range(100):
            streams = UpbitStreams(
                server.url, SystemClock(), FakeSigner(), FakeMarketData(), FakeAccount(), timing=FAST
            )
            told = threading.Event()
            streams.on_waiting(told.set)
            streams.want([PRICES, OWN_ORDERS])
            streams.start()
            if run % 2:
                assert told.wait(10)
            streams.stop()
            streams.stop()
            assert set(threading.enumerate()) <= before
        server.wait_for(lambda: server.connected() == server.connected("private") == 0)
