"""Answers as HTTP carries them: bodies, headers, gzip, the time. Sheet 1, 7.2 and 7.3."""

from __future__ import annotations

import gzip
import hashlib
import math
import uuid
from datetime import datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

from upbit_auto_trading.data_layer.practice_exchange.error_bodies import json_error
from upbit_auto_trading.data_layer.practice_exchange.limits import ORDER, TRADE, Quota, remaining_req
from upbit_auto_trading.data_layer.practice_exchange.switches import Switches

JSON_OF_QUOTATION = "application/json;charset=UTF-8"
JSON_OF_EXCHANGE = "application/json"
_NEVER_KEPT = {
    "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
    "pragma": "no-cache",
    "expires": "0",
}


def quotation_answer(
    status: int, body: bytes, limit_header: str, switches: Switches, *, takes_gzip: bool
) -> web.Response:
    headers = {"content-type": JSON_OF_QUOTATION, "remaining-req": limit_header}
    if switches["quotation-headers"] == "captured":
        headers |= {
            "limit-by-ip": "Yes",
            "vary": "origin,access-control-request-method,access-control-request-headers,accept-encoding",
            "etag": f'W/"0{_digest(body)}"',
            **_NEVER_KEPT,
        }
    if takes_gzip:
        headers["content-encoding"] = "gzip"
        body = gzip.compress(body, compresslevel=1, mtime=0)
    return web.Response(status=status, body=body, headers=headers)


def takes_encoding(name: str, accepted: str) -> bool:
    """``gzip``, ``deflate, GZIP;q=0.5``; a quality of nothing forbids it."""
    for part in accepted.lower().split(","):
        coding, _semicolon, quality = part.partition(";")
        if coding.strip() == name:
            return quality.replace(" ", "").rstrip("0").rstrip(".") not in ("q=", "q=0")
    return False


def exchange_answer(status: int, body: bytes, limit_header: str | None, switches: Switches) -> web.Response:
    headers = {"content-type": JSON_OF_EXCHANGE}
    if limit_header is not None:
        headers["remaining-req"] = limit_header
    if switches["exchange-headers"] == "gateway":
        headers |= {
            "etag": f'W/"{_digest(body)}"',
            "cache-control": "max-age=0, private, must-revalidate",
            "vary": "Origin",
            "x-request-id": str(uuid.uuid4()),
            "x-runtime": "0.012345",
            "via": "kong/2.0.0",
        }
    return web.Response(status=status, body=body, headers=headers)


def gateway_answer(status: int, body: bytes) -> web.Response:
    """The gateway knows no limits: its answers have no ``remaining-req``."""
    return web.Response(status=status, body=body, headers={"content-type": "application/json; charset=utf-8"})


def _digest(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def limit_header(quota: Quota, switches: Switches) -> str:
    if quota.group is TRADE:
        return remaining_req(quota, name=switches["trade-group"])
    if quota.group is ORDER:
        return remaining_req(quota, minutes=int(switches["order-minutes"]))
    return remaining_req(quota)


def limited_answer(quota: Quota, switches: Switches) -> web.Response:
    """A 429, or a 418 that tells for how long."""
    if quota.blocked_for is not None:
        answer = _blocked(math.ceil(quota.blocked_for), switches["block-body"])
    else:
        answer = _too_many(switches["limit-body"])
    answer.headers["remaining-req"] = limit_header(quota, switches)
    if switches["retry-after"] == "present":
        answer.headers["retry-after"] = str(math.ceil(quota.blocked_for or 1))
    return answer


def _too_many(form: str) -> web.Response:
    message = "Too many API requests."
    if form == "json":
        body = json_error("too_many_requests", message)
        return web.Response(status=429, body=body, headers={"content-type": JSON_OF_EXCHANGE})
    return web.Response(status=429, text=message)


def _blocked(seconds: int, form: str) -> web.Response:
    if form == "bare":
        return web.Response(status=418)
    if form == "text":
        return web.Response(status=418, text=f"Too many API requests. Blocked for {math.ceil(seconds / 60)} minutes.")
    body = json_error("too_many_requests", f"Too many API requests. Blocked for {seconds} seconds.")
    return web.Response(status=418, body=body, headers={"content-type": JSON_OF_EXCHANGE})


def page(status: int, title: str) -> web.Response:
    """What a gateway or a maintenance page answers instead of JSON."""
    text = f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body><h1>{title}</h1></body>\r\n</html>\r\n"
    return web.Response(status=status, text=text, content_type="text/html")


def date_header(now: datetime, difference_ms: int) -> str:
    """Market time at any speed: it is the only clock that the protocol shows."""
    return format_datetime((now + timedelta(milliseconds=difference_ms)).replace(microsecond=0), usegmt=True)
