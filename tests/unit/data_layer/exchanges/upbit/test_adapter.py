"""The adapter as a whole: addresses, keys, health."""

from __future__ import annotations

import threading

import jwt
import pytest

from tests.fakes import upbit_payloads as payloads
from tests.fakes.scripted_exchange import answer, refusal, scripted_exchange
from tests.unit.data_layer.exchanges.upbit.conftest import ACCESS, SECRET, World
from upbit_auto_trading.business_logic.domain.errors import (
    ExchangeUnavailable,
    InvalidParameter,
    KeyRejected,
    NotSupported,
    RateLimited,
)
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.domain.order import OrderReference
from upbit_auto_trading.business_logic.ports.exchange import Account, CircuitState, Exchange, MarketData, Streams
from upbit_auto_trading.data_layer.exchanges.upbit.account import UpbitAccount
from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange, make_gate
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
from upbit_auto_trading.data_layer.exchanges.upbit.client import UpbitClient
from upbit_auto_trading.data_layer.exchanges.upbit.order_replies import AccountReplies
from upbit_auto_trading.data_layer.exchanges.upbit.signing import AccessKey, UpbitSigner
from upbit_auto_trading.data_layer.exchanges.upbit.unreadable import UnreadableAnswers
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.data_layer.transport.clock_difference import ClockDifference
from upbit_auto_trading.data_layer.transport.gate import Gate
from upbit_auto_trading.data_layer.transport.http import HttpTransport
from upbit_auto_trading.data_layer.transport.limit_group import LimitGroup, Priority
from upbit_auto_trading.utils.secret import Secret

PRACTICE_KEY = AccessKey(Secret("PRACTICE" + "A" * 32), Secret("PRACTICE" + "B" * 32))
KEY = AccessKey(Secret(ACCESS), Secret(SECRET))
OTHER_KEY = AccessKey(Secret("O" * 40), Secret("P" * 40))


def test_it_is_the_port(world: World) -> None:
    """Each assignment is checked by mypy; the names are what the port's callers use."""
    exchange: Exchange = world.exchange
    market_data: MarketData = exchange.market_data
    account: Account | None = exchange.account
    streams: Streams = exchange.streams()
    assert exchange.name == "upbit"
    assert market_data is exchange.market_data
    assert account is not None
    assert streams is not exchange.streams(), "new ones each time"
    assert world.server.requests == [], "nothing is sent before somebody asks"


@pytest.mark.claims("error:NotSupported")
def test_without_a_key_there_is_no_account(rules: RuleBook) -> None:
    exchange = UpbitExchange(UpbitAddresses("http://127.0.0.1:9"), SystemClock(), rules)
    assert exchange.account is None
    assert exchange.rules is rules
    with pytest.raises(NotSupported):
        exchange.replace_key(OTHER_KEY)
    exchange.close()


def test_the_real_addresses_are_the_default_and_refuse_practice_keys(rules: RuleBook) -> None:
    real = UpbitAddresses()
    assert (real.rest_url, real.websocket_url) == ("https://api.upbit.com", "wss://api.upbit.com/websocket/v1")
    assert real.private_websocket_url == "wss://api.upbit.com/websocket/v1/private"
    assert real.is_real
    for key in (
        PRACTICE_KEY,
        AccessKey(Secret("PRACTICE" + "A" * 32), Secret(SECRET)),
        AccessKey(Secret(ACCESS), Secret("practice" + "A" * 32)),
    ):
        with pytest.raises(InvalidParameter) as caught:
            UpbitExchange(real, SystemClock(), rules, key)
        assert caught.value.reason == "of-practice-exchange"
        assert "PRACTICE" not in str(vars(caught.value))
    exchange = UpbitExchange(real, SystemClock(), rules, KEY)
    with pytest.raises(InvalidParameter):
        exchange.replace_key(PRACTICE_KEY)
    exchange.close()


def test_practice_keys_are_for_other_addresses(rules: RuleBook) -> None:
    addresses = UpbitAddresses("http://127.0.0.1:9", "ws://127.0.0.1:9/websocket/v1")
    assert not addresses.is_real
    UpbitExchange(addresses, SystemClock(), rules, PRACTICE_KEY).close()
    assert UpbitAddresses("http://127.0.0.1:9").is_real, "one real address is enough"


@pytest.mark.parametrize(
    ("rest_url", "websocket_url"),
    [
        ("http://api.upbit.com", "wss://api.upbit.com/websocket/v1"),
        ("https://api.upbit.com", "ws://api.upbit.com/websocket/v1"),
        ("http://192.168.0.5", "wss://api.upbit.com/websocket/v1"),
        ("", "wss://api.upbit.com/websocket/v1"),
        ("https://", "wss://api.upbit.com/websocket/v1"),
    ],
)
def test_a_key_never_travels_in_the_clear(rest_url: str, websocket_url: str) -> None:
    with pytest.raises(InvalidParameter):
        UpbitAddresses(rest_url, websocket_url)


