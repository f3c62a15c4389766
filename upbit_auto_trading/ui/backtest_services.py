"""What the backtest window is given: ports and callables, never a concrete store, file or clock.

Everything here but the paths may take a while: it is called inside an operation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # columns of candles, and with them NumPy: nothing of it is needed before the first paint
    from datetime import datetime

    from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings
    from upbit_auto_trading.business_logic.domain.candle import CandleUnit
    from upbit_auto_trading.business_logic.domain.coverage import Span
    from upbit_auto_trading.business_logic.domain.explanation import RuleExplanation
    from upbit_auto_trading.business_logic.domain.market import Market
    from upbit_auto_trading.business_logic.ports.strategy import StrategyPlan
    from upbit_auto_trading.business_logic.use_cases.backtest_report import BacktestReport
    from upbit_auto_trading.utils.bilingual_text import Language, Text

#: (candles done, of so many): False ends the run with Cancelled
RunProgress = Callable[[int, int], bool]


@dataclass(frozen=True, slots=True)
class StrategyOffer:
    """A strategy that was read without a problem."""

    #: the bare name of a built-in one, or a path
    written: str
    name: Text
    description: Text
    unit: CandleUnit
    #: those that it names itself
    markets: tuple[Market, ...] = ()
    is_built_in: bool = False


@dataclass(frozen=True, slots=True)
class StoredFacts:
    """What is there of one market in the strategy's unit, within a range."""

    market: Market
    unit: CandleUnit
    #: of all that is stored, whatever the range; None: nothing
    known: Span | None
    #: what was looked at: the range that was asked for, or all that is known
    wanted: Span | None
    #: parts of ``wanted`` of which nobody knows whether anybody traded
    unknown: tuple[Span, ...] = ()

    @property
    def is_complete(self) -> bool:
        return self.wanted is not None and not self.unknown


@dataclass(frozen=True, slots=True)
class BacktestWish:
    """What is to be run. ``file`` or ``markets``."""

    strategy: str
    settings: BacktestSettings
    markets: tuple[Market, ...] = ()
    #: candles of a file instead of those that are stored
    file: str | None = None
    #: whose ticks, minimum and fee the candles of the file have; None: nobody's
    file_market: Market | None = None
    #: each end may be open
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class FillReason:
    """Why a fill was made."""

    #: opening time of the candle at whose close it was decided; None where a level did it
    decided_at: int | None
    #: the rule that ordered it; empty where a level did it
    rules: tuple[RuleExplanation, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class FinishedBacktest:
    """A result, with the way back to what led to it."""

    wish: BacktestWish
    report: BacktestReport
    plan: StrategyPlan
    seconds: float
    #: (market's number, opening time of a candle): what every rule said there; empty where nothing was decided
    explain_candle: Callable[[int, int], tuple[RuleExplanation, ...]]
    #: the number of a fill in ``report.result.fills``
    explain_fill: Callable[[int], FillReason]


@dataclass(frozen=True, slots=True)
class BacktestServices:
    built_in: Callable[[], tuple[StrategyOffer, ...]]
    #: a path or the name of a built-in one. Raises InvalidStrategy with every problem, InvalidParameter, StorageError
    read_strategy: Callable[[str], StrategyOffer]
    #: from the first to the last moment of which anything is known of each; quick
    known: Callable[[tuple[Market, ...], CandleUnit], tuple[Span | None, ...]]
    #: None: all that is stored
    stored: Callable[[tuple[Market, ...], CandleUnit, Span | None], tuple[StoredFacts, ...]]
    #: raises InvalidParameter, StorageError, and Cancelled of ``ports.maintenance``
    run: Callable[[BacktestWish, RunProgress], FinishedBacktest]
    write_json: Callable[[str, FinishedBacktest], None]
    write_page: Callable[[str, FinishedBacktest, Language], None]
