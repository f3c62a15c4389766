"""Sheet 7: how much may be asked, what the header says, and what follows too much."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.contract.practice_exchange.plain_client import PlainClient, Reply
from tests.contract.practice_exchange.served import ACCOUNT, Served
from upbit_auto_trading.data_layer.practice_exchange.faults import Fault, FaultKind
from upbit_auto_trading.data_layer.practice_exchange.limits import FIRST_BLOCK, REFUSALS_UNTIL_BLOCK
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace

SECOND = timedelta(seconds=1)
BUY = {"market": "KRW-BTC", "side": "bid", "ord_type": "limit", "price": "118000000", "volume": "0.0001"}


def remaining(reply: Reply) -> str:
    return reply.headers["remaining-req"]


@pytest.mark.sheet("7.1", "7.2", "11.4")
@pytest.mark.parametrize(
    ("target", "group"),
    [
        ("/v1/market/all", "market"),
        ("/v1/candles/minutes/1?market=KRW-BTC", "candles"),
        ("/v1/candles/days?market=KRW-BTC", "candles"),
        ("/v1/ticker?markets=KRW-BTC", "ticker"),
        ("/v1/ticker/all?quote_currencies=KRW", "ticker"),
        ("/v1/orderbook?markets=KRW-BTC", "orderbook"),
        ("/v1/orderbook/instruments?markets=KRW-BTC", "orderbook"),
        ("/v1/orderbook/supported_levels?markets=KRW-BTC", "orderbook"),
        ("/v1/trades/ticks?market=KRW-BTC", "trade"),
    ],
)
def test_quotation_groups_count_down_from_ten(client: PlainClient, target: str, group: str) -> None:
    assert remaining(client.send("GET", target)) == f"group={group}; min=600; sec=9"
    # an error counts, and tells its header, like everything else
    assert remaining(client.send("GET", target.partition("?")[0] + "?count=x")) == f"group={group}; min=600; sec=8"


@pytest.mark.sheet("7.1", "7.2", "11.4")
def test_exchange_groups(exchange: Served, client: PlainClient) -> None:
    assert remaining(client.ask("GET", "/v1/accounts")) == "group=default; min=1800; sec=29"
    assert remaining(client.ask("DELETE", "/v1/order", uuid="x")) == "group=default; min=1800; sec=28"
    assert remaining(client.order(**BUY)) == "group=order; min=480; sec=11"
    assert remaining(client.post("/v1/orders/test", **BUY)) == "group=order-test; min=480; sec=7"
    assert remaining(client.ask("DELETE", "/v1/orders/open")).startswith("group=order-cancel-all;")
    exchange.turn("order-minutes", "720")
    assert remaining(client.order(**BUY)) == "group=order; min=720; sec=10"
    exchange.turn("trade-group", "crix-trades")
    assert remaining(client.get("/v1/trades/ticks", market="KRW-BTC")) == "group=crix-trades; min=600; sec=9"


@pytest.mark.sheet("7.1", "7.3")
def test_a_quotation_window_is_whole_again_in_the_next_second(exchange: Served, client: PlainClient) -> None:
    for left in range(9, -1, -1):
        assert remaining(client.get("/v1/market/all")).endswith(f"sec={left}")
    refused = client.get("/v1/market/all")
    assert (refused.status, refused.text, remaining(refused)) == (
        429,
        "Too many API requests.",
        "group=market; min=600; sec=0",
    )
    # another group has its own
    assert client.get("/v1/ticker", markets="KRW-BTC").status == 200
    exchange.pass_time(SECOND)
    assert remaining(client.get("/v1/market/all")).endswith("sec=9")


@pytest.mark.sheet("7.1")
def test_exchange_limits_fill_steadily(exchange: Served, client: PlainClient) -> None:
    assert [client.order(**BUY).status for _ in range(13)] == [201] * 12 + [429]
    exchange.pass_time(timedelta(milliseconds=250))
    assert [client.order(**BUY).status for _ in range(4)] == [201] * 3 + [429]
    assert client.ask("GET", "/v1/accounts").status == 200


@pytest.mark.sheet("7.1")
def test_all_orders_are_cancelled_at_most_every_two_seconds(exchange: Served, client: PlainClient) -> None:
    assert client.ask("DELETE", "/v1/orders/open").status == 200
    exchange.pass_time(timedelta(seconds=1.9))
    assert client.ask("DELETE", "/v1/orders/open").status == 429
    exchange.pass_time(timedelta(seconds=0.1))
    assert client.ask("DELETE", "/v1/orders/open").status == 200


@pytest.mark.sheet("7.1", "0.1")
def test_keys_of_one_pocket_share_a_limit_and_pockets_do_not(exchange: Served, client: PlainClient) -> None:
    twin_key = exchange.add_key(ACCOUNT)
    exchange.do(lambda: exchange.world.open_account("other", {}))
    other_key = exchange.add_key("other")
    twin, other = (PlainClient(exchange.port, key.access_key, key.secret_key.reveal()) for key in (twin_key, other_key))
    for _ in range(30):
        client.ask("GET", "/v1/accounts")
    assert twin.ask("GET", "/v1/accounts").status == 429
    assert other.ask("GET", "/v1/accounts").status == 200
    twin.close()
    other.close()


@pytest.mark.sheet("7.3", "11.3")
def test_a_refusal_as_text_or_json_and_with_or_without_retry_after(exchange: Served, client: PlainClient) -> None:
    for _ in range(10):
        client.get("/v1/market/all")
    assert "retry-after" not in client.get("/v1/market/all").headers
    exchange.turn("limit-body", "json")
    exchange.turn("retry-after", "present")
    reply = client.get("/v1/market/all")
    assert reply.json == {"error": {"name": "too_many_requests", "message": "Too many API requests."}}
    assert reply.headers["retry-after"] == "1"


def overdo(client: PlainClient) -> Reply:
    """Until a 418 comes, which takes several refusals."""
    for number in range(REFUSALS_UNTIL_BLOCK + 11):
        reply = client.get("/v1/market/all")
        if reply.status == 418:
            assert number >= 12
            return reply
    raise AssertionError("never blocked")


@pytest.mark.sheet("7.3", "10.2")
def test_who_goes_on_is_blocked_for_longer_and_longer(exchange: Served, client: PlainClient) -> None:
    seconds = FIRST_BLOCK
    for _round in range(3):
        assert f"Blocked for {seconds:.0f} seconds." in overdo(client).message
        # the whole address, whatever it asks, and not for a moment less
        exchange.pass_time(timedelta(seconds=seconds - 1))
        still = client.get("/v1/ticker", markets="KRW-BTC")
        assert (still.status, still.message) == (418, "Too many API requests. Blocked for 1 seconds.")
        exchange.pass_time(SECOND)
        assert client.get("/v1/ticker", markets="KRW-BTC").status == 200
        seconds *= 2
    exchange.turn("block-body", "text")
    assert overdo(client).text == "Too many API requests. Blocked for 8 minutes."
    exchange.turn("block-body", "bare")
    assert client.get("/v1/market/all").body == b""


@pytest.mark.sheet("7.3")
def test_single_refusals_far_apart_block_nobody(exchange: Served, client: PlainClient) -> None:
    for _ in range(REFUSALS_UNTIL_BLOCK + 5):
        replies = [client.get("/v1/market/all").status for _ in range(11)]
        assert replies == [200] * 10 + [429]
        exchange.pass_time(2 * SECOND)


@pytest.mark.sheet("7.3")
def test_blocking_can_be_switched_off(exchange: Served, client: PlainClient) -> None:
    exchange.turn("blocking", "off")
    assert {client.get("/v1/market/all").status for _ in range(60)} == {200, 429}


@pytest.mark.sheet("7.1", "7.4")
def test_whoever_sends_an_origin_asks_once_in_ten_seconds(exchange: Served, client: PlainClient) -> None:
    browser = {"Origin": "http://localhost"}
    first = client.get("/v1/market/all", browser)
    assert (first.status, remaining(first)) == (200, "group=origin; min=6; sec=0")
    assert client.get("/v1/ticker", browser, markets="KRW-BTC").status == 429
    assert client.get("/v1/ticker", markets="KRW-BTC").status == 200
    exchange.pass_time(10 * SECOND)
    assert client.get("/v1/market/all", browser).status == 200


@pytest.mark.sheet("7.1")
def test_limits_run_on_market_time_and_where_it_stands_on_real_time(exchange: Served, client: PlainClient) -> None:
    def spent() -> bool:
        return [client.get("/v1/market/all").status for _ in range(11)][-1] == 429

    assert spent()
    exchange.do(lambda: exchange.real.advance(5))
    assert client.get("/v1/market/all").status == 429
    exchange.do(exchange.clock.lock_step)
    assert exchange.clock.pace is Pace.LOCK_STEP
    exchange.do(lambda: exchange.real.advance(5))
    assert client.get("/v1/market/all").status == 200


@pytest.mark.sheet("7.3", "10.2")
def test_refusals_and_blocks_on_request(exchange: Served, client: PlainClient) -> None:
    exchange.fault(Fault(FaultKind.RATE_LIMITED, path="/v1/accounts", times=1))
    assert [client.ask("GET", "/v1/accounts").status for _ in range(2)] == [429, 200]
    exchange.fault(Fault(FaultKind.BLOCKED, amount=30, path="/v1/accounts", times=1))
    assert client.ask("GET", "/v1/accounts").status == 418
    # the pocket is; the address is not
    assert client.ask("GET", "/v1/orders/open").message == "Too many API requests. Blocked for 30 seconds."
    assert client.get("/v1/market/all").status == 200
    exchange.pass_time(30 * SECOND)
    assert client.ask("GET", "/v1/orders/open").status == 200
    exchange.fault(Fault(FaultKind.BLOCKED, path="/v1/ticker", times=1))
    assert [client.get("/v1/ticker", markets="KRW-BTC").status for _ in range(2)] == [418, 418]
    assert client.ask("GET", "/v1/orders/open").status == 200
