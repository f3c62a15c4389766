"""Whether a component that a user wrote keeps to its declaration, and whether it knows what comes after.

The future is cut off after every candle of several made histories: what it said before must not change. Whole and cut
are computed by two runs of its file, so that nothing remembered from the whole is there when it is cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, ParameterValue, Use
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.ports.strategy import MarketVariable, StateView
from upbit_auto_trading.business_logic.use_cases.checked_columns import (
    SAME,
    SAME_FROM_WINDOW,
    copied,
    differing,
    scale_of,
)
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import Component, Parameter, ParameterKind, variable_use
from upbit_auto_trading.component_system.operator import LookBackOperator, Operator
from upbit_auto_trading.component_system.registry import ComponentClass, Registry
from upbit_auto_trading.component_system.user_component_candles import made_histories
from upbit_auto_trading.component_system.variable import CandleVariable, StateVariable, Variable

_ID = re.compile(r"(user\.)?[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PARAMETER = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = frozenset(kind.value for kind in ComponentKind) | {
    "unit", "ago", "times", "plus", "left", "right", "all", "any", "none", "within", "of", "name", "rules",
}  # fmt: skip
#: enough for its window twice, as long as every candle can be cut
_FEWEST, _MOST = 240, 1_200


class ComponentFault(Exception):
    """``reason`` is a stable code."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def check_declaration(component: ComponentClass) -> None:
    """Raises ComponentFault."""
    declared = component.declaration
    if not _ID.fullmatch(declared.id):
        raise ComponentFault("wrong-id", declared.id)
    if not (declared.title.ko.strip() and declared.title.en.strip()):
        raise ComponentFault("no-title")
    open_ends = sorted(name for name in dir(component) if _is_abstract(component, name))
    if open_ends:
        raise ComponentFault("not-finished", ", ".join(open_ends))
    for one in declared.parameters:
        _check_parameter(one)


def _is_abstract(component: ComponentClass, name: str) -> bool:
    return bool(getattr(getattr(component, name, None), "__isabstractmethod__", False))


def _check_parameter(one: Parameter) -> None:
    if not _PARAMETER.fullmatch(one.name) or one.name in RESERVED:
        raise ComponentFault("wrong-parameter-name", one.name)
    default = one.default
    if one.kind in (ParameterKind.WHOLE, ParameterKind.NUMBER):
        is_number = isinstance(default, int | float) and not isinstance(default, bool)
        low, high = one.minimum, one.maximum
        if not is_number or low is None or high is None or not low <= float(str(default)) <= high:
            raise ComponentFault("default-out-of-bounds", f"{one.name}: {default}")
    if one.kind is ParameterKind.CHOICE and default not in {choice.value for choice in one.choices}:
        raise ComponentFault("default-out-of-bounds", f"{one.name}: {default}")


def check_component(component: ComponentClass, twin: ComponentClass, registry: Registry) -> None:
    """``registry`` has it already; ``twin`` is the same class of another run. Raises ComponentFault."""
    others = Registry(one for one in registry if one is not component).having((twin,))
    if issubclass(component, CandleVariable):
        _check_column(lambda: _built(component, registry), lambda: _built(twin, others))
        return
    built = _built(component, registry)
    if isinstance(built, StateVariable):
        _check_state(built)
    elif isinstance(built, Operator):
        _check_operator(built, _built(twin, others))


def _built(component: ComponentClass, registry: Registry) -> Component:
    """With its defaults; what must be written is something that fits."""
    declared = component.declaration
    filled = tuple((one.name, _filling(one)) for one in declared.parameters if one.is_required)
    return Builder(registry, CandleUnit.MINUTE).component(Use(declared.kind, declared.id, filled))


def _filling(one: Parameter) -> ParameterValue:
    if one.kind is ParameterKind.VARIABLE:
        return variable_use("atr" if one.groups and one.groups[0] == "price-distance" else "close")
    return ("a-rule",) if one.kind is ParameterKind.RULES else "text"


class _GuardedFrame(Frame):
    """Hands out nothing that can be written to."""

    def of(self, variable: MarketVariable) -> Floats:
        column = super().of(variable)
        column.flags.writeable = False
        return column


def _frame(series: CandleSeries) -> Frame:
    frame = _GuardedFrame(series)
    for column in (frame.opened, frame.open, frame.high, frame.low, frame.close, frame.volume, frame.turnover):
        column.flags.writeable = False
    frame.closed.flags.writeable = False
    return frame


