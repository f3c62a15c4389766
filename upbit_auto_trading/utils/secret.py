"""A value that never shows itself: not in repr, str, format, logs, pickles or exception texts."""

from __future__ import annotations

import hmac
import re
from typing import NoReturn

_MASK = "***"
# API keys are long runs without a break; words, file names and UUIDs have breaks before that.
_LONG_RUN = re.compile(r"[A-Za-z0-9+=]{24,}")


def looks_like_secret(text: str) -> bool:
    """Whether a text that is about to be shown or stored in the clear holds something like an API key."""
    return any(
        sum(sign.isdigit() for sign in run) >= 2 and sum(sign.isalpha() for sign in run) >= 2
        for run in _LONG_RUN.findall(text)
    )


class Secret:
    """Wraps an API key, a passphrase or a token.

    The value leaves only through :meth:`reveal`, so that every place that uses it in the clear can be
    found by searching for that one word.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not isinstance(value, str):
            raise TypeError(f"a secret is made of a text, not of {type(value).__name__}")
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
        # A lone surrogate must not raise: UnicodeEncodeError carries the whole text with it.
        return hmac.compare_digest(
            self._value.encode("utf-8", "surrogatepass"), other._value.encode("utf-8", "surrogatepass")
        )

    __hash__ = None  # type: ignore[assignment]  # a hash would let a secret become a key that is printed

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret cannot be pickled or copied out of the process.")

    def __getstate__(self) -> NoReturn:
        raise TypeError("A secret cannot be pickled or copied out of the process.")
