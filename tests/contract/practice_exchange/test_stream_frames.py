"""What the public streams send, byte by byte: sheet 8.6 to 8.9 and 1.1."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tests.contract.practice_exchange.scripted_floor import Floor, on_floor, received, request, silent, told
from upbit_auto_trading.business_logic.domain.order import Side

BTC = ["KRW-BTC"]


@pytest.mark.sheet("8.6")
def test_a_ticker_frame_is_spelt_as_on_the_wire() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "ticker", "codes": BTC})

        assert (await received(client)).decode() == (
            '{"type":"ticker","code":"KRW-BTC","opening_price":117215000.00000000,"high_price":118990000.00000000,'
            '"low_price":117215000.00000000,"trade_price":118450000.00000000,"prev_closing_price":117900000.00000000,'
            '"acc_trade_price":88854708.5685000000000000,"change":"RISE","change_price":550000.00000000,'
            '"signed_change_price":550000.00000000,"change_rate":0.0046649703,"signed_change_rate":0.0046649703,'
            '"ask_bid":"BID","trade_volume":0.00421873,"acc_trade_volume":0.75421873,"trade_date":"20261118",'
            '"trade_time":"051931","trade_timestamp":1794979171000,"acc_ask_volume":0.37500000,'
            '"acc_bid_volume":0.37921873,"highest_52_week_price":118990000.00000000,'
            '"highest_52_week_date":"2026-11-18","lowest_52_week_price":117215000.00000000,'
            '"lowest_52_week_date":"2026-11-18","market_state":"ACTIVE","is_trading_suspended":false,'
            '"delisting_date":null,"market_warning":"NONE","timestamp":1794979171000,'
            '"acc_trade_price_24h":324654708.56850000,"acc_trade_volume_24h":2.75421873,"stream_type":"SNAPSHOT"}'
        )

    on_floor(scenario)


@pytest.mark.sheet("1.1", "8.6")
def test_a_zero_change_has_an_exponent_unless_the_switch_is_turned() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "ticker", "codes": BTC, "is_only_realtime": True})
        await floor.listening(client)
        await floor.trades("117900000")
        zero = (await received(client)).decode()
        assert '"change":"EVEN","change_price":0E-8,"signed_change_price":0E-8' in zero

        await floor.ask(floor.control.turn, "stream-zero", "padded")
        await floor.trades("117900000")
        assert '"change_price":0.00000000' in (await received(client)).decode()

    on_floor(scenario)


@pytest.mark.sheet("1.1")
def test_frames_can_have_doubles_for_decimals_and_the_reverse() -> None:
    async def scenario(floor: Floor) -> None:
        wanted = [{"type": type_, "codes": BTC, "is_only_snapshot": True} for type_ in ("ticker", "candle.1m", "trade")]
        client = await floor.subscribed(*wanted)
        usual = [(await received(client)).decode() for _ in wanted]
        await floor.ask(floor.control.turn, "stream-numbers", "double")
        await floor.ask(floor.control.turn, "stream-trade-numbers", "padded")
        await client.send(request(*wanted))
        turned = [(await received(client)).decode() for _ in wanted]
        for frame, other in zip(usual[:2], turned[:2], strict=True):
            assert '"trade_price":118450000.00000000,' in frame
            assert '"trade_price":118450000.0,' in other
        assert '"trade_price":118450000.0,"trade_volume":0.00421873,' in usual[2]
        assert '"trade_price":118450000.00000000,"trade_volume":0.00421873,' in turned[2]
        for frame, other in zip(usual, turned, strict=True):
            assert json.loads(frame) == json.loads(other), "the same numbers"

    on_floor(scenario)


@pytest.mark.sheet("8.7")
def test_a_trade_frame_is_spelt_as_on_the_wire_and_the_snapshot_repeats_the_last_trade() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "trade", "codes": BTC})
        snapshot = await told(client)
        assert (snapshot["stream_type"], snapshot["sequential_id"]) == ("SNAPSHOT", 17949791710000000)
        assert (snapshot["trade_date"], snapshot["trade_time"]) == ("2026-11-18", "05:19:31")

        await floor.trades("118449000", "0.00421873", side=Side.SELL)
        assert (await received(client)).decode() == (
            '{"type":"trade","code":"KRW-BTC","timestamp":1794979232000,"trade_date":"2026-11-18",'
            '"trade_time":"05:20:32","trade_timestamp":1794979232000,"trade_price":118449000.0,'
            '"trade_volume":0.00421873,"ask_bid":"ASK","prev_closing_price":117900000.00000000,"change":"RISE",'
            '"change_price":549000.0,"sequential_id":17949792320000000,"best_ask_price":118451000,'
            '"best_ask_size":0.03190044,"best_bid_price":118449000,"best_bid_size":0.06893129,'
            '"stream_type":"REALTIME"}'
        )

    on_floor(scenario)


@pytest.mark.sheet("8.8", "1.1")
def test_a_book_frame_has_exponents_zeros_and_padding() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "orderbook", "codes": ["KRW-BTC.5"]})
        assert (await received(client)).decode() == (
            '{"type":"orderbook","code":"KRW-BTC","timestamp":1794979172000,"total_ask_size":0.03265344,'
            '"total_bid_size":0.09575119,"orderbook_units":['
            '{"ask_price":1.18451E8,"bid_price":1.18449E8,"ask_size":0.03190044,"bid_size":0.07315002},'
            '{"ask_price":1.18453E8,"bid_price":1.18448E8,"ask_size":0.00075300,"bid_size":0.02260117},'
            '{"ask_price":0,"bid_price":0,"ask_size":0,"bid_size":0},{"ask_price":0,"bid_price":0,"ask_size":0,'
            '"bid_size":0},{"ask_price":0,"bid_price":0,"ask_size":0,"bid_size":0}],"stream_type":"SNAPSHOT","level":0}'
        )

    on_floor(scenario)


@pytest.mark.sheet("8.8", "1.1")
def test_a_short_book_frame_has_plain_prices_and_small_sizes_with_exponents() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "orderbook", "codes": ["KRW-BTC.1"]}, format="SIMPLE")
        await received(client)
        await floor.shows(["118451000:0.0005"], ["118449000:0.000753"])
        assert (await received(client)).decode() == (
            '{"ty":"orderbook","cd":"KRW-BTC","tms":1794979231200,"tas":0.0005,"tbs":0.000753,"obu":['
            '{"ap":118451000,"bp":118449000,"as":5.0E-4,"bs":7.53E-4}],"st":"REALTIME","lv":0}'
        )
        await floor.ask(floor.control.turn, "stream-book-numbers", "plain")
        await floor.shows(["118451000:0.0005"], ["118449000:0.00075"])
        assert '"as":0.0005,"bs":0.00075' in (await received(client)).decode()

    on_floor(scenario)


@pytest.mark.sheet("8.8")
@pytest.mark.parametrize(("suffix", "depth"), [("", 30), (".1", 1), (".5", 5), (".15", 15), (".30", 30), (".20", 30)])
def test_a_suffix_narrows_the_book_and_an_unknown_one_does_not(suffix: str, depth: int) -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "orderbook", "codes": [f"KRW-BTC{suffix}"]})
        frame = await told(client)
        assert (len(frame["orderbook_units"]), frame["code"]) == (depth, "KRW-BTC")

    on_floor(scenario)


@pytest.mark.sheet("8.3", "8.8")
def test_a_level_groups_prices_and_an_unsupported_one_sends_nothing() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "orderbook", "codes": ["KRW-BTC.1"], "level": 10000})
        frame = await told(client)
        best = frame["orderbook_units"][0]
        assert (best["ask_price"], best["bid_price"], frame["level"]) == (118_460_000, 118_440_000, 10_000)
        assert best["ask_size"] == Decimal("0.03265344")

        await client.send('[{"ticket":"2"},{"type":"orderbook","codes":["KRW-BTC"],"level":7}]')
        assert await silent(client)

    on_floor(scenario)


@pytest.mark.sheet("8.9", "1.1")
def test_a_candle_frame_is_spelt_as_on_the_wire() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "candle.1m", "codes": BTC})
        snapshot = await told(client)
        assert (snapshot["candle_date_time_utc"], snapshot["stream_type"]) == ("2026-11-18T05:19:00", "SNAPSHOT")

        await floor.trades("118420000", "0.5")
        assert (await received(client)).decode() == (
            '{"type":"candle.1m","code":"KRW-BTC","candle_date_time_utc":"2026-11-18T05:20:00",'
            '"candle_date_time_kst":"2026-11-18T14:20:00","opening_price":118420000.00000000,'
            '"high_price":118420000.00000000,"low_price":118420000.00000000,"trade_price":118420000.00000000,'
            '"candle_acc_trade_volume":0.50000000,"candle_acc_trade_price":59210000.00000000,'
            '"timestamp":1794979232000,"stream_type":"REALTIME"}'
        )

    on_floor(scenario)


@pytest.mark.sheet("8.9")
def test_candles_are_told_at_most_once_a_second_and_never_once_they_are_over() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "candle.1m", "codes": BTC, "is_only_realtime": True})
        await floor.listening(client)
        await floor.trades("100000000", after=1)
        await floor.trades("101000000", after=0.4)
        await floor.trades("102000000", after=0.4)
        assert (await told(client))["trade_price"] == 100_000_000
        assert await silent(client)
        await floor.trades("103000000", after=0.4)
        assert (await told(client))["trade_price"] == 102_000_000, "what was held back is told when its second is up"

        # Half a second before the minute ends, and then the next one begins: the last update is never told.
        await floor.trades("104000000", after=25.9)
        assert (await told(client))["high_price"] == 103_000_000
        assert (await told(client))["trade_price"] == 104_000_000
        await floor.trades("105000000", after=0.4)
        await floor.trades("106000000", after=2)
        newest = await told(client)
        assert (newest["candle_date_time_utc"], newest["opening_price"]) == ("2026-11-18T05:21:00", 106_000_000)

    on_floor(scenario)


@pytest.mark.sheet("8.3", "8.6", "8.7", "8.9")
@pytest.mark.parametrize("type_", ["ticker", "trade", "orderbook", "candle.1s", "candle.240m"])
def test_short_names_are_shorter_and_say_the_same(type_: str) -> None:
    async def scenario(floor: Floor) -> None:
        long = await told(await floor.subscribed({"type": type_, "codes": BTC}))
        short = await told(await floor.subscribed({"type": type_, "codes": BTC}, format="SIMPLE"))
        assert len(short) == len(long)
        assert all(len(name) < len(full) for name, full in zip(short, long, strict=True))
        assert [value for value in short.values() if not isinstance(value, list)] == [
            value for value in long.values() if not isinstance(value, list)
        ]

    on_floor(scenario)


@pytest.mark.sheet("8.3")
@pytest.mark.parametrize("format_", ["JSON_LIST", "SIMPLE_LIST"])
def test_list_formats_wrap_each_message(format_: str) -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "ticker", "codes": BTC}, format=format_)
        frame = json.loads(await received(client))
        assert isinstance(frame, list)
        assert len(frame) == 1

    on_floor(scenario)


@pytest.mark.sheet("8.6", "9")
def test_a_delisting_is_told_by_the_ticker_and_then_the_code_is_silent() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "ticker", "codes": BTC, "is_only_realtime": True})
        await floor.listening(client)
        await floor.ask(floor.control.set_market, "KRW-BTC", "halted")
        assert (await told(client))["is_trading_suspended"] is True
        await floor.ask(floor.control.set_market, "KRW-BTC", "delisted")
        assert (await told(client))["market_state"] == "DELISTED"
        await floor.trades("118000000")
        assert await silent(client)
        again = await floor.subscribed({"type": "ticker", "codes": BTC})
        assert await silent(again)

    on_floor(scenario)
