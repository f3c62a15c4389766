"""A market whose every candle, trade and book is written down, so that an answer can be foretold to the digit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import Caution, ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_view import BookLevel
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.simulation.market_replay import MarketReplay
from upbit_auto_trading.business_logic.simulation.market_tick import Print, SyntheticBook

#: a Wednesday
NOW = datetime(2026, 11, 18, 5, 20, 31, 451_000, UTC)
BOOKS_CHANGED = datetime(2026, 11, 18, 5, 20, 31, 431_000, UTC)
MINUTE = timedelta(minutes=1)

BTC = Market("upbit", "KRW-BTC")
XRP = Market("upbit", "KRW-XRP")
BTC_ETH = Market("upbit", "BTC-ETH")
USDT_BTC = Market("upbit", "USDT-BTC")
#: listed, and never traded yet
NEW = Market("upbit", "KRW-NEW")

LISTED = (
    ListedMarket(XRP, "엑스알피", "XRP", cautions=frozenset({Caution.PRICE_DIFFERENCE})),
    ListedMarket(BTC, "비트코인", "Bitcoin"),
    ListedMarket(BTC_ETH, "이더리움", "Ethereum", is_warned=True),
    ListedMarket(USDT_BTC, "비트코인", "Bitcoin"),
    ListedMarket(NEW, "새 코인", "New Coin"),
)


def candle(market: Market, unit: CandleUnit, opened_at: datetime, numbers: str, last: datetime | None = None) -> Candle:
    """Open, high, low, close, volume, turnover."""
    opening, high, low, close, volume, turnover = (Decimal(number) for number in numbers.split())
    return Candle(market, unit, opened_at, opening, high, low, close, volume, turnover, last)


def trade(market: Market, at: datetime, price: str, quantity: str, side: Side = Side.BUY) -> Print:
    return Print(market, at, Decimal(price), Decimal(quantity), side)


def book(market: Market, at: datetime, asks: Iterable[str], bids: Iterable[str]) -> SyntheticBook:
    """``"118451000 0.03190044"``: price and quantity, best first."""
    return SyntheticBook(market, at, _levels(asks), _levels(bids))


def _levels(written: Iterable[str]) -> tuple[BookLevel, ...]:
    pairs = (one.split() for one in written)
    return tuple(BookLevel(Decimal(price), Decimal(quantity)) for price, quantity in pairs)


class Script:
    """What was, and what is to come; shared by every replay of it."""

    def __init__(self) -> None:
        self.ticks: list[Print | SyntheticBook] = []
        self.candles: list[Candle] = []

    def add(self, *ticks: Print | SyntheticBook) -> None:
        self.ticks = sorted([*self.ticks, *ticks], key=lambda tick: tick.at)


class ScriptedReplay(MarketReplay):
    def __init__(self, script: Script, market: Market | None = None) -> None:
        self._script = script
        self._market = market
        self._at = NOW

    @property
    def listed(self) -> tuple[ListedMarket, ...]:
        return LISTED

    def start_at(self, moment: datetime) -> None:
        self._at = moment

    def advance(self, to: datetime) -> Iterator[Print | SyntheticBook]:
        began, self._at = self._at, to
        for tick in self._script.ticks:
            if began < tick.at <= to and self._market in (None, tick.market):
                yield tick

    def candles(
        self, market: Market, unit: CandleUnit, start: datetime, end: datetime, now: datetime
    ) -> tuple[Candle, ...]:
        found = (one for one in self._script.candles if one.market == market and one.unit is unit)
        return tuple(one for one in found if start <= one.opened_at < end and one.opened_at <= now)


class ScriptedReplays:
    def __init__(self, script: Script) -> None:
        self._script = script

    def whole(self) -> MarketReplay:
        return ScriptedReplay(self._script)

    def of(self, market: Market) -> MarketReplay:
        return ScriptedReplay(self._script, market)


def usual_script() -> Script:
    """KRW-BTC as in the examples of the sheet, and a little of the others."""
    script = Script()
    today, yesterday = datetime(2026, 11, 18, tzinfo=UTC), datetime(2026, 11, 17, tzinfo=UTC)
    last = NOW - timedelta(milliseconds=39)
    minute = datetime(2026, 11, 18, 5, 20, tzinfo=UTC)
    script.add(
        trade(BTC, last - 3 * timedelta(seconds=1), "118420000", "0.1", Side.SELL),
        trade(BTC, last, "118450000", "0.00421873"),
        trade(XRP, last - MINUTE, "3120", "100", Side.SELL),
        trade(BTC_ETH, last - 2 * MINUTE, "0.03512345", "0.5"),
        trade(USDT_BTC, last - 2 * MINUTE, "81234.56", "0.01"),
    )
    script.candles += [
        candle(BTC, CandleUnit.DAY, yesterday - timedelta(days=1), "116800000 117000000 116500000 116900000 1 2"),
        candle(
            BTC,
            CandleUnit.DAY,
            yesterday,
            "116880000 118300000 116010000 117900000 1977.40338112 231887004512.3312",
        ),
        candle(
            BTC,
            CandleUnit.DAY,
            today,
            "117900000 118990000 117215000 118450000 518.80217745 61284417392.88412",
        ),
        *(
            candle(
                BTC,
                CandleUnit.MINUTE,
                minute - gap * MINUTE,
                "118420000 118470000 118410000 118450000 0.82183355 97338211.4521",
                last=last if gap == 0 else minute - gap * MINUTE + timedelta(seconds=59, milliseconds=880),
            )
            # nothing was traded two, three and five minutes ago
            for gap in (400, *range(300, 6, -1), 6, 4, 1, 0)
        ),
        candle(XRP, CandleUnit.DAY, today, "3100 3150 3090 3120 1000 3120000"),
        candle(XRP, CandleUnit.MINUTE, minute - MINUTE, "3120 3120 3120 3120 100 312000", last=last - MINUTE),
        candle(BTC_ETH, CandleUnit.DAY, today, "0.035 0.0352 0.0349 0.03512345 2 0.0702"),
        candle(BTC_ETH, CandleUnit.DAY, yesterday, "0.035 0.0352 0.0349 0.0351 2 0.0702"),
        candle(
            BTC_ETH,
            CandleUnit.MINUTE,
            minute - 2 * MINUTE,
            "0.03512345 0.03512345 0.03512345 0.03512345 0.5 0.0175",
        ),
        candle(USDT_BTC, CandleUnit.DAY, today, "81000 81300 80900 81234.56 2 162000"),
        candle(
            USDT_BTC,
            CandleUnit.MINUTE,
            minute - 2 * MINUTE,
            "81234.56 81234.56 81234.56 81234.56 0.01 812.3456",
        ),
    ]
    script.candles.sort(key=lambda one: one.opened_at)
    return script


def usual_books() -> tuple[SyntheticBook, ...]:
    at = BOOKS_CHANGED
    return (
        book(
            BTC,
            at,
            ["118451000 0.03190044", "118453000 0.000753", "118460000 2"],
            ["118449000 0.07315002", "118448000 0.02260117"],
        ),
        book(XRP, at, ["3121 5000", "3122 5000"], ["3120 5000", "3119 5000"]),
        book(BTC_ETH, at, ["0.03512346 1"], ["0.00000412 100", "0.00000411 100"]),
        book(USDT_BTC, at, ["81234.57 1"], ["81234.55 1"]),
    )
