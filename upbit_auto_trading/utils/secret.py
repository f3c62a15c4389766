"""A value that never shows itself: not in repr, str, format, logs, pickles or exception texts."""

from __future__ import annotations

import hmac
from typing import NoReturn

_MASK = "***"


class Secret:
    """Wraps an API key, a passphrase or a token.

    The value leaves only through :meth:`reveal`, so that every place that uses it in the clear can be
    found by searching for that one word.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return _MASK

    __str__ = __repr__

    def __format__(self, _specification: str) -> str:
        return _MASK

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]  # a hash would let a secret become a key that is printed

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret cannot be pickled or copied out of the process.")
