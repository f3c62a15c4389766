"""What a picker offers of the registry: studies with all their lines, lines that stand alone, sources of variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Use
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import NOTHING
from upbit_auto_trading.component_system.registry import ComponentClass, Registry
from upbit_auto_trading.component_system.user_components import PREFIX
from upbit_auto_trading.component_system.variable import CandleVariable, Drawn, Variable
from upbit_auto_trading.ui.charts.studies import (
    LINE,
    Study,
    drawable,
    first_use,
    line_parameter,
    lines_together,
    made_study,
)
from upbit_auto_trading.ui.charts.study_lines import line_title
from upbit_auto_trading.ui.charts.study_names import KEYWORDS, category_rank, short_title
from upbit_auto_trading.ui.picker_entry import PickerEntry
from upbit_auto_trading.utils.bilingual_text import Text

_OWN: Final = Text("내 부품", "My components")
_SEPARATOR: Final = "/"


def study_entries(registry: Registry) -> tuple[PickerEntry, ...]:
    """One for each variable that can be drawn, with all lines that go together; then one for each other line of it."""
    return tuple(entry for component in _sorted(drawable(registry)) for entry in _study_entries(component, registry))


def _study_entries(component: ComponentClass, registry: Registry) -> Iterator[PickerEntry]:
    declaration = component.declaration
    yield _entry(component)
    declared = line_parameter(component)
    together = lines_together(first_use(declaration.id), registry)
    if declared is None:
        return
    shown = together or (str(declared.default),)
    for choice in declared.choices:
        if choice.value not in shown and _is_drawn(first_use(declaration.id).having(LINE, choice.value), registry):
            named = f"{declaration.id}{_SEPARATOR}{choice.value}"
            yield _entry(component, named, line_title(component, choice.value))


def _is_drawn(use: Use, registry: Registry) -> bool:
    built = Builder(registry, CandleUnit.MINUTE).component(use)
    return isinstance(built, Variable) and built.where_drawn is not Drawn.NOWHERE


def study_from_entry(entry_id: str, registry: Registry, beside: Iterable[Study] = ()) -> Study | None:
    """None where no such component is there any more."""
    named, _separator, line = entry_id.partition(_SEPARATOR)
    if registry.find(ComponentKind.VARIABLE, named) is None:
        return None
    use = first_use(named)
    return made_study(use.having(LINE, line) if line else use, registry, beside, all_lines=not line)


def source_entries(registry: Registry, groups: tuple[str, ...] = ()) -> tuple[PickerEntry, ...]:
    """What another variable can be computed from: of one of these comparison groups, or of any."""
    return tuple(_entry(component) for component in _sorted(_sources(registry, groups)))


def _sources(registry: Registry, groups: tuple[str, ...]) -> Iterator[ComponentClass]:
    builder = Builder(registry, CandleUnit.MINUTE)
    for component in registry.of(ComponentKind.VARIABLE):
        declaration = component.declaration
        if not issubclass(component, CandleVariable) or any(one.is_required for one in declaration.parameters):
            continue
        built = builder.component(first_use(declaration.id))
        if not groups or (isinstance(built, Variable) and built.comparison_group.id in groups):
            yield component


def _sorted(components: Iterable[ComponentClass]) -> list[ComponentClass]:
    return sorted(
        components,
        key=lambda one: (category_rank(one.declaration), one.declaration.category.en, one.declaration.title.en),
    )


def _entry(component: ComponentClass, named: str = "", title: Text | None = None) -> PickerEntry:
    declaration = component.declaration
    short = short_title(declaration)
    category = declaration.category
    if category == NOTHING and declaration.id.startswith(PREFIX):
        category = _OWN
    keywords = (*KEYWORDS.get(declaration.id, ()), short.ko, short.en)
    note = short if title is None and short != declaration.title else NOTHING
    return PickerEntry(named or declaration.id, title or declaration.title, declaration.help, category, keywords, note)
