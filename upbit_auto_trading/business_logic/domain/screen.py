"""A screen: filters over all markets of an exchange, as a user writes and keeps them.

Values are canonical texts, as settings are: which type they have is said by the declaration of the variable, so that a
screen outlives a variable that this version does not know.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

LONGEST_NAME = 60
MOST_FILTERS = 50
_QUOTE = re.compile(r"[A-Z0-9]{1,10}")


class Operator(Enum):
    """The value is how it is written."""

    ABOVE = ">"
    BELOW = "<"
    AT_LEAST = ">="
    AT_MOST = "<="
    #: both bounds belong to it
    BETWEEN = "between"
    #: neither bound belongs to it
    OUTSIDE = "outside"
    IS = "is"
    IS_NOT = "is not"

    @property
    def value_count(self) -> int:
        return 2 if self in (Operator.BETWEEN, Operator.OUTSIDE) else 1


class Match(Enum):
    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Filter:
    variable: str
    operator: Operator
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sort:
    variable: str
    is_descending: bool = True


@dataclass(frozen=True, slots=True)
class Screen:
    #: empty while it was not saved
    name: str = ""
    filters: tuple[Filter, ...] = ()
    match: Match = Match.ALL
    sort: Sort | None = None
    #: the currency in which prices are
    quote: str = "KRW"


EMPTY_SCREEN = Screen()


@dataclass(frozen=True, slots=True)
class ScreenProblem:
    """``place`` is a path into the screen (``filters[2].values[0]``), ``reason`` a stable code, ``allowed`` what would
    be right, in words of the format."""

    place: str
    reason: str
    found: str = ""
    allowed: str = ""

    @property
    def filter_index(self) -> int | None:
        number = re.match(r"filters\[(\d+)\]", self.place)
        return None if number is None else int(number[1])


def clean_name(name: str) -> str:
    """As it is stored: macOS types Hangul in pieces, and blanks at the ends are nobody's wish."""
    return unicodedata.normalize("NFC", name).strip()


def name_problems(name: str) -> tuple[ScreenProblem, ...]:
    cleaned = clean_name(name)
    if not cleaned:
        return (ScreenProblem("name", "empty"),)
    if len(cleaned) > LONGEST_NAME:
        return (ScreenProblem("name", "too-long", cleaned, f"1…{LONGEST_NAME}"),)
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp", "Cf") for sign in cleaned):
        return (ScreenProblem("name", "control-characters", cleaned),)
    return ()


def shape_problems(screen: Screen) -> tuple[ScreenProblem, ...]:
    """What is wrong whatever the variables are; see ``screen_variables.problems`` for the rest."""
    found: list[ScreenProblem] = []
    if screen.name:
        found.extend(name_problems(screen.name))
    if not _QUOTE.fullmatch(screen.quote):
        found.append(ScreenProblem("quote", "not-a-currency", screen.quote, "KRW"))
    if len(screen.filters) > MOST_FILTERS:
        found.append(ScreenProblem("filters", "too-many", str(len(screen.filters)), f"0…{MOST_FILTERS}"))
    for index, one in enumerate(screen.filters):
        if len(one.values) != one.operator.value_count:
            wanted = str(one.operator.value_count)
            found.append(ScreenProblem(f"filters[{index}].values", "value-count", str(len(one.values)), wanted))
    return tuple(found)