def _check_column(whole: Callable[[], Component], cut: Callable[[], Component]) -> None:
    variable = whole()
    assert isinstance(variable, CandleVariable)
    needs, window = _told_needs(variable)
    for series in made_histories(max(_FEWEST, min(_MOST, 2 * window + 60))):
        expected = _column(whole(), series)
        if _differs(expected, _column(whole(), series)).any():
            raise ComponentFault("not-the-same-twice")
        known = np.isfinite(expected)
        if known[: needs - 1].any():
            raise ComponentFault("known-before-its-needs", str(int(np.flatnonzero(known)[0]) + 1))
        for count in _lengths(len(series)):
            found = _column(cut(), copied(series, 0, count))
            wrong = np.flatnonzero(_differs(expected[:count], found))
            if len(wrong):
                raise ComponentFault("looks-ahead", _told(int(wrong[-1]), count, expected, found))
        _check_window(cut, series, expected, window)


def _told_needs(variable: CandleVariable) -> tuple[int, int]:
    is_of_its_source = type(variable).comparison_group is Variable.comparison_group and variable.group is None
    if is_of_its_source and not isinstance(variable.values.get("source"), Variable):
        raise ComponentFault("wrong-group")
    needs, window = variable.needs, variable.window
    if not all(isinstance(one, int) and not isinstance(one, bool) and one >= 1 for one in (needs, window)):
        raise ComponentFault("wrong-needs", f"{needs}, {window}")
    return needs, window


def _check_window(cut: Callable[[], Component], series: CandleSeries, whole: Floats, window: int) -> None:
    """Live, no more candles than its window are there."""
    for end in range(max(window, 1), len(series), 29):
        found = _column(cut(), copied(series, end - window, end))[-1:]
        if differing(whole[end - 1 : end], found, scale_of(whole), SAME_FROM_WINDOW).any():
            raise ComponentFault("window-too-short", f"{window}: {found[0]:.10g}, {whole[end - 1]:.10g}")


def _lengths(most: int) -> Iterator[int]:
    """Every one where they are short; later ever fewer, and the last ones all."""
    length = 1
    while length < most - 20:
        yield length
        length += 1 + length // 60
    yield from range(length, most)


def _told(row: int, count: int, whole: Floats, cut: Floats) -> str:
    return f"candle {row + 1} of {count}: {cut[row]:.10g}, with later candles {whole[row]:.10g}"


def _column(component: Component, series: CandleSeries) -> Floats:
    assert isinstance(component, CandleVariable)
    found: object = component.compute(_frame(series))
    if not isinstance(found, np.ndarray) or found.dtype != np.float64 or found.ndim != 1:
        raise ComponentFault("no-column", type(found).__name__)
    if len(found) != len(series):
        raise ComponentFault("wrong-length", f"{len(found)}, {len(series)}")
    return found


def _differs(one: Floats, two: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return differing(one, two, scale_of(one), SAME)


def _check_state(variable: StateVariable) -> None:
    """The same formula takes one candle and many."""
    (series, *_others) = made_histories(_FEWEST)
    frame = _frame(series)
    state = {"average": 100.0, "quantity": 1.0, "first_price": 100.0, "free_cash": 1_000.0, "open_positions": 1}
    many = StateView(frame, slice(100, 120), frame.close[100:120], frame.closed[100:120].astype(float), **state)  # type: ignore[arg-type]
    together = np.broadcast_to(np.asarray(variable.value(many), dtype=np.float64), 20)
    for place in range(20):
        row = 100 + place
        view = StateView(frame, row, float(frame.close[row]), float(frame.closed[row]), **state)  # type: ignore[arg-type]
        one = np.asarray(variable.value(view), dtype=np.float64)
        if one.ndim or _differs(one.reshape(1), together[place : place + 1]).any():
            raise ComponentFault("not-the-same-searched", f"{one}, {together[place]}")


def _check_operator(operator: Operator, twin: Component) -> None:
    assert isinstance(twin, Operator)
    if operator.operands not in (0, 1, 2):
        raise ComponentFault("wrong-operands", str(operator.operands))
    if isinstance(operator, LookBackOperator) and not (isinstance(operator.back, int) and operator.back >= 0):
        raise ComponentFault("wrong-needs", str(operator.back))
    (series, *_others) = made_histories(_FEWEST)
    columns = (series.close, series.open, series.high)[: 1 + operator.operands]
    expected = _truths(operator, columns)
    for count in _lengths(len(series)):
        found = _truths(twin, tuple(column[:count].copy() for column in columns))
        wrong = np.flatnonzero(expected[:count] != found)
        if len(wrong):
            raise ComponentFault("looks-ahead", f"candle {int(wrong[-1]) + 1} of {count}")


def _truths(operator: Operator, columns: tuple[Floats, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    for column in columns:
        column.flags.writeable = False
    found: object = operator.over(*columns)
    if not isinstance(found, np.ndarray) or found.dtype != np.bool_ or found.shape != columns[0].shape:
        raise ComponentFault("no-column", type(found).__name__)
    return found
