"""Live candles with a clock, an exchange and streams that a test plays; one minute after the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.commands import FetchCandles
from upbit_auto_trading.business_logic.domain.events import FeedReplaced
from upbit_auto_trading.business_logic.domain.live_candle import (
    CandleClosed,
    CandleForming,
    CandleFreshnessChanged,
    CandlesFetched,
    FollowedSeries,
    FreshnessState,
    LiveCandleEvent,
)
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    Provenance,
    StreamState,
    StreamStateChanged,
    Topic,
    TopicKind,
    TradePrinted,
)
from upbit_auto_trading.business_logic.engine.live_candles import LiveCandles
from upbit_auto_trading.business_logic.engine.live_series import (
    LONGEST_PAUSE,
)

BTC, ETH = Market("upbit", "KRW-BTC"), Market("upbit", "KRW-ETH")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOTHING = timedelta(0)


def minute(number: int) -> datetime:
    return NOON + number * MINUTE


def candle(number: int, *prices: str, volume: str = "1", unit: CandleUnit = CandleUnit.MINUTE) -> Candle:
    """Open, high, low, close; one price stands for all."""
    four = [Decimal(price) for price in (prices if len(prices) == 4 else prices * 4)]
    return Candle(BTC, unit, minute(number), four[0], four[1], four[2], four[3], Decimal(volume), Decimal(1))


class Stage:
    """Begins at noon and twenty seconds, with everything known up to noon and a stream that is there."""

    def __init__(self, known_until: datetime | None = NOON, *, unit: CandleUnit = CandleUnit.MINUTE) -> None:
        self.live = LiveCandles()
        self.unit = unit
        self.now = NOON + timedelta(seconds=20)
        self.own_seconds = 0.0
        self.number = 0
        self.out: list[LiveCandleEvent] = []
        self.live.process(FeedReplaced(1), self.now)
        self.live.follow(1, [FollowedSeries(BTC, unit, known_until)], NOTHING)
        self.at(0, 20)
        self.stream(StreamState.LIVE)

    def at(self, number: int, seconds: float = 0.0) -> None:
        """The clock stands there now; what comes of it."""
        self.now = minute(number) + timedelta(seconds=seconds)
        self.live.tick(self.now)
        self.look()

    def look(self) -> list[LiveCandleEvent]:
        new = list(self.live.drain(self.now))
        self.out += new
        return new

    def stream(self, state: StreamState, kind: TopicKind = TopicKind.TRADES) -> None:
        self.live.process(StreamStateChanged(Topic(kind, BTC), state, self.now), self.now)
        self.look()

    def trade(
        self, number: int, seconds: float, price: str, quantity: str = "1", count: int | None = None
    ) -> list[LiveCandleEvent]:
        self.number += 1
        traded_at = minute(number) + timedelta(seconds=seconds)
        trade = MarketTrade(BTC, count or self.number, Decimal(price), Decimal(quantity), Side.BUY, traded_at)
        self.live.process(TradePrinted(trade, Provenance.STREAM, self.now), self.now)
        return self.look()

    def ask(self) -> FetchCandles | None:
        """After a pause as long as any."""
        self.own_seconds += LONGEST_PAUSE
        found = self.live.due(self.own_seconds)
        return found[0] if found else None

    def answer(self, *candles: Candle, asked_at: datetime | None = None) -> list[LiveCandleEvent]:
        command = self.ask()
        assert command is not None
        found = CandlesFetched(command.number, BTC, self.unit, candles, asked_at or self.now)
        self.live.fetched(found, self.own_seconds)
        return self.look()

    def state(self) -> FreshnessState:
        freshness = self.live.freshness(BTC, self.unit)
        assert freshness is not None
        return freshness.state

    def reason(self) -> str | None:
        freshness = self.live.freshness(BTC, self.unit)
        assert freshness is not None
        return freshness.reason


def without_freshness(events: list[LiveCandleEvent]) -> list[LiveCandleEvent]:
    return [event for event in events if not isinstance(event, CandleFreshnessChanged | CandleForming)]


def closed_first(stage: Stage) -> Candle:
    stage.trade(1, 10, "100")
    stage.trade(1, 50, "103", "0.5")
    stage.trade(1, 30, "98")
    stage.at(2, 3)
    (event,) = without_freshness(stage.out[-1:])
    assert isinstance(event, CandleClosed)
    return event.candle


def seen(stage: Stage, shown: Candle) -> list[LiveCandleEvent]:
    stage.live.process(CandleChanged(shown, Provenance.STREAM, stage.now), stage.now)
    return stage.look()
