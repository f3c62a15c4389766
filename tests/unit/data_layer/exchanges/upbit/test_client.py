"""One request over a real socket: what is sent, what is repeated, and what is never sent twice."""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import timedelta
from decimal import Decimal
from time import perf_counter
from urllib.parse import unquote

import jwt
import pytest

from tests.fakes import upbit_payloads as payloads
from tests.fakes.scripted_exchange import CUT, SILENT, Answer, Received, answer, refusal
from tests.log_guard import LogGuard
from tests.unit.data_layer.exchanges.upbit.conftest import ACCESS, SECRET, World
from upbit_auto_trading.business_logic.domain.errors import (
    ExchangeUnavailable,
    KeyRejected,
    OrderRefused,
    OutcomeUnknown,
    RateLimited,
)
from upbit_auto_trading.business_logic.domain.exchange_key import KeyFault
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import (
    OrderKind,
    OrderReference,
    OrderRequest,
    Replacement,
    Side,
    limit_order,
)
from upbit_auto_trading.business_logic.ports.exchange import CircuitState

BTC = Market("upbit", "KRW-BTC")


def buy(client_order_id: str = "cli-0001") -> OrderRequest:
    return limit_order(client_order_id, BTC, Side.BUY, price=Decimal(118000000), quantity=Decimal("0.001"))


def claims(request: Received) -> dict[str, str]:
    scheme, _space, token = request.headers["authorization"].partition(" ")
    assert scheme == "Bearer"
    return dict(jwt.decode(token, SECRET, algorithms=["HS256"]))


def test_a_query_is_signed_by_its_decoded_text_as_it_was_sent(world: World) -> None:
    world.server.answers(answer([]))
    world.account.open_orders(BTC)
    (request,) = world.server.requests
    assert request.target == (
        "/v1/orders/open?market=KRW-BTC&states%5B%5D=wait&states%5B%5D=watch&page=1&limit=100&order_by=desc"
    )
    signed = claims(request)
    assert signed["access_key"] == ACCESS
    assert signed["query_hash"] == hashlib.sha512(unquote(request.query).encode()).hexdigest()
    assert "origin" not in request.headers


def test_a_body_is_signed_by_its_members_in_order(world: World) -> None:
    world.server.answers(answer(payloads.LIMIT_ORDER, 201))
    world.account.place(buy())
    (request,) = world.server.requests
    pairs = json.loads(request.body, object_pairs_hook=list)
    text = "&".join(f"{name}={value}" for name, value in pairs)
    assert text == "market=KRW-BTC&side=bid&ord_type=limit&price=118000000&volume=0.001&identifier=cli-0001"
    assert claims(request)["query_hash"] == hashlib.sha512(text.encode()).hexdigest()
    assert request.headers["content-type"] == "application/json; charset=utf-8"


def test_without_parameters_nothing_is_hashed(world: World) -> None:
    world.server.answers(answer([]))
    world.account.balances()
    (request,) = world.server.requests
    assert request.target == "/v1/accounts"
    assert set(claims(request)) == {"access_key", "nonce"}


def test_public_requests_carry_no_token(world: World) -> None:
    world.server.answers(answer([payloads.MARKET]))
    world.exchange.market_data.markets()
    assert "authorization" not in world.server.requests[0].headers


@pytest.mark.parametrize(
    "first", [CUT, refusal(500, "internal_server_error"), answer("<html>bad gateway</html>", 502), answer("garbage")]
)
def test_a_read_is_repeated_with_a_new_signature(world: World, expected_log: LogGuard, first: Answer) -> None:
    expected_log.expect("could not be read", at_least=0)
    world.server.answers(first, answer([payloads.ACCOUNT_KRW]))
    assert len(world.account.balances()) == 1
    nonces = [claims(request)["nonce"] for request in world.server.requests]
    assert len(set(nonces)) == 2, "a nonce counts once"
    assert len(world.pauses) == 1


@pytest.mark.claims("error:ExchangeUnavailable")
def test_a_read_gives_up_within_its_time(world: World) -> None:
    world.server.on("GET", "/v1/accounts", answer("<html></html>", 503))
    with pytest.raises(ExchangeUnavailable):
        world.account.balances()
    assert len(world.server.requests) >= 3
    (default,) = [group for group in world.exchange.health().groups if group.group == "default"]
    assert default.circuit is not CircuitState.CLOSED


@pytest.mark.parametrize(
    "lost",
    [CUT, refusal(500, "internal_server_error"), answer("<html>", 502), answer("garbage", 201), answer({"x": 1}, 201)],
)
def test_an_order_without_an_answer_is_unknown_and_sent_once(
    world: World, expected_log: LogGuard, lost: Answer
) -> None:
    expected_log.expect("could not be read", at_least=0)
    world.server.on("POST", "/v1/orders", lost)
    with pytest.raises(OutcomeUnknown) as caught:
        world.account.place(buy("cli-0007"))
    assert caught.value.client_order_id == "cli-0007"
    assert len(world.server.requests) == 1


@pytest.mark.claims("error:OutcomeUnknown")
def test_a_silent_exchange_leaves_the_order_unknown_within_five_seconds(world: World) -> None:
    world.server.on("POST", "/v1/orders", SILENT)
    with pytest.raises(OutcomeUnknown):
        world.account.place(buy())
    assert len(world.server.requests) == 1


