"""What a backtest is asked and what it tells. Simulated money is float64; ratios are fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import cached_property
from typing import NamedTuple

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats, Seconds
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.paused_garbage import paused_garbage

#: where no market's rules are asked for
PLAIN_FEE = 0.0005
_QUANTITY_DECIMALS = 8


@dataclass(frozen=True, slots=True)
class BacktestSettings:
    """Everything that is assumed; shown first with every result."""

    cash: float = 10_000_000.0
    #: of the filled value, on each side; None: the market's own on that day, or ``PLAIN_FEE`` without a market
    fee: float | None = None
    #: moves every market fill against the trader
    slippage: float = 0.0
    #: between best bid and best ask, as a share of the price; a market fill pays half of it
    spread: float = 0.0
    #: candles between a decision and the open at which its order can be filled, beyond the next
    latency: int = 0
    #: of a candle's volume that our fills may be, all together; None: any quantity is filled
    volume_share: float | None = None
    #: a limit order is filled where the price only touches it
    touching_fills: bool = False
    #: False: every candle is stepped through; the result is the same
    fast_forward: bool = True


class Side(Enum):
    BUY = "buy"
    SELL = "sell"


class FillRow(NamedTuple):
    """A fill. ``row`` is its candle in its market's series, ``reason`` the rule's or level's id."""

    market: int
    row: int
    side: Side
    price: float
    quantity: float
    fee: float
    reason: str
    #: the number of the trade that it belongs to, in the order in which they were opened
    trade: int


class Fill(NamedTuple):
    """``second`` is the opening time of the candle of the fill, in seconds since 1970."""

    second: int
    side: Side
    price: float
    quantity: float
    fee: float
    reason: str


class Trade(NamedTuple):
    """From flat to flat, with average prices; of an open one the exit is what the last close says."""

    market: Market
    entry_second: int
    entry_price: float
    exit_second: int
    exit_price: float
    #: bought altogether
    quantity: float
    fees: float
    #: after fees; of an open one as if it were sold at the last close, without a fee for that
    profit: float
    entry_reason: str
    exit_reason: str
    is_open: bool
    fills: tuple[Fill, ...]


class Outcome(Enum):
    """What became of a rule whose conditions held."""

    ORDERED = "ordered"
    #: moved a stop, switched rules, told something
    DONE = "done"
    #: by a brake: ``by`` is its id
    PREVENTED = "prevented"
    #: ``by``: cooldown, times, times-today, switched-off, disarmed, under-way
    WAITED = "waited"
    #: another part had priority; ``by`` is its rule
    OUTRANKED = "outranked"
    #: ``by``: no-cash, below-minimum, unknown-size
    TOO_SMALL = "too-small"
    #: an order that was never filled; ``by``: expired, superseded, end
    UNFILLED = "unfilled"


class DecisionRow(NamedTuple):
    """A rule whose conditions held at the close of that candle. With the position as it then was, its values can be
    computed again."""

    market: int
    row: int
    rule: str
    outcome: Outcome
    by: str
    value: float
    limit: float
    position: PositionSnapshot | None


class PositionSnapshot(NamedTuple):
    quantity: float
    average: float
    first_price: float
    peak: float
    peak_profit: float
    entry_row: int
    entry_second: int
    adds: int
    stop: float
    target: float
    fired: tuple[tuple[str, int], ...]
    equity: float
    free_cash: float
    day_profit: float
    open_positions: int


@dataclass(frozen=True, slots=True)
class LimitCounts:
    """Candles in which the price came to a waiting limit order, and those in which it went through."""

    touched: int = 0
    through: int = 0


NO_LIMIT_ORDERS = LimitCounts()


