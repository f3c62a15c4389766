"""What becomes of a strategy's orders: simulated on candles here, by an exchange in practice and live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from upbit_auto_trading.business_logic.domain.backtest import FillRow, LimitCounts
from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.domain.strategy_state import Position
from upbit_auto_trading.business_logic.ports.strategy import LevelPlan, StylePlan


@dataclass(frozen=True, slots=True)
class ResolvedLevel:
    """``amount`` is the distance or price on the candle of the decision; unused by levels in percent."""

    plan: LevelPlan
    amount: float = 0.0


@dataclass(frozen=True, slots=True)
class BuyOrder:
    market: int
    rule: str
    style: StylePlan
    #: without the fee, which comes on top
    funds: float
    #: the candle on whose close it was decided
    row: int
    levels: tuple[ResolvedLevel, ...] = ()
    #: who is served first
    strength: float = 1.0
    turnover: float = 0.0


@dataclass(frozen=True, slots=True)
class SellOrder:
    market: int
    rule: str
    style: StylePlan
    share: float
    of_bought: bool
    row: int


class Execution(Protocol):
    """One purse, several markets, by number. Within a candle come sales at the open, buys at the open, the path."""

    @property
    def fills(self) -> Sequence[FillRow]: ...
    @property
    def cash(self) -> float: ...
    @property
    def free_cash(self) -> float: ...
    @property
    def limits(self) -> LimitCounts: ...
    def position(self, market: int) -> Position: ...
    def stop(self, market: int) -> float:
        """The tightest there is, NaN without one; as it stood after the last candle."""

    def stops_at(self, market: int, peaks: Floats) -> Floats:
        """The same with each of these peaks."""

    def target(self, market: int) -> float:
        """The next that was not reached, NaN without one."""

    def at_risk_distance(self, levels: Sequence[ResolvedLevel], price: float) -> float | None:
        """How far below a fill at that price the tightest stop among them would lie."""

    def waiting_buy(self, market: int) -> float | None:
        """Funds of buys under way; None without one."""

    def has_orders(self, market: int) -> bool: ...
    def is_idle(self, market: int) -> bool:
        """No position, no orders."""

    def is_waiting(self, market: int, rule: str) -> bool: ...
    def is_closing(self, market: int) -> bool:
        """A sale of everything is under way."""

    def sell_at_open(self, market: int, row: int) -> None: ...
    def buy_at_open(self, market: int, row: int) -> None: ...
    def follow_path(self, market: int, row: int) -> None: ...
    def priority(self, market: int) -> tuple[float, float]:
        """Strength and turnover of the waiting buy."""

    def place(self, order: BuyOrder | SellOrder) -> str:
        """Empty, or why it was not taken: no-cash, below-minimum."""

    def withdraw_buys(self, market: int) -> None: ...
    def move_stop(self, market: int, price: float, rule: str, *, may_loosen: bool) -> None: ...
    def next_row(self, market: int, row: int) -> int:
        """The first candle from ``row`` on in which an order or a level could do anything; a large number for never."""

    @property
    def has_expired(self) -> bool: ...
    def expired(self) -> list[tuple[int, str, str]]:
        """Orders that ended without a fill since it was asked last: market, rule, why."""
