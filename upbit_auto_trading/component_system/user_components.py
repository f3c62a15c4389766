"""Components that a user wrote: Python files, run only when exactly their content was allowed, and checked then.

An allowed file runs with the rights of this program; docs/decisions.md says why no sandbox is pretended. What is wrong
with a file is told with the line, and the file is set aside as a whole: none of it is used.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from types import ModuleType, TracebackType

from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.ports.strategies import ComponentSource
from upbit_auto_trading.component_system.registry import ComponentClass, Registry, declared_in
from upbit_auto_trading.component_system.user_component_checks import ComponentFault, check_component, check_declaration

PREFIX = "user."
_MODULES = "upbit_auto_trading_user_components"


class FileState(Enum):
    LOADED = "loaded"
    #: nothing of it was run
    NOT_ALLOWED = "not-allowed"
    #: set aside
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class FileFault:
    """``reason`` is a stable code, ``line`` that of the file where one is known, ``component`` what was written as its
    id, ``detail`` what Python or the check found."""

    reason: str
    line: int | None = None
    component: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class UserFile:
    name: str
    fingerprint: str
    state: FileState
    #: ids of its components, with the prefix
    components: tuple[str, ...] = ()
    fault: FileFault | None = None


@dataclass(frozen=True, slots=True)
class LoadedComponents:
    """``registry`` is the given one with what was loaded."""

    registry: Registry
    files: tuple[UserFile, ...]


class _Broken(Exception):
    def __init__(self, fault: FileFault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


def load_user_components(
    sources: Iterable[ComponentSource], allowed: frozenset[str], registry: Registry
) -> LoadedComponents:
    files: list[UserFile] = []
    for source in sources:
        if source.fingerprint not in allowed:
            files.append(UserFile(source.name, source.fingerprint, FileState.NOT_ALLOWED))
            continue
        try:
            components = _loaded(source, registry)
        except _Broken as broken:
            files.append(UserFile(source.name, source.fingerprint, FileState.BROKEN, (), broken.fault))
            continue
        registry = registry.having(components)
        ids = tuple(one.declaration.id for one in components)
        files.append(UserFile(source.name, source.fingerprint, FileState.LOADED, ids))
    return LoadedComponents(registry, tuple(files))


def _loaded(source: ComponentSource, registry: Registry) -> tuple[ComponentClass, ...]:
    """Raises _Broken."""
    if source.text is None:
        raise _Broken(FileFault("not-text"))
    places = _Places(source)
    components = _run(source, places, registry)
    again = {one.declaration.id: one for one in _run(source, places, registry)}
    whole = registry.having(components)
    for component in components:
        declared = component.declaration.id
        twin = again.get(declared)
        if twin is None:
            raise _Broken(FileFault("not-the-same-twice", places.line_of(component), declared.removeprefix(PREFIX)))
        with places.watched(component):
            check_component(component, twin, whole)
    return components


def _run(source: ComponentSource, places: _Places, registry: Registry) -> tuple[ComponentClass, ...]:
    """Twice for each file, so that what one run remembers is not there in the other."""
    module = ModuleType(f"{_MODULES}.{source.fingerprint[:16]}")
    module.__file__ = places.file
    sys.modules[module.__name__] = module  # dataclasses look their module up
    with places.watched():
        exec(compile(source.text or "", places.file, "exec", dont_inherit=True), module.__dict__)
    components = tuple(declared_in(module))
    if not components:
        raise _Broken(FileFault("no-component"))
    for component in components:
        with places.watched(component):
            check_declaration(component)
            declared = component.declaration
            component.declaration = replace(declared, id=PREFIX + declared.id.removeprefix(PREFIX))
    _refuse_repeated(components, places, registry)
    return components


def _refuse_repeated(components: Iterable[ComponentClass], places: _Places, registry: Registry) -> None:
    known = Registry()
    for component in components:
        declared = component.declaration
        try:
            known.add(component)
        except InvariantBroken as error:
            fault = FileFault("id-taken", places.line_of(component), declared.id.removeprefix(PREFIX))
            raise _Broken(fault) from error
        if registry.find(declared.kind, declared.id) is not None:
            raise _Broken(FileFault("id-taken", places.line_of(component), declared.id.removeprefix(PREFIX)))


class _Places:
    """Where in the file something is."""

    def __init__(self, source: ComponentSource) -> None:
        #: no path: nothing of the user's folders ends up in a message
        self.file = f"<{source.name}>"
        self._text = source.text or ""

    def line_of(self, component: ComponentClass) -> int | None:
        found = (one for one in ast.walk(ast.parse(self._text)) if isinstance(one, ast.ClassDef))
        return next((one.lineno for one in found if one.name == component.__name__), None)

    def watched(self, component: ComponentClass | None = None) -> _Watched:
        return _Watched(self, component)


class _Watched:
    """Whatever their code raises is their fault and told with its line; keys that stop the program still do."""

    def __init__(self, places: _Places, component: ComponentClass | None) -> None:
        self._places = places
        self._component = component

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or not isinstance(error, Exception | SystemExit) or isinstance(error, _Broken):
            return
        raise _Broken(self._fault(error, trace)) from error

    def _fault(self, error: BaseException, trace: TracebackType | None) -> FileFault:
        name = "" if self._component is None else self._component.declaration.id.removeprefix(PREFIX)
        if isinstance(error, ComponentFault):
            line = None if self._component is None else self._places.line_of(self._component)
            return FileFault(error.reason, line, name, error.detail)
        if isinstance(error, SyntaxError):
            return FileFault("no-python", error.lineno, name, error.msg)
        line = next(reversed(tuple(self._lines(trace))), None)
        if isinstance(error, ValueError) and "read-only" in str(error):
            return FileFault("writes-into-candles", line, name, str(error))
        return FileFault("raised", line, name, f"{type(error).__name__}: {error}")

    def _lines(self, trace: TracebackType | None) -> Iterator[int]:
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == self._places.file:
                yield trace.tb_lineno
            trace = trace.tb_next
