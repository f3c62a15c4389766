"""What a key may do, found out without ever asking for something that could move money."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.fakes import upbit_payloads as payloads
from tests.fakes.scripted_exchange import CUT, Answer, answer, refusal
from tests.log_guard import LogGuard
from tests.unit.data_layer.exchanges.upbit.conftest import ACCESS, World
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.exchange_key import Granted, KeyFault, Right

KEYS = [
    {"access_key": "A" * 40, "expire_at": "2026-12-01T00:00:00+09:00"},
    {"access_key": ACCESS, "expire_at": "2027-05-03T18:40:12+09:00"},
]
#: where a server may be asked at all while a key is checked
HARMLESS = {
    ("GET", "/v1/api_keys"),
    ("GET", "/v1/accounts"),
    ("GET", "/v1/orders/open"),
    ("POST", "/v1/orders/test"),
}


def allow_everything(world: World) -> None:
    world.server.on("GET", "/v1/api_keys", answer(KEYS))
    world.server.on("GET", "/v1/accounts", answer([payloads.ACCOUNT_KRW]))
    world.server.on("GET", "/v1/orders/open", answer([]))
    world.server.on("POST", "/v1/orders/test", answer(payloads.LIMIT_ORDER, 201))


def asked(world: World) -> set[tuple[str, str]]:
    return {(request.method, request.path) for request in world.server.requests}


def test_a_key_with_every_right(world: World) -> None:
    allow_everything(world)
    status = world.account.key_status()
    assert [status.has(right) for right in (Right.VIEW_BALANCES, Right.VIEW_ORDERS, Right.MAKE_ORDERS)] == [
        Granted.YES
    ] * 3
    assert status.has(Right.WITHDRAW) is Granted.CANNOT_BE_CHECKED
    assert status.expires_at == datetime(2027, 5, 3, 9, 40, 12, tzinfo=UTC), "of our key, not of another"
    assert (status.fault, status.pocket) == (None, None)
    assert asked(world) == HARMLESS
    assert world.server.asked("/v1/orders/open")[0].values == {"limit": "1"}
    body: dict[str, Any] = world.server.asked("/v1/orders/test")[0].json
    assert body == {
        "market": "KRW-BTC",
        "side": "bid",
        "ord_type": "limit",
        "price": "1000",
        "volume": "5",
        "time_in_force": "post_only",
    }


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("GET", "/v1/accounts", Right.VIEW_BALANCES),
        ("GET", "/v1/orders/open", Right.VIEW_ORDERS),
        ("POST", "/v1/orders/test", Right.MAKE_ORDERS),
    ],
)
@pytest.mark.parametrize("status", [401, 403])
def test_a_missing_right_is_told_and_the_others_are_tried(
    world: World, method: str, path: str, right: Right, status: int
) -> None:
    allow_everything(world)
    world.server.on(method, path, refusal(status, "out_of_scope"))
    found = world.account.key_status()
    assert [one for one, granted in found.rights if granted is Granted.NO] == [right]
    assert [granted for _one, granted in found.rights].count(Granted.YES) == 2
    assert found.fault is None


@pytest.mark.parametrize(
    ("name", "granted"),
    [
        ("insufficient_funds_bid", Granted.YES),
        ("under_min_total_bid", Granted.YES),
        ("invalid_price_bid", Granted.YES),
        ("validation_error", Granted.UNKNOWN),
        ("a_name_of_tomorrow", Granted.UNKNOWN),
    ],
)
def test_an_order_that_fails_for_money_was_allowed(world: World, name: str, granted: Granted) -> None:
    allow_everything(world)
    world.server.on("POST", "/v1/orders/test", refusal(400, name))
    assert world.account.key_status().has(Right.MAKE_ORDERS) is granted


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("invalid_access_key", KeyFault.UNKNOWN_KEY),
        ("jwt_verification", KeyFault.WRONG_SECRET),
        ("expired_access_key", KeyFault.EXPIRED),
        ("no_authorization_ip", KeyFault.ADDRESS_NOT_ALLOWED),
    ],
)
def test_a_key_that_is_refused_altogether_is_not_tried_on(world: World, name: str, fault: KeyFault) -> None:
    world.server.on("GET", "/v1/api_keys", refusal(401, name))
    status = world.account.key_status()
    assert status.fault is fault
    assert {granted for _right, granted in status.rights} == {Granted.UNKNOWN, Granted.CANNOT_BE_CHECKED}
    assert len(world.server.requests) == 1


@pytest.mark.parametrize("trouble", [refusal(403, "market_offline"), CUT])
def test_what_fails_for_another_reason_is_not_known(world: World, trouble: Answer) -> None:
    allow_everything(world)
    world.server.on("POST", "/v1/orders/test", trouble)
    status = world.account.key_status()
    assert status.has(Right.MAKE_ORDERS) is Granted.UNKNOWN
    assert status.has(Right.VIEW_ORDERS) is Granted.YES


def test_nothing_found_out_is_not_a_status(world: World) -> None:
    for method, path in HARMLESS:
        world.server.on(method, path, answer("<html>maintenance</html>", 503))
    with pytest.raises(ExchangeUnavailable):
        world.account.key_status()


def test_expiry_may_be_untold(world: World, expected_log: LogGuard) -> None:
    expected_log.expect("could not be read")
    allow_everything(world)
    world.server.on("GET", "/v1/api_keys", answer([{"access_key": ACCESS}]))
    assert world.account.key_status().expires_at is None
    world.server.on("GET", "/v1/api_keys", answer([{"access_key": ACCESS, "expire_at": "soon"}]))
    status = world.account.key_status()
    assert (status.expires_at, status.has(Right.VIEW_BALANCES)) == (None, Granted.YES)