@dataclass(frozen=True, eq=False)
class BacktestResult:
    """Fills are what happened; trades, equity and all else is derived from them when it is asked for."""

    name: Text
    settings: BacktestSettings
    #: of each market the candles that decisions were made on
    series: tuple[CandleSeries, ...]
    #: where the exchange's day turns against UTC
    day_start: timedelta
    fills: Sequence[FillRow]
    decisions: Sequence[DecisionRow]
    limits: LimitCounts = NO_LIMIT_ORDERS
    #: decisions were made from here on, at each market's candle of that number
    first_rows: tuple[int, ...] = ()
    #: candles that were stepped through one by one
    stepped: int = 0

    @property
    def unit(self) -> CandleUnit:
        return self.series[0].unit

    @property
    def markets(self) -> tuple[Market, ...]:
        return tuple(one.market for one in self.series)

    @cached_property
    def trades(self) -> tuple[Trade, ...]:
        """By opening."""
        with paused_garbage():
            paired = self._paired()
            by_trade: dict[int, list[FillRow]] = {}
            for fill in self.fills[paired:]:
                by_trade.setdefault(fill.trade, []).append(fill)
            others = (_trade(self.series[rows[0].market], rows) for _, rows in sorted(by_trade.items()))
            return (*(_paired_trades(self.series[0], self.fills[:paired]) if paired else ()), *others)

    def _paired(self) -> int:
        """So many fills at the beginning are buys that were sold in one piece before the next: what usual runs are made
        of, and told without sorting. Of one market only."""
        fills = self.fills
        if len(self.series) != 1:
            return 0
        for place in range(0, len(fills) - 1, 2):
            bought, sold = fills[place], fills[place + 1]
            if bought.trade != sold.trade or bought.quantity != sold.quantity or sold.side is not Side.SELL:
                return place
        return len(fills) // 2 * 2

    @cached_property
    def moments(self) -> Seconds:
        """Opening times of all candles of all markets, each once."""
        if len(self.series) == 1:
            return self.series[0].opened
        return np.unique(np.concatenate([one.opened for one in self.series]))

    @cached_property
    def cash(self) -> Floats:
        """After each of ``moments``."""
        paid = [
            -fill.price * fill.quantity - fill.fee if fill.side is Side.BUY else fill.price * fill.quantity - fill.fee
            for fill in self.fills
        ]
        return self.settings.cash + self._running(self.fills, paid)

    @cached_property
    def equity(self) -> Floats:
        """At the close of each of ``moments``; a market without a candle then has its last close."""
        total = self.cash
        for number, series in enumerate(self.series):
            fills = self.fills if len(self.series) == 1 else [fill for fill in self.fills if fill.market == number]
            if fills:
                moved = [fill.quantity if fill.side is Side.BUY else -fill.quantity for fill in fills]
                total = total + self._running(fills, moved, _QUANTITY_DECIMALS) * self._closes(series)
        return total

    def _closes(self, series: CandleSeries) -> Floats:
        """The last one at each of ``moments``; before the first of all nothing is held, so that any number does."""
        if len(self.series) == 1:
            return series.close
        return series.close[np.maximum(np.searchsorted(series.opened, self.moments, side="right") - 1, 0)]

    def _running(self, fills: Sequence[FillRow], changes: list[float], decimals: int | None = None) -> Floats:
        """The sum of the changes up to each moment, in their order; between two it is the same number."""
        if not changes:
            return np.zeros(len(self.moments))
        rows = np.array([fill.row for fill in fills], dtype=np.intp)
        if len(self.series) == 1:
            places = rows
        else:
            markets = np.array([fill.market for fill in fills], dtype=np.intp)
            places = np.empty(len(rows), dtype=np.intp)
            for number, series in enumerate(self.series):
                mine = markets == number
                places[mine] = np.searchsorted(self.moments, series.opened[rows[mine]])
        order = np.argsort(places, kind="stable")
        sums = np.concatenate(([0.0], np.cumsum(np.array(changes)[order])))
        if decimals is not None:
            sums = np.round(sums, decimals)
        counts = np.diff(places[order], prepend=0, append=len(self.moments))
        return np.asarray(np.repeat(sums, counts))

    @property
    def final_equity(self) -> float:
        return float(self.equity[-1]) if len(self.equity) else self.settings.cash


def _trade(series: CandleSeries, rows: list[FillRow]) -> Trade:
    buys = [row for row in rows if row.side is Side.BUY]
    sells = [row for row in rows if row.side is Side.SELL]
    bought, sold = sum(row.quantity for row in buys), sum(row.quantity for row in sells)
    paid, got = sum(row.price * row.quantity for row in buys), sum(row.price * row.quantity for row in sells)
    left, last = bought - sold, float(series.close[-1])
    is_open = not sells or left > bought * 1e-12
    if is_open:
        got += left * last
    fees = sum(row.fee for row in rows)
    opened = series.opened
    return Trade(
        series.market,
        int(opened[rows[0].row]),
        _average(buys, paid, bought),
        int(opened[-1] if is_open else opened[rows[-1].row]),
        last if is_open else _average(sells, got, sold),
        bought,
        fees,
        got - paid - fees,
        rows[0].reason,
        "" if is_open else rows[-1].reason,
        is_open,
        tuple(Fill(int(opened[row.row]), row.side, row.price, row.quantity, row.fee, row.reason) for row in rows),
    )


def _average(fills: list[FillRow], value: float, quantity: float) -> float:
    """Of one fill its own price, to the last bit."""
    return fills[0].price if len(fills) == 1 else value / quantity


def _paired_trades(series: CandleSeries, fills: Sequence[FillRow]) -> tuple[Trade, ...]:
    """As ``_trade``, of a buy and a sale each."""
    market, side_in, side_out = series.market, Side.BUY, Side.SELL
    seconds = series.opened[np.array([fill.row for fill in fills], dtype=np.intp)].tolist()
    trades: list[Trade] = []
    for place in range(0, len(fills), 2):
        _, _, _, bought, quantity, fee_in, why_in, _ = fills[place]
        _, _, _, sold, _, fee_out, why_out, _ = fills[place + 1]
        entered, left = seconds[place], seconds[place + 1]
        fees, profit = fee_in + fee_out, sold * quantity - bought * quantity - (fee_in + fee_out)
        pair = (
            Fill(entered, side_in, bought, quantity, fee_in, why_in),
            Fill(left, side_out, sold, quantity, fee_out, why_out),
        )
        trades.append(Trade(market, entered, bought, left, sold, quantity, fees, profit, why_in, why_out, False, pair))
    return tuple(trades)
