"""Answers that are no success, as our errors.

The name of the error decides first, the status second; names that nobody told us are kept as they are. What an order
is answered with is ``OrderRefused`` only where the exchange itself says no in its own shape: a failure of the server, a
page of a gateway, a nonce that was seen before (so a copy of the request came through) leave the outcome unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from upbit_auto_trading.business_logic.domain.errors import (
    ExchangeError,
    ExchangeUnavailable,
    KeyRejected,
    MarketUnknown,
    OrderNotFound,
    OrderRefused,
    OutcomeUnknown,
    RateLimited,
    RequestRefused,
)
from upbit_auto_trading.business_logic.domain.exchange_key import KeyFault
from upbit_auto_trading.data_layer.exchanges.upbit.calls import Effect, UpbitCall
from upbit_auto_trading.data_layer.exchanges.upbit.json_answers import Malformed, decode

BLOCKED_STATUS = 418
#: after a 429: the next window
_USUAL_PAUSE_SECONDS = 1.0
#: after a 418 that does not say how long
SHORTEST_UNTOLD_BLOCK = timedelta(seconds=60)
_LONGEST_BLOCK_SECONDS = 86_400.0
_LONGEST_MESSAGE = 300

KEY_FAULTS = {
    "no_authorization_token": KeyFault.OTHER,
    "invalid_access_key": KeyFault.UNKNOWN_KEY,
    "jwt_verification": KeyFault.WRONG_SECRET,
    "expired_access_key": KeyFault.EXPIRED,
    "no_authorization_ip": KeyFault.ADDRESS_NOT_ALLOWED,
    "no_authorization_i_p": KeyFault.ADDRESS_NOT_ALLOWED,
    "out_of_scope": KeyFault.RIGHT_MISSING,
}
#: nothing happened, and it may be tried again later
_NOT_NOW = frozenset({"market_offline", "too_many_request_order"})
#: of the server, whatever the status
_FAILURES = frozenset({"internal_server_error", "server_error"})
#: about how we ask, not about what we ask for
_OUR_MISTAKES = frozenset(
    {"validation_error", "invalid_parameter", "bad_request", "query_parameter_not_supported", "invalid_query_payload"}
)
_NO_SUCH_MARKET = frozenset({"notfoundmarket", "code_not_found"})
#: errors of the public part have a number for a name; these are their texts
_CODES_OF_MESSAGES = (
    ("missing request parameter", "missing_parameter"),
    ("type mismatch", "type_mismatch"),
    ("invalid parameter", "invalid_parameter"),
    ("specified unit is not valid", "invalid_unit"),
    ("code not found", "code_not_found"),
)
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_SECONDS_OF_UNITS = (
    (re.compile(r"(\d{1,9})\s*(?:hours?|hrs?|시간)", re.IGNORECASE), 3_600),
    (re.compile(r"(\d{1,9})\s*(?:minutes?|mins?|분)", re.IGNORECASE), 60),
    (re.compile(r"(\d{1,9})\s*(?:seconds?|secs?|s\b|초)", re.IGNORECASE), 1),
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an answer says of itself: a stable code, and its own words."""

    code: str
    message: str


def read_refusal(body: bytes) -> Refusal | None:
    """None where it is not in the exchange's shape: a page, a text, an empty body."""
    try:
        answer = decode(body)
    except Malformed:
        return None
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return None
    name, told = error.get("name"), error.get("message")
    message = told[:_LONGEST_MESSAGE] if isinstance(told, str) else ""
    if isinstance(name, str) and _NAME.fullmatch(name):
        return Refusal(name.lower(), message)
    if isinstance(name, int) and not isinstance(name, bool) and 0 <= name < 1_000:
        return Refusal(_code_of_message(message) or f"http-{name}", message)
    return None


def _code_of_message(message: str) -> str | None:
    lowered = message.lower()
    return next((code for start, code in _CODES_OF_MESSAGES if start in lowered), None)


def error_of(
    exchange: str, call: UpbitCall, status: int, body: bytes, now: datetime, retry_after: str | None = None
) -> ExchangeError:
    """Of an answer whose status is not a success."""
    refusal = read_refusal(body)
    if refusal is not None and refusal.code in _NOT_NOW and status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return ExchangeUnavailable(exchange, refusal.code)
    if status == BLOCKED_STATUS:
        return RateLimited(exchange, now + (told_block_time(body, retry_after) or SHORTEST_UNTOLD_BLOCK), "blocked")
    if status == HTTPStatus.TOO_MANY_REQUESTS or (refusal and refusal.code == "too_many_requests"):
        seconds = told_seconds(retry_after) or _USUAL_PAUSE_SECONDS
        return RateLimited(exchange, now + timedelta(seconds=seconds), "too-many-requests")
    if refusal is None or not _is_answer_of_the_exchange(status, refusal):
        return untold(exchange, call, refusal.code if refusal else f"http-{status}")
    if refusal.code == "nonce_used":
        return untold(exchange, call, refusal.code)
    fault = KEY_FAULTS.get(refusal.code)
    if fault is not None:
        return KeyRejected(exchange, fault, call.endpoint.right if fault is KeyFault.RIGHT_MISSING else None)
    return _no(exchange, call, status, refusal)


def _is_answer_of_the_exchange(status: int, refusal: Refusal) -> bool:
    """A time-out of the server, an answer of its failure and whatever is neither yes nor no are not."""
    is_no = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return is_no and status != HTTPStatus.REQUEST_TIMEOUT and refusal.code not in _FAILURES


def untold(exchange: str, call: UpbitCall, detail: str) -> ExchangeError:
    """The request may have been carried out; for one that changes nothing that does not matter."""
    if call.endpoint.effect is Effect.READS:
        return ExchangeUnavailable(exchange, detail)
    return OutcomeUnknown(exchange, call.order_id, detail)


def _no(exchange: str, call: UpbitCall, status: int, refusal: Refusal) -> ExchangeError:
    code = refusal.code
    if code == "order_not_found":
        return OrderNotFound(exchange, code)
    if status == HTTPStatus.UNAUTHORIZED and code not in _OUR_MISTAKES:
        return KeyRejected(exchange, KeyFault.OTHER)
    if call.endpoint.is_about_new_order:
        return OrderRefused(exchange, code, refusal.message)
    if code in _NO_SUCH_MARKET or (code == "http-404" and not call.endpoint.needs_key):
        return MarketUnknown(exchange, code)
    if call.endpoint.effect is Effect.CANCELS and status == HTTPStatus.BAD_REQUEST and code not in _OUR_MISTAKES:
        # of an order that has ended: the exchange does not tell which name it uses then
        return OrderNotFound(exchange, code)
    return RequestRefused(exchange, code)


def told_block_time(body: bytes, retry_after: str | None) -> timedelta | None:
    """How long a 418 wants silence: any number with a unit in whatever it says, or the header; None if neither."""
    text = body[:2_000].decode("utf-8", "replace")
    told = 0.0
    for pattern, seconds in _SECONDS_OF_UNITS:
        found = pattern.search(text)
        if found:
            told += int(found.group(1)) * seconds
    told = told or told_seconds(retry_after) or 0.0
    return timedelta(seconds=min(told, _LONGEST_BLOCK_SECONDS)) if told else None


def told_seconds(retry_after: str | None) -> float | None:
    """Of the header, which is undocumented; its other form, a date, has never been seen."""
    if retry_after is None or not re.fullmatch(r"[0-9]{1,6}", retry_after.strip()):
        return None
    return min(float(retry_after), _LONGEST_BLOCK_SECONDS) or None
