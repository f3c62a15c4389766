"""Sheet 4.3, 4.4, 5.2–5.4 and 6.2: what may be ordered, and how the rest is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.contract.practice_exchange.plain_client import PlainClient
from tests.contract.practice_exchange.scripted_market import BTC, MINUTE, NOW, book
from tests.contract.practice_exchange.served import Served
from upbit_auto_trading.business_logic.domain.market import MarketState
from upbit_auto_trading.data_layer.practice_exchange.faults import Fault, FaultKind

BUY = {"market": "KRW-BTC", "side": "bid", "ord_type": "limit", "price": "118000000", "volume": "0.001"}
SELL = {"market": "KRW-BTC", "side": "ask", "ord_type": "limit", "price": "119000000", "volume": "0.001"}
MARKET_BUY = {"market": "KRW-BTC", "side": "bid", "ord_type": "price", "price": "10000"}
MARKET_SELL = {"market": "KRW-BTC", "side": "ask", "ord_type": "market", "volume": "0.001"}
BEST_BUY = {"market": "KRW-BTC", "side": "bid", "ord_type": "best", "price": "10000", "time_in_force": "ioc"}
BEST_SELL = {"market": "KRW-BTC", "side": "ask", "ord_type": "best", "volume": "0.001", "time_in_force": "fok"}


def without(body: dict[str, str], *names: str, **changed: str) -> dict[str, str]:
    return {name: value for name, value in (body | changed).items() if name not in names}


def refused(client: PlainClient, body: dict[str, str]) -> tuple[int, object]:
    reply = client.order(**body)
    return reply.status, reply.error


@pytest.mark.sheet("4.3", "4.5")
def test_a_limit_buy_is_accepted_in_the_words_of_the_sheet(client: PlainClient) -> None:
    reply = client.order(**BUY, identifier="cli-0001")
    answer = reply.json
    assert reply.status == 201
    assert len(answer.pop("uuid")) == 36
    assert answer == {
        "market": "KRW-BTC", "side": "bid", "ord_type": "limit", "price": "118000000", "state": "wait",
        "created_at": "2026-11-18T14:20:31+09:00", "volume": "0.001", "remaining_volume": "0.001",
        "executed_volume": "0", "reserved_fee": "59", "remaining_fee": "59", "paid_fee": "0", "locked": "118059",
        "trades_count": 0, "identifier": "cli-0001", "smp_type": "cancel_maker", "prevented_volume": "0",
        "prevented_locked": "0",
    }  # fmt: skip


@pytest.mark.sheet("1.1", "4.3")
def test_amounts_can_end_in_point_zero(exchange: Served, client: PlainClient) -> None:
    exchange.turn("amount-texts", "point-zero")
    answer = client.order(**BUY).json
    assert (answer["price"], answer["reserved_fee"], answer["executed_volume"]) == ("118000000.0", "59.0", "0.0")
    assert answer["trades_count"] == 0


@pytest.mark.sheet("4.3", "4.5")
@pytest.mark.parametrize(
    ("body", "absent"),
    [
        (SELL, {"time_in_force", "identifier"}),
        (MARKET_BUY, {"volume", "remaining_volume", "time_in_force", "prevented_volume"}),
        (MARKET_SELL, {"price", "time_in_force"}),
        (BEST_BUY, {"volume", "remaining_volume", "prevented_volume"}),
        (BEST_SELL, {"price"}),
        (BUY | {"time_in_force": "ioc"}, set()),
        (BUY | {"time_in_force": "fok"}, set()),
        (BUY | {"time_in_force": "post_only"}, set()),
    ],
)
def test_every_valid_kind_is_taken_and_answers_as_accepted(
    client: PlainClient, body: dict[str, str], absent: set[str]
) -> None:
    """Even where it is filled at once: fills must be asked for."""
    reply = client.order(**body)
    answer = reply.json
    assert (reply.status, answer["state"], answer["trades_count"], answer["executed_volume"]) == (201, "wait", 0, "0")
    assert not absent & answer.keys()
    for name in ("ord_type", "price", "volume", "time_in_force"):
        assert answer.get(name) == body.get(name)


@pytest.mark.sheet("4.3")
def test_a_null_is_as_good_as_absent(client: PlainClient) -> None:
    body = b'{"market":"KRW-BTC","side":"bid","ord_type":"price","price":"10000","volume":null,"time_in_force":null}'
    headers = {"Authorization": client.bearer("market=KRW-BTC&side=bid&ord_type=price&price=10000")}
    assert client.send("POST", "/v1/orders", body, headers | {"Content-Type": "application/json"}).status == 201


@pytest.mark.sheet("4.3", "6.2")
@pytest.mark.parametrize(
    ("body", "problems"),
    [
        (without(BUY, "side"), "side is missing, side does not have a valid value"),
        (without(BUY, side="buy"), "side does not have a valid value"),
        (without(BUY, "ord_type"), "ord_type is missing, ord_type does not have a valid value"),
        (without(BUY, ord_type="stop"), "ord_type does not have a valid value"),
        (without(BUY, "market"), "market is missing, market does not have a valid value"),
        (without(BUY, smp_type="both"), "smp_type does not have a valid value"),
        (without(BUY, identifier="x" * 65), "identifier is too long (maximum is 64 characters)"),
        (without(BUY, price="1e-26"), "price is invalid"),
        (without(BUY, volume="-1"), "volume is invalid"),
        (without(BUY, volume="0,1"), "volume is invalid"),
    ],
)
def test_missing_and_invalid_members(client: PlainClient, body: dict[str, str], problems: str) -> None:
    reply = client.order(**body)
    assert (reply.status, reply.error, reply.message) == (400, "validation_error", problems)


@pytest.mark.sheet("4.3", "6.2")
@pytest.mark.parametrize(
    ("body", "name"),
    [
        (without(BUY, "price"), "create_bid_error"),
        (without(BUY, "volume"), "create_bid_error"),
        (without(SELL, "volume"), "create_ask_error"),
        (MARKET_BUY | {"volume": "1"}, "create_bid_error"),
        (without(MARKET_BUY, "price"), "create_bid_error"),
        (MARKET_SELL | {"price": "1000"}, "create_ask_error"),
        (without(MARKET_SELL, side="bid"), "create_bid_error"),
        (without(MARKET_BUY, side="ask"), "create_ask_error"),
        (BEST_BUY | {"volume": "1"}, "create_bid_error"),
        (BEST_SELL | {"price": "1000"}, "create_ask_error"),
        (without(BEST_BUY, "time_in_force"), "invalid_time_in_force"),
        (BEST_SELL | {"time_in_force": "post_only"}, "invalid_time_in_force"),
        (MARKET_BUY | {"time_in_force": "ioc"}, "invalid_time_in_force"),
        (BUY | {"time_in_force": "gtc"}, "invalid_time_in_force"),
        (BUY | {"time_in_force": "post_only", "smp_type": "reduce"}, "invalid_post_only"),
    ],
)
def test_members_that_do_not_fit_together(client: PlainClient, body: dict[str, str], name: str) -> None:
    assert refused(client, body) == (400, name)


@pytest.mark.sheet("4.2", "6.2")
def test_an_unknown_market(client: PlainClient) -> None:
    reply = client.order(**BUY | {"market": "KRW-NOPE"})
    assert (reply.status, reply.error) == (400, "notfoundmarket")
    assert reply.message == "다음 마켓에 없는 종목입니다: KRW-NOPE"


@pytest.mark.sheet("4.3", "6.2")
def test_too_little_money_names_its_currency(client: PlainClient) -> None:
    poor = client.order(**BUY | {"volume": "1"})
    assert (poor.status, poor.error) == (400, "insufficient_funds_bid")
    assert poor.message == "주문 가능한 금액(KRW)이 부족합니다."
    bare = client.order(**SELL | {"volume": "2"})
    assert (bare.error, bare.message) == ("insufficient_funds_ask", "주문 가능한 금액(BTC)이 부족합니다.")


@pytest.mark.sheet("4.5", "10.1")
def test_the_fee_of_a_market_buy_comes_on_top(exchange: Served, client: PlainClient) -> None:
    assert refused(client, MARKET_BUY | {"price": "10000000"}) == (400, "insufficient_funds_bid")
    exchange.happens(book(BTC, NOW + MINUTE, ["118451000 10"], ["118449000 10"]))
    answer = client.order(**MARKET_BUY | {"price": "9995000"}).json
    assert (answer["reserved_fee"], answer["locked"]) == ("4997.5", "9999997.5")


@pytest.mark.sheet("5.2", "6.2")
@pytest.mark.parametrize(
    ("body", "name"),
    [
        (BUY | {"volume": "0.00004"}, "under_min_total_bid"),
        (SELL | {"volume": "0.00004"}, "under_min_total_ask"),
        (MARKET_BUY | {"price": "4999"}, "under_min_total_bid"),
        (MARKET_BUY | {"price": "0"}, "under_min_total_bid"),
        (MARKET_SELL | {"volume": "0.00004"}, "under_min_total_ask"),
        (BUY | {"volume": "10"}, "over_krw_funds_bid"),
        (BUY | {"market": "BTC-ETH", "price": "0.00004999", "volume": "1"}, "under_min_total_bid"),
        (BUY | {"market": "USDT-BTC", "price": "10", "volume": "0.04999999"}, "under_min_total_bid"),
    ],
)
def test_totals_have_bounds(client: PlainClient, body: dict[str, str], name: str) -> None:
    assert refused(client, body) == (400, name)


@pytest.mark.sheet("5.2")
def test_the_bounds_themselves_are_allowed(client: PlainClient) -> None:
    assert client.order(**MARKET_BUY | {"price": "5000"}).status == 201
    assert client.order(**BUY | {"market": "KRW-XRP", "price": "2500", "volume": "2"}).status == 201


@pytest.mark.sheet("5.2")
def test_a_market_order_beyond_the_book_is_refused(client: PlainClient) -> None:
    """More than all opposite levels hold."""
    assert refused(client, MARKET_SELL | {"volume": "0.1"}) == (400, "volume_too_large")
    assert refused(client, {"market": "BTC-ETH", "side": "bid", "ord_type": "price", "price": "0.9"}) == (
        400,
        "invalid_funds",
    )


@pytest.mark.sheet("5.3", "5.4", "6.2")
@pytest.mark.parametrize(
    ("market", "good", "bad"),
    [
        ("KRW-BTC", "118001000", "118000500"),
        ("KRW-BTC", "999500", "999600"),
        ("KRW-BTC", "499900", "499950"),
        ("KRW-BTC", "99950", "99960"),
        ("KRW-BTC", "49990", "49995"),
        ("KRW-XRP", "9995", "9996"),
        ("KRW-XRP", "3121", "3121.5"),
        ("KRW-XRP", "101", "101.1"),
        ("KRW-XRP", "99.9", "99.95"),
        ("KRW-XRP", "9.99", "9.999"),
        ("KRW-XRP", "0.999", "0.9999"),
        ("BTC-ETH", "0.03512344", "0.035123445"),
        ("USDT-BTC", "81234.51", "81234.515"),
        ("USDT-BTC", "9.999", "9.9999"),
    ],
)
def test_a_price_off_its_bands_tick_is_refused_not_rounded(
    client: PlainClient, market: str, good: str, bad: str
) -> None:
    funds = {"KRW": Decimal(100_000), "BTC": Decimal("0.03"), "USDT": Decimal(50)}[market.partition("-")[0]]
    volume = f"{funds / Decimal(good):.8f}"
    order = {"market": market, "side": "bid", "ord_type": "limit", "volume": volume}
    wrong = client.order(**order, price=bad)
    assert (wrong.status, wrong.error) == (400, "invalid_price_bid")
    assert wrong.message == "주문가격 단위를 잘못 입력하셨습니다. 확인 후 시도해주세요."
    right = client.order(**order, price=good)
    assert right.status == 201, right.text


@pytest.mark.sheet("4.5", "5.2", "6.2")
def test_volume_beyond_eight_decimals_is_cut_or_refused(exchange: Served, client: PlainClient) -> None:
    assert client.order(**BUY | {"volume": "0.0010000099"}).json["volume"] == "0.001"
    assert refused(client, BUY | {"volume": "0.000000001"}) == (400, "invalid_volume_bid")
    assert refused(client, SELL | {"volume": "0"}) == (400, "invalid_volume_ask")
    exchange.turn("volume-precision", "refused")
    assert refused(client, BUY | {"volume": "0.0010000099"}) == (400, "invalid_volume_bid")
    assert client.order(**BUY | {"volume": "0.0010000000"}).status == 201


@pytest.mark.sheet("4.3", "9")
def test_an_identifier_is_never_free_again(client: PlainClient) -> None:
    placed = client.order(**BUY, identifier="once")
    client.ask("DELETE", "/v1/order", identifier="once")
    assert client.ask("GET", "/v1/order", identifier="once").json["state"] == "cancel"
    again = client.order(**BUY, identifier="once")
    assert (again.status, again.error) == (400, "duplicated_identifier")
    # not even where the order was refused
    for number, bad in enumerate((BUY | {"price": "118000500"}, BUY | {"volume": "1"}, without(BUY, "price"))):
        client.order(**bad, identifier=f"failed-{number}")
        assert refused(client, BUY | {"identifier": f"failed-{number}"}) == (400, "duplicated_identifier")
    assert client.ask("GET", "/v1/order", identifier="failed-0").error == "order_not_found"
    assert client.ask("GET", "/v1/order", identifier="once").json["uuid"] == placed.json["uuid"]


@pytest.mark.sheet("6.2", "9", "10.2", "11.5")
def test_markets_in_maintenance_and_overload(exchange: Served, client: PlainClient) -> None:
    one = exchange.fault(Fault(FaultKind.MARKET_OFFLINE, market="KRW-BTC"))
    offline = client.order(**BUY)
    assert (offline.status, offline.error) == (403, "market_offline")
    assert offline.message == "시스템 점검 중입니다. 점검이 완료된 후에 다시 시도해주세요."
    assert client.post("/v1/orders/test", **BUY).error == "market_offline"
    assert client.ask("GET", "/v1/orders/chance", market="KRW-BTC").json["market"]["state"] == "suspended"
    other = {"market": "KRW-XRP", "side": "bid", "ord_type": "limit", "price": "3000", "volume": "10"}
    assert client.order(**other).status == 201
    exchange.do(lambda: exchange.faults.remove(one))

    exchange.fault(Fault(FaultKind.OVERLOAD, times=2))
    assert refused(client, BUY) == (400, "too_many_request_order")
    exchange.turn("overload-status", "429")
    assert refused(client, BUY) == (429, "too_many_request_order")
    assert client.order(**BUY).status == 201
    exchange.do(lambda: exchange.world.set_state(BTC, MarketState.HALTED))
    assert refused(client, BUY) == (403, "market_offline")


@pytest.mark.sheet("0.1", "6.2")
def test_other_quotes_may_want_a_consent_first(exchange: Served, client: PlainClient) -> None:
    order = {"market": "USDT-BTC", "side": "bid", "ord_type": "limit", "price": "81000", "volume": "0.001"}
    exchange.turn("consent", "missing")
    assert refused(client, order) == (400, "thirdparty_agreement_required")
    assert client.order(**BUY).status == 201
    exchange.turn("consent", "given")
    assert client.order(**order).status == 201


def korean(written: str) -> datetime:
    return datetime.fromisoformat(f"{written}+09:00").astimezone(UTC)


@pytest.mark.sheet("4.3", "0.1", "11.1")
def test_what_no_smp_type_means_depends_on_the_day(exchange: Served, client: PlainClient) -> None:
    assert client.order(**BUY).json["smp_type"] == "cancel_maker"
    assert client.order(**BUY, time_in_force="post_only").json["smp_type"] == "none"
    assert client.order(**BUY, smp_type="none").json["smp_type"] == "none"

    exchange.turn("self-match-default", "none")
    assert "smp_type" not in client.order(**BUY).json
    assert client.order(**BUY, smp_type="reduce").json["smp_type"] == "reduce"
    assert refused(client, BUY | {"smp_type": "none"}) == (400, "validation_error")

    exchange.turn("self-match-default", "dated")
    exchange.do(lambda: exchange.clock.jump(korean("2026-11-08T23:59:59")))
    assert "smp_type" not in client.order(**BUY).json
    exchange.do(lambda: exchange.clock.jump(korean("2026-11-09T00:00:00")))
    assert client.order(**BUY).json["smp_type"] == "cancel_maker"
    exchange.turn("self-match-default", "cancel_maker")
    exchange.do(lambda: exchange.clock.jump(korean("2026-01-01T00:00:00")))
    assert client.order(**BUY).json["smp_type"] == "cancel_maker"


@pytest.mark.sheet("4.4")
def test_a_test_order_is_checked_and_never_exists(client: PlainClient) -> None:
    reply = client.post("/v1/orders/test", **BUY, identifier="dry")
    answer = reply.json
    assert (reply.status, answer["state"], answer["locked"]) == (201, "wait", "118059")
    assert answer.keys() == client.order(**BUY, identifier="wet").json.keys()
    assert client.ask("GET", "/v1/order", uuid=answer["uuid"]).error == "order_not_found"
    assert client.ask("GET", "/v1/order", identifier="dry").error == "order_not_found"
    assert client.ask("DELETE", "/v1/order", uuid=answer["uuid"]).status == 404
    assert reply.headers["remaining-req"].startswith("group=order-test;")
    for bad, name in (
        (BUY | {"price": "118000500"}, "invalid_price_bid"),
        (BUY | {"volume": "1"}, "insufficient_funds_bid"),
        (BUY | {"volume": "0.00001"}, "under_min_total_bid"),
        (BUY | {"identifier": "wet"}, "duplicated_identifier"),
    ):
        assert client.post("/v1/orders/test", **bad).error == name
    # the real one may still use its identifier
    assert client.order(**BUY, identifier="dry").status == 201


@pytest.mark.sheet("4.4")
def test_a_test_order_answers_like_a_real_one(client: PlainClient) -> None:
    for body in (BUY, SELL, MARKET_BUY, MARKET_SELL, BEST_BUY, BEST_SELL):
        dry, wet = client.post("/v1/orders/test", **body).json, client.order(**body).json
        assert {**dry, "uuid": ""} == {**wet, "uuid": ""}
