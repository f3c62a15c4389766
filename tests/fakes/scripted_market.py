"""A replayed market of which a test writes every trade and every book itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_view import BookLevel
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.simulation.market_tick import Print, SyntheticBook

#: 14:20:31 in Korea
NOON = datetime(2026, 11, 18, 5, 20, 31, tzinfo=UTC)
BTC = Market("upbit", "KRW-BTC")
ETH = Market("upbit", "KRW-ETH")
ETH_IN_BTC = Market("upbit", "BTC-ETH")


def trade(at: datetime, price: str, quantity: str = "1", side: Side = Side.BUY, market: Market = BTC) -> Print:
    return Print(market, at, Decimal(price), Decimal(quantity), side)


def book(at: datetime, asks: Sequence[str], bids: Sequence[str], market: Market = BTC) -> SyntheticBook:
    """``"118451000:0.5"``, best first."""
    return SyntheticBook(market, at, _levels(asks), _levels(bids))


def _levels(written: Sequence[str]) -> tuple[BookLevel, ...]:
    pairs = (level.partition(":") for level in written)
    return tuple(BookLevel(Decimal(price), Decimal(quantity or "1")) for price, _colon, quantity in pairs)


class ScriptedReplay:
    """Implements ``Replay``. Candles are made of the trades."""

    def __init__(self, ticks: list[Print | SyntheticBook], markets: Sequence[Market]) -> None:
        self._ticks = ticks
        self._markets = markets
        self._at = datetime.min.replace(tzinfo=UTC)

    @property
    def listed(self) -> tuple[ListedMarket, ...]:
        return tuple(ListedMarket(market, market.base, market.base) for market in self._markets)

    def start_at(self, moment: datetime) -> None:
        self._at = moment

    def advance(self, to: datetime) -> Iterator[Print | SyntheticBook]:
        since, self._at = self._at, to
        coming = [tick for tick in self._ticks if since < tick.at <= to and tick.market in self._markets]
        return iter(sorted(coming, key=lambda tick: tick.at))

    def candles(
        self, market: Market, unit: CandleUnit, start: datetime, end: datetime, now: datetime
    ) -> tuple[Candle, ...]:
        made: dict[datetime, list[Print]] = {}
        for tick in sorted(self._ticks, key=lambda tick: tick.at):
            opened_at = unit.floor(tick.at)
            if isinstance(tick, Print) and tick.market == market and tick.at <= now and start <= opened_at < end:
                made.setdefault(opened_at, []).append(tick)
        return tuple(_candle(unit, opened_at, prints) for opened_at, prints in made.items())


def _candle(unit: CandleUnit, opened_at: datetime, prints: list[Print]) -> Candle:
    prices = [tick.price for tick in prints]
    volume = sum((tick.quantity for tick in prints), Decimal(0))
    turnover = sum((tick.quantity * tick.price for tick in prints), Decimal(0))
    last, market = prints[-1], prints[0].market
    return Candle(market, unit, opened_at, prices[0], max(prices), min(prices), prices[-1], volume, turnover, last.at)


class ScriptedReplays:
    """Implements ``Replays`` over one script, which may be written on while it plays."""

    def __init__(self, *ticks: Print | SyntheticBook, markets: Sequence[Market] = (BTC, ETH, ETH_IN_BTC)) -> None:
        self.script = list(ticks)
        self.markets = tuple(markets)

    def whole(self) -> ScriptedReplay:
        return ScriptedReplay(self.script, self.markets)

    def of(self, market: Market) -> ScriptedReplay:
        return ScriptedReplay(self.script, (market,))


def quiet_day(*, until: datetime = NOON) -> list[Print | SyntheticBook]:
    """Yesterday's close, today's opening, and a trade and a book a minute ago."""
    today = CandleUnit.DAY.floor(until)
    before = until - timedelta(minutes=1)
    return [
        trade(today - timedelta(hours=3), "117900000", "2"),
        trade(today + timedelta(hours=1), "117215000", "0.5", Side.SELL),
        trade(today + timedelta(hours=2), "118990000", "0.25"),
        trade(before, "118450000", "0.00421873"),
        book(
            before + timedelta(seconds=1),
            ["118451000:0.03190044", "118453000:0.000753"],
            ["118449000:0.07315002", "118448000:0.02260117"],
        ),
    ]
