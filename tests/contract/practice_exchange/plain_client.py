"""A client of the sheet's words alone: the standard library's HTTP and HMAC, and nothing of ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import quote

Pairs = Sequence[tuple[str, str]]
_LIMIT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    #: names in lower case
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body, parse_float=Decimal)

    @property
    def error(self) -> object:
        return self.json["error"]["name"]

    @property
    def message(self) -> str:
        return str(self.json["error"]["message"])


def base64_url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(access_key: str, secret: str, hashed: str = "", /, *, algorithm: str = "HS256", **changed: object) -> str:
    """``changed``: claims beside or instead of the usual; None leaves one out."""
    claims: dict[str, object] = {"access_key": access_key, "nonce": str(uuid.uuid4())}
    if hashed:
        claims |= {"query_hash": hashlib.sha512(hashed.encode()).hexdigest(), "query_hash_alg": "SHA512"}
    claims = {name: value for name, value in (claims | changed).items() if value is not None}
    parts = ({"alg": algorithm, "typ": "JWT"}, claims)
    signed = ".".join(base64_url(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    digest = {"HS256": "sha256", "HS512": "sha512", "HS384": "sha384"}[algorithm]
    return f"{signed}.{base64_url(hmac.digest(secret.encode(), signed.encode(), digest))}"


def joined(pairs: Pairs) -> str:
    return "&".join(f"{name}={value}" for name, value in pairs)


def encoded(pairs: Pairs) -> str:
    return "&".join(f"{quote(name, safe='[]')}={quote(value, safe='')}" for name, value in pairs)


class PlainClient:
    """One kept-alive connection."""

    def __init__(self, port: int, access_key: str = "", secret: str = "") -> None:
        self.port = port
        self._access_key = access_key
        self._secret = secret
        self._connection = HTTPConnection("127.0.0.1", port, timeout=_LIMIT_SECONDS)

    def close(self) -> None:
        self._connection.close()

    def send(
        self, method: str, target: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        self._connection.request(method, target, body, dict(headers or {}))
        return _read(self._connection.getresponse())

    def get(self, path: str, sent: Mapping[str, str] | None = None, /, **query: str) -> Reply:
        """Public. ``sent``: headers."""
        pairs = list(query.items())
        return self.send("GET", path + (f"?{encoded(pairs)}" if pairs else ""), headers=sent)

    def bearer(self, hashed: str = "", *, algorithm: str = "HS256", **changed: object) -> str:
        return f"Bearer {token(self._access_key, self._secret, hashed, algorithm=algorithm, **changed)}"

    def ask(self, method: str, path: str, *pairs: tuple[str, str], **query: str) -> Reply:
        """Signed; parameters in the query."""
        every = [*pairs, *query.items()]
        target = path + (f"?{encoded(every)}" if every else "")
        return self.send(method, target, headers={"Authorization": self.bearer(joined(every))})

    def post(self, path: str, **body: str) -> Reply:
        """Signed; parameters in a JSON body."""
        headers = {
            "Authorization": self.bearer(joined(list(body.items()))),
            "Content-Type": "application/json; charset=utf-8",
        }
        return self.send("POST", path, json.dumps(body).encode(), headers)

    def order(self, **body: str) -> Reply:
        return self.post("/v1/orders", **body)


def _read(response: HTTPResponse) -> Reply:
    body = response.read()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Reply(response.status, headers, body)
