"""Which word a window has for its connection, and when prices count as late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.stream import StreamState
from upbit_auto_trading.ui.price_connection import STALE, WORDS, ConnectionKind, PriceConnection, followed, words_of
from upbit_auto_trading.ui.runtime.exchange_link import LinkPhase, LinkState

OPENING, LOST = LinkState(LinkPhase.OPENING), LinkState(LinkPhase.FAILED)
FAILED = LinkState(LinkPhase.FAILED, error=ExchangeUnavailable("practice"))
STARTING, STREAMED, POLLED, RECONNECTING, OFFLINE = (
    ConnectionKind.STARTING,
    ConnectionKind.STREAMED,
    ConnectionKind.POLLED,
    ConnectionKind.RECONNECTING,
    ConnectionKind.OFFLINE,
)


def open_with(streams: StreamState | None) -> LinkState:
    return LinkState(LinkPhase.OPEN, streams)


def story(*links: LinkState) -> list[ConnectionKind]:
    kind, told = STARTING, []
    for link in links:
        kind = followed(kind, link)
        told.append(kind)
    return told


def test_a_start_is_a_start_until_the_streams_run() -> None:
    links = (OPENING, open_with(None), open_with(StreamState.CONNECTING), open_with(StreamState.REPAIRING))
    assert story(*links, open_with(StreamState.LIVE)) == [STARTING] * 4 + [STREAMED]


def test_after_the_first_success_the_same_states_are_a_return() -> None:
    live, connecting = open_with(StreamState.LIVE), open_with(StreamState.CONNECTING)
    polled, repairing = open_with(StreamState.POLLED), open_with(StreamState.REPAIRING)
    assert story(live, connecting, polled, repairing, live) == [STREAMED, RECONNECTING, POLLED, RECONNECTING, STREAMED]
    assert story(live, LOST, OPENING, connecting, live)[1:] == [RECONNECTING] * 3 + [STREAMED]


def test_what_cannot_be_reached_stays_offline_while_it_is_tried() -> None:
    live = open_with(StreamState.LIVE)
    assert story(OPENING, FAILED, OPENING, FAILED, OPENING) == [STARTING] + [OFFLINE] * 4
    assert story(FAILED, OPENING, open_with(StreamState.CONNECTING), live) == [OFFLINE, OFFLINE, RECONNECTING, STREAMED]
    assert story(live, open_with(StreamState.DOWN)) == [STREAMED, OFFLINE]


@pytest.mark.parametrize("kind", list(ConnectionKind))
def test_prices_are_late_soon_without_a_good_stream_and_late_with_one(kind: ConnectionKind) -> None:
    limit = timedelta(seconds=90 if kind in (STREAMED, POLLED) else 5)
    assert not PriceConnection(kind, None).is_stale
    assert not PriceConnection(kind, limit).is_stale
    assert PriceConnection(kind, limit + timedelta(milliseconds=1)).is_stale


def test_a_silent_stream_is_named_late_and_a_lost_one_lost() -> None:
    long_ago = timedelta(minutes=5)
    assert words_of(PriceConnection(STREAMED, long_ago)) is STALE
    assert words_of(PriceConnection(OFFLINE, long_ago)) is WORDS[OFFLINE]


def test_no_two_kinds_share_their_words() -> None:
    said = [*WORDS.values(), STALE]
    assert len({words.short for words in said}) == len({words.tip for words in said}) == len(said) == 6
