"""Who asks: JSON web tokens, used nonces, query hashes, key rights, addresses, expiry. Sheet 2.

The code of tokens is our own, so that keys of 40 characters serve HS512 too, which libraries refuse.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from upbit_auto_trading.business_logic.domain.exchange_key import Right
from upbit_auto_trading.data_layer.practice_exchange.error_bodies import (
    KEY_MESSAGES,
    ApiError,
    exchange_error,
    unauthorized,
)
from upbit_auto_trading.data_layer.practice_exchange.practice_key import PracticeKey
from upbit_auto_trading.data_layer.practice_exchange.switches import Switches

_DIGESTS = {"HS256": "sha256", "HS512": "sha512"}
#: nonces remembered for a key: more than an hour of requests at the full rate
NONCES_KEPT: Final = 200_000


@dataclass(frozen=True, slots=True)
class Token:
    algorithm: str
    access_key: str
    nonce: str
    query_hash: str | None
    query_hash_algorithm: str
    _signed: bytes
    _signature: bytes

    def is_signed_by(self, secret: bytes) -> bool:
        expected = hmac.digest(secret, self._signed, _DIGESTS[self.algorithm])
        return hmac.compare_digest(expected, self._signature)


def parse_token(text: str) -> Token:
    """Raises ``jwt_verification`` for anything that is no token of ours."""
    try:
        head, body, signature = text.split(".")
        algorithm = _text(_json_object(head), "alg")
        claims = _json_object(body)
        query_hash = _text(claims, "query_hash") if claims.get("query_hash") is not None else None
        token = Token(
            algorithm,
            _text(claims, "access_key"),
            _text(claims, "nonce"),
            query_hash,
            _text({"query_hash_alg": "SHA512"} | claims, "query_hash_alg"),
            f"{head}.{body}".encode(),
            _unpadded(signature),
        )
    except (ValueError, KeyError) as error:
        raise unauthorized("jwt_verification") from error
    if algorithm not in _DIGESTS:
        raise unauthorized("jwt_verification")
    return token


def _text(found: Mapping[str, object], name: str) -> str:
    value = found[name]
    if not isinstance(value, str) or not value:
        raise ValueError(name)
    return value


def _unpadded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _json_object(part: str) -> dict[str, object]:
    found = json.loads(_unpadded(part))
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


class Nonces:
    """Which were used; the oldest are forgotten in the end."""

    def __init__(self, most: int = NONCES_KEPT) -> None:
        self._most = most
        self._used: dict[str, dict[str, None]] = {}

    def use(self, access_key: str, nonce: str) -> bool:
        """False where it was used before."""
        used = self._used.setdefault(access_key, {})
        if nonce in used:
            return False
        used[nonce] = None
        if len(used) > self._most:
            del used[next(iter(used))]
        return True


class Gatekeeper:
    """Looks at a request in the order that the sheet recommends: 2.3."""

    def __init__(self, keys: Mapping[str, PracticeKey], switches: Switches) -> None:
        self._keys = keys
        self._switches = switches
        self._nonces = Nonces()

    def admit(
        self, authorization: str | None, query_texts: Iterable[str], *, right: Right | None, address: str, now: datetime
    ) -> PracticeKey:
        """The key that asks. ``query_texts``: what may have been hashed; several where the sheet leaves it open."""
        token = parse_token(_bearer(authorization))
        key = self._known(token)
        self._check_key(key, address, now)
        if self._switches["check-order"] == "scope-first":
            self._check_right(key, right)
        if not self._nonces.use(key.access_key, token.nonce):
            raise unauthorized("nonce_used")
        _check_query(token, tuple(query_texts))
        self._check_right(key, right)
        return key

    def _known(self, token: Token) -> PracticeKey:
        key = self._keys.get(token.access_key)
        if key is None:
            raise exchange_error(401, "invalid_access_key", KEY_MESSAGES[self._switches["key-message"]])
        if not token.is_signed_by(key.secret_key.reveal().encode()):
            raise unauthorized("jwt_verification")
        return key

    def _check_key(self, key: PracticeKey, address: str, now: datetime) -> None:
        if now >= key.expires_at:
            raise unauthorized("expired_access_key")
        if key.addresses is not None and address not in key.addresses:
            raise unauthorized(self._switches["address-name"])

    def _check_right(self, key: PracticeKey, right: Right | None) -> None:
        if right is not None and right not in key.rights:
            raise out_of_scope(self._switches)


def out_of_scope(switches: Switches) -> ApiError:
    return exchange_error(int(switches["scope-status"]), "out_of_scope")


def _bearer(authorization: str | None) -> str:
    kind, _blank, token = (authorization or "").strip().partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise unauthorized("no_authorization_token")
    return token.strip()


def _check_query(token: Token, texts: tuple[str, ...]) -> None:
    wanted = [text for text in texts if text]
    if not wanted:
        is_right = token.query_hash is None
    elif token.query_hash is None or token.query_hash_algorithm.upper() not in ("SHA512", "SHA-512"):
        is_right = False
    else:
        is_right = any(_sha512(text) == token.query_hash for text in wanted)
    if not is_right:
        raise unauthorized("invalid_query_payload")


def _sha512(text: str) -> str:
    return hashlib.sha512(text.encode()).hexdigest()
