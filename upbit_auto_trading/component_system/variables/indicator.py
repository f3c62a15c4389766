"""Bases of indicators: over known stretches, by TA-Lib, with several lines."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from math import isfinite
from typing import Any, ClassVar

import numpy as np
import talib
from talib import abstract

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.ports.strategy import Columns
from upbit_auto_trading.component_system.declaration import NOTHING, ComparisonGroup, variable, whole
from upbit_auto_trading.component_system.variable import (
    CENTRED,
    CENTRED_100,
    OSCILLATOR,
    PERCENT,
    PRICE,
    PRICE_DISTANCE,
    VOLUME,
    VOLUME_FLOW,
    CandleVariable,
    fading_window,
)
from upbit_auto_trading.component_system.variables.known_runs import (
    Run,
    first_move,
    known_runs,
    moving_runs,
    over_runs,
)
from upbit_auto_trading.component_system.variables.time_anchors import ANCHORED_WINDOW, anchored
from upbit_auto_trading.utils.bilingual_text import Text

PERIOD = Text("기간", "Period")
SOURCE = Text("기준 값", "Source")
LINE = Text("선", "Line")
CANDLES = Text("개", "candles")


def candle_count(
    default: int, label: Text = PERIOD, minimum: int = 2, maximum: int = 500, *, help: Text = NOTHING
) -> Any:
    return whole(default, label, minimum, maximum, help=help, unit=CANDLES)


def taken_from(default: str = "close", label: Text = SOURCE, *, groups: tuple[str, ...] = ()) -> Any:
    return variable(default, label, groups=groups)


def difference_group(group: ComparisonGroup) -> ComparisonGroup:
    """What the difference of two of that group is."""
    known = {PRICE.id: PRICE_DISTANCE, VOLUME.id: VOLUME_FLOW, OSCILLATOR.id: CENTRED_100, PERCENT.id: PERCENT}
    return known.get(group.id, CENTRED)


def wilder_window(period: int) -> int:
    return fading_window(2 * period - 1)


def lookback(function: str, parameters: Mapping[str, Any]) -> int:
    """Candles before the first value, as TA-Lib itself counts them."""
    asked = abstract.Function(function)  # type: ignore[attr-defined]  # its stub forgets it
    if parameters:
        asked.set_parameters(dict(parameters))
    return int(asked.lookback)


def only_finite(found: Floats) -> None:
    """Endless becomes unknown, in place."""
    if not isfinite(float(found.sum())):
        found[np.isinf(found)] = np.nan


class Indicator(CandleVariable):
    """Calculated from whole columns, by something that takes no unknown values."""

    #: names of candle columns, or of parameters that are variables
    takes: ClassVar[tuple[str, ...]] = ("source",)
    #: of a parameter ``line``: what each may be compared with; None: with what its source may
    line_groups: ClassVar[Mapping[str, ComparisonGroup | None]] = {}

    def __init_subclass__(
        cls,
        *,
        takes: tuple[str, ...] = (),
        line_groups: Mapping[str, ComparisonGroup | None] | None = None,
        **others: Any,
    ) -> None:
        super().__init_subclass__(**others)
        if takes:
            cls.takes = takes
        if line_groups is not None:
            cls.line_groups = line_groups

    @property
    def comparison_group(self) -> ComparisonGroup:
        found = self.line_groups.get(self.values.get("line", ""))
        return super().comparison_group if found is None else found

    def inputs(self, columns: Columns) -> tuple[Floats, ...]:
        return tuple(
            columns.of(self.values[name]) if name in self.values else getattr(columns, name) for name in self.takes
        )

    def runs(self, inputs: tuple[Floats, ...]) -> list[Run]:
        if not self.sources:  # candles are always known
            return [(0, len(inputs[0]))] if len(inputs[0]) else []
        return known_runs(inputs)

    @abstractmethod
    def calculate(self, *inputs: Floats) -> Floats: ...

    def compute(self, columns: Columns) -> Floats:
        inputs = self.inputs(columns)
        return over_runs(self.calculate, inputs, self.runs(inputs))


class TaLib(Indicator):
    """One function of TA-Lib; ``needs`` are what it says itself."""

    function: ClassVar[str]
    #: our parameter → TA-Lib's
    arguments: ClassVar[Mapping[str, str]]
    #: its outputs, in its order, where there are several
    lines: ClassVar[tuple[str, ...]]

    def __init_subclass__(
        cls,
        *,
        function: str = "",
        arguments: Mapping[str, str] | None = None,
        lines: tuple[str, ...] = (),
        **others: Any,
    ) -> None:
        super().__init_subclass__(**others)
        if function:
            cls.function = function
            cls.arguments = {"period": "timeperiod"} if arguments is None else arguments
            cls.lines = lines

    def ta_parameters(self) -> dict[str, Any]:
        return {theirs: self.values[ours] for ours, theirs in self.arguments.items()}

    @property
    def own_needs(self) -> int:
        return lookback(self.function, self.ta_parameters()) + 1

    def calculate(self, *inputs: Floats) -> Floats:
        found = self.called(*inputs)
        chosen: Floats = found[self.lines.index(self.values["line"])] if self.lines else found
        return chosen

    def called(self, *inputs: Floats) -> Any:
        return getattr(talib, self.function)(*inputs, **self.ta_parameters())


class FadingRatio(TaLib):
    """Compares sums that fade, so that only proportions count. Where nothing moves for long it is unknown, and begins
    anew with the next move."""

    #: candle columns or parameters whose standing still counts; empty: all that it takes
    watched: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, watched: tuple[str, ...] = (), **others: Any) -> None:
        super().__init_subclass__(**others)
        if watched:
            cls.watched = watched

    @property
    @abstractmethod
    def fade(self) -> int:
        """Candles after which what was before counts for nothing."""

    @property
    def stale_after(self) -> int:
        return self.fade // 2

    @property
    def own_window(self) -> int:
        return self.own_needs + 2 * self.fade

    def _seen(self, inputs: tuple[Floats, ...]) -> tuple[Floats, ...]:
        wanted = self.watched or self.takes
        return tuple(one for name, one in zip(self.takes, inputs, strict=True) if name in wanted)

    def runs(self, inputs: tuple[Floats, ...]) -> list[Run]:
        seen = self._seen(inputs)
        return [part for run in super().runs(inputs) for part in moving_runs(seen, run, self.stale_after)]

    def calculate(self, *inputs: Floats) -> Floats:
        found = super().calculate(*inputs)
        found[: first_move(self._seen(inputs))] = np.nan
        only_finite(found[self.own_needs - 1 :])
        return found


class Anchored(TaLib):
    """Never forgets how it began; see ``time_anchors``."""

    @property
    def own_window(self) -> int:
        return max(ANCHORED_WINDOW, self.own_needs)

    def compute(self, columns: Columns) -> Floats:
        inputs = self.inputs(columns)
        return anchored(columns, inputs, lambda *parts: over_runs(self._as_floats, parts, self.runs(parts)))

    def _as_floats(self, *inputs: Floats) -> Floats:
        """Whole numbers of TA-Lib have no unknown."""
        found = self.calculate(*inputs)
        if found.dtype == np.float64:
            return found
        known = found.astype(np.float64)
        known[: self.own_needs - 1] = np.nan
        return known
