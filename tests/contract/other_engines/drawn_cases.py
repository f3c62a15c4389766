"""Short histories and strategies drawn by hypothesis, told twice: as a strategy file and as rules of a plain loop."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import talib
from hypothesis import strategies as st

from tests.contract.other_engines.cross_rules import CrossRules, strategy_of
from tests.contract.other_engines.plain_loop import LoopRules, Row, Target, Trailing
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.market import Market

MARKET = Market("upbit", "KRW-BTC")
#: by the newest rules of KRW markets, on a Monday
FIRST = 1_790_000_040
#: lowest price in ticks, tick
_SCALES = ((100_000, Decimal(1000)), (1_100, Decimal(1)), (110, Decimal("0.1")), (120, Decimal("0.0001")))
#: of staged targets
_SHARES: tuple[tuple[int, ...], ...] = ((), (), (100,), (50,), (30, 50), (50, 50), (30, 30, 40))
_BANDS = ((1_000_000, 1000), (500_000, 500), (100_000, 100), (50_000, 50), (10_000, 10), (5_000, 5), (100, 1))


def krw_tick(price: Decimal) -> Decimal:
    """Under a hundred won: the second figure behind the first."""
    for lowest, tick in _BANDS:
        if price >= lowest:
            return Decimal(tick)
    return Decimal(1).scaleb(price.adjusted() - 2)


@dataclass(frozen=True, slots=True)
class Drawn:
    rows: tuple[Row, ...]
    cross: CrossRules
    rules: LoopRules
    has_distance: bool

    @property
    def series(self) -> CandleSeries:
        columns = np.array([[float(number) for number in row[1:]] for row in self.rows]).T.copy()
        opened = np.array([row.opened for row in self.rows], dtype=np.int64)
        first, high, low, last = columns
        return CandleSeries(MARKET, CandleUnit.MINUTE, opened, first, high, low, last, np.ones(len(opened)))

    @property
    def strategy(self) -> dict[str, Any]:
        told = strategy_of(self.cross)
        action = told["entry"]["rules"][0]["action"]
        action["levels"] = [*(action["levels"] if self.has_distance else ()), *_levels(self.rules)]
        return told

    def decisions(self) -> tuple[list[bool], list[bool], list[Decimal | None]]:
        """On which candles it enters and leaves, and the stop's distance; TA-Lib's numbers, compared one by one."""
        series, cross = self.series, self.cross
        fast, slow = talib.EMA(series.close, cross.fast).tolist(), talib.EMA(series.close, cross.slow).tolist()
        strength = talib.RSI(series.close, cross.rsi).tolist()
        atr = talib.ATR(series.high, series.low, series.close, cross.atr).tolist()
        distances = [Decimal(repr(one)) * Decimal(repr(cross.times)) if one == one else None for one in atr]
        enters, leaves = [False], [False]
        for row in range(1, len(self.rows)):
            was, now = (fast[row - 1], slow[row - 1]), (fast[row], slow[row])
            # nothing is decided before everything is known that a decision reads
            is_known = not self.has_distance or distances[row] is not None
            in_band = cross.lowest <= strength[row] <= cross.highest
            enters.append(was[0] <= was[1] and now[0] > now[1] and in_band and is_known)
            leaves.append(was[0] >= was[1] and now[0] < now[1])
        return enters, leaves, distances if self.has_distance else [None] * len(atr)


def _levels(rules: LoopRules) -> list[dict[str, Any]]:
    levels: list[dict[str, Any]] = []
    if rules.stop_percent is not None:
        levels.append({"level": "stop-percent", "percent": float(rules.stop_percent)})
    for target in rules.targets:
        levels.append({"level": "target-percent", "percent": float(target.percent), "share": float(target.share)})
    if rules.trailing is not None:
        told = rules.trailing
        levels.append(
            {
                "level": "trailing-percent",
                "percent": float(told.percent),
                "activation": float(told.activation),
                "after_targets": told.after_targets,
            }
        )
    if rules.break_even is not None:
        activation, offset = (float(one) for one in rules.break_even)
        levels.append({"level": "break-even", "activation": activation, "offset": offset})
    return levels


def percents(lowest: str, highest: str, places: int = 1) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(lowest), Decimal(highest), places=places)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Row, ...]:
    """Prices on a grid, with wicks, gaps, standstill and missing minutes."""
    lowest, tick = draw(st.sampled_from(_SCALES))
    reach = max(2, lowest // draw(st.sampled_from((12, 40, 150))))
    step = st.integers(-reach, reach)
    wick = st.sampled_from((0, 0, 1, 1, 2, reach // 2, reach, 2 * reach))
    one = st.tuples(step, st.sampled_from((0, 0, 0, 0, 1, -1)), wick, wick, st.sampled_from((1, 1, 1, 1, 1, 2, 30)))
    rows, price, minute = [], lowest + 20 * reach, 0
    for move, jump, above, below, later in draw(st.lists(one, min_size=12, max_size=70)):
        minute += later
        first = max(2, price + jump * reach)
        last = max(2, first + move)
        prices = (first, max(first, last) + above, max(1, min(first, last) - below), last)
        rows.append(Row(FIRST + 60 * minute, *(number * tick for number in prices)))
        price = last
    return tuple(rows)


@st.composite
def drawn_cases(draw: st.DrawFn, *, with_market: bool) -> Drawn:
    fast = draw(st.integers(2, 4))
    low = draw(st.sampled_from((0.0, 0.0, 30.0, 50.0)))
    share = draw(st.sampled_from(("95", "100", "33.3")))
    cross = CrossRules(
        fast=fast,
        slow=fast + draw(st.integers(1, 4)),
        rsi=draw(st.integers(2, 5)),
        lowest=low,
        highest=draw(st.sampled_from((100.0, 100.0, low + 40.0))),
        atr=draw(st.integers(2, 4)),
        times=draw(st.sampled_from((0.5, 1.0, 2.5))),
        percent=float(share),
    )
    shares = draw(st.sampled_from(_SHARES))
    targets = [Target(draw(percents("0.1", "9")), Decimal(one)) for one in shares]
    trailing = st.builds(Trailing, percents("0.3", "9"), percents("0", "4"), st.integers(0, min(1, len(targets))))
    rules = LoopRules(
        cash=draw(st.sampled_from((Decimal(10_000_000), Decimal(777_777)))),
        share=Decimal(share),
        fee=draw(st.sampled_from((Decimal("0.0005"), Decimal("0.0025"), Decimal(0)))),
        slippage=draw(st.sampled_from((Decimal(0), Decimal(0), Decimal("0.001"), Decimal("0.0037")))),
        stop_percent=draw(st.none() | percents("0.3", "9")),
        targets=tuple(targets),
        trailing=draw(st.none() | trailing),
        break_even=draw(st.none() | st.tuples(percents("0.3", "5"), percents("-1", "0.3"))),
        tick=krw_tick if with_market else None,
        minimum=Decimal(5000) if with_market else Decimal(0),
    )
    return Drawn(draw(histories()), cross, rules, draw(st.booleans()))
