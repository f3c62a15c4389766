"""What is wrong with a use of a component: its id, and the type and bounds of each parameter."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import divides
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ComponentKind,
    Group,
    ParameterValue,
    StrategyProblem,
    Use,
)
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import Parameter, ParameterKind
from upbit_auto_trading.component_system.nearest import nearest
from upbit_auto_trading.component_system.registry import ComponentClass, Registry
from upbit_auto_trading.component_system.variable import StateVariable, Variable

MOST_AGO = 1_000
LONGEST_TEXT = 500
MOST_LISTED = 50
DURATION = re.compile(r"[1-9]\d{0,4}[smhdw]")

#: what stands where, and the kind of component that belongs there
_USES = {
    ParameterKind.VARIABLE: ComponentKind.VARIABLE,
    ParameterKind.SIZING: ComponentKind.SIZING,
    ParameterKind.STYLE: ComponentKind.STYLE,
}


def written(value: object) -> str:
    """A number as people write it, without a needless point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return value.id if isinstance(value, Use) else str(value)


def span(minimum: float | None, maximum: float | None) -> str:
    """``2…200``, as problems tell what is allowed."""
    low = "" if minimum is None else written(float(minimum))
    high = "" if maximum is None else written(float(maximum))
    return f"{low}…{high}"


@lru_cache(maxsize=4)
def _groups(registry: Registry, _count: int) -> dict[str, str]:
    """The comparison group of each variable that needs no parameter, with its defaults, by id; asked again when the
    registry has grown."""
    found: dict[str, str] = {}
    builder = Builder(registry, CandleUnit.MINUTE)  # no group depends on it
    for one in registry.of(ComponentKind.VARIABLE):
        if not any(parameter.is_required for parameter in one.declaration.parameters):
            component = builder.component(Use(ComponentKind.VARIABLE, one.declaration.id))
            assert isinstance(component, Variable)
            found[one.declaration.id] = component.comparison_group.id
    return found


