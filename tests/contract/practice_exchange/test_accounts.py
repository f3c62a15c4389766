"""Sheet 2.4, 4.1, 4.2, 4.9 and 5: balances, terms, keys, wallets, lists."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.contract.practice_exchange.plain_client import PlainClient
from tests.contract.practice_exchange.scripted_market import BTC, LISTED
from tests.contract.practice_exchange.served import Served
from upbit_auto_trading.business_logic.domain.market import MarketState

ZERO_ETH = {
    "currency": "ETH", "balance": "0", "locked": "0",
    "avg_buy_price": "0", "avg_buy_price_modified": False, "unit_currency": "KRW",
}  # fmt: skip


def account(client: PlainClient, currency: str) -> dict[str, object]:
    return next(row for row in client.ask("GET", "/v1/accounts").json if row["currency"] == currency)


@pytest.mark.sheet("1.1", "4.1", "4.5")
def test_balances_are_texts_and_free_of_what_is_locked(exchange: Served, client: PlainClient) -> None:
    assert account(client, "KRW") == {
        "currency": "KRW", "balance": "10000000", "locked": "0",
        "avg_buy_price": "0", "avg_buy_price_modified": True, "unit_currency": "KRW",
    }  # fmt: skip
    client.order(market="KRW-BTC", side="bid", ord_type="limit", price="118000000", volume="0.001")
    won = account(client, "KRW")
    assert (won["balance"], won["locked"]) == ("9881941", "118059")
    client.order(market="KRW-BTC", side="ask", ord_type="limit", price="119000000", volume="0.25")
    assert (account(client, "BTC")["balance"], account(client, "BTC")["locked"]) == ("0.75", "0.25")
    exchange.turn("amount-texts", "point-zero")
    assert account(client, "KRW")["balance"] == "9881941.0"


@pytest.mark.sheet("4.1", "4.5")
def test_nothing_is_rounded_to_whole_won(client: PlainClient) -> None:
    client.order(market="KRW-BTC", side="bid", ord_type="price", price="10000")
    bought = account(client, "BTC")
    assert bought["balance"] == "1.00008442"
    # 0.00008442 at 118,451,000, and its fee of 0.05 %
    funds = Decimal("0.00008442") * 118_451_000
    assert Decimal(str(account(client, "KRW")["balance"])) == 10_000_000 - funds - funds * Decimal("0.0005")


@pytest.mark.sheet("4.2", "5.1", "5.2")
def test_the_terms_of_an_order(client: PlainClient) -> None:
    terms = client.ask("GET", "/v1/orders/chance", market="KRW-BTC").json
    assert [terms[name] for name in ("bid_fee", "ask_fee", "maker_bid_fee", "maker_ask_fee")] == ["0.0005"] * 4
    assert terms["market"] == {
        "id": "KRW-BTC", "name": "BTC/KRW", "order_types": ["limit"], "order_sides": ["ask", "bid"],
        "bid_types": ["best_fok", "best_ioc", "limit", "limit_fok", "limit_ioc", "price"],
        "ask_types": ["best_fok", "best_ioc", "limit", "limit_fok", "limit_ioc", "market"],
        "bid": {"currency": "KRW", "min_total": "5000"}, "ask": {"currency": "BTC", "min_total": "5000"},
        "max_total": "1000000000", "state": "active",
    }  # fmt: skip
    assert terms["bid_account"]["balance"] == "10000000"
    eth = client.ask("GET", "/v1/orders/chance", market="BTC-ETH").json
    assert eth["ask_account"] == ZERO_ETH
    assert eth["market"]["bid"] == {"currency": "BTC", "min_total": "0.00005"}
    assert eth["market"]["max_total"] == "10"
    assert client.ask("GET", "/v1/orders/chance", market="USDT-BTC").json["market"]["bid"]["min_total"] == "0.5"


@pytest.mark.sheet("4.2", "6.2")
def test_terms_of_unknown_and_halted_markets(exchange: Served, client: PlainClient) -> None:
    unknown = client.ask("GET", "/v1/orders/chance", market="KRW-NOPE")
    assert (unknown.status, unknown.error) == (400, "notfoundmarket")
    assert unknown.message == "다음 마켓에 없는 종목입니다: KRW-NOPE"
    assert client.ask("GET", "/v1/orders/chance").error == "validation_error"
    exchange.do(lambda: exchange.world.set_state(BTC, MarketState.HALTED))
    assert client.ask("GET", "/v1/orders/chance", market="KRW-BTC").json["market"]["state"] != "active"


@pytest.mark.sheet("0.1", "5.1")
def test_the_fee_event_of_other_quotes_ends(exchange: Served, client: PlainClient) -> None:
    def fees() -> tuple[str, str]:
        terms = client.ask("GET", "/v1/orders/chance", market="BTC-ETH").json
        return terms["bid_fee"], terms["maker_bid_fee"]

    assert fees() == ("0.0005", "0")
    exchange.pass_time(datetime.fromisoformat("2026-11-21T00:00:00+09:00") - exchange.clock.now())
    assert fees() == ("0.0025", "0.0025")


@pytest.mark.sheet("4.9")
def test_keys_tell_their_end(exchange: Served, client: PlainClient) -> None:
    exchange.add_key(valid_for=timedelta(days=7))
    exchange.add_key("somebody else")
    rows = client.ask("GET", "/v1/api_keys").json
    assert len(rows) == 2
    assert rows[0] == {"access_key": exchange.key.access_key, "expire_at": "2027-11-18T14:20:31+09:00"}
    assert rows[1]["expire_at"] == "2026-11-25T14:20:31+09:00"


@pytest.mark.sheet("4.9")
@pytest.mark.parametrize("path", ["/v1/deposits", "/v1/withdraws"])
def test_nothing_ever_moves_in_or_out(client: PlainClient, path: str) -> None:
    reply = client.ask("GET", path, currency="KRW", state="DONE", limit="100", page="2", order_by="asc")
    assert (reply.status, reply.json) == (200, [])
    assert client.ask("GET", path, ("uuids[]", "1"), ("txids[]", "2")).error == "validation_error"
    assert client.ask("GET", path, order_by="up").error == "validation_error"
    too_many = [("txids[]", str(number)) for number in range(101)]
    assert client.ask("GET", path, *too_many).error == "invalid_parameter"
    assert client.get(path).error == "no_authorization_token"


@pytest.mark.sheet("4.9", "11.10")
def test_wallets_work_and_may_say_more(exchange: Served, client: PlainClient) -> None:
    rows = client.ask("GET", "/v1/status/wallet").json
    assert {row["currency"] for row in rows} == {listed.market.base for listed in LISTED}
    assert {row["wallet_state"] for row in rows} == {"working"}
    assert rows[0].keys() == {
        "currency", "wallet_state", "block_state", "block_height", "block_updated_at",
        "block_elapsed_minutes", "net_type", "network_name",
    }  # fmt: skip
    assert rows[0]["block_updated_at"] == "2026-11-18T05:20:31.451+00:00"
    exchange.turn("wallet-members", "more")
    assert "availability" in client.ask("GET", "/v1/status/wallet").json[0]


@pytest.mark.sheet("2.4")
def test_there_is_one_pocket(exchange: Served, client: PlainClient) -> None:
    pocket = client.ask("GET", "/v1/pockets").json
    assert len(pocket) == 1
    keys = client.ask("GET", "/v1/pockets/api_keys").json
    assert keys[0]["pocket_uuid"] == pocket[0]["uuid"]
    assert [key["access_key"] for key in keys[0]["api_keys"]] == [exchange.key.access_key]
