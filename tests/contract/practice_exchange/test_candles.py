"""Sheet 3.6: which candles are told, how many, and how they are spelt."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote

import pytest

from tests.contract.practice_exchange.plain_client import PlainClient
from tests.contract.practice_exchange.scripted_market import BTC, NOW, candle, trade
from tests.contract.practice_exchange.served import Served
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.data_layer.practice_exchange.faults import Fault, FaultKind

MINUTES = "/v1/candles/minutes/1"
INVALID = "Invalid parameter. Check the given value!"


def openings(client: PlainClient, path: str = MINUTES, **query: str) -> list[str]:
    """Hours and minutes."""
    rows = client.get(path, market="KRW-BTC", **query).json
    return [row["candle_date_time_utc"][11:16] for row in rows]


@pytest.mark.sheet("1.1", "3.6", "3.6.5", "11.9")
def test_a_minute_candle_is_spelt_as_on_the_wire(exchange: Served, client: PlainClient) -> None:
    expected = (
        '[{"market":"KRW-BTC","candle_date_time_utc":"2026-11-18T05:20:00","candle_date_time_kst":"2026-11-18T14:20:00",'
        '"opening_price":118420000.00000000,"high_price":118470000.00000000,"low_price":118410000.00000000,'
        '"trade_price":118450000.00000000,"timestamp":1794979231412,"candle_acc_trade_price":97338211.45210000,'
        '"candle_acc_trade_volume":0.82183355,"unit":1}]'
    )
    assert client.get(MINUTES, market="KRW-BTC").text == expected
    exchange.turn("candle-numbers", "double")
    assert '"opening_price":118420000.0,"high_price":118470000.0,' in client.get(MINUTES, market="KRW-BTC").text


@pytest.mark.sheet("3.6.1", "3.6.2", "3.6.3")
def test_newest_first_with_the_one_in_progress_and_gaps(client: PlainClient) -> None:
    assert openings(client) == ["05:20"]
    assert openings(client, count="5") == ["05:20", "05:19", "05:16", "05:14", "05:13"]


@pytest.mark.sheet("3.6", "3.6.1", "3.6.4")
@pytest.mark.parametrize(
    "to", ["2026-11-18T05:19:00Z", "2026-11-18T05:19:00", "2026-11-18 05:19:00", "2026-11-18T14:19:00+09:00"]
)
def test_to_is_exclusive_in_every_form(client: PlainClient, to: str) -> None:
    assert openings(client, to=to, count="2") == ["05:16", "05:14"]
    # and what is returned is whole, not cut off there
    row = client.get(MINUTES, market="KRW-BTC", to=to).json[0]
    assert row["timestamp"] == 1794979019880


@pytest.mark.sheet("3.6")
def test_a_form_encoded_space_is_a_space(client: PlainClient) -> None:
    reply = client.send("GET", f"{MINUTES}?market=KRW-BTC&to=2026-11-18+05%3A19%3A00")
    assert reply.json[0]["candle_date_time_utc"] == "2026-11-18T05:16:00"


@pytest.mark.sheet("3.6")
def test_a_bound_in_the_future_or_one_second_on(client: PlainClient) -> None:
    assert openings(client, to="2030-01-01T00:00:00Z") == ["05:20"]
    assert openings(client, to="2026-11-18T05:19:01Z") == ["05:19"]


@pytest.mark.sheet("3.6", "6.1")
@pytest.mark.parametrize(
    "to", ["yesterday", "2026-11-18", "2026-13-01T00:00:00Z", "1794979231", "2026-11-18T05:19:00 09:00"]
)
def test_other_forms_are_refused(client: PlainClient, to: str) -> None:
    assert client.get(MINUTES, market="KRW-BTC", to=to).json["error"] == {"name": 400, "message": INVALID}
    raw_plus = f"{MINUTES}?market=KRW-BTC&to={quote('2026-11-18T14:19:00')}+09%3A00"
    assert client.send("GET", raw_plus).message == INVALID


@pytest.mark.sheet("3.6", "9")
def test_more_than_two_hundred_are_cut_without_a_word(exchange: Served, client: PlainClient) -> None:
    for count in ("200", "201", "100000"):
        reply = client.get(MINUTES, market="KRW-BTC", count=count)
        assert (reply.status, len(reply.json)) == (200, 200)
    assert client.get(MINUTES, market="KRW-BTC", count="abc").error == 400
    exchange.turn("count-beyond", "refused")
    assert client.get(MINUTES, market="KRW-BTC", count="201").message == INVALID


@pytest.mark.sheet("3.6.8")
def test_paging_backwards_neither_repeats_nor_misses(client: PlainClient) -> None:
    seen: list[str] = []
    to = "2026-11-18T05:21:00Z"
    while page := client.get(MINUTES, market="KRW-BTC", to=to, count="120").json:
        seen += [row["candle_date_time_utc"] for row in page]
        to = page[-1]["candle_date_time_utc"] + "Z"
    assert seen == sorted(set(seen), reverse=True)
    # 300 to 6 minutes ago, then 4, 1 and 0, and one long before
    assert len(seen) == 299


@pytest.mark.sheet("3.6.9")
def test_before_the_listing_and_after_a_delisting(client: PlainClient) -> None:
    before = client.get(MINUTES, market="KRW-BTC", to="2020-01-01T00:00:00Z")
    assert (before.status, before.json) == (200, [])
    never = client.get(MINUTES, market="KRW-NEW")
    assert (never.status, never.json) == (200, [])
    assert client.get(MINUTES, market="KRW-NOPE").json["error"] == {"name": 404, "message": "Code not found"}
    assert client.get(MINUTES).error == 400


@pytest.mark.sheet("3.6", "3.6.10")
def test_only_eight_minute_units_exist(exchange: Served, client: PlainClient) -> None:
    for unit in ("2", "120", "480", "x"):
        reply = client.get(f"/v1/candles/minutes/{unit}", market="KRW-BTC")
        assert reply.json == {"error": {"name": 400, "message": "specified unit is not valid."}}
    exchange.turn("unit-refusal", "parameter")
    assert client.get("/v1/candles/minutes/120", market="KRW-BTC").message == INVALID


@pytest.mark.sheet("3.6", "3.6.5")
@pytest.mark.parametrize(
    ("path", "unit", "extra"),
    [
        ("minutes/3", CandleUnit.MINUTES_3, {"unit": 3}),
        ("minutes/5", CandleUnit.MINUTES_5, {"unit": 5}),
        ("minutes/10", CandleUnit.MINUTES_10, {"unit": 10}),
        ("minutes/15", CandleUnit.MINUTES_15, {"unit": 15}),
        ("minutes/30", CandleUnit.MINUTES_30, {"unit": 30}),
        ("minutes/60", CandleUnit.HOUR, {"unit": 60}),
        ("minutes/240", CandleUnit.HOURS_4, {"unit": 240}),
        ("weeks", CandleUnit.WEEK, {"first_day_of_period": "2026-11-16"}),
        ("months", CandleUnit.MONTH, {"first_day_of_period": "2026-11-01"}),
        ("years", CandleUnit.YEAR, {"first_day_of_period": "2026-01-01"}),
        ("seconds", CandleUnit.SECOND, {}),
    ],
)
def test_every_unit_and_what_it_has_besides(
    exchange: Served, client: PlainClient, path: str, unit: CandleUnit, extra: dict[str, object]
) -> None:
    opened_at = unit.floor(NOW)
    exchange.script.candles.append(candle(BTC, unit, opened_at, "1 2 1 2 1 2", last=NOW))
    row = client.get(f"/v1/candles/{path}", market="KRW-BTC").json[0]
    assert row["candle_date_time_utc"] == f"{opened_at:%Y-%m-%dT%H:%M:%S}"
    common = {
        "market", "candle_date_time_utc", "candle_date_time_kst", "opening_price", "high_price", "low_price",
        "trade_price", "timestamp", "candle_acc_trade_price", "candle_acc_trade_volume",
    }  # fmt: skip
    assert {name: value for name, value in row.items() if name not in common} == extra


@pytest.mark.sheet("3.6")
def test_seconds_are_kept_for_three_months(exchange: Served, client: PlainClient) -> None:
    for age in (timedelta(days=100), timedelta(days=80)):
        exchange.script.candles.append(candle(BTC, CandleUnit.SECOND, NOW.replace(microsecond=0) - age, "1 1 1 1 1 1"))
    assert len(client.get("/v1/candles/seconds", market="KRW-BTC", count="200").json) == 1


@pytest.mark.sheet("1.1", "3.6")
def test_a_day_candle_has_the_change_besides(client: PlainClient) -> None:
    rows = client.get("/v1/candles/days", market="KRW-BTC", count="2")
    assert rows.json[1]["candle_date_time_utc"] == "2026-11-17T00:00:00"
    assert (
        '"candle_acc_trade_price":231887004512.33120000,"candle_acc_trade_volume":1977.40338112,'
        '"prev_closing_price":116900000.00000000,"change_price":1000000.00000000,"change_rate":0.0085543199}]'
    ) in rows.text
    assert "unit" not in rows.json[0]
    # signed, unlike in tickers
    assert client.get("/v1/candles/days", market="BTC-ETH", to="2026-11-18T00:00:00Z").json[0]["change_price"] > 0


@pytest.mark.sheet("3.6")
def test_days_can_be_converted_to_won(client: PlainClient) -> None:
    won = client.get("/v1/candles/days", market="KRW-BTC", converting_price_unit="KRW").json[0]
    assert won["converted_trade_price"] is None
    rows = client.get("/v1/candles/days", market="BTC-ETH", converting_price_unit="KRW", count="2").text
    assert '"converted_trade_price":4160372.65250000' in rows
    assert '"converted_trade_price":4138290.00000000' in rows
    assert "converted_trade_price" not in client.get("/v1/candles/days", market="BTC-ETH").json[0]
    assert client.get("/v1/candles/days", market="BTC-ETH", converting_price_unit="JPY").message == INVALID


@pytest.mark.sheet("3.6.6")
def test_a_timestamp_can_lie_a_little_beyond_the_end(exchange: Served, client: PlainClient) -> None:
    exchange.turn("candle-time", "overshoot")
    forming, closed = client.get(MINUTES, market="KRW-BTC", count="2").json
    assert forming["timestamp"] == 1794979231412
    end = int((datetime.fromisoformat(closed["candle_date_time_utc"] + "Z") + timedelta(minutes=1)).timestamp() * 1000)
    assert 0 < closed["timestamp"] - end <= 54
    assert client.get(MINUTES, market="KRW-BTC", count="2").json[1] == closed


@pytest.mark.sheet("3.6.2")
def test_the_candle_in_progress_grows(exchange: Served, client: PlainClient) -> None:
    exchange.script.candles.append(
        candle(BTC, CandleUnit.MINUTE, datetime.fromisoformat("2026-11-18T05:21:00Z"), "1 1 1 1 1 1")
    )
    assert openings(client) == ["05:20"]
    exchange.happens(trade(BTC, NOW + timedelta(seconds=40), "118460000", "0.1"))
    assert openings(client) == ["05:21"]


@pytest.mark.sheet("3.6.7", "10.2")
def test_the_last_candles_can_be_missing_for_a_while(exchange: Served, client: PlainClient) -> None:
    number = exchange.fault(Fault(FaultKind.MISSING_CANDLES, amount=2, path="/v1/candles/minutes/1"))
    assert openings(client, count="2") == ["05:16", "05:14"]
    exchange.do(lambda: exchange.faults.remove(number))
    assert openings(client, count="2") == ["05:20", "05:19"]
