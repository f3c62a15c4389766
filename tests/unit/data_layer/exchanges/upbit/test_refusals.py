"""Section 6 of the facts sheet, row by row, for each kind of request."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

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
from upbit_auto_trading.business_logic.domain.exchange_key import KeyFault, Right
from upbit_auto_trading.data_layer.exchanges.upbit import calls
from upbit_auto_trading.data_layer.exchanges.upbit.calls import ALL_ENDPOINTS, Effect, Endpoint, UpbitCall
from upbit_auto_trading.data_layer.exchanges.upbit.refusals import error_of, told_block_time

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


def error(
    endpoint: Endpoint, status: int, name: str | int | None, message: str = "", retry_after: str | None = None
) -> ExchangeError:
    body = b"<html>no</html>" if name is None else json.dumps({"error": {"message": message, "name": name}}).encode()
    return error_of("upbit", UpbitCall(endpoint, order_id="cli-1"), status, body, NOW, retry_after)


@pytest.mark.parametrize(
    "name",
    [
        "create_bid_error", "create_ask_error", "insufficient_funds_bid", "insufficient_funds_ask",
        "under_min_total_bid", "under_min_total_ask", "invalid_price_bid", "invalid_price_ask", "invalid_volume_bid",
        "invalid_volume_ask", "over_krw_funds_bid", "validation_error", "invalid_parameter", "invalid_time_in_force",
        "invalid_post_only", "duplicated_identifier", "notfoundmarket", "not_supported_ord_type", "invalid_funds",
        "volume_too_large", "bad_request", "thirdparty_agreement_required", "a_name_of_tomorrow",
    ],
)  # fmt: skip
@pytest.mark.parametrize("endpoint", [calls.PLACE, calls.CHECK, calls.REPLACE])
def test_a_no_to_an_order_keeps_its_name_and_words(endpoint: Endpoint, name: str) -> None:
    found = error(endpoint, 400, name, "주문가격 단위를 잘못 입력하셨습니다.")
    assert isinstance(found, OrderRefused)
    assert (found.detail, found.message) == (name, "주문가격 단위를 잘못 입력하셨습니다.")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("no_authorization_token", KeyFault.OTHER),
        ("invalid_access_key", KeyFault.UNKNOWN_KEY),
        ("jwt_verification", KeyFault.WRONG_SECRET),
        ("expired_access_key", KeyFault.EXPIRED),
        ("no_authorization_ip", KeyFault.ADDRESS_NOT_ALLOWED),
        ("no_authorization_i_p", KeyFault.ADDRESS_NOT_ALLOWED),
        ("something_about_keys", KeyFault.OTHER),
    ],
)
def test_why_a_key_is_refused(name: str, fault: KeyFault) -> None:
    for endpoint in (calls.ACCOUNTS, calls.PLACE, calls.CANCEL_ALL):
        found = error(endpoint, 401, name)
        assert isinstance(found, KeyRejected)
        assert (found.fault, found.right) == (fault, None)


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    ("endpoint", "right"),
    [
        (calls.ACCOUNTS, Right.VIEW_BALANCES),
        (calls.OPEN_ORDERS, Right.VIEW_ORDERS),
        (calls.PLACE, Right.MAKE_ORDERS),
        (calls.CANCEL, Right.MAKE_ORDERS),
    ],
)
def test_a_missing_right_is_named(status: int, endpoint: Endpoint, right: Right) -> None:
    found = error(endpoint, status, "out_of_scope")
    assert isinstance(found, KeyRejected)
    assert (found.fault, found.right) == (KeyFault.RIGHT_MISSING, right)


@pytest.mark.parametrize("endpoint", [calls.PLACE, calls.REPLACE, calls.CANCEL, calls.CANCEL_ALL, calls.CANCEL_MANY])
@pytest.mark.parametrize(
    ("status", "name"),
    [
        (500, "internal_server_error"), (500, "server_error"), (400, "server_error"), (502, None), (503, None),
        (504, None), (500, None), (400, None), (403, None), (302, None), (408, "request_timeout"), (401, "nonce_used"),
        (503, "create_bid_error"), (404, None),
    ],
)  # fmt: skip
def test_what_may_have_happened_is_unknown(endpoint: Endpoint, status: int, name: str | None) -> None:
    """A nonce that was seen before means that a copy of the request came through first."""
    found = error(endpoint, status, name)
    assert isinstance(found, OutcomeUnknown)
    assert found.client_order_id == "cli-1"
    assert isinstance(error(calls.OPEN_ORDERS, status, name), ExchangeUnavailable), "a read may simply be repeated"


@pytest.mark.parametrize("endpoint", ALL_ENDPOINTS)
def test_nothing_happened_while_a_market_is_offline_or_overloaded(endpoint: Endpoint) -> None:
    for status, name in ((403, "market_offline"), (400, "too_many_request_order"), (429, "too_many_request_order")):
        found = error(endpoint, status, name)
        assert isinstance(found, ExchangeUnavailable)
        assert found.detail == name


@pytest.mark.parametrize("endpoint", ALL_ENDPOINTS)
@pytest.mark.parametrize("name", [None, "too_many_requests", 429])
def test_too_many_requests_as_text_or_json(endpoint: Endpoint, name: str | int | None) -> None:
    found = error(endpoint, 429, name)
    assert isinstance(found, RateLimited)
    assert found.until == NOW + timedelta(seconds=1)
    told = error(endpoint, 429, name, retry_after="7")
    assert isinstance(told, RateLimited)
    assert told.until == NOW + timedelta(seconds=7)


@pytest.mark.parametrize(
    ("body", "header", "seconds"),
    [
        (b"You are blocked for 30 seconds.", None, 30),
        ("요청이 차단되었습니다. 2분 30초 후에 다시 시도해주세요.".encode(), None, 150),
        (b'{"error":{"name":418,"message":"banned for 10 minutes"}}', None, 600),
        (b"try again in 1 hour", None, 3600),
        (b"", "90", 90),
        (b"blocked 99999999 hours", None, 86_400),
        (b'{"error":{"name":418,"message":"blocked"}}', None, None),
        (b"<html>418</html>", "soon", None),
        (b"", "0", None),
    ],
)
def test_how_long_a_block_lasts(body: bytes, header: str | None, seconds: int | None) -> None:
    told = told_block_time(body, header)
    assert told == (None if seconds is None else timedelta(seconds=seconds))
    found = error_of("upbit", UpbitCall(calls.TICKERS), 418, body, NOW, header)
    assert isinstance(found, RateLimited)
    assert found.until == NOW + timedelta(seconds=seconds or 60)


@pytest.mark.parametrize(
    ("status", "name", "message", "kind", "detail"),
    [
        (
            400,
            400,
            "Missing request parameter error. Check the required parameters!",
            RequestRefused,
            "missing_parameter",
        ),
        (400, 400, "Type mismatch error. Check the parameters type!", RequestRefused, "type_mismatch"),
        (400, 400, "Invalid parameter. Check the given value!", RequestRefused, "invalid_parameter"),
        (400, 400, "specified unit is not valid.", RequestRefused, "invalid_unit"),
        (404, 404, "Code not found", MarketUnknown, "code_not_found"),
        (404, 404, "words of tomorrow", MarketUnknown, "http-404"),
        (404, "not_found", "no Route matched with those values", RequestRefused, "not_found"),
        (400, 999, "", RequestRefused, "http-999"),
    ],
)
def test_errors_of_the_public_part_have_numbers_for_names(
    status: int, name: str | int, message: str, kind: type[ExchangeError], detail: str
) -> None:
    found = error(calls.CANDLES[next(iter(calls.CANDLES))], status, name, message)
    assert type(found) is kind
    assert found.detail == detail


def test_questions_about_orders_and_markets() -> None:
    assert type(error(calls.CHANCE, 400, "notfoundmarket")) is MarketUnknown
    assert type(error(calls.ORDER, 404, "order_not_found")) is OrderNotFound
    assert type(error(calls.REPLACE, 404, "order_not_found")) is OrderNotFound
    assert type(error(calls.CANCEL, 404, "order_not_found")) is OrderNotFound
    assert type(error(calls.CANCEL, 400, "order_already_done")) is OrderNotFound, "[uncertain] which name it has"
    for name in ("invalid_parameter", "validation_error", "QUERY_PARAMETER_NOT_SUPPORTED"):
        assert type(error(calls.CANCEL, 400, name)) is RequestRefused
    assert type(error(calls.OPEN_ORDERS, 400, "invalid_parameter")) is RequestRefused
    assert type(error(calls.OPEN_ORDERS, 401, "invalid_query_payload")) is RequestRefused, "ours, not the key's"
    assert type(error(calls.PLACE, 401, "invalid_query_payload")) is OrderRefused
    for name in ("open_api_withdraw_locked", "pocket_not_found", "currency_not_found"):
        assert type(error(calls.WALLET_STATUS, 403, name)) is RequestRefused


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"error":null}',
        b'{"error":[]}',
        b'{"error":{"name":null}}',
        b'{"error":{"name":"a b"}}',
        b"[]",
        b"\xff",
    ],
)
def test_a_no_that_is_not_in_the_exchanges_shape_is_nobodys(body: bytes) -> None:
    assert isinstance(error_of("upbit", UpbitCall(calls.PLACE, order_id="x"), 400, body, NOW), OutcomeUnknown)


def test_the_table_of_requests_is_sound() -> None:
    """What changes orders is never a read; what has a right needs a key; nothing touches deposits or withdrawals."""
    changing = {endpoint for endpoint in ALL_ENDPOINTS if endpoint.effect is not Effect.READS}
    assert changing == {calls.PLACE, calls.REPLACE, calls.CANCEL, calls.CANCEL_MANY, calls.CANCEL_ALL}
    for endpoint in ALL_ENDPOINTS:
        assert endpoint.path.startswith("/v1/")
        assert not any(word in endpoint.path for word in ("deposit", "withdraw", "pocket", "transfer"))
        assert endpoint.right is None or endpoint.needs_key
        assert (endpoint.method == "GET") == (endpoint.effect is Effect.READS) or endpoint is calls.CHECK
    assert len({(endpoint.method, endpoint.path) for endpoint in ALL_ENDPOINTS}) == len(ALL_ENDPOINTS) == 33
