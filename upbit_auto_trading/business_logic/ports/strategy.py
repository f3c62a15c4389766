"""A compiled strategy: what the engine runs and ``component_system`` builds.

Whatever depends on candles alone is a column, computed once over the whole history. Whatever depends on the position is
a formula that takes numbers (one candle, when stepping) and arrays (many candles on which the position does not change,
when searching) alike, so that both are the same arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import Floats, Seconds
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    NO_LIMITS,
    ConflictPolicy,
    GroupKind,
    Limits,
    Role,
)
from upbit_auto_trading.utils.bilingual_text import Text

Bools = NDArray[np.bool_]
#: of one candle, or of many
Number = float | Floats
Truth = bool | np.bool_ | Bools


class Columns(Protocol):
    """The candles of one market in one unit, and everything that was computed from them."""

    @property
    def market(self) -> Market: ...
    @property
    def unit(self) -> CandleUnit: ...
    #: where the exchange's grid lies against UTC, see ``CandleUnit.floor``
    @property
    def day_start(self) -> timedelta: ...
    @property
    def opened(self) -> Seconds: ...
    #: when each candle ends, in seconds since 1970: the moment of its decision
    @property
    def closed(self) -> Seconds: ...
    @property
    def open(self) -> Floats: ...
    @property
    def high(self) -> Floats: ...
    @property
    def low(self) -> Floats: ...
    @property
    def close(self) -> Floats: ...
    @property
    def volume(self) -> Floats: ...
    #: in the quote currency; volume × close where nobody told it
    @property
    def turnover(self) -> Floats: ...
    def __len__(self) -> int: ...
    def of(self, variable: MarketVariable) -> Floats:
        """Computed once for each key; never to be written to."""

    def truth(self, test: MarketTest) -> Bools:
        """Computed once for each key; never to be written to."""

    def higher(self, unit: CandleUnit) -> tuple[Columns, NDArray[np.intp]]:
        """Those of a coarser unit, and for each candle of ours which of them was the last that had closed by its close,
        -1 where none had. A coarser candle that our first candle does not begin is left out: it is not whole."""


class MarketVariable(Protocol):
    """A column out of candles: pure, and cutting off the future never changes the past."""

    @property
    def key(self) -> str: ...
    @property
    def needs(self) -> int:
        """Candles up to and with the first that can have a value, counted in the strategy's own unit."""

    @property
    def window(self) -> int:
        """From so many candles the newest value is that of the whole history, but for rounding."""

    def compute(self, columns: Columns) -> Floats:
        """As many as there are candles; NaN is unknown."""


@dataclass(slots=True)
class StateView:
    """The position and the purse at the close of a candle, or of many; see the module's words.

    Prices and percents as they are shown: 5.0 is five percent. Without a position its numbers are NaN, counts 0.
    """

    columns: Columns
    #: of one candle, or of those that are searched
    row: int | slice
    close: Number
    #: seconds since 1970
    now: Number
    #: of all buys since it was flat
    average: float = np.nan
    quantity: float = 0.0
    first_price: float = np.nan
    #: the highest price since the first fill
    peak: Number = np.nan
    #: the highest profit that was ever seen in this position, in percent of the average price of that time
    peak_profit: Number = np.nan
    #: closes since the first fill; the candle of the fill counts
    candles_held: Number = 0
    seconds_held: Number = 0
    #: buys after the first
    adds: int = 0
    stop: Number = np.nan
    target: float = np.nan
    #: how often each rule acted since the position was opened
    fired: Mapping[str, int] = field(default_factory=dict)
    equity: Number = np.nan
    free_cash: float = np.nan
    #: since the KST day began, in percent of the equity it began with
    day_profit: Number = np.nan
    open_positions: int = 0

    def of(self, variable: MarketVariable) -> Number:
        found = self.columns.of(variable)[self.row]
        return float(found) if isinstance(self.row, int) else found


class StateVariable(Protocol):
    """A number of the position or the purse."""

    @property
    def key(self) -> str: ...
    #: False: it changes with what other markets do, so every candle must be stepped through
    @property
    def can_be_searched(self) -> bool: ...
    def value(self, view: StateView) -> Number: ...


