"""What goes wrong between us and the exchange, done for real to the sockets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes import upbit_frames as frames
from tests.fakes.rest_answers import BTC, ETH, UNAVAILABLE, order_of, trade_of
from tests.fakes.scripted_stream_server import ScriptedStreamServer
from tests.log_guard import LogGuard
from tests.unit.data_layer.exchanges.upbit.streams_in_a_test import (
    BOOKS,
    FAST,
    HASTY,
    OWN_BALANCES,
    OWN_ORDERS,
    PRICES,
    TRADES,
    RunningStreams,
    running,
)
from upbit_auto_trading.business_logic.domain.errors import KeyRejected
from upbit_auto_trading.business_logic.domain.exchange_key import KeyFault
from upbit_auto_trading.business_logic.domain.stream import (
    OrderEventsLost,
    OrdersRepaired,
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
from upbit_auto_trading.data_layer.exchanges.upbit.mailbox import MailboxLimits

#: so that a reading of orders is the one that the test is about
NO_SECOND_LOOK = replace(FAST, second_look=1_000.0, confirm_every=1_000.0)


def handshakes(world: RunningStreams, private: bool) -> int:
    return sum(("authorization" in one) is private for one in world.server.handshakes)


@pytest.mark.parametrize("cut", [ScriptedStreamServer.cut, ScriptedStreamServer.send_half_a_frame])
def test_a_cut_connection_comes_back_with_everything(cut: object) -> None:
    with running(PRICES, BOOKS, TRADES) as world:
        for topic in (PRICES, BOOKS, TRADES):
            world.until_state(topic, StreamState.LIVE)
        cut(world.server)  # type: ignore[operator]
        world.server.wait_for(lambda: len(world.server.subscribed()) >= 2)
        for topic in (PRICES, BOOKS, TRADES):
            world.until_state(topic, StreamState.LIVE)
        first, again = world.server.subscribed()
        assert first[1:] == again[1:]
        assert first[0] != again[0]


def test_a_peer_that_neither_reads_nor_closes_is_noticed() -> None:
    with running(PRICES, timing=HASTY) as world:
        world.until_state(PRICES, StreamState.LIVE)
        world.server.stop_reading()
        world.server.wait_for(lambda: len(world.server.subscribed()) == 2)
        world.until_state(PRICES, StreamState.LIVE)


def test_silence_is_asked_about_and_answered() -> None:
    """A quiet market: the snapshots of the repeated request show that the subscription lives."""
    with running(PRICES) as world:
        world.until_state(PRICES, StreamState.LIVE)
        world.server.wait_for(lambda: len(world.server.subscribed()) >= 3)
        world.take_until(lambda: True)
        assert handshakes(world, private=False) == 1
        assert world.streams.states()[PRICES] is StreamState.LIVE
        assert len(world.of(PriceSummaryChanged)) == 1


def test_a_dead_subscription_makes_a_new_connection_though_pings_are_answered() -> None:
    with running(PRICES, timing=HASTY) as world:
        world.until_state(PRICES, StreamState.LIVE)
        world.server.swallows_subscriptions = True
        world.server.wait_for(lambda: handshakes(world, private=False) >= 2)
        world.server.swallows_subscriptions = False
        world.take_until(lambda: world.told_states(PRICES).count(StreamState.LIVE) >= 2)


def test_a_forgotten_private_subscription_is_noticed() -> None:
    """Silence says nothing there: what the exchange believes we want is asked for now and then."""
    with running(OWN_ORDERS) as world:
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        world.server.swallows_subscriptions = True
        world.server.wait_for(lambda: len(world.server.subscribed("private")) >= 2)
        world.server.swallows_subscriptions = False
        world.take_until(lambda: len(world.of(OrdersRepaired)) >= 2)
        assert handshakes(world, private=True) == 1


def test_a_private_subscription_that_is_known_a_moment_later_is_waited_for() -> None:
    with running() as world:
        world.server.does_not_know_yet = 2
        world.streams.want([OWN_ORDERS])
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        assert len(world.server.subscribed("private")) == 1
        assert len(world.server.requests["private"]) == 4


def test_a_private_subscription_that_never_becomes_known_is_made_again() -> None:
    with running(timing=HASTY) as world:
        world.server.does_not_know_yet = 1_000
        world.streams.want([OWN_ORDERS])
        world.server.wait_for(lambda: len(world.server.subscribed("private")) >= 2)
        world.server.does_not_know_yet = 0
        world.until_state(OWN_ORDERS, StreamState.LIVE)


@pytest.mark.parametrize("as_frame", [False, True])
def test_a_refused_key_stops_the_private_stream_and_says_why(as_frame: bool, expected_log: LogGuard) -> None:
    expected_log.expect("key refused")
    with running(PRICES, OWN_ORDERS) as world:
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        if as_frame:
            world.server.error_on_subscribe["private"] = "INVALID_AUTH"
        else:
            world.server.refuse_with["private"] = 401
        world.server.cut("private")
        world.take_until(
            lambda: any(e.reason == "key-refused" for e in world.of(StreamStateChanged) if e.topic == OWN_ORDERS)
        )
        tried = handshakes(world, private=True)
        assert tried == 3
        world.server.wait_for(lambda: world.server.pings >= 10)
        assert handshakes(world, private=True) == tried
        assert world.streams.states()[PRICES] is StreamState.LIVE
        assert world.streams.states()[OWN_ORDERS] is StreamState.DOWN

        world.server.error_on_subscribe.clear()
        world.server.refuse_with.clear()
        world.signer.key = object()  # the user has given another one
        world.until_state(OWN_ORDERS, StreamState.LIVE)


def test_one_unlucky_token_is_forgiven() -> None:
    with running(OWN_ORDERS) as world:
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        world.server.refuse_with["private"] = 401
        world.server.cut("private")
        world.server.wait_for(lambda: handshakes(world, private=True) >= 2)
        world.server.refuse_with.clear()
        world.take_until(lambda: world.told_states(OWN_ORDERS).count(StreamState.LIVE) >= 2)


def test_a_topic_that_is_refused_does_not_take_the_others_with_it(expected_log: LogGuard) -> None:
    expected_log.expect("refuses a subscription")
    bad = Topic(TopicKind.BOOKS, ETH)
    with running(PRICES) as world:
        world.until_state(PRICES, StreamState.LIVE)
        world.server.error_on_subscribe["public"] = "INVALID_PARAM"
        world.streams.want([PRICES, bad])
        world.take_until(lambda: any(e.reason == "refused" for e in world.of(StreamStateChanged)))
        world.server.error_on_subscribe.clear()
        world.take_until(lambda: world.told_states(PRICES).count(StreamState.LIVE) >= 2)
        assert world.server.subscribed()[-1][1:-1] == [{"type": "ticker", "codes": ["KRW-BTC"]}]
        assert world.streams.states()[bad] is StreamState.DOWN


def test_an_overload_is_no_reason_to_give_up(expected_log: LogGuard) -> None:
    expected_log.expect("refuses a subscription")
    with running(PRICES) as world:
        world.server.error_on_subscribe["public"] = "TOO_MANY_REQUEST"
        world.server.cut()
        world.server.wait_for(lambda: len(world.server.subscribed()) >= 3)
        world.server.error_on_subscribe.clear()
        world.until_state(PRICES, StreamState.LIVE)


def test_without_the_stream_prices_orders_and_balances_are_polled_and_it_comes_back_by_itself() -> None:
    with running(PRICES, BOOKS, OWN_ORDERS, OWN_BALANCES) as world:
        for topic in (PRICES, BOOKS, OWN_ORDERS, OWN_BALANCES):
            world.until_state(topic, StreamState.LIVE)
        world.market_data.prices[BTC] = "7"
        world.account.put(order_of("order-9"))
        world.server.close()
        for topic in (PRICES, OWN_ORDERS, OWN_BALANCES):
            world.until_state(topic, StreamState.POLLED)
        world.until_state(BOOKS, StreamState.DOWN)
        polled = [e for e in world.of(PriceSummaryChanged) if e.provenance is Provenance.POLLED]
        world.take_until(lambda: any("order-9" in str(e.orders) for e in world.of(OrdersRepaired)))
        told, asked = len(world.of(OrdersRepaired)), world.account.count("open")
        world.account.wait_for("open", asked + 3)
        assert polled == [] or str(polled[0].summary.price) == "7"
        world.take_until(lambda: True)
        assert len(world.of(OrdersRepaired)) == told, "nothing had changed"
        world.server.open_again()
        for topic in (PRICES, BOOKS, OWN_ORDERS, OWN_BALANCES):
            world.until_state(topic, StreamState.LIVE)
        asked = world.market_data.count("prices")
        world.server.wait_for(lambda: world.server.pings >= 12)
        assert world.market_data.count("prices") <= asked + 1


def test_where_neither_stream_nor_rest_answer_the_topic_is_down() -> None:
    with running(PRICES, OWN_ORDERS) as world:
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        world.market_data.error = world.account.error = UNAVAILABLE
        world.server.close()
        for topic in (PRICES, OWN_ORDERS):
            world.until_state(topic, StreamState.DOWN)
        world.market_data.error = world.account.error = None
        world.market_data.prices[BTC] = "7"
        for topic in (PRICES, OWN_ORDERS):
            world.until_state(topic, StreamState.POLLED)


def test_a_key_that_may_not_read_orders_is_told_when_they_are_read(expected_log: LogGuard) -> None:
    expected_log.expect("cannot be read")
    with running(OWN_ORDERS) as world:
        world.account.error = KeyRejected("upbit", KeyFault.RIGHT_MISSING)
        world.until_state(OWN_ORDERS, StreamState.DOWN)


def test_repeated_and_reordered_order_events_are_told_once_and_in_totals_that_grow() -> None:
    wait = frames.own_order(uuid="a")
    first = frames.own_fill("a", "t-1", executed=0.1, quantity=0.1, at=frames.NOW_MS + 1)
    second = frames.own_fill("a", "t-2", executed=0.3, quantity=0.2, at=frames.NOW_MS + 2)
    done = frames.own_order(uuid="a", state="done", executed_volume=0.5, timestamp=frames.NOW_MS + 4)
    third = frames.own_fill("a", "t-3", executed=0.5, quantity=0.2, at=frames.NOW_MS + 3)
    with running(OWN_ORDERS) as world:
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        world.server.send(wait, second, first, wait, second, done, third, done, first, path="private")
        world.server.send(frames.own_order(uuid="end"), path="private")
        world.take_until(lambda: any(e.update.order_id == "end" for e in world.of(OwnOrderChanged)))
        updates = [e.update for e in world.of(OwnOrderChanged) if e.update.order_id == "a"]
        assert [u.fill.trade_id for u in updates if u.fill is not None] == ["t-2", "t-1", "t-3"]
        executed = [u.executed_quantity for u in updates]
        assert executed == sorted(executed)
        assert updates[-1].state.is_final
        assert sum(u.fill.quantity for u in updates if u.fill is not None) == updates[-1].executed_quantity


def test_a_full_mailbox_replaces_order_events_by_a_repair() -> None:
    with running(OWN_ORDERS, limits=MailboxLimits(order_events=20), timing=NO_SECOND_LOOK) as world:
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        for number in range(50):
            world.account.put(order_of(f"o-{number}"))
        asked = world.account.count("open")
        world.server.send(*(frames.own_order(uuid=f"o-{number}") for number in range(50)), path="private")
        world.account.wait_for("open", asked + 1)
        world.take_until(lambda: world.of(OrderEventsLost))
        lost_at = next(i for i, event in enumerate(world.events) if isinstance(event, OrderEventsLost))
        world.take_until(lambda: any(isinstance(event, OrdersRepaired) for event in world.events[lost_at:]))
        known = {e.update.order_id for e in world.of(OwnOrderChanged)}
        known |= {order.order_id for e in world.of(OrdersRepaired) for order in e.orders}
        assert known >= {f"o-{number}" for number in range(50)}


def test_a_full_mailbox_of_trades_is_filled_again_by_number() -> None:
    with running(TRADES, limits=MailboxLimits(trades=10)) as world:
        world.until_state(TRADES, StreamState.LIVE)
        first = world.until_seen(TradePrinted)[0].trade.number
        numbers = [first + step for step in range(1, 26)]
        world.market_data.all_trades = [trade_of(number) for number in numbers]
        # held back in the mailbox until all have come
        world.server.send(*(frames.trade(number=number) for number in numbers))
        world.server.wait_for(lambda: world.server.pings >= 3)
        world.take_until(lambda: {e.trade.number for e in world.of(TradePrinted)} >= set(numbers))
        told = [e.trade.number for e in world.of(TradePrinted)]
        assert len(told) == len(set(told))


def test_an_order_event_that_cannot_be_read_is_asked_for(expected_log: LogGuard) -> None:
    expected_log.expect("a frame could not be read")
    with running(OWN_ORDERS, OWN_BALANCES, timing=NO_SECOND_LOOK) as world:
        world.until_state(OWN_BALANCES, StreamState.LIVE)
        world.until_state(OWN_ORDERS, StreamState.LIVE)
        told = len(world.of(OrdersRepaired))
        world.account.put(order_of("strange"))
        world.server.send(frames.own_order(uuid="strange", state="brand-new-state"), path="private")
        world.take_until(lambda: any("strange" in str(e.orders) for e in world.of(OrdersRepaired)[told:]))
        assert world.of(OwnBalancesChanged) != []
