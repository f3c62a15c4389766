"""Fifty times gone and back: no thread, no socket and no memory stays behind."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections import Counter

import psutil
import pytest

from tests.contract.exchange.floor import Floor, until
from tests.contract.exchange.listener import Listener, as_standing, listening
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.stream import StreamState, Topic, TopicKind

ORDERS, BALANCES = Topic(TopicKind.OWN_ORDERS), Topic(TopicKind.OWN_BALANCES)
ROUNDS, SETTLED_AFTER = 50, 15


def connections() -> int:
    """To the exchange; those that our side has closed are the system's affair for a while."""
    gone = {psutil.CONN_TIME_WAIT, psutil.CONN_CLOSE, psutil.CONN_FIN_WAIT1, psutil.CONN_FIN_WAIT2}
    return sum(one.status not in gone for one in psutil.Process().net_connections())


def objects() -> Counter[str]:
    """A timer called off stays in its loop until a hundred of them do, or its time has come: those are not counted."""
    gc.collect()
    tracked = gc.get_objects()
    called_off = [one for one in tracked if isinstance(one, asyncio.TimerHandle) and one.cancelled()]
    left_out = {id(one) for one in called_off} | {id(getattr(one, "_context", None)) for one in called_off}
    return Counter(type(one).__name__ for one in tracked if id(one) not in left_out)


def all_topics(floor: Floor) -> tuple[Topic, ...]:
    market = floor.market()
    return (
        Topic(TopicKind.PRICES, market),
        Topic(TopicKind.BOOKS, market),
        Topic(TopicKind.TRADES, market),
        Topic(TopicKind.CANDLES, market, CandleUnit.MINUTE),
        ORDERS,
        BALANCES,
    )


def cut_and_back(floor: Floor, listener: Listener, topics: tuple[Topic, ...]) -> None:
    listener.forget()
    floor.control.add_fault("stream-cut", times=2)
    listener.until(lambda: all(StreamState.LIVE in listener.told_states(topic) for topic in topics))
    listener.until_live(*topics)
    floor.control.clear_faults()


@pytest.mark.long
def test_fifty_reconnects_leave_nothing_behind(floor: Floor) -> None:
    topics = all_topics(floor)
    kept = floor.resting()
    with listening(floor.exchange, *topics) as listener:
        listener.until_live(*topics)
        before = Counter[str]()
        threads = sockets = 0
        for number in range(ROUNDS):
            if number == SETTLED_AFTER:
                listener.forget()
                before, threads, sockets = objects(), threading.active_count(), connections()
            cut_and_back(floor, listener, topics)
        listener.forget()
        until(connections, lambda count: count <= sockets)
        assert threading.active_count() == threads
        after = objects()
        grown = {name: after[name] - before[name] for name in after if after[name] - before[name] >= ROUNDS // 2}
        print(f"{ROUNDS} reconnects: threads {threads}, sockets {sockets}, objects grown {grown}")
        # what would stay of a connection would be there 35 times; addresses taken apart are kept by Python itself
        assert set(grown) <= {"dict", "list", "tuple", "SplitResult"}
        assert sum(after.values()) - sum(before.values()) < 60 * (ROUNDS - SETTLED_AFTER)
        floor.account.cancel(floor.reference(kept))
        listener.until(lambda: listener.standing() == as_standing(floor.orders_on_record()))


@pytest.mark.long
def test_fifty_starts_and_stops_leave_nothing_behind(floor: Floor) -> None:
    topics = all_topics(floor)
    threads = sockets = 0
    for number in range(ROUNDS):
        if number == SETTLED_AFTER:
            threads, sockets = threading.active_count(), connections()
        with listening(floor.exchange, *topics) as listener:
            listener.until_live(topics[0])
    assert threading.active_count() == threads
    until(connections, lambda count: count <= sockets)


@pytest.mark.long
def test_fifty_adapters_opened_and_closed_leave_nothing_behind(floor: Floor) -> None:
    threads = sockets = 0
    for number in range(ROUNDS):
        if number == SETTLED_AFTER:
            threads, sockets = threading.active_count(), connections()
        exchange = floor.open_as_usual(is_apart=True)
        assert exchange.market_data.markets()
        exchange.close()
        floor.control.clear_faults()
    assert threading.active_count() == threads
    until(connections, lambda count: count <= sockets)
