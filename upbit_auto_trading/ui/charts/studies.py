"""Studies: what a chart shows of the components. Values, their JSON, and which lines of one variable go together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, ParameterValue, Use
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.checking_uses import UseChecker
from upbit_auto_trading.component_system.declaration import Parameter, ParameterKind
from upbit_auto_trading.component_system.registry import ComponentClass, Registry
from upbit_auto_trading.component_system.variable import CandleVariable, Drawn, Variable
from upbit_auto_trading.ui.design.tokens import OVERLAYS

#: the choice parameter of a variable whose lines belong together
LINE: Final = "line"
PRICE_PANE: Final = "price"
#: of a band on the price: one colour, as the eye takes them for one thing
_BAND: Final = frozenset({"upper", "middle", "lower"})
#: said by other lines of the same indicator already
_SAID: Final = frozenset({"cloud-top", "cloud-bottom"})
#: drawn as bars from zero
_BARS: Final = frozenset({"histogram"})
#: as many as there are colours
_MOST_LINES: Final = 8
_ADAPTING: Final = ("unit", "ago", "times", "plus")
_UNITS: Final = {unit.value: unit for unit in CandleUnit}


@dataclass(frozen=True, slots=True)
class Study:
    """``lines`` are values of the parameter ``line`` that are all drawn; empty: ``use`` alone. One colour number each,
    from 1 to 8. ``pane`` is the study in whose pane it is drawn; empty: its own, or where its declaration says."""

    id: str
    use: Use
    lines: tuple[str, ...] = ()
    colours: tuple[int, ...] = (1,)
    is_hidden: bool = False
    pane: str = ""

    @property
    def uses(self) -> tuple[Use, ...]:
        """One a line."""
        return tuple(self.use.having(LINE, line) for line in self.lines) or (self.use,)

    def colour_of(self, line: int) -> int:
        return self.colours[line % len(self.colours)]

    def coloured(self, line: int, colour: int) -> Study:
        """With another colour for that line; where all have one, as those of a band, for all of them."""
        every = [self.colour_of(place) for place in range(max(1, len(self.lines)))]
        as_one = len(set(every)) == 1
        return replace(self, colours=tuple(colour if as_one or at == line else was for at, was in enumerate(every)))

    def having(self, name: str, value: ParameterValue) -> Study:
        return replace(self, use=self.use.having(name, value))


def is_bars(study: Study, line: int) -> bool:
    """Drawn as bars from zero instead of a line."""
    chosen = study.lines[line] if study.lines else study.use.get(LINE)
    return chosen in _BARS


# JSON


def study_tree(study: Study) -> dict[str, Any]:
    tree: dict[str, Any] = {"id": study.id, "use": _use_tree(study.use), "colours": list(study.colours)}
    if study.lines:
        tree["lines"] = list(study.lines)
    if study.is_hidden:
        tree["hidden"] = True
    if study.pane:
        tree["pane"] = study.pane
    return tree


def study_of(tree: object) -> Study | None:
    """None where it is no study of ours. Whether its component exists is another question: it may come back."""
    if not isinstance(tree, dict) or not isinstance(tree.get("id"), str):
        return None
    use = _use_of(tree.get("use"))
    if use is None:
        return None
    lines = tuple(one for one in _listed(tree.get("lines")) if isinstance(one, str))
    colours = tuple(one for one in _listed(tree.get("colours")) if _is_colour(one))
    pane = tree.get("pane")
    return Study(
        tree["id"], use, lines, colours or (1,), tree.get("hidden") is True, pane if isinstance(pane, str) else ""
    )


def studies_of(trees: object) -> tuple[Study, ...]:
    """Those that can be read, each id once."""
    read = (study_of(tree) for tree in _listed(trees))
    by_id: dict[str, Study] = {}
    for study in read:
        if study is not None:
            by_id.setdefault(study.id, study)
    return tuple(by_id.values())


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_colour(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= len(OVERLAYS)


def _use_tree(use: Use) -> dict[str, Any]:
    """As in strategy files, but a source is never a plain text: it is read without its declaration."""
    tree: dict[str, Any] = {ComponentKind.VARIABLE.value: use.id}
    for name, value in use.parameters:
        tree[name] = _use_tree(value) if isinstance(value, Use) else value
    if use.unit is not None:
        tree["unit"] = use.unit.value
    plain = {"ago": (use.ago, 0), "times": (use.times, 1.0), "plus": (use.plus, 0.0)}
    return tree | {name: value for name, (value, usual) in plain.items() if value != usual}


def _use_of(tree: object) -> Use | None:
    if not isinstance(tree, dict) or not isinstance(tree.get(ComponentKind.VARIABLE.value), str):
        return None
    parameters: list[tuple[str, ParameterValue]] = []
    for name, written in tree.items():
        if name == ComponentKind.VARIABLE.value or name in _ADAPTING:
            continue
        value = _use_of(written) if isinstance(written, dict) else written
        if not isinstance(value, bool | int | float | str | Use):
            return None
        parameters.append((name, value))
    ago, times, plus = tree.get("ago", 0), tree.get("times", 1.0), tree.get("plus", 0.0)
    if not isinstance(ago, int) or not isinstance(times, int | float) or not isinstance(plus, int | float):
        return None
    named = tree[ComponentKind.VARIABLE.value]
    unit = _UNITS.get(tree.get("unit", ""))
    return Use(ComponentKind.VARIABLE, named, tuple(parameters), unit, ago, float(times), float(plus))


# what goes together


def drawable(registry: Registry) -> tuple[ComponentClass, ...]:
    """Variables of candles that can be used without being told anything, by id."""
    return tuple(
        one
        for one in registry.of(ComponentKind.VARIABLE)
        if issubclass(one, CandleVariable)
        and not any(parameter.is_required for parameter in one.declaration.parameters)
        and _default(one, registry).where_drawn is not Drawn.NOWHERE
    )


def _default(component: ComponentClass, registry: Registry) -> Variable:
    built = Builder(registry, CandleUnit.MINUTE).component(Use(ComponentKind.VARIABLE, component.declaration.id))
    assert isinstance(built, Variable)
    return built


def line_parameter(component: ComponentClass) -> Parameter | None:
    """The choice of a line, where there is one."""
    return next(
        (
            one
            for one in component.declaration.parameters
            if one.name == LINE and one.kind is ParameterKind.CHOICE and len(one.choices) > 1
        ),
        None,
    )


def lines_together(use: Use, registry: Registry) -> tuple[str, ...]:
    """The lines that are read as one indicator: of those that are drawn in one place and in one unit, the most.
    Empty where there are no two."""
    component = registry.find(ComponentKind.VARIABLE, use.id)
    declared = None if component is None else line_parameter(component)
    if declared is None:
        return ()
    builder = Builder(registry, CandleUnit.MINUTE)
    kinds: dict[tuple[Drawn, str], list[str]] = {}
    for choice in declared.choices:
        built = builder.component(use.having(LINE, choice.value))
        if isinstance(built, Variable) and choice.value not in _SAID:
            kinds.setdefault((built.where_drawn, _family(built)), []).append(choice.value)
    most = max(kinds.values(), key=len, default=[])
    return tuple(most[:_MOST_LINES]) if len(most) > 1 else ()


def _family(variable: Variable) -> str:
    """J of KDJ leaves 0 to 100, and is drawn with K and D all the same."""
    group = variable.comparison_group.id
    return "centred" if group == "oscillator" else group


def _is_band(use: Use, lines: tuple[str, ...], registry: Registry) -> bool:
    if not lines or not _BAND.issuperset(lines):
        return False
    built = Builder(registry, CandleUnit.MINUTE).component(use.having(LINE, lines[0]))
    return isinstance(built, Variable) and built.where_drawn is Drawn.ON_PRICE


def first_use(component_id: str) -> Use:
    """With its defaults."""
    return Use(ComponentKind.VARIABLE, component_id)


def made_study(
    use: Use, registry: Registry, beside: Iterable[Study] = (), *, study_id: str = "", all_lines: bool = True
) -> Study:
    """A new one beside others: a free id, and the colours that come next."""
    others = tuple(beside)
    lines = lines_together(use, registry) if all_lines else ()
    named = study_id or next(_free_ids({one.id for one in others}))
    if _is_band(use, lines, registry):
        return Study(named, use, lines, _next_colours(1, others) * len(lines))
    return Study(named, use, lines, _next_colours(max(1, len(lines)), others))


def _free_ids(taken: set[str]) -> Iterator[str]:
    number = 1
    while True:
        if f"s{number}" not in taken:
            yield f"s{number}"
        number += 1


def _next_colours(count: int, others: tuple[Study, ...]) -> tuple[int, ...]:
    """The first that nobody has; where all are given out, those that are worn least."""
    worn = [colour for one in others for colour in set(one.colours)]
    found: list[int] = []
    for _ in range(count):
        every = range(1, len(OVERLAYS) + 1)
        found.append(min(every, key=lambda colour: (worn.count(colour) + found.count(colour), colour)))
    return tuple(found)


# whether it can be drawn


def problem_of(study: Study, registry: Registry, unit: CandleUnit) -> str:
    """Why it cannot be computed on such candles; empty where it can. "unknown-component" is kept and waits."""
    for use in study.uses:
        checker = UseChecker(registry, unit)
        found = checker.candle_variable("", use)
        if checker.problems:
            return checker.problems[0].reason
        if not isinstance(found, CandleVariable):
            return "unknown-component"
    return ""
