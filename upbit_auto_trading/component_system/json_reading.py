"""Reads JSON as written by hand: everything that is wrong is noted with its place, and reading goes on.

Nothing is guessed at: no field is skipped for being unknown, no number made of a text.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TypeVar

from upbit_auto_trading.business_logic.domain.errors import InvalidStrategy
from upbit_auto_trading.business_logic.domain.strategy_definition import StrategyProblem
from upbit_auto_trading.component_system.nearest import nearest

Chosen = TypeVar("Chosen")
Read = TypeVar("Read")

#: characters; ten times what a hundred rules take
LARGEST_DOCUMENT = 1_000_000
#: lists and objects inside one another
DEEPEST = 100
#: more are not told: nobody reads them
MOST_PROBLEMS = 100
_LONGEST_SHOWN = 60
_PLAIN_FIELD = re.compile(r"\w[\w-]*")
_INVISIBLE = ("Cc", "Cs", "Co", "Cn", "Zl", "Zp", "Cf")


class _Fields(dict[str, object]):
    """An object that remembers which fields it had twice."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self.repeated: tuple[str, ...] = ()
        if len(self) < len(pairs):
            names = [name for name, _value in pairs]
            self.repeated = tuple(dict.fromkeys(name for name in names if names.count(name) > 1))


def read_json(text: str) -> object:
    """Numbers that are none, repeated fields and broken characters are refused here, wherever they stand.
    Raises InvalidStrategy."""
    if len(text) > LARGEST_DOCUMENT:
        raise InvalidStrategy((StrategyProblem("", "too-large", str(len(text)), f"0…{LARGEST_DOCUMENT}"),))
    try:
        tree = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_Fields)
    except json.JSONDecodeError as error:
        where = (("line", str(error.lineno)), ("column", str(error.colno)))
        raise InvalidStrategy((StrategyProblem("", "not-json", error.msg, names=where),)) from error
    except RecursionError as error:
        raise InvalidStrategy((StrategyProblem("", "too-deep", "", f"0…{DEEPEST}"),)) from error
    except ValueError as error:  # a whole number of thousands of digits
        raise InvalidStrategy((StrategyProblem("", "not-finite"),)) from error
    reading = JsonReading()
    _look_through(tree, reading)
    reading.refuse()
    return tree


def _look_through(tree: object, reading: JsonReading) -> None:
    waiting: list[tuple[str, object, int]] = [("", tree, 1)]
    while waiting:
        place, value, depth = waiting.pop()
        inner: list[tuple[str, object]] = []
        if isinstance(value, _Fields):
            for name in value.repeated:
                reading.note(within(place, name), "repeated-field", found=shown(name))
            inner = [(within(place, name), one) for name, one in value.items()]
            if not all(_is_unicode(name) for name in value):
                reading.note(place, "not-unicode")
        elif isinstance(value, list):
            inner = [(f"{place}[{index}]", one) for index, one in enumerate(value)]
        elif isinstance(value, float) and not math.isfinite(value):
            reading.note(place, "not-finite", found=str(value))
        elif isinstance(value, str) and not _is_unicode(value):
            reading.note(place, "not-unicode")
        if inner and depth >= DEEPEST:
            reading.note(place, "too-deep", allowed=f"0…{DEEPEST}")
            continue
        waiting.extend((where, one, depth + 1) for where, one in reversed(inner))