class UseChecker:
    """Notes problems; a method answers whether what it looked at can be built."""

    def __init__(self, registry: Registry, unit: CandleUnit) -> None:
        self.registry = registry
        self.unit = unit
        self.builder = Builder(registry, unit)
        self.problems: list[StrategyProblem] = []
        #: where ids of rules are referred to, and what by
        self.references: list[tuple[str, str]] = []

    def note(
        self, place: str, reason: str, *, found: str = "", allowed: str = "", nearest: str = "", **names: str
    ) -> None:
        self.problems.append(StrategyProblem(place, reason, found, allowed, nearest, tuple(names.items())))

    def group(self, place: str, group: Group) -> bool:
        """Of conditions; see ``checking_conditions``."""
        raise NotImplementedError

    def use(self, place: str, use: Use, kind: ComponentKind, *, is_source: bool = False) -> bool:
        """``is_source``: a variable inside another one, on which nothing may be adapted."""
        before = len(self.problems)
        declared = self.registry.find(kind, use.id) if use.kind is kind else None
        if declared is None:
            ids = [one.declaration.id for one in self.registry.of(kind)]
            self.note(
                f"{place}.{kind.value}",
                "unknown-component",
                found=use.id,
                nearest=nearest(use.id, ids),
                kind=kind.value,
            )
            return False
        self._parameters(place, use, declared)
        if kind is ComponentKind.VARIABLE:
            self._adaptations(place, use, declared, is_source)
        return len(self.problems) == before

    def variable(self, place: str, use: Use, *, is_source: bool = False) -> Variable | None:
        """Itself where nothing is wrong with it."""
        if not self.use(place, use, ComponentKind.VARIABLE, is_source=is_source):
            return None
        found = self.builder.component(use)
        assert isinstance(found, Variable)
        return found

    def candle_variable(self, place: str, use: Use, *, is_source: bool = False) -> Variable | None:
        """Where no state is allowed: inside another variable, in a level, as a strength."""
        found = self.variable(place, use, is_source=is_source)
        if isinstance(found, StateVariable):
            self.note(place, "state-not-allowed", found=use.id, nearest=self.familiar("price"))
            return None
        return found

    def familiar(self, *groups: str, but: Sequence[str] = ()) -> str:
        """The best known variable of the first comparison group whose best known is none of ``but``; else any other of
        them; empty where there is none."""
        found = [self._of_group(group) for group in groups]
        best = (one[0] for one in found if one and one[0] not in but)
        return next(best, next((one for ids in found for one in ids if one not in but), ""))

    def _of_group(self, group: str) -> list[str]:
        """The best known first."""
        ids = [name for name, its in _groups(self.registry, len(self.registry)).items() if its == group]
        return sorted(ids, key=lambda name: _FAMILIAR.index(name) if name in _FAMILIAR else len(_FAMILIAR))

    # parameters

    def _parameters(self, place: str, use: Use, declared: ComponentClass) -> None:
        known = {one.name: one for one in declared.declaration.parameters}
        names = [name for name, _value in use.parameters]
        for name, value in use.parameters:
            if name not in known:
                free = [one for one in known if one not in names]
                self.note(
                    f"{place}.{name}",
                    "unknown-parameter",
                    found=name,
                    allowed=", ".join(known),
                    nearest=nearest(name, free),
                    component=use.id,
                )
            else:
                self._value(f"{place}.{name}", value, known[name], is_source=use.kind is ComponentKind.VARIABLE)
        for name, one in known.items():
            if one.is_required and name not in names:
                self.note(f"{place}.{name}", "parameter-missing", found=name, component=use.id)

    def _value(self, place: str, value: ParameterValue, declared: Parameter, *, is_source: bool) -> None:
        if declared.kind is ParameterKind.VARIABLE:
            self._variable_value(place, value, declared, is_source=is_source)
        elif declared.kind in _USES:
            kind = _USES[declared.kind]
            if isinstance(value, Use):
                self.use(place, value, kind)
            else:
                self.note(place, f"not-a-{kind.value}", found=written(value))
        else:
            _CHECKS[declared.kind](self, place, value, declared)

    def _variable_value(self, place: str, value: ParameterValue, declared: Parameter, *, is_source: bool) -> None:
        if not isinstance(value, Use):
            self.note(place, "not-a-variable", found=written(value))
            return
        found = self.candle_variable(place, value, is_source=is_source)
        if found is not None and declared.groups and found.comparison_group.id not in declared.groups:
            self.note(
                place,
                "wrong-group",
                found=value.id,
                allowed=", ".join(declared.groups),
                nearest=self.familiar(declared.groups[0]),
                group=found.comparison_group.id,
            )

    def _number(self, place: str, value: ParameterValue, declared: Parameter) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.note(place, "not-a-number", found=written(value), allowed=span(declared.minimum, declared.maximum))
        else:
            self.bounded(place, value, declared.minimum, declared.maximum)

    def _whole(self, place: str, value: ParameterValue, declared: Parameter) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            is_near = isinstance(value, float) and math.isfinite(value)
            self.note(
                place,
                "not-a-whole-number",
                found=written(value),
                allowed=span(declared.minimum, declared.maximum),
                nearest=str(round(value)) if is_near and isinstance(value, float) else "",
            )
        else:
            self.bounded(place, value, declared.minimum, declared.maximum)

    def bounded(self, place: str, value: float, minimum: float | None, maximum: float | None) -> None:
        if not math.isfinite(value):
            self.note(place, "not-finite", found=str(value), allowed=span(minimum, maximum))
            return
        low, high = -math.inf if minimum is None else minimum, math.inf if maximum is None else maximum
        if not low <= value <= high:
            closest = min(max(value, low), high)
            self.note(
                place, "out-of-bounds", found=written(value), allowed=span(minimum, maximum), nearest=written(closest)
            )

    def _numbers(self, place: str, value: ParameterValue, declared: Parameter) -> None:
        if not isinstance(value, tuple):
            self.note(place, "not-a-list", found=written(value), allowed="[…]")
            return
        self._listed(place, value)
        for index, one in enumerate(value):
            if isinstance(one, bool) or not isinstance(one, int | float):
                self.note(f"{place}[{index}]", "not-a-number", found=written(one))
            else:
                self.bounded(f"{place}[{index}]", one, declared.minimum, declared.maximum)

    def _listed(self, place: str, value: tuple[object, ...]) -> None:
        if not 1 <= len(value) <= MOST_LISTED:
            self.note(place, "wrong-length", found=str(len(value)), allowed=span(1, MOST_LISTED))

    def _switch(self, place: str, value: ParameterValue, _declared: Parameter) -> None:
        if not isinstance(value, bool):
            self.note(place, "not-a-switch", found=written(value), allowed="true, false")

    def _choice(self, place: str, value: ParameterValue, declared: Parameter) -> None:
        offered = [one.value for one in declared.choices]
        if value not in offered:
            found = written(value)
            self.note(place, "not-a-choice", found=found, allowed=", ".join(offered), nearest=nearest(found, offered))

    def _text(self, place: str, value: ParameterValue, _declared: Parameter) -> None:
        if not isinstance(value, str):
            self.note(place, "not-a-text", found=written(value), allowed='"…"')
        elif len(value) > LONGEST_TEXT:
            self.note(place, "too-long", found=f"{value[:20]}…", allowed=span(0, LONGEST_TEXT))

    def _duration(self, place: str, value: ParameterValue, _declared: Parameter) -> None:
        if not isinstance(value, str) or DURATION.fullmatch(value) is None:
            self.note(place, "not-a-duration", found=written(value), allowed="30s, 5m, 4h, 7d")

    def _conditions(self, place: str, value: ParameterValue, _declared: Parameter) -> None:
        if isinstance(value, Group):
            self.group(place, value)
        else:
            self.note(place, "not-a-group", found=written(value), allowed="all, any, none")

    def _levels(self, place: str, value: ParameterValue, _declared: Parameter) -> None:
        if not isinstance(value, tuple):
            self.note(place, "not-a-list", found=written(value), allowed="[…]")
            return
        self.levels(place, value)

    def levels(self, place: str, uses: tuple[object, ...]) -> None:
        for index, one in enumerate(uses):
            if isinstance(one, Use):
                self.use(f"{place}[{index}]", one, ComponentKind.LEVEL)
            else:
                self.note(f"{place}[{index}]", "not-a-level", found=written(one))

    def _rules(self, place: str, value: ParameterValue, _declared: Parameter) -> None:
        if not isinstance(value, tuple):
            self.note(place, "not-a-list", found=written(value), allowed="[…]")
            return
        self._listed(place, value)
        for index, one in enumerate(value):
            if isinstance(one, str):
                self.references.append((f"{place}[{index}]", one))
            else:
                self.note(f"{place}[{index}]", "not-a-text", found=written(one), allowed='"…"')

    # variables

    def _adaptations(self, place: str, use: Use, declared: ComponentClass, is_source: bool) -> None:
        is_adapted = use.unit is not None or bool(use.ago) or (use.times, use.plus) != (1.0, 0.0)
        if is_source and is_adapted:
            self.note(place, "adapted-source", found=use.id)
            return
        if issubclass(declared, StateVariable) and (use.unit is not None or use.ago):
            self.note(f"{place}.{'ago' if use.unit is None else 'unit'}", "state-has-no-history", found=use.id)
            return
        if use.unit is not None and use.unit is not self.unit and not divides(self.unit, use.unit):
            coarser = ", ".join(one.value for one in CandleUnit if divides(self.unit, one))
            self.note(
                f"{place}.unit", "unit-not-coarser", found=use.unit.value, allowed=coarser, strategy=self.unit.value
            )
        self.bounded(f"{place}.ago", use.ago, 0, MOST_AGO)
        self.bounded(f"{place}.times", use.times, None, None)
        self.bounded(f"{place}.plus", use.plus, None, None)
        if use.times == 0:
            self.note(f"{place}.times", "times-zero", found="0", nearest="1")


#: offered first where a variable of their comparison group is asked for
_FAMILIAR = (
    "ema", "rsi", "volume", "atr", "change-percent", "macd", "position-profit", "volume-ratio", "equity",
    "position-adds", "time-of-day", "weekday",
)  # fmt: skip
_CHECKS: dict[ParameterKind, Callable[[UseChecker, str, ParameterValue, Parameter], None]] = {
    ParameterKind.WHOLE: UseChecker._whole,
    ParameterKind.NUMBER: UseChecker._number,
    ParameterKind.NUMBERS: UseChecker._numbers,
    ParameterKind.SWITCH: UseChecker._switch,
    ParameterKind.CHOICE: UseChecker._choice,
    ParameterKind.TEXT: UseChecker._text,
    ParameterKind.DURATION: UseChecker._duration,
    ParameterKind.CONDITIONS: UseChecker._conditions,
    ParameterKind.LEVELS: UseChecker._levels,
    ParameterKind.RULES: UseChecker._rules,
}
