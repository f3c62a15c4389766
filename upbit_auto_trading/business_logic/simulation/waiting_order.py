"""An order of a simulated run that has not ended: what it may still buy or sell, at what price, until when."""

from __future__ import annotations

from dataclasses import dataclass

from upbit_auto_trading.business_logic.ports.execution import BuyOrder, SellOrder
from upbit_auto_trading.business_logic.ports.strategy import LimitBase, StyleKind, StylePlan
from upbit_auto_trading.business_logic.simulation.simulated_money import Terms


@dataclass(slots=True)
class Waiting:
    order: BuyOrder | SellOrder
    #: the first candle in which it can be filled
    first_row: int
    #: None: at the next open
    limit: float | None
    #: of a buy: what it may still spend, without the fee, and what is kept free for it
    funds: float = 0.0
    locked: float = 0.0
    #: of a sale that was filled in part: what is left of it
    quantity: float | None = None
    has_filled: bool = False
    #: from when its patience counts
    since_second: int = 0
    reprices: int = 0

    @property
    def is_buy(self) -> bool:
        return isinstance(self.order, BuyOrder)

    def is_patient(self, row: int, second: int) -> bool:
        """Still, at the close of that candle."""
        style = self.order.style
        if style.wait_candles is not None and row - self.first_row + 1 >= style.wait_candles:
            return False
        return style.wait_seconds is None or second - self.since_second < style.wait_seconds


def limit_price(style: StylePlan, close: float, spread: float, terms: Terms, *, is_buy: bool) -> float | None:
    """Buys are rounded down to the tick, sales up."""
    if style.kind is not StyleKind.LIMIT:
        return None
    half = {LimitBase.CLOSE: 0.0, LimitBase.BEST_BID: -spread / 2, LimitBase.BEST_ASK: spread / 2}[style.base]
    # without the last bits of a float: a price on the limit touches it
    price = float(f"{close * (1.0 + half) * (1.0 + style.offset_percent / 100.0):.14g}")
    if style.offset_ticks:
        price = terms.steps(price, style.offset_ticks)
    return terms.down(price) if is_buy else terms.up(price)
