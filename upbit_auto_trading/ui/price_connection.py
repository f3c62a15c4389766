"""How the window stands with its exchange: a word, and how long ago the newest price came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from upbit_auto_trading.business_logic.domain.stream import StreamState
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.runtime.exchange_link import LinkPhase, LinkState
from upbit_auto_trading.utils.bilingual_text import Text

#: without a stream that is known to be good, older prices are late
_LATE_AFTER = timedelta(seconds=5)
#: with a good stream, some market trades sooner, unless a practice market is paused: the words say so
_SILENT_AFTER = timedelta(seconds=90)


class ConnectionKind(Enum):
    STARTING = "starting"
    #: each change comes by itself
    STREAMED = "streamed"
    POLLED = "polled"
    RECONNECTING = "reconnecting"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class PriceConnection:
    kind: ConnectionKind = ConnectionKind.STARTING
    #: since the newest price came in, by our own clock; None before the first
    price_age: timedelta | None = None

    @property
    def is_stale(self) -> bool:
        if self.price_age is None:
            return False
        return self.price_age > (_SILENT_AFTER if self.kind in _GOOD else _LATE_AFTER)


@dataclass(frozen=True, slots=True)
class ConnectionWords:
    """``aged`` has a place for the age of the newest price."""

    short: Text
    aged: Text
    tip: Text
    icon: Icon
    token: str


_GOOD = (ConnectionKind.STREAMED, ConnectionKind.POLLED)
_STREAMS = {
    StreamState.LIVE: ConnectionKind.STREAMED,
    StreamState.POLLED: ConnectionKind.POLLED,
    StreamState.DOWN: ConnectionKind.OFFLINE,
}
_AGAIN = {
    # until the first is reached it is only starting, however often it is tried
    ConnectionKind.STARTING: ConnectionKind.STARTING,
    # it is tried again by itself: no flicker between two words
    ConnectionKind.OFFLINE: ConnectionKind.OFFLINE,
}


def followed(before: ConnectionKind, link: LinkState) -> ConnectionKind:
    """The kind after ``link``: the same state means another thing before the first success than after it."""
    if link.phase is LinkPhase.OPEN and link.streams in _STREAMS:
        return _STREAMS[link.streams]
    if link.phase is LinkPhase.FAILED and link.error is not None:
        return ConnectionKind.OFFLINE
    if link.phase is LinkPhase.OPEN and before is ConnectionKind.OFFLINE:
        return ConnectionKind.RECONNECTING
    return _AGAIN.get(before, ConnectionKind.RECONNECTING)


STALE = ConnectionWords(
    Text("시세 지연", "Stale prices"),
    Text("시세 지연 · {age}", "Stale prices · {age}"),
    Text(
        "새 시세가 오지 않아요. 연습 시장을 일시정지했다면 정상이에요.",
        "No new prices arrive. That is normal while the practice market is paused.",
    ),
    Icon.STALE,
    "warning",
)
WORDS = {
    ConnectionKind.STARTING: ConnectionWords(
        Text("거래소 켜는 중", "Exchange starting"),
        Text("연습 거래소 켜는 중", "Practice exchange starting"),
        Text(
            "연습 거래소를 켜고 있어요. 켜지면 시세가 나와요.",
            "The practice exchange is starting. Prices appear once it runs.",
        ),
        Icon.UNKNOWN,
        "t2",
    ),
    ConnectionKind.STREAMED: ConnectionWords(
        Text("연습 거래소", "Practice exchange"),
        Text("연습 시세 실시간 · {age} 전", "Practice prices streaming · {age} ago"),
        Text(
            "연습 거래소가 시세를 바로바로 보내요. 이 PC 안에서 돌고 인터넷을 쓰지 않아요.",
            "The practice exchange sends each price as it changes. It runs on this computer and uses no internet.",
        ),
        Icon.CONNECTED,
        "practice",
    ),
    ConnectionKind.POLLED: ConnectionWords(
        Text("시세 조회 중", "Polled prices"),
        Text("연습 시세 조회 · {age} 전", "Practice prices polled · {age} ago"),
        Text(
            "실시간 연결이 없어서 몇 초마다 물어봐요. 실시간은 저절로 돌아와요.",
            "There is no stream, so prices are asked for every few seconds. The stream comes back by itself.",
        ),
        Icon.REFRESH,
        "warning",
    ),
    ConnectionKind.RECONNECTING: ConnectionWords(
        Text("다시 연결하는 중", "Reconnecting"),
        Text("다시 연결하는 중 · {age} 전 시세", "Reconnecting · prices {age} old"),
        Text(
            "연결이 끊겨서 다시 잇고 있어요. 보이는 값은 마지막으로 받은 것이에요.",
            "The connection was lost and is being made again. What is shown was received last.",
        ),
        Icon.UNKNOWN,
        "warning",
    ),
    ConnectionKind.OFFLINE: ConnectionWords(
        Text("연결 끊김", "Offline"),
        Text("연결 끊김 · {age} 전 시세", "Offline · prices {age} old"),
        Text(
            "거래소에 닿지 못했어요. 저절로 다시 시도하고 있어요.",
            "The exchange cannot be reached. It is tried again by itself.",
        ),
        Icon.OFFLINE,
        "error",
    ),
}


def words_of(connection: PriceConnection) -> ConnectionWords:
    """A connection that calls itself good and brings nothing is late; one that is lost says so itself."""
    return STALE if connection.is_stale and connection.kind in _GOOD else WORDS[connection.kind]
