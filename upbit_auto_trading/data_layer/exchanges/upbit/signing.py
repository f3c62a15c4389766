"""Tokens: each request is signed on its own, and each attempt anew, because a nonce counts once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import jwt

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.utils.secret import Secret

PRACTICE_PREFIX = "PRACTICE"
#: Upbit's keys have 40 signs; a half that was pasted is refused here, not by a warning of the library
_SHORTEST_KEY = 32
_LONGEST_KEY = 128


@dataclass(frozen=True, slots=True)
class AccessKey:
    access_key: Secret
    secret_key: Secret

    def __post_init__(self) -> None:
        for name, value in (("access_key", self.access_key.reveal()), ("secret_key", self.secret_key.reveal())):
            is_text = value.isascii() and value.isprintable() and " " not in value
            if not is_text or not _SHORTEST_KEY <= len(value) <= _LONGEST_KEY:
                raise InvalidParameter(name, "***", "not-a-key")

    @property
    def is_of_practice(self) -> bool:
        """A throw-away key of the practice exchange: it is printed in the clear and must never go anywhere else."""
        return any(one.reveal().upper().startswith(PRACTICE_PREFIX) for one in (self.access_key, self.secret_key))


class UpbitSigner:
    """Signs with one key, until it is given another. Safe from any thread: the key is replaced whole."""

    def __init__(self, key: AccessKey, make_nonce: Callable[[], str] = lambda: str(uuid4())) -> None:
        self._key = key
        self._make_nonce = make_nonce

    @property
    def key(self) -> AccessKey:
        return self._key

    def replace_key(self, key: AccessKey) -> None:
        self._key = key

    def is_key(self, access_key: str) -> bool:
        return Secret(access_key) == self._key.access_key

    def authorization(self, hashed_text: str = "") -> str:
        """The value of the header ``Authorization``; ``hashed_text`` is that of the parameters, if there are any."""
        key = self._key
        claims = {"access_key": key.access_key.reveal(), "nonce": self._make_nonce()}
        if hashed_text:
            claims["query_hash"] = query_hash(hashed_text)
            claims["query_hash_alg"] = "SHA512"
        return f"Bearer {jwt.encode(claims, key.secret_key.reveal(), algorithm='HS256')}"


def query_hash(hashed_text: str) -> str:
    return hashlib.sha512(hashed_text.encode()).hexdigest()