@dataclass(frozen=True, slots=True)
class MarketTest:
    """A condition, or a whole group, that candles alone decide. Unknown is False."""

    key: str
    compute: Callable[[Columns], Bools]
    needs: int
    window: int


@dataclass(frozen=True, slots=True)
class StateTest:
    """A condition about the position or the purse. Unknown is False."""

    key: str
    holds: Callable[[StateView], Truth]
    can_be_searched: bool
    needs: int = 1
    window: int = 1


@dataclass(frozen=True, slots=True)
class TestGroup:
    """Holds a StateTest somewhere below; groups of market tests alone are one MarketTest."""

    kind: GroupKind
    members: tuple[Test, ...]


Test = MarketTest | StateTest | TestGroup


# orders


class StyleKind(Enum):
    MARKET = "market"
    BEST = "best"
    LIMIT = "limit"


class LimitBase(Enum):
    CLOSE = "close"
    BEST_BID = "best-bid"
    BEST_ASK = "best-ask"


class AfterWait(Enum):
    CANCEL = "cancel"
    REPRICE = "reprice"
    MARKET = "market"


@dataclass(frozen=True, slots=True)
class StylePlan:
    kind: StyleKind = StyleKind.MARKET
    base: LimitBase = LimitBase.CLOSE
    #: away from the base, above it where positive
    offset_ticks: int = 0
    offset_percent: float = 0.0
    #: None: it waits until it is filled or its rule's position ends
    wait_candles: int | None = None
    wait_seconds: int | None = None
    after_wait: AfterWait = AfterWait.CANCEL
    most_reprices: int = 0


MARKET_STYLE = StylePlan()


class LevelKind(Enum):
    STOP = "stop"
    TARGET = "target"
    TRAILING = "trailing"


class MeasuredFrom(Enum):
    #: the first fill of the position; stays where it is
    FIRST_FILL = "first-fill"
    #: the average price of all buys; moves with each
    AVERAGE = "average"


@dataclass(frozen=True, slots=True)
class LevelPlan:
    """A price that guards a position, watched inside candles. Exactly one of percent, variable and price is there."""

    id: str
    kind: LevelKind
    #: 5.0 is five percent of what it is measured from
    percent: float | None = None
    #: a distance in the quote currency: times × the value on the candle of the decision
    variable: MarketVariable | None = None
    times: float = 1.0
    #: a price, not a distance: the value on the candle of the decision
    price: MarketVariable | None = None
    measured_from: MeasuredFrom = MeasuredFrom.FIRST_FILL
    #: of the quantity that was bought altogether, of targets; 1.0 is the whole position
    share: float = 1.0
    #: of a trailing level: counts once this profit was seen, in percent of what it is measured from
    activation_percent: float = 0.0
    #: of a trailing level: counts once so many targets were reached
    after_targets: int = 0
    #: of a stop: once this profit was seen it lies at what it is measured from, plus ``break_even_offset`` percent
    break_even_percent: float | None = None
    break_even_offset: float = 0.0


@dataclass(frozen=True, slots=True)
class PastTrades:
    """Of the strategy in this run, closed ones."""

    count: int = 0
    wins: int = 0
    #: means, as shares of what was paid; losses positive
    average_win: float = 0.0
    average_loss: float = 0.0

    def having(self, profit: float) -> PastTrades:
        """With one more."""
        if profit > 0.0:
            mean = (self.average_win * self.wins + profit) / (self.wins + 1)
            return PastTrades(self.count + 1, self.wins + 1, mean, self.average_loss)
        losses = self.count - self.wins
        mean = (self.average_loss * losses - profit) / (losses + 1)
        return PastTrades(self.count + 1, self.wins, self.average_win, mean)


@dataclass(frozen=True, slots=True)
class SizingAsk:
    """What a sizing may know. Money in the quote currency."""

    columns: Columns
    row: int
    price: float
    equity: float
    free_cash: float
    #: how far below ``price`` the tightest stop would lie; None where there is none
    stop_distance: float | None
    #: spent by the first buy of the position, and by the last one; 0 while there is none
    first_funds: float
    last_funds: float
    #: of the position
    adds: int
    past: PastTrades


