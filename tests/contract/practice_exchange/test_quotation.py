"""Sheet 1.1, 3.1–3.5 and 6.1: markets, tickers, books and trades, to the digit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.contract.practice_exchange.plain_client import PlainClient
from tests.contract.practice_exchange.scripted_market import BTC, MINUTE, NOW, XRP, trade
from tests.contract.practice_exchange.served import Served
from upbit_auto_trading.business_logic.domain.market import MarketState
from upbit_auto_trading.business_logic.domain.order import Side

MISSING = "Missing request parameter error. Check the required parameters!"
MISTYPED = "Type mismatch error. Check the parameters type!"
INVALID = "Invalid parameter. Check the given value!"


# --- 3.1


@pytest.mark.sheet("3.1")
def test_markets_are_named_and_not_sorted(client: PlainClient) -> None:
    rows = client.get("/v1/market/all").json
    assert rows[0] == {"market": "KRW-XRP", "korean_name": "엑스알피", "english_name": "XRP"}
    assert [row["market"] for row in rows] == ["KRW-XRP", "KRW-BTC", "BTC-ETH", "USDT-BTC", "KRW-NEW"]


@pytest.mark.sheet("3.1")
@pytest.mark.parametrize("name", ["is_details", "isDetails"])
def test_details_tell_of_warnings_and_cautions(client: PlainClient, name: str) -> None:
    rows = {row["market"]: row["market_event"] for row in client.get("/v1/market/all", **{name: "true"}).json}
    assert rows["KRW-XRP"] == {
        "warning": False,
        "caution": {
            "PRICE_FLUCTUATIONS": False,
            "TRADING_VOLUME_SOARING": False,
            "DEPOSIT_AMOUNT_SOARING": False,
            "GLOBAL_PRICE_DIFFERENCES": True,
            "CONCENTRATION_OF_SMALL_ACCOUNTS": False,
        },
    }
    assert rows["BTC-ETH"]["warning"] is True


@pytest.mark.sheet("3.1")
def test_the_old_spelling_can_be_switched_off(exchange: Served, client: PlainClient) -> None:
    exchange.turn("details-spelling", "documented")
    assert "market_event" not in client.get("/v1/market/all", isDetails="true").json[0]
    assert "market_event" in client.get("/v1/market/all", is_details="true").json[0]
    assert client.get("/v1/market/all", is_details="perhaps").message == MISTYPED


# --- 3.2 and 1.1


@pytest.mark.sheet("1.1", "3.2")
def test_a_ticker_is_spelt_as_on_the_wire(client: PlainClient) -> None:
    assert client.get("/v1/ticker", markets="KRW-BTC").text == (
        '[{"market":"KRW-BTC","trade_date":"20261118","trade_time":"052031","trade_date_kst":"20261118",'
        '"trade_time_kst":"142031","trade_timestamp":1794979231412,"opening_price":117900000.00000000,'
        '"high_price":118990000.00000000,"low_price":117215000.00000000,"trade_price":118450000.00000000,'
        '"prev_closing_price":117900000.00000000,"change":"RISE","change_price":550000.00000000,'
        '"change_rate":0.0046649703,"signed_change_price":550000.00000000,"signed_change_rate":0.0046649703,'
        '"trade_volume":0.00421873,"acc_trade_price":61284417392.8841200000000000,'
        '"acc_trade_price_24h":29104125224.17790000,"acc_trade_volume":518.80217745,'
        '"acc_trade_volume_24h":245.72823145,"highest_52_week_price":118990000.00000000,'
        '"highest_52_week_date":"2026-11-18","lowest_52_week_price":116010000.00000000,'
        '"lowest_52_week_date":"2026-11-17","timestamp":1794979231412}]'
    )


@pytest.mark.sheet("1.1")
def test_tickers_as_doubles_and_a_bare_zero(exchange: Served, client: PlainClient) -> None:
    exchange.turn("ticker-numbers", "double")
    text = client.get("/v1/ticker", markets="KRW-BTC").text
    assert '"trade_price":118450000.0,' in text
    assert '"change_rate":0.004664970' in text
    exchange.turn("ticker-numbers", "padded")
    # the first day of XRP: what it is measured from is its own opening
    ticker = client.get("/v1/ticker", markets="KRW-XRP").text
    assert '"change":"RISE"' in ticker
    usdt = client.get("/v1/ticker", markets="USDT-BTC").text
    assert '"low_price":80900.00000000' in usdt


@pytest.mark.sheet("3.2")
def test_a_fall_is_signed_in_two_of_four_fields(exchange: Served, client: PlainClient) -> None:
    exchange.happens(trade(BTC, NOW + MINUTE, "117800000", "0.01", Side.SELL))
    row = client.get("/v1/ticker", markets="KRW-BTC").json[0]
    assert row["change"] == "FALL"
    assert (row["change_price"], row["signed_change_price"]) == (Decimal(100_000), Decimal(-100_000))
    assert row["change_rate"] == -row["signed_change_rate"] > 0
    exchange.happens(trade(BTC, NOW + 2 * MINUTE, "117900000", "0.01"))
    even = client.get("/v1/ticker", markets="KRW-BTC")
    assert '"change":"EVEN","change_price":0,"change_rate":0,"signed_change_price":0,' in even.text


@pytest.mark.sheet("3.2")
def test_tickers_of_whole_quotes(client: PlainClient) -> None:
    def codes(quotes: str) -> list[str]:
        return [row["market"] for row in client.get("/v1/ticker/all", quote_currencies=quotes).json]

    # one that was never traded has no ticker
    assert codes("KRW") == ["KRW-XRP", "KRW-BTC"]
    assert codes("BTC,USDT") == ["BTC-ETH", "USDT-BTC"]
    assert codes("krw") == codes("KRW")
    assert client.get("/v1/ticker/all").message == MISSING


@pytest.mark.sheet("3", "6.1", "9")
@pytest.mark.parametrize(
    "path", ["/v1/ticker", "/v1/orderbook", "/v1/orderbook/instruments", "/v1/orderbook/supported_levels"]
)
def test_one_bad_code_fails_the_whole_list(exchange: Served, client: PlainClient, path: str) -> None:
    reply = client.get(path, markets="KRW-BTC,KRW-NOPE")
    assert (reply.status, reply.json) == (404, {"error": {"name": 404, "message": "Code not found"}})
    assert client.get(path).json == {"error": {"name": 400, "message": MISSING}}
    assert client.get(path, markets="krw-btc").status == 200
    exchange.turn("code-case", "upper")
    assert client.get(path, markets="krw-btc").status == 404


@pytest.mark.sheet("9", "3.6.9")
def test_a_delisted_market_is_gone_everywhere(exchange: Served, client: PlainClient) -> None:
    exchange.do(lambda: exchange.world.set_state(XRP, MarketState.DELISTED))
    assert "KRW-XRP" not in [row["market"] for row in client.get("/v1/market/all").json]
    assert client.get("/v1/ticker", markets="KRW-BTC,KRW-XRP").error == 404
    assert client.get("/v1/candles/minutes/1", market="KRW-XRP").error == 404
    assert client.get("/v1/trades/ticks", market="KRW-XRP").error == 404


# --- 3.3 and 3.4


@pytest.mark.sheet("1.1", "3.3")
def test_a_book_pairs_its_levels_and_pads_the_thin_side(exchange: Served, client: PlainClient) -> None:
    assert client.get("/v1/orderbook", markets="BTC-ETH").text == (
        '[{"market":"BTC-ETH","timestamp":1794979231431,"total_ask_size":1,"total_bid_size":200,"orderbook_units":['
        '{"bid_price":0.00000412,"bid_size":100,"ask_price":0.03512346,"ask_size":1},'
        '{"bid_price":0.00000411,"bid_size":100,"ask_price":0,"ask_size":0}],"level":0}]'
    )
    exchange.turn("book-padding", "none")
    assert len(client.get("/v1/orderbook", markets="BTC-ETH").json[0]["orderbook_units"]) == 1
    exchange.turn("book-numbers", "exponent")
    assert '"bid_price":1.18449E8,' in client.get("/v1/orderbook", markets="KRW-BTC").text


@pytest.mark.sheet("3.3")
def test_the_books_time_is_that_of_its_change(exchange: Served, client: PlainClient) -> None:
    assert client.get("/v1/orderbook", markets="KRW-BTC").json[0]["timestamp"] == 1794979231431
    exchange.turn("book-time", "request")
    assert client.get("/v1/orderbook", markets="KRW-BTC").json[0]["timestamp"] == 1794979231451


@pytest.mark.sheet("3.3", "9")
def test_depth_is_cut_without_a_word(exchange: Served, client: PlainClient) -> None:
    def depth(count: str) -> int:
        return len(client.get("/v1/orderbook", markets="KRW-BTC", count=count).json[0]["orderbook_units"])

    assert (depth("1"), depth("3"), depth("1000")) == (1, 3, 3)
    assert client.get("/v1/orderbook", markets="KRW-BTC", count="abc").json["error"] == {
        "name": 400,
        "message": MISTYPED,
    }
    assert client.get("/v1/orderbook", markets="KRW-BTC", count="0").message == INVALID
    exchange.turn("count-beyond", "refused")
    assert client.get("/v1/orderbook", markets="KRW-BTC", count="31").message == INVALID


@pytest.mark.sheet("3.3", "3.4")
def test_levels_group_won_markets_alone(client: PlainClient) -> None:
    grouped = client.get("/v1/orderbook", markets="KRW-BTC", level="10000")
    assert grouped.text == (
        '[{"market":"KRW-BTC","timestamp":1794979231431,"total_ask_size":2.03265344,"total_bid_size":0.09575119,'
        '"orderbook_units":[{"bid_price":118440000,"bid_size":0.09575119,'
        '"ask_price":118460000,"ask_size":2.03265344}],"level":10000}]'
    )
    for markets, level in (("KRW-BTC", "7"), ("BTC-ETH", "10"), ("KRW-BTC,BTC-ETH", "10000")):
        reply = client.get("/v1/orderbook", markets=markets, level=level)
        assert (reply.status, reply.json) == (200, [])
    assert client.get("/v1/orderbook", markets="BTC-ETH", level="0").json != []
    assert client.get("/v1/orderbook", markets="KRW-BTC", level="x").message == MISTYPED


@pytest.mark.sheet("1.1", "3.4")
def test_instruments_are_texts_on_the_wire(exchange: Served, client: PlainClient) -> None:
    reply = client.get("/v1/orderbook/instruments", markets="KRW-BTC,USDT-BTC")
    first, second = reply.json
    assert (first["tick_size"], first["quote_currency"], first["supported_levels"][:3]) == (
        "1000",
        "KRW",
        ["0", "10000", "100000"],
    )
    assert (second["tick_size"], second["supported_levels"]) == ("0.01", ["0"])
    assert reply.headers["remaining-req"] == "group=orderbook; min=600; sec=9"
    exchange.turn("instrument-numbers", "number")
    assert (
        '"tick_size":1000,"supported_levels":[0,10000,'
        in client.get("/v1/orderbook/instruments", markets="KRW-BTC").text
    )
    older = client.get("/v1/orderbook/supported_levels", markets="KRW-BTC").text
    assert older.startswith('[{"market":"KRW-BTC","supported_levels":[0,10000,')


@pytest.mark.sheet("3.4", "5.3")
def test_the_tick_follows_the_price_into_another_band(exchange: Served, client: PlainClient) -> None:
    assert client.get("/v1/orderbook/instruments", markets="KRW-XRP").json[0]["tick_size"] == "1"
    exchange.happens(trade(XRP, NOW + MINUTE, "5005", "1"))
    assert client.get("/v1/orderbook/instruments", markets="KRW-XRP").json[0]["tick_size"] == "5"


# --- 3.5


@pytest.mark.sheet("1.1", "3.5")
def test_trades_come_newest_first_with_a_number_each(exchange: Served, client: PlainClient) -> None:
    assert client.get("/v1/trades/ticks", market="KRW-BTC").text == (
        '[{"market":"KRW-BTC","trade_date_utc":"2026-11-18","trade_time_utc":"05:20:31","timestamp":1794979231412,'
        '"trade_price":118450000.0,"trade_volume":0.00421873,"prev_closing_price":117900000.0,"change_price":550000.0,'
        '"ask_bid":"BID","sequential_id":17949792314120000}]'
    )
    rows = client.get("/v1/trades/ticks", market="KRW-BTC", count="500").json
    assert [row["sequential_id"] for row in rows] == [17949792314120000, 17949792284120000]
    assert rows[1]["ask_bid"] == "ASK"
    exchange.turn("trade-numbers", "padded")
    assert '"trade_price":118450000.00000000,' in client.get("/v1/trades/ticks", market="KRW-BTC").text


@pytest.mark.sheet("3.5")
def test_a_fall_is_signed_in_trades(exchange: Served, client: PlainClient) -> None:
    exchange.happens(trade(BTC, NOW + MINUTE, "117800000", "0.01", Side.SELL))
    assert client.get("/v1/trades/ticks", market="KRW-BTC").json[0]["change_price"] == Decimal(-100_000)


@pytest.mark.sheet("3.5")
def test_trades_by_cursor_time_and_day(client: PlainClient) -> None:
    def numbers(**query: str) -> list[int]:
        return [
            row["sequential_id"] for row in client.get("/v1/trades/ticks", market="KRW-BTC", count="9", **query).json
        ]

    newest, oldest = 17949792314120000, 17949792284120000
    assert numbers(cursor=str(newest)) == [oldest]
    assert numbers(cursor=str(oldest)) == []
    assert numbers(to="052030") == numbers(to="05:20:30") == [oldest]
    assert numbers(to="05:20:32") == [newest, oldest]
    assert numbers(days_ago="1") == []


@pytest.mark.sheet("3.5", "6.1")
def test_bad_questions_for_trades(exchange: Served, client: PlainClient) -> None:
    assert client.get("/v1/trades/ticks").message == MISSING
    assert client.get("/v1/trades/ticks", market="KRW-BTC", cursor="x").message == MISTYPED
    assert client.get("/v1/trades/ticks", market="KRW-BTC", days_ago="8").message == INVALID
    assert client.get("/v1/trades/ticks", market="KRW-BTC", to="25:00:00").message == INVALID
    exchange.turn("count-beyond", "refused")
    assert client.get("/v1/trades/ticks", market="KRW-BTC", count="501").message == INVALID


@pytest.mark.sheet("6.1")
def test_text_that_is_not_utf8_is_refused(client: PlainClient) -> None:
    assert client.send("GET", "/v1/ticker?markets=%ff").message == INVALID
