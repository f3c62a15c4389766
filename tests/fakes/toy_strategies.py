"""Strategies of small variables, whose values a test writes down, and of the real actions, levels and blocks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ComponentKind,
    Condition,
    Group,
    GroupKind,
    Limits,
    Node,
    Operand,
    ParameterValue,
    Part,
    Role,
    Rule,
    StrategyDefinition,
    Use,
)
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.ports.strategy import Columns, Number, StateView
from upbit_auto_trading.component_system.declaration import (
    Component,
    choice,
    duration,
    numbers,
    rules,
    switch,
    text,
    variable,
    whole,
)
from upbit_auto_trading.component_system.registry import PLACES, Registry, declared_in
from upbit_auto_trading.component_system.variable import (
    COUNT,
    MONEY,
    OSCILLATOR,
    PERCENT,
    PRICE,
    PRICE_DISTANCE,
    TIME_OF_DAY,
    VOLUME,
    WEEKDAY,
    CandleVariable,
    StateVariable,
)
from upbit_auto_trading.utils.bilingual_text import Text

PACKAGE = "upbit_auto_trading.component_system"
LINES = {name: Text(name, name) for name in ("open", "high", "low", "close")}


class _Plain(CandleVariable):
    @property
    def own_needs(self) -> int:
        return 1


class Line(_Plain, id="line", title=Text("선", "Line"), group=PRICE):
    of = choice("close", Text("값", "Of"), LINES)

    def compute(self, columns: Columns) -> Floats:
        found: Floats = getattr(columns, self.of)
        return found


class Close(_Plain, id="close", title=Text("종가", "Close"), group=PRICE):
    def compute(self, columns: Columns) -> Floats:
        return columns.close


class Low(_Plain, id="low", title=Text("저가", "Low"), group=PRICE):
    def compute(self, columns: Columns) -> Floats:
        return columns.low


class Volume(_Plain, id="volume", title=Text("거래량", "Volume"), group=VOLUME):
    def compute(self, columns: Columns) -> Floats:
        return columns.volume


class Mean(CandleVariable, id="ema", title=Text("EMA", "EMA")):
    """A simple mean: its name is that of what problems suggest."""

    period = whole(20, Text("기간", "Period"), 1, 500)
    source = variable("close", Text("값", "Source"), groups=("price", "volume"))

    @property
    def own_needs(self) -> int:
        found: int = self.period
        return found

    def compute(self, columns: Columns) -> Floats:
        source, found = columns.of(self.source), np.full(len(columns), np.nan)
        for row in range(self.period - 1, len(found)):
            found[row] = source[row - self.period + 1 : row + 1].mean()
        return found


class Gauge(_Plain, id="rsi", title=Text("RSI", "RSI"), group=OSCILLATOR):
    """The volume as it is: tests keep it from 0 to 100."""

    period = whole(14, Text("기간", "Period"), 2, 200)

    def compute(self, columns: Columns) -> Floats:
        return columns.volume


class Range(_Plain, id="atr", title=Text("ATR", "ATR"), group=PRICE_DISTANCE):
    period = whole(14, Text("기간", "Period"), 1, 500)

    def compute(self, columns: Columns) -> Floats:
        return columns.high - columns.low


class MinuteOfDay(_Plain, id="time-of-day", title=Text("시각", "Time of day"), group=TIME_OF_DAY):
    def compute(self, columns: Columns) -> Floats:
        return columns.volume


class Weekday(_Plain, id="weekday", title=Text("요일", "Weekday"), group=WEEKDAY):
    def compute(self, columns: Columns) -> Floats:
        return columns.volume


class Everything(_Plain, id="everything", title=Text("모두", "Everything"), group=PERCENT):
    """A parameter of each kind that the real ones may not have."""

    span = duration("1d", Text("길이", "Span"))
    steps = numbers((1.0, 2.0), Text("단계", "Steps"), 0, 100)
    is_on = switch(False, Text("켜기", "On"))
    note = text("", Text("글", "Note"))
    must = variable(None, Text("꼭", "Must"))

    def compute(self, columns: Columns) -> Floats:
        return columns.close


class Profit(StateVariable, id="position-profit", title=Text("수익", "Profit"), group=PERCENT):
    def value(self, view: StateView) -> Number:
        return (view.close / view.average - 1) * 100


class Candles(StateVariable, id="position-candles", title=Text("보유 캔들", "Candles held"), group=COUNT):
    def value(self, view: StateView) -> Number:
        return view.candles_held


class Average(StateVariable, id="position-average", title=Text("평균 단가", "Average price"), group=PRICE):
    def value(self, view: StateView) -> Number:
        return view.average


class Fired(StateVariable, id="position-times-fired", title=Text("움직인 수", "Times fired"), group=COUNT):
    rule = rules(Text("규칙", "Rule"))

    def value(self, view: StateView) -> Number:
        return sum(view.fired.get(one, 0) for one in self.rule)


class Equity(StateVariable, id="equity", title=Text("평가 금액", "Equity"), group=MONEY):
    can_be_searched = False

    def value(self, view: StateView) -> Number:
        return view.equity


VARIABLES = (
    Line, Close, Low, Volume, Mean, Gauge, Range, MinuteOfDay, Weekday, Everything, Profit, Candles, Average, Fired,
    Equity,
)  # fmt: skip


@cache
def toys() -> Registry:
    others: list[type[Component]] = []
    for place in PLACES:
        package = import_module(f"{PACKAGE}.{place}")
        if place != "variables":
            for module in iter_modules(package.__path__):
                others += declared_in(import_module(f"{package.__name__}.{module.name}"))
    return Registry((*VARIABLES, *others))


def use(kind: ComponentKind, component_id: str, /, **parameters: ParameterValue) -> Use:
    return Use(kind, component_id, tuple(parameters.items()))


def var(variable_id: str, /, **parameters: ParameterValue) -> Use:
    return use(ComponentKind.VARIABLE, variable_id, **parameters)


def when(left: Use | str, operator_id: str, *right: Operand | str, **parameters: ParameterValue) -> Condition:
    """A text is a variable with its defaults."""
    sides = tuple(var(one) if isinstance(one, str) else one for one in right)
    left = var(left) if isinstance(left, str) else left
    return Condition(left, use(ComponentKind.OPERATOR, operator_id, **parameters), sides)


def all_of(*members: Node) -> Group:
    return Group(GroupKind.ALL, members)


def any_of(*members: Node) -> Group:
    return Group(GroupKind.ANY, members)


def none_of(*members: Node) -> Group:
    return Group(GroupKind.NONE, members)


def buy(size: Use | None = None, levels: tuple[Use, ...] = ()) -> Use:
    sized = use(ComponentKind.SIZING, "share-of-cash") if size is None else size
    return use(ComponentKind.ACTION, "buy", size=sized, levels=levels)


SELL = use(ComponentKind.ACTION, "sell")
ALWAYS = all_of(when("close", ">", 0.0))


def entry(rule_id: str = "in", group: Group = ALWAYS, action: Use | None = None, **others: object) -> Rule:
    return Rule(rule_id, Role.ENTRY, group, buy() if action is None else action, **others)  # type: ignore[arg-type]


def exit_rule(rule_id: str = "out", group: Group = ALWAYS, action: Use = SELL, **others: object) -> Rule:
    return Rule(rule_id, Role.EXIT, group, action, **others)  # type: ignore[arg-type]


def part(*rules: Rule, levels: tuple[Use, ...] = ()) -> Part:
    return Part(Text("부분", "Part"), rules, levels)


def block(block_id: str, /, **parameters: ParameterValue) -> Part:
    return Part(block=use(ComponentKind.BLOCK, block_id, **parameters))


def strategy(opening: Part | Rule, *management: Part | Rule, **others: object) -> StrategyDefinition:
    """A rule stands for a part of it alone."""
    first, *rest = (part(one) if isinstance(one, Rule) else one for one in (opening, *management))
    return StrategyDefinition(Text("전략", "Strategy"), CandleUnit.MINUTE, first, tuple(rest), **others)  # type: ignore[arg-type]


def asking(*nodes: Node) -> StrategyDefinition:
    """Enters where all of them hold."""
    return strategy(entry(group=all_of(*nodes)))


def managing(*nodes: Node, rule_id: str = "out") -> StrategyDefinition:
    return strategy(entry(), exit_rule(rule_id, all_of(*nodes)))


def deep(depth: int, inner: Node) -> Group:
    node = inner
    for _one in range(depth):
        node = all_of(node)
    assert isinstance(node, Group)
    return node


def buying(action: Use) -> StrategyDefinition:
    return strategy(entry(action=action))


def limited(times: int) -> Limits:
    return Limits(times_per_position=times)


def frame(close: Sequence[float], **columns: Sequence[float]) -> Frame:
    """``open``, ``high``, ``low`` and ``volume``, where they are not told, are the close too; unknown values may be
    among them."""
    told = {
        name: np.array(columns.get(name, close), dtype=np.float64)
        for name in ("open", "high", "low", "close", "volume")
    }
    return Frame(CandleSeries(Market("upbit", "KRW-BTC"), CandleUnit.MINUTE, np.arange(len(close)) * 60, **told))


def view_of(columns: Frame, row: int | slice, **state: object) -> StateView:
    close = columns.close[row]
    now = columns.closed[row]
    if isinstance(row, int):
        return StateView(columns, row, float(close), float(now), **state)  # type: ignore[arg-type]
    return StateView(columns, row, close, now, **state)  # type: ignore[arg-type]
