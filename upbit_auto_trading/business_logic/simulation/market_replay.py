"""Candle sources merged into one order of time, as prints and books; and their history as candles of any unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.simulation.candle_sources import CandleSource
from upbit_auto_trading.business_logic.simulation.market_tick import Print, SyntheticBook


@dataclass(frozen=True, slots=True)
class ReplaySettings:
    #: verify: every tick of the path is printed, the book is deep and follows each print
    lock_step: bool = False
    #: verify: how far the deep book's best prices lie from the price, as a fraction
    slippage: Decimal = Decimal(0)
    #: no two books of a market are nearer in time than this; raise it with the speed (candles do not change)
    book_interval: timedelta = timedelta(milliseconds=100)
    #: how much history ``candles`` gives at most before ``start_at``
    history: timedelta = timedelta(days=400)


class MarketReplay:
    def __init__(self, sources: Sequence[CandleSource], rules: RuleBook, settings: ReplaySettings, seed: int) -> None:
        raise NotImplementedError

    @property
    def listed(self) -> tuple[ListedMarket, ...]:
        raise NotImplementedError

    def start_at(self, moment: datetime) -> None:
        """Sets the point from which ``advance`` goes on; may go back as well."""
        raise NotImplementedError

    def advance(self, to: datetime) -> Iterator[Print | SyntheticBook]:
        """Everything after the last advance up to and with ``to``, in time order over all markets."""
        raise NotImplementedError

    def candles(
        self, market: Market, unit: CandleUnit, start: datetime, end: datetime, now: datetime
    ) -> tuple[Candle, ...]:
        """Those that open in [start, end) and not after ``now``; the one in progress holds its prints up to ``now``."""
        raise NotImplementedError
