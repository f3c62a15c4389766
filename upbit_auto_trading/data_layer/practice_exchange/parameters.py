"""The parameters of a request, in the order received: of a query, or of a JSON body. Sheet 2.2."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, unquote_plus


class UnreadableParameters(Exception):
    """Neither a query nor a JSON object."""


class _Digits(str):
    """A JSON number as it was written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Parameters:
    #: decoded; arrays repeat their name with brackets
    pairs: tuple[tuple[str, str], ...]
    #: what may have been hashed
    hashed: tuple[str, ...]

    def one(self, name: str) -> str | None:
        """The first of that name; nothing where it is empty."""
        return next((value for key, value in self.pairs if key == name), None) or None

    def many(self, name: str) -> list[str]:
        """``uuids[]=…&uuids[]=…``."""
        return [value for key, value in self.pairs if key == f"{name}[]" and value]

    def listed(self, name: str) -> list[str]:
        """A comma list in one value."""
        return [part.strip() for part in (self.one(name) or "").split(",") if part.strip()]


NO_PARAMETERS = Parameters((), ())


def of_query(raw: str) -> Parameters:
    """A plus is a space in a value, as everywhere on the web, and stays a plus in what is hashed."""
    if not raw:
        return NO_PARAMETERS
    pairs = []
    try:
        for part in raw.split("&"):
            name, _equals, value = part.partition("=")
            pairs.append((unquote_plus(name, errors="strict"), unquote_plus(value, errors="strict")))
        hashed = unquote(raw, errors="strict")
    except UnicodeDecodeError as error:
        raise UnreadableParameters(raw) from error
    return Parameters(tuple(pairs), (hashed,))


def of_json(body: bytes) -> Parameters:
    """Numbers keep their spelling. A null is as good as left out, in the hash too or not: the sheet leaves it open."""
    try:
        found = json.loads(
            body, parse_float=_Digits, parse_int=_Digits, parse_constant=_refuse, object_pairs_hook=_Object
        )
    except (ValueError, RecursionError) as error:
        raise UnreadableParameters("no JSON") from error
    if not isinstance(found, _Object):
        raise UnreadableParameters("no object")
    kept = list(_flat((name, value) for name, value in found if value is not None))
    everything = list(_flat(found))
    texts = dict.fromkeys("&".join(f"{name}={value}" for name, value in pairs) for pairs in (kept, everything))
    return Parameters(tuple(kept), tuple(texts))


class _Object(list[tuple[str, object]]):
    """A JSON object in its own order."""


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def _flat(members: Iterable[tuple[str, object]]) -> Iterable[tuple[str, str]]:
    for name, value in members:
        if isinstance(value, _Object):
            raise UnreadableParameters(name)
        if isinstance(value, Sequence) and not isinstance(value, str):
            yield from ((f"{name}[]", _text(name, one)) for one in value)
        else:
            yield name, _text(name, value)


def _text(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    raise UnreadableParameters(name)