def test_a_key_is_replaced_without_stopping(world: World) -> None:
    world.server.on("GET", "/v1/accounts", answer([payloads.ACCOUNT_KRW]))
    account = world.account
    account.balances()
    world.exchange.replace_key(OTHER_KEY)
    account.balances()
    tokens = [request.headers["authorization"].removeprefix("Bearer ") for request in world.server.requests]
    assert jwt.decode(tokens[0], SECRET, algorithms=["HS256"])["access_key"] == ACCESS
    assert jwt.decode(tokens[1], "P" * 40, algorithms=["HS256"])["access_key"] == "O" * 40


def test_health_shows_every_group(world: World) -> None:
    health = world.exchange.health()
    assert {group.group for group in health.groups} == {
        "market", "candle", "trade", "ticker", "orderbook", "default", "order", "order-test", "order-cancel-all",
    }  # fmt: skip
    assert {group.circuit for group in health.groups} == {CircuitState.CLOSED}
    assert (health.unreadable, health.clock_difference) == (0, None)


def test_refusals_do_not_open_the_circuit(world: World) -> None:
    """The exchange answers: that it says no is no failure of it."""
    world.server.on("GET", "/v1/accounts", refusal(401, "no_authorization_ip"))
    for _ in range(8):
        with pytest.raises(KeyRejected):
            world.account.balances()
    assert {group.circuit for group in world.exchange.health().groups} == {CircuitState.CLOSED}


def test_adapters_that_share_a_gate_share_the_limits(rules: RuleBook) -> None:
    """As the kill switch's own connection does."""
    clock = SystemClock()
    gate = make_gate(clock)
    with scripted_exchange() as server:
        addresses = UpbitAddresses(server.url, "ws://127.0.0.1:1/websocket/v1")
        first, second = (UpbitExchange(addresses, clock, rules, KEY, gate=gate) for _ in range(2))
        server.on("GET", "/v1/market/all", answer([payloads.MARKET], Remaining_Req="group=market; min=600; sec=0"))
        first.market_data.markets()
        first.close()
        blocked = threading.Event()

        def read() -> None:
            second.market_data.markets()
            blocked.set()

        thread = threading.Thread(target=read)
        thread.start()
        assert not blocked.wait(0.3), "nothing was left for the other one either"
        thread.join()
        assert blocked.is_set(), "closing one leaves the gate to the other"
        second.close()


def test_orders_and_cancels_have_a_share_that_reads_leave_alone(rules: RuleBook) -> None:
    clock = SystemClock()
    gate = Gate("upbit", clock, [LimitGroup("default", 3, 60.0, kept_for_urgent=1, kept_for_orders=1)])
    reference = OrderReference(Market("upbit", "KRW-BTC"), order_id=payloads.ORDER_ID)
    with scripted_exchange() as server:
        server.on("GET", "/v1/accounts", answer([payloads.ACCOUNT_KRW]))
        server.on("GET", "/v1/order", answer(payloads.LIMIT_ORDER))
        server.on("DELETE", "/v1/order", answer(payloads.LIMIT_ORDER))
        addresses = UpbitAddresses(server.url, "ws://127.0.0.1:1/websocket/v1")
        exchange = UpbitExchange(addresses, clock, rules, KEY, gate=gate, wait=lambda _seconds: True)
        account = exchange.account
        assert account is not None
        account.balances()
        with pytest.raises(RateLimited):
            account.balances()
        account.order(reference)
        with pytest.raises(RateLimited):
            account.order(reference)
        account.cancel(reference)
        assert [request.method for request in server.requests] == ["GET", "GET", "DELETE"]
        exchange.close()


def test_who_should_come_after_others_has_no_such_share(rules: RuleBook) -> None:
    """What streams ask for repairs must not use up what is kept for orders."""
    clock = SystemClock()
    gate = Gate("upbit", clock, [LimitGroup("default", 2, 60.0, kept_for_orders=1)])
    with scripted_exchange() as server:
        server.on("GET", "/v1/order", answer(payloads.LIMIT_ORDER))
        transport = HttpTransport(clock)
        unreadable = UnreadableAnswers("upbit")
        client = UpbitClient(
            "upbit",
            UpbitAddresses(server.url, "ws://127.0.0.1:1/websocket/v1"),
            clock,
            transport=transport,
            gate=gate,
            unreadable=unreadable,
            clock_difference=ClockDifference(clock),
            draw=lambda: 0.5,
            wait=lambda _seconds: True,
            signer=UpbitSigner(KEY),
            most_urgent=Priority.READ,
        )
        account = UpbitAccount("upbit", client, AccountReplies("upbit", unreadable), clock)
        reference = OrderReference(Market("upbit", "KRW-BTC"), order_id=payloads.ORDER_ID)
        account.order(reference)
        with pytest.raises(RateLimited):
            account.order(reference)
        transport.close()


def test_closing_lets_go_whoever_waits(world: World) -> None:
    world.server.on("GET", "/v1/accounts", answer("busy", 503))
    world.exchange.close()
    with pytest.raises(ExchangeUnavailable):
        world.account.balances()
    world.exchange.close()
