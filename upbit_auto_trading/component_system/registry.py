"""Every component there is, by kind and id. A new component is one new file; nothing else is edited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from upbit_auto_trading import component_system
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind
from upbit_auto_trading.component_system.declaration import Component

ComponentClass = type[Component]

#: one file a component, or a family of components that are one idea
PLACES = ("variables", "conditions", "actions", "styles", "sizing", "levels", "risk_rules", "entries", "management")


class Registry:
    def __init__(self, components: Iterable[ComponentClass] = ()) -> None:
        self._by_kind: dict[ComponentKind, dict[str, ComponentClass]] = {kind: {} for kind in ComponentKind}
        for component in components:
            self.add(component)

    def add(self, component: ComponentClass) -> None:
        """Raises InvariantBroken for an id that its kind has already."""
        declaration = component.declaration
        known = self._by_kind[declaration.kind]
        if declaration.id in known:
            raise InvariantBroken(f"two components are called {declaration.kind.value} {declaration.id}")
        known[declaration.id] = component

    def find(self, kind: ComponentKind, component_id: str) -> ComponentClass | None:
        return self._by_kind[kind].get(component_id)

    def of(self, kind: ComponentKind) -> tuple[ComponentClass, ...]:
        """By id."""
        return tuple(self._by_kind[kind][name] for name in sorted(self._by_kind[kind]))

    def having(self, components: Iterable[ComponentClass]) -> Registry:
        """This one with more: a user's own."""
        return Registry((*self, *components))

    def __iter__(self) -> Iterator[ComponentClass]:
        for kind in ComponentKind:
            yield from self.of(kind)

    def __len__(self) -> int:
        return sum(len(known) for known in self._by_kind.values())


def built_in() -> Registry:
    """All that come with the program; imports their modules, and with them NumPy and TA-Lib."""
    registry = Registry()
    for place in PLACES:
        package = import_module(f"{component_system.__name__}.{place}")
        for module in sorted(iter_modules(package.__path__), key=lambda one: one.name):
            for component in declared_in(import_module(f"{package.__name__}.{module.name}")):
                registry.add(component)
    return registry


def declared_in(module: ModuleType) -> Iterator[ComponentClass]:
    """Those that were declared there, not those that it imported."""
    for value in tuple(vars(module).values()):
        if (
            isinstance(value, type)
            and issubclass(value, Component)
            and value.__module__ == module.__name__
            and "declaration" in vars(value)
        ):
            yield value
