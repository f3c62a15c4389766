"""The figures of a ticker: of the day, of the last 24 hours, of 52 weeks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market, MarketState
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.data_layer.practice_exchange.market_summary import MarketSummary, TapeTrade

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_YEAR_DAYS = 364
#: looked at at once; the rest of the year is remembered bit by bit
_FIRST_DAYS = 2
_SLEPT_DAYS = 30
_NONE = Decimal(0)
_STEP = Decimal("1e-8")

#: of a unit, those that open in [start, end)
History = Callable[[CandleUnit, datetime, datetime], Sequence[Candle]]


@dataclass(slots=True)
class _Sum:
    """Of the trades of one minute."""

    opened_at: datetime
    volume: Decimal
    turnover: Decimal


@dataclass(slots=True)
class _Day:
    opened_at: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    volume: Decimal = _NONE
    turnover: Decimal = _NONE
    bought: Decimal = _NONE
    sold: Decimal = _NONE


@dataclass(slots=True)
class MarketFigures:
    """Of one market, kept up with by its trades. None of it exists before the first trade."""

    market: Market
    last: TapeTrade
    previous_close: Decimal
    _day: _Day
    _minutes: deque[_Sum]
    _volume_24h: Decimal
    _turnover_24h: Decimal
    #: high and low of the days before today, oldest first
    _days: deque[tuple[date, Decimal, Decimal]]
    #: high and low of days that somebody was shown before they are remembered in their turn; shared with the world
    _shown: dict[date, tuple[Decimal, Decimal]] = field(default_factory=dict)
    _highest: tuple[Decimal, date] = field(init=False)
    _lowest: tuple[Decimal, date] = field(init=False)

    def __post_init__(self) -> None:
        self._look_back()

    def take(self, trade: TapeTrade) -> None:
        """Trades come by rising time."""
        if trade.at >= self._day.opened_at + _DAY:
            self._turn_day(trade)
        day = self._day
        turnover = trade.price * trade.quantity
        day.high, day.low = max(day.high, trade.price), min(day.low, trade.price)
        day.volume += trade.quantity
        day.turnover += turnover
        if trade.taker_side is Side.BUY:
            day.bought += trade.quantity
        else:
            day.sold += trade.quantity
        self._add_minute(trade, turnover)
        self.last = trade

    def older_days(self) -> Iterator[datetime]:
        """The days of the last 52 weeks that are not remembered yet, newest first."""
        first = self._day.opened_at - _FIRST_DAYS * _DAY
        return (first - back * _DAY for back in range(1, _YEAR_DAYS - _FIRST_DAYS + 1))

    def remember(self, day: Candle) -> None:
        """One that lies before all others."""
        self._days.appendleft((day.opened_at.date(), day.high, day.low))
        self._look_back()

    def see_shown(self) -> None:
        """More days were shown: no high of 52 weeks is below a candle that a client has seen."""
        self._look_back()

    def previous_close_for(self, at: datetime) -> Decimal:
        """What the change of a trade at that moment is measured from."""
        return self.last.price if at >= self._day.opened_at + _DAY else self.previous_close

    def summary(self, state: MarketState, delisted_on: date | None, now: datetime) -> MarketSummary:
        self._forget_minutes(now)
        day, today = self._day, self._day.opened_at.date()
        high, high_on = max(self._highest, (day.high, today), key=lambda one: one[0])
        low, low_on = min(self._lowest, (day.low, today), key=lambda one: one[0])
        return MarketSummary(
            market=self.market,
            last=self.last,
            day_open=day.open,
            day_high=day.high,
            day_low=day.low,
            previous_close=self.previous_close,
            day_volume=day.volume,
            day_turnover=day.turnover,
            day_sold=day.sold,
            day_bought=day.bought,
            volume_24h=self._volume_24h,
            turnover_24h=self._turnover_24h,
            high_52w=high,
            high_52w_on=high_on,
            low_52w=low,
            low_52w_on=low_on,
            state=state,
            delisted_on=delisted_on,
            updated_at=self.last.at,
        )

    def _turn_day(self, trade: TapeTrade) -> None:
        day = self._day
        self._days.append((day.opened_at.date(), day.high, day.low))
        self.previous_close = self.last.price
        self._day = _Day(CandleUnit.DAY.floor(trade.at), trade.price, trade.price, trade.price)
        first = (self._day.opened_at - _YEAR_DAYS * _DAY).date()
        while self._days and self._days[0][0] < first:
            self._days.popleft()
        self._look_back()

    def _look_back(self) -> None:
        today = self._day.opened_at.date()
        first = today - _YEAR_DAYS * _DAY
        days = list(self._days) or [(today, self._day.high, self._day.low)]
        days += [(on, high, low) for on, (high, low) in self._shown.items() if first <= on < today]
        self._highest = max(((high, on) for on, high, _low in days), key=lambda one: one[0])
        self._lowest = min(((low, on) for on, _high, low in days), key=lambda one: one[0])

    def _add_minute(self, trade: TapeTrade, turnover: Decimal) -> None:
        opened_at = CandleUnit.MINUTE.floor(trade.at)
        if self._minutes and self._minutes[-1].opened_at == opened_at:
            self._minutes[-1].volume += trade.quantity
            self._minutes[-1].turnover += turnover
        else:
            self._minutes.append(_Sum(opened_at, trade.quantity, turnover))
        self._volume_24h += trade.quantity
        self._turnover_24h += turnover

    def _forget_minutes(self, now: datetime) -> None:
        """A minute is forgotten as a whole, so the 24 hours are exact to the minute."""
        while self._minutes and self._minutes[0].opened_at + _MINUTE <= now - _DAY:
            oldest = self._minutes.popleft()
            self._volume_24h -= oldest.volume
            self._turnover_24h -= oldest.turnover


def figures_from(
    history: History, market: Market, last: TapeTrade, now: datetime, shown: dict[date, tuple[Decimal, Decimal]]
) -> MarketFigures:
    """``last`` is the newest trade at or before ``now``; the day is that of this trade."""
    today = CandleUnit.DAY.floor(last.at)
    minutes = history(CandleUnit.MINUTE, CandleUnit.MINUTE.floor(now - _DAY), now + timedelta(microseconds=1))
    days = history(CandleUnit.DAY, today - _FIRST_DAYS * _DAY, today + timedelta(microseconds=1))
    current, before = days[-1], days[:-1]
    if not before:  # a market that slept
        before = history(CandleUnit.DAY, today - _SLEPT_DAYS * _DAY, today)[-1:]
    # Candles do not tell the side of their trades, so the part of the day before the start is split evenly.
    sold = (current.volume / 2).quantize(_STEP, ROUND_DOWN)
    return MarketFigures(
        market,
        last,
        before[-1].close if before else current.open,
        _Day(
            today, current.open, current.high, current.low, current.volume, current.turnover,
            current.volume - sold, sold,
        ),
        deque(_Sum(one.opened_at, one.volume, one.turnover) for one in minutes),
        sum((one.volume for one in minutes), _NONE),
        sum((one.turnover for one in minutes), _NONE),
        deque((one.opened_at.date(), one.high, one.low) for one in before),
        shown,
    )  # fmt: skip
