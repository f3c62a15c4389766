"""Levels that guard one position: where they lie, and which of them a candle's prices come to."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, inf, log10, nan

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.domain.strategy_state import Position
from upbit_auto_trading.business_logic.ports.execution import ResolvedLevel
from upbit_auto_trading.business_logic.ports.strategy import Bools, LevelKind, LevelPlan, MeasuredFrom

MOVED_STOP = "moved-stop"
#: of shares in percent that add up
_NEARLY_WHOLE = 1.0 - 1e-9


def level_price(level: ResolvedLevel, base: float) -> float:
    """Of a stop or target that is measured from ``base``; unknown amounts give NaN, which is never reached."""
    plan = level.plan
    if plan.price is not None:
        return level.amount
    sign = 1.0 if plan.kind is LevelKind.TARGET else -1.0
    if plan.percent is not None:
        return moved_by(base, sign * plan.percent, figures(base))
    return base + sign * level.amount * plan.times


def figures(price: float) -> float:
    """What a price is multiplied with to have fourteen figures before the point."""
    return 10.0 ** (13 - floor(log10(price)))


def moved_by(price: float, percent: float, scale: float) -> float:
    """Without the last bits of a float: a level that lies on a tick is met by a price on that tick."""
    return round(price * (100.0 + percent) / 100.0 * scale) / scale


def all_moved_by(prices: Floats, percent: float, scale: float | Floats) -> Floats:
    """The same of each."""
    return np.asarray(np.rint(prices * (100.0 + percent) / 100.0 * scale) / scale)


class Guards:
    """Of one position. Stops are compared before anything else; targets count by rising price."""

    def __init__(self, levels: Sequence[ResolvedLevel], position: Position) -> None:
        self._position = position
        self._stops = [one for one in levels if one.plan.kind is LevelKind.STOP and _is_fixed(one.plan)]
        self._raised = [one for one in levels if one.plan.kind is LevelKind.TRAILING or not _is_fixed(one.plan)]
        self._targets = [one for one in levels if one.plan.kind is LevelKind.TARGET]
        self._reached: set[int] = set()
        self._moved = nan
        self._moved_by = MOVED_STOP
        self._fixed = (nan, "")
        self._next_targets: list[tuple[float, int, ResolvedLevel]] = []
        #: of those that are raised: what was activated from an average price that has moved since
        self._active: set[int] = set()
        self._average = position.average
        self.place()

    def place(self) -> None:
        """Again, after a fill changed the average price."""
        self._follow_average()
        best, name = -inf, ""
        for one in self._stops:
            price = level_price(one, self._base(one.plan))
            if price > best:
                best, name = price, one.plan.id
        if self._moved > best:
            best, name = self._moved, self._moved_by
        self._fixed = (best, name)
        self._next_targets = sorted(
            (price, number, one)
            for number, one in enumerate(self._targets)
            if number not in self._reached and (price := level_price(one, self._base(one.plan))) == price
        )

    def add(self, levels: Sequence[ResolvedLevel]) -> None:
        """Of a buy that adds to the position."""
        self._follow_average()
        self._stops += [one for one in levels if one.plan.kind is LevelKind.STOP and _is_fixed(one.plan)]
        self._raised += [one for one in levels if one.plan.kind is LevelKind.TRAILING or not _is_fixed(one.plan)]
        self._targets += [one for one in levels if one.plan.kind is LevelKind.TARGET]
        self.place()

    def move_stop(self, price: float, rule: str, *, may_loosen: bool) -> None:
        """One that may loosen takes the place of all fixed stops."""
        if may_loosen:
            self._stops.clear()
            self._moved, self._moved_by = price, rule
        elif not price <= self._moved:
            self._moved, self._moved_by = price, rule
        self.place()

    @property
    def is_empty(self) -> bool:
        return not (self._raised or self._next_targets) and self._fixed[0] == -inf

    def stop(self) -> tuple[float, str]:
        """The tightest, with what was seen so far; minus infinity where there is none."""
        best, name = self._fixed
        for number, one in enumerate(self._raised):
            price = self._raised_price(number, one, self._position.peak)
            if price > best:
                best, name = price, one.plan.id
        return best, name

    def raised(self) -> tuple[float, str]:
        """Only what moves with the peak."""
        best, name = -inf, ""
        for number, one in enumerate(self._raised):
            price = self._raised_price(number, one, self._position.peak)
            if price > best:
                best, name = price, one.plan.id
        return best, name

    def is_quiet(self, high: float, low: float) -> bool:
        """Nothing can happen in a candle of these extremes; False where it would have to be looked at."""
        if self._raised or low <= self._fixed[0]:
            return False
        return not self._next_targets or high < self._next_targets[0][0]

    def next_target(self) -> tuple[float, str, float] | None:
        """Price, id, share of what was bought; 1.0 of the one that completes the whole, or a step would stay behind."""
        if not self._next_targets:
            return None
        price, _, one = self._next_targets[0]
        sold = sum(self._targets[number].plan.share for number in self._reached)
        return price, one.plan.id, 1.0 if sold + one.plan.share > _NEARLY_WHOLE else one.plan.share

    def reach_target(self) -> None:
        self._reached.add(self._next_targets.pop(0)[1])

    def first_touched(self, low: Floats, high: Floats, close: Floats, peak: float, *, has_finer: bool) -> int:
        """The first candle in which a level may be come to, the position being unchanged; -1 where none is. ``peak`` is
        the one before the first of them. Where finer candles lie inside, a low may come after the high."""
        touched: Bools | None = None
        if self._fixed[0] > -inf:
            touched = low <= self._fixed[0]
        if self._next_targets:
            hit = high >= self._next_targets[0][0]
            touched = hit if touched is None else touched | hit
        if self._raised:
            peaks = np.maximum.accumulate(np.concatenate(([peak], high)))
            for number, one in enumerate(self._raised):
                levels = self._raised_prices(number, one, peaks)
                hit = low <= levels[1:] if has_finer else (low <= levels[:-1]) | (close <= levels[1:])
                touched = hit if touched is None else touched | hit
        assert touched is not None  # there is a level
        first = int(touched.argmax())
        return first if touched[first] else -1

    def stops_at(self, peaks: Floats) -> Floats:
        """The tightest stop with each of these peaks."""
        best = np.full(len(peaks), self._fixed[0])
        for number, one in enumerate(self._raised):
            best = np.maximum(best, self._raised_prices(number, one, peaks))
        return best

    def _base(self, plan: LevelPlan) -> float:
        is_first = plan.measured_from is MeasuredFrom.FIRST_FILL
        return self._position.first_price if is_first else self._position.average

    def _follow_average(self) -> None:
        """A profit that was seen from the average price stays seen when a buy moves that."""
        if self._average == self._position.average:
            return
        average, self._average = self._average, self._position.average
        scale = figures(average)
        for number, one in enumerate(self._raised):
            is_moved = one.plan.measured_from is MeasuredFrom.AVERAGE
            if is_moved and self._position.peak >= moved_by(average, _threshold(one.plan), scale):
                self._active.add(number)

    def _raised_price(self, number: int, level: ResolvedLevel, peak: float) -> float:
        plan = level.plan
        base = self._base(plan)
        scale = figures(base)
        if plan.kind is LevelKind.STOP:  # break-even
            is_active = number in self._active or peak >= moved_by(base, _threshold(plan), scale)
            return moved_by(base, plan.break_even_offset, scale) if is_active else -inf
        is_seen = number in self._active or peak >= moved_by(base, _threshold(plan), scale)
        if len(self._reached) < plan.after_targets or not is_seen:
            return -inf
        if plan.percent is not None:
            return moved_by(peak, -plan.percent, scale)
        price = peak - level.amount * plan.times
        return price if price == price else -inf

    def _raised_prices(self, number: int, level: ResolvedLevel, peaks: Floats) -> Floats:
        plan = level.plan
        base = self._base(plan)
        scale = figures(base)
        if plan.kind is LevelKind.STOP:
            is_active = (peaks >= moved_by(base, _threshold(plan), scale)) | (number in self._active)
            return np.where(is_active, moved_by(base, plan.break_even_offset, scale), -inf)
        if len(self._reached) < plan.after_targets:
            return np.full(len(peaks), -inf)
        is_active = (peaks >= moved_by(base, _threshold(plan), scale)) | (number in self._active)
        if plan.percent is not None:
            prices = all_moved_by(peaks, -plan.percent, scale)
        else:
            prices = peaks - level.amount * plan.times
        return np.where(is_active & ~np.isnan(prices), prices, -inf)


def _threshold(plan: LevelPlan) -> float:
    """The profit from which on it counts."""
    return plan.activation_percent if plan.break_even_percent is None else plan.break_even_percent


def _is_fixed(plan: LevelPlan) -> bool:
    return plan.break_even_percent is None