class Sizing(Protocol):
    @property
    def key(self) -> str: ...
    #: it divides by the distance to a stop, so the strategy must have one
    @property
    def needs_stop(self) -> bool: ...
    @property
    def variables(self) -> tuple[MarketVariable, ...]: ...
    @property
    def of_free_cash(self) -> Callable[[float], float] | None:
        """``funds`` where nothing but the free cash counts; None: it has to be asked."""

    def funds(self, ask: SizingAsk) -> float:
        """To be spent without the fee; the engine keeps to the free cash. 0 or unknown: nothing is bought."""


@dataclass(frozen=True, slots=True)
class Buy:
    sizing: Sizing
    style: StylePlan = MARKET_STYLE
    levels: tuple[LevelPlan, ...] = ()


@dataclass(frozen=True, slots=True)
class Sell:
    """A share of what is held, or of all that was ever bought for the position."""

    share: float = 1.0
    of_bought: bool = False
    style: StylePlan = MARKET_STYLE


@dataclass(frozen=True, slots=True)
class MoveStop:
    """To a price, or so far below the close; never down unless it says so."""

    #: percent above the average price (0 is break-even); None: not this way
    profit_percent: float | None = None
    #: percent below the close
    percent: float | None = None
    variable: MarketVariable | None = None
    times: float = 1.0
    price: MarketVariable | None = None
    may_loosen: bool = False


@dataclass(frozen=True, slots=True)
class SwitchRules:
    """Until the position is closed."""

    rule_ids: tuple[str, ...]
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class Notify:
    message: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Keeps parts of lower priority from trading; under *conservative*, all that do not close."""


Action = Buy | Sell | MoveStop | SwitchRules | Notify | Hold


@dataclass(frozen=True, slots=True)
class RulePlan:
    id: str
    name: Text
    role: Role
    when: Test
    action: Action
    limits: Limits = NO_LIMITS
    #: of entries; a number where it is the same on every candle
    strength: float | MarketVariable = 1.0


@dataclass(frozen=True, slots=True)
class PartPlan:
    name: Text
    rules: tuple[RulePlan, ...]
    levels: tuple[LevelPlan, ...] = ()


# brakes


@dataclass(frozen=True, slots=True)
class HeldPosition:
    market: Market
    value: float
    #: what it would lose at its stop; None without one
    at_risk: float | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A buy that was decided and sized, with all that brakes judge by. Money in the quote currency."""

    market: Market
    rule: RulePlan
    #: the first of its position
    is_entry: bool
    funds: float
    price: float
    stop_distance: float | None
    #: seconds since 1970
    now: int
    equity: float
    free_cash: float
    peak_equity: float
    #: what the KST day began with
    day_equity: float
    #: positions and entries under way, without this one; its own market is among them where it adds
    held: tuple[HeldPosition, ...]
    #: entries of this KST day, those under way included
    entries_today: int
    #: when this market's last position was closed, and whether at a loss; None: never
    closed_at: int | None
    closed_at_loss: bool
    #: of hourly returns over so many days between two markets; None where it cannot be known
    correlation: Callable[[Market, Market, int], float | None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """``funds`` that may be spent: all, less, or 0. ``value`` and ``limit`` say why, in the brake's own unit."""

    funds: float
    value: float = np.nan
    limit: float = np.nan


class RiskRule(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def id(self) -> str: ...
    def judge(self, proposal: Proposal) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class StrategyPlan:
    """Everything of a strategy but its candles."""

    name: Text
    unit: CandleUnit
    entry: PartPlan
    management: tuple[PartPlan, ...] = ()
    policy: ConflictPolicy = ConflictPolicy.PRIORITY
    risk: tuple[RiskRule, ...] = ()
    markets: tuple[Market, ...] = ()
    #: candles before the first decision, in its own unit
    needs: int = 1
    #: candles from which on decisions are those of the whole history
    window: int = 1
    #: every variable that it reads, for charts and explanations
    variables: tuple[MarketVariable, ...] = ()

    @property
    def parts(self) -> tuple[PartPlan, ...]:
        return (self.entry, *self.management)

    @property
    def rules(self) -> Sequence[RulePlan]:
        return tuple(rule for part in self.parts for rule in part.rules)
