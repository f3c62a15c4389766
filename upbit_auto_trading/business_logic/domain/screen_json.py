"""A screen as JSON: what the store keeps, and what can be handed on.

A field that nobody knows is refused by name, for it may be what makes the screen mean something else; so is a newer
version.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from upbit_auto_trading.business_logic.domain.errors import InvalidScreen
from upbit_auto_trading.business_logic.domain.screen import (
    Filter,
    Match,
    Operator,
    Screen,
    ScreenProblem,
    Sort,
    clean_name,
    shape_problems,
)

VERSION = 1
LARGEST_DOCUMENT = 100_000
_FIELDS = ("version", "name", "quote", "match", "filters", "sort")


def screen_to_json(screen: Screen) -> str:
    sort = screen.sort
    document = {
        "version": VERSION,
        "name": screen.name,
        "quote": screen.quote,
        "match": screen.match.value,
        "filters": [
            {"variable": one.variable, "operator": one.operator.value, "values": list(one.values)}
            for one in screen.filters
        ],
        "sort": None if sort is None else {"variable": sort.variable, "descending": sort.is_descending},
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def screen_from_json(text: str) -> Screen:
    """Raises InvalidScreen with everything that is wrong with its form; its variables are looked at elsewhere."""
    if len(text) > LARGEST_DOCUMENT:
        raise InvalidScreen((ScreenProblem("", "too-large", str(len(text)), f"0…{LARGEST_DOCUMENT}"),))
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse_constant)
    except _RepeatedField as error:
        raise InvalidScreen((ScreenProblem(error.field, "repeated-field", error.field),)) from error
    except (ValueError, RecursionError) as error:
        raise InvalidScreen((ScreenProblem("", "not-json"),)) from error
    reader = _Reader()
    screen = reader.screen(document)
    if reader.problems:
        raise InvalidScreen(tuple(reader.problems))
    problems = shape_problems(screen)
    if problems:
        raise InvalidScreen(problems)
    return screen


class _RepeatedField(ValueError):
    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise _RepeatedField(name)
        found[name] = value
    return found


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


class _Reader:
    """Goes on after a problem, so that all of them are told."""

    def __init__(self) -> None:
        self.problems: list[ScreenProblem] = []

    def screen(self, document: object) -> Screen:
        if not isinstance(document, dict):
            self._note("", "not-an-object", "", "{…}")
            return Screen()
        version = document.get("version")
        if isinstance(version, int) and not isinstance(version, bool) and version > VERSION:
            # what its fields mean is not known here, so nothing else is judged
            self._note("version", "newer-version", str(version), f"1…{VERSION}")
            return Screen()
        if version != VERSION or isinstance(version, bool):
            self._note("version", "missing-field" if version is None else "unknown-version", str(version), str(VERSION))
        self._known("", document, _FIELDS)
        return Screen(
            clean_name(self._text(document, "name", "name", is_needed=False)),
            self._filters(document.get("filters")),
            self._match(document.get("match", Match.ALL.value)),
            self._sort(document.get("sort")),
            self._text(document, "quote", "quote", is_needed=True),
        )

    def _filters(self, value: object) -> tuple[Filter, ...]:
        if not isinstance(value, list):
            self._note("filters", "not-a-list", allowed="[…]")
            return ()
        read = (self._filter(f"filters[{index}]", one) for index, one in enumerate(value))
        return tuple(one for one in read if one is not None)

    def _filter(self, place: str, value: object) -> Filter | None:
        if not isinstance(value, dict):
            self._note(place, "not-an-object", allowed="{…}")
            return None
        self._known(f"{place}.", value, ("variable", "operator", "values"))
        variable = self._text(value, "variable", f"{place}.variable", is_needed=True)
        written = self._text(value, "operator", f"{place}.operator", is_needed=True)
        operator = next((one for one in Operator if one.value == written), None)
        if operator is None and written:
            allowed = ", ".join(one.value for one in Operator)
            self._note(f"{place}.operator", "unknown-operator", written, allowed)
        values = value.get("values")
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            self._note(f"{place}.values", "not-texts", allowed='["…"]')
            return None
        return None if operator is None else Filter(variable, operator, tuple(values))

    def _match(self, value: object) -> Match:
        found = next((one for one in Match if one.value == value), None)
        if found is None:
            self._note("match", "not-a-choice", str(value), ", ".join(one.value for one in Match))
        return found or Match.ALL

    def _sort(self, value: object) -> Sort | None:
        if value is None:
            return None
        if not isinstance(value, dict):
            self._note("sort", "not-an-object", allowed="{…}")
            return None
        self._known("sort.", value, ("variable", "descending"))
        is_descending = value.get("descending", True)
        if not isinstance(is_descending, bool):
            self._note("sort.descending", "not-a-switch", str(is_descending), "true, false")
        return Sort(self._text(value, "variable", "sort.variable", is_needed=True), bool(is_descending))

    def _text(self, document: dict[str, object], field: str, place: str, *, is_needed: bool) -> str:
        value = document.get(field)
        if value is None and not is_needed:
            return ""
        if not isinstance(value, str) or (is_needed and not value):
            self._note(place, "missing-field" if value is None else "not-a-text")
            return ""
        return value

    def _known(self, place: str, document: dict[str, object], fields: Iterable[str]) -> None:
        known = tuple(fields)
        for name in document:
            if name not in known:
                self._note(f"{place}{name}", "unknown-field", name, ", ".join(known))

    def _note(self, place: str, reason: str, found: str = "", allowed: str = "") -> None:
        self.problems.append(ScreenProblem(place, reason, found, allowed))