def _is_unicode(text: str) -> bool:
    """JSON can write halves of characters, which no file can hold."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def within(place: str, name: str) -> str:
    """``entry.rules``; a field that is no plain word is quoted."""
    step = name if _PLAIN_FIELD.fullmatch(name) else json.dumps(name[:_LONGEST_SHOWN])
    return f"{place}.{step}" if place else step


def shown(value: object) -> str:
    """What stands there, on a line."""
    if isinstance(value, dict):
        return "{…}" if value else "{}"
    if isinstance(value, list):
        return "[…]" if value else "[]"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**_LONGEST_SHOWN:
        return "a number of many digits"
    written = value if isinstance(value, str) else json.dumps(value)
    return written if len(written) <= _LONGEST_SHOWN else f"{written[: _LONGEST_SHOWN - 1]}…"


class JsonReading:
    """Getters answer None, or nothing, where what stands there is wrong, after noting it."""

    def __init__(self) -> None:
        self.problems: list[StrategyProblem] = []
        #: places of what stands in a list and could not be read: what follows it has moved up
        self.dropped: list[str] = []

    def kept(self, place: str, read: Iterable[Read | None]) -> tuple[Read, ...]:
        """Of a list, what could be read."""
        found = []
        for index, one in enumerate(read):
            if one is None:
                self.dropped.append(f"{place}[{index}]")
            else:
                found.append(one)
        return tuple(found)

    def note(
        self, place: str, reason: str, *, found: str = "", allowed: str = "", nearest: str = "", **names: str
    ) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(StrategyProblem(place, reason, found, allowed, nearest, tuple(names.items())))

    def refuse(self) -> None:
        """Raises InvalidStrategy where anything was noted."""
        if self.problems:
            raise InvalidStrategy(tuple(self.problems))

    def an_object(self, place: str, value: object) -> dict[str, object] | None:
        if isinstance(value, dict):
            return value
        self.note(place, "not-an-object", found=shown(value), allowed="{…}")
        return None

    def a_list(self, place: str, value: object) -> list[object]:
        if isinstance(value, list):
            return value
        self.note(place, "not-a-list", found=shown(value), allowed="[…]")
        return []

    def a_text(self, place: str, value: object) -> str | None:
        if isinstance(value, str):
            return value
        self.note(place, "not-a-text", found=shown(value), allowed='"…"')
        return None

    def a_switch(self, place: str, value: object) -> bool | None:
        if isinstance(value, bool):
            return value
        self.note(place, "not-a-switch", found=shown(value), allowed="true, false")
        return None

    def a_whole(self, place: str, value: object) -> int | None:
        """``20.0`` is one too, as JSON has one kind of numbers."""
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
        self.note(place, "not-a-whole-number", found=shown(value))
        return None

    def a_number(self, place: str, value: object) -> float | None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                return float(value)
            except OverflowError:
                self.note(place, "not-finite", found=shown(value))
                return None
        self.note(place, "not-a-number", found=shown(value))
        return None

    def a_word(self, place: str, value: object, longest: int, *, lines: bool = False) -> str | None:
        """A text that can be shown as it is."""
        text = self.a_text(place, value)
        if text is None:
            return None
        if len(text) > longest:
            self.note(place, "too-long", found=shown(text), allowed=f"1…{longest}")
            return None
        if any(unicodedata.category(sign) in _INVISIBLE and not (lines and sign == "\n") for sign in text):
            self.note(place, "control-characters", found=shown(text))
            return None
        return text

    def one_of(self, place: str, value: object, choices: Mapping[str, Chosen]) -> Chosen | None:
        text = self.a_text(place, value)
        if text is None:
            return None
        if text not in choices:
            self.note(
                place, "not-a-choice", found=shown(text), allowed=", ".join(choices), nearest=nearest(text, choices)
            )
            return None
        return choices[text]

    def only(self, place: str, fields: Mapping[str, object], known: Iterable[str]) -> None:
        """Notes each field that is none of these."""
        names = tuple(known)
        for name in fields:
            if name not in names:
                self.note(
                    within(place, name),
                    "unknown-field",
                    found=shown(name),
                    allowed=", ".join(names),
                    nearest=nearest(name, [one for one in names if one not in fields]),
                )

    def has(self, place: str, fields: Mapping[str, object], name: str) -> bool:
        """Notes where a field that must be there is not."""
        if name not in fields:
            self.note(within(place, name), "missing-field", allowed=name)
        return name in fields