def test_a_replacement_without_an_answer_is_unknown_and_sent_once(world: World) -> None:
    world.server.on("POST", "/v1/orders/cancel_and_new", CUT)
    new = Replacement("cli-0002", OrderKind.LIMIT, Decimal(117000000), None)
    with pytest.raises(OutcomeUnknown) as caught:
        world.account.replace(OrderReference(BTC, order_id=payloads.ORDER_ID), new)
    assert caught.value.client_order_id == "cli-0002"
    assert len(world.server.requests) == 1


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (refusal(400, "insufficient_funds_bid", "주문 가능한 금액(KRW)이 부족합니다."), OrderRefused),
        (refusal(403, "market_offline"), ExchangeUnavailable),
        (refusal(400, "too_many_request_order"), ExchangeUnavailable),
        (answer("Too many API requests.", 429), RateLimited),
        (refusal(401, "no_authorization_ip", "This is not a verified IP."), KeyRejected),
    ],
)
def test_a_no_to_an_order_is_final_and_sent_once(world: World, said: Answer, kind: type[Exception]) -> None:
    world.server.on("POST", "/v1/orders", said)
    with pytest.raises(kind):
        world.account.place(buy())
    assert len(world.server.requests) == 1


def test_an_order_that_cannot_be_sent_did_not_happen(world: World) -> None:
    world.exchange.close()
    with pytest.raises(ExchangeUnavailable):
        world.account.place(buy())
    assert world.server.requests == []


def test_an_answer_about_another_order_is_no_answer(world: World, expected_log: LogGuard) -> None:
    expected_log.expect("could not be read")
    world.server.answers(answer(payloads.order(9), 201))
    with pytest.raises(OutcomeUnknown):
        world.account.place(buy())


@pytest.mark.claims("error:RateLimited")
def test_a_block_silences_everything_that_is_counted_together(world: World, expected_log: LogGuard) -> None:
    expected_log.expect("blocked by the exchange")
    world.server.answers(answer("blocked for 10 minutes", 418))
    with pytest.raises(RateLimited) as caught:
        world.exchange.market_data.markets()
    blocked = {group.group: group.blocked_until for group in world.exchange.health().groups}
    for group in ("market", "candle", "ticker", "trade", "orderbook"):
        until = blocked[group]
        assert until is not None
        assert abs(until - caught.value.until) < timedelta(seconds=2)
    assert blocked["default"] is None, "the account is counted apart"
    with pytest.raises(RateLimited):
        world.exchange.market_data.price_summaries([BTC])
    assert len(world.server.requests) == 1


def test_after_too_many_requests_a_read_waits_for_the_next_window(world: World) -> None:
    world.server.answers(answer("Too many API requests.", 429), answer([payloads.MARKET]))
    assert len(world.exchange.market_data.markets()) == 1
    assert len(world.server.requests) == 2
    assert world.pauses[0] > 0.5


def test_what_the_exchange_says_is_left_counts_more_than_our_own_count(world: World) -> None:
    world.server.answers(answer([payloads.MARKET], Remaining_Req="group=market; min=600; sec=0"))
    world.server.on("GET", "/v1/market/all", answer([payloads.MARKET]))
    world.exchange.market_data.markets()
    began = perf_counter()
    world.exchange.market_data.markets()
    assert perf_counter() - began > 0.5, "nothing was left of that window"


def test_the_clock_difference_comes_from_the_headers(world: World) -> None:
    assert world.exchange.health().clock_difference is None
    world.server.answers(answer([payloads.MARKET]))
    world.exchange.market_data.markets()
    difference = world.exchange.health().clock_difference
    assert difference is not None
    assert abs(difference) < timedelta(seconds=2)


def test_malformed_items_are_left_out_counted_and_told_once(world: World, expected_log: LogGuard) -> None:
    expected_log.expect("part of an answer could not be read")
    broken = {**payloads.ACCOUNT_BTC, "balance": None}
    world.server.answers(*[answer([payloads.ACCOUNT_KRW, broken, "?", payloads.ACCOUNT_BTC])] * 2)
    for _ in range(2):
        assert [balance.currency for balance in world.account.balances()] == ["KRW", "BTC"]
    assert world.exchange.health().unreadable == 4
    told = [record for record in expected_log.records if record.levelno == logging.WARNING]
    assert len(told) == 2, "once for each kind"


@pytest.mark.parametrize("body", ["{}", '{"error":1}', '[{"currency":5}]', "null", '"text"'])
def test_an_answer_of_which_nothing_can_be_read_is_no_answer(world: World, expected_log: LogGuard, body: str) -> None:
    expected_log.expect("could not be read")
    world.server.answers(answer(body))
    with pytest.raises(ExchangeUnavailable) as caught:
        world.account.balances()
    assert caught.value.detail == "unreadable"
    assert len(world.server.requests) == 1, "its shape would be the same again"


def test_the_log_tells_of_requests_without_their_values(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "upbit_auto_trading")
    world.server.answers(answer([]), refusal(400, "under_min_total_bid"))
    world.account.open_orders(BTC)
    with pytest.raises(OrderRefused):
        world.account.place(buy("uat-secret-plan"))
    told = [vars(record)["fields"] for record in caplog.records if record.message == "request to the exchange"]
    assert [(one["method"], one["endpoint"], one["group"], one["status"]) for one in told] == [
        ("GET", "orders/open", "default", 200),
        ("POST", "orders", "order", 400),
    ]
    assert all(one["duration_ms"] >= 0 for one in told)
    everything = str([vars(record) for record in caplog.records])
    for secret in (ACCESS, SECRET, "KRW-BTC", "uat-secret-plan", "118000000", "Bearer"):
        assert secret not in everything


@pytest.mark.claims("error:KeyRejected")
def test_a_changed_address_is_recognised(world: World) -> None:
    world.server.on("GET", "/v1/accounts", refusal(401, "no_authorization_ip", "This is not a verified IP."))
    with pytest.raises(KeyRejected) as caught:
        world.account.balances()
    assert caught.value.fault is KeyFault.ADDRESS_NOT_ALLOWED
    assert len(world.server.requests) == 1
