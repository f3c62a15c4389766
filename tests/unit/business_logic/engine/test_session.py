"""The session turns events into a state and commands, and holds entries stopped whatever the disk says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from upbit_auto_trading.business_logic.domain.commands import Command, RecordEntriesResumed, RecordEntriesStopped
from upbit_auto_trading.business_logic.domain.errors import DiskFull
from upbit_auto_trading.business_logic.domain.events import (
    EntriesResumed,
    EntriesStopped,
    FeedLost,
    FeedReplaced,
    PriceChanged,
)
from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.business_logic.domain.stream import StreamState, StreamStateChanged, Topic, TopicKind
from upbit_auto_trading.business_logic.engine.session import Session, SessionState, decide

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(seconds=61)
BITCOIN = Market("practice", "KRW-BTC")
RIPPLE = Market("practice", "KRW-XRP")


def price(market: Market, amount: str, traded_at: datetime = NOON) -> LastPrice:
    return LastPrice(market, Decimal(amount), Decimal(amount), traded_at)


def test_each_market_has_its_newest_price() -> None:
    state = SessionState()
    for newest in (price(BITCOIN, "100"), price(RIPPLE, "7"), price(BITCOIN, "101", LATER)):
        state, commands = decide(state, PriceChanged(newest))
        assert commands == ()
    assert {market: known.price for market, known in state.last_prices.items()} == {
        BITCOIN: Decimal(101),
        RIPPLE: Decimal(7),
    }


def test_a_late_message_does_not_turn_the_price_back() -> None:
    state, _ = decide(SessionState(), PriceChanged(price(BITCOIN, "101", LATER)))
    assert decide(state, PriceChanged(price(BITCOIN, "100", NOON))) == (state, ())


def test_a_price_at_the_same_moment_counts_because_it_came_later() -> None:
    state, _ = decide(SessionState(), PriceChanged(price(BITCOIN, "100")))
    state, _ = decide(state, PriceChanged(price(BITCOIN, "102")))
    assert state.last_prices[BITCOIN].price == Decimal(102)


def test_deciding_leaves_the_state_before_untouched() -> None:
    before, _ = decide(SessionState(), PriceChanged(price(BITCOIN, "100")))
    decide(before, PriceChanged(price(RIPPLE, "7")))
    assert set(before.last_prices) == {BITCOIN}


def test_a_market_is_stale_once_its_last_trade_is_older_than_the_limit() -> None:
    state, _ = decide(SessionState(), PriceChanged(price(BITCOIN, "100", NOON)))
    state, _ = decide(state, PriceChanged(price(RIPPLE, "7", LATER)))
    limit = timedelta(seconds=60)
    assert state.stale_markets(NOON + limit, limit) == frozenset()
    assert state.stale_markets(LATER, limit) == {BITCOIN}


def stream(market: Market | None, state: StreamState, kind: TopicKind = TopicKind.PRICES) -> StreamStateChanged:
    return StreamStateChanged(Topic(kind, market), state, NOON)


@pytest.mark.parametrize(
    ("state", "is_stale"),
    [
        (StreamState.LIVE, False),
        (StreamState.POLLED, False),
        (StreamState.CONNECTING, True),
        (StreamState.REPAIRING, True),
        (StreamState.DOWN, True),
    ],
)
def test_where_a_stream_tells_how_it_stands_the_age_of_a_trade_says_nothing(state: StreamState, is_stale: bool) -> None:
    """Also of a practice market at 60 times the speed, whose trades lie ahead, or of one that stands."""
    session = Session(lambda _command: None)
    session.process(PriceChanged(price(BITCOIN, "100")))
    session.process(stream(BITCOIN, state))
    for now in (NOON, LATER, NOON - timedelta(days=30)):
        assert session.state.stale_markets(now, timedelta(seconds=60)) == ({BITCOIN} if is_stale else frozenset())


def test_streams_of_other_things_say_nothing_of_prices() -> None:
    session = Session(lambda _command: None)
    session.process(PriceChanged(price(BITCOIN, "100")))
    session.process(stream(BITCOIN, StreamState.DOWN, TopicKind.BOOKS))
    session.process(stream(None, StreamState.DOWN, TopicKind.OWN_ORDERS))
    assert session.state.stale_markets(NOON, timedelta(seconds=60)) == frozenset()


def test_with_the_exchange_all_its_prices_are_lost_until_another_comes() -> None:
    session = Session(lambda _command: None)
    session.process(PriceChanged(price(BITCOIN, "100")))
    session.process(PriceChanged(price(RIPPLE, "7")))
    session.process(stream(BITCOIN, StreamState.LIVE))
    session.process(FeedLost())
    assert session.state.stale_markets(NOON, timedelta(seconds=60)) == {BITCOIN, RIPPLE}
    session.process(FeedReplaced())
    session.process(PriceChanged(price(BITCOIN, "101")))
    assert session.state.stale_markets(NOON, timedelta(seconds=60)) == frozenset()


def test_stopping_entries_is_recorded_once_and_the_first_stop_holds() -> None:
    state, commands = decide(SessionState(), EntriesStopped(NOON))
    assert (state.entries_stopped_at, commands) == (NOON, (RecordEntriesStopped(NOON),))
    assert decide(state, EntriesStopped(LATER)) == (state, ())


def test_resuming_is_recorded_only_where_entries_were_stopped() -> None:
    assert decide(SessionState(), EntriesResumed(NOON)) == (SessionState(), ())
    state, commands = decide(SessionState(entries_stopped_at=NOON), EntriesResumed(LATER))
    assert (state.entries_stopped_at, commands) == (None, (RecordEntriesResumed(LATER),))


def test_a_session_records_each_command_in_order() -> None:
    recorded: list[Command] = []
    session = Session(recorded.append)
    for event in (PriceChanged(price(BITCOIN, "100")), EntriesStopped(NOON), EntriesResumed(LATER)):
        session.process(event)
    assert recorded == [RecordEntriesStopped(NOON), RecordEntriesResumed(LATER)]
    assert session.state.entries_stopped_at is None
    assert session.state.last_prices[BITCOIN].price == Decimal(100)


def full_disk(_command: Command) -> None:
    raise DiskFull("settings.sqlite3")


def test_a_stop_that_cannot_be_recorded_holds_all_the_same() -> None:
    session = Session(full_disk)
    with pytest.raises(DiskFull):
        session.process(EntriesStopped(NOON))
    assert session.state.entries_stopped_at == NOON


def test_entries_stay_stopped_while_resuming_cannot_be_recorded() -> None:
    session = Session(full_disk, SessionState(entries_stopped_at=NOON))
    with pytest.raises(DiskFull):
        session.process(EntriesResumed(LATER))
    assert session.state.entries_stopped_at == NOON
