"""Markets, prices, books, trades and candles over real sockets, against servers that follow the facts sheet."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.fakes import upbit_payloads as payloads
from tests.fakes.scripted_exchange import Answer, Received, answer, refusal
from tests.log_guard import LogGuard
from tests.unit.data_layer.exchanges.upbit.conftest import World
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, InvalidParameter, MarketUnknown
from upbit_auto_trading.business_logic.domain.market import Market

BTC = Market("upbit", "KRW-BTC")
START = datetime(2026, 11, 18, 0, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def markets(count: int) -> list[Market]:
    return [Market("upbit", f"KRW-C{number:03}") for number in range(count)]


def test_markets_are_asked_for_with_their_cautions(world: World) -> None:
    world.server.on("GET", "/v1/market/all", answer([payloads.MARKET]))
    assert [listed.market for listed in world.exchange.market_data.markets()] == [BTC]
    assert world.server.requests[0].values == {"is_details": "true"}


def test_prices_of_many_markets_are_asked_for_by_hundreds(world: World) -> None:
    def tickers(request: Received) -> Answer:
        return answer([payloads.ticker(code) for code in request.values["markets"].split(",")])

    world.server.on("GET", "/v1/ticker", tickers)
    wanted = markets(250)
    found = world.exchange.market_data.price_summaries([*wanted, wanted[0]])
    assert [summary.market for summary in found] == wanted
    assert [len(request.values["markets"].split(",")) for request in world.server.requests] == [100, 100, 50]
    assert world.exchange.market_data.price_summaries([]) == ()


def test_one_market_that_is_gone_does_not_hide_the_others(world: World) -> None:
    listed = ["KRW-C000", "KRW-C002"]

    def tickers(request: Received) -> Answer:
        codes = request.values["markets"].split(",")
        return answer([payloads.ticker(code) for code in codes]) if set(codes) <= set(listed) else refusal(404, 404)

    world.server.on("GET", "/v1/ticker", tickers)
    world.server.on("GET", "/v1/market/all", answer([{"market": code} for code in listed]))
    found = world.exchange.market_data.price_summaries(markets(3))
    assert [summary.market.code for summary in found] == listed
    with pytest.raises(MarketUnknown):
        world.exchange.market_data.price_summaries([markets(2)[1]])


def test_all_prices_of_some_quotes(world: World) -> None:
    world.server.on("GET", "/v1/ticker/all", answer([payloads.ticker("KRW-BTC"), payloads.ticker("BTC-ETH")]))
    found = world.exchange.market_data.all_price_summaries(["KRW", "BTC"])
    assert [str(summary.market) for summary in found] == ["upbit:KRW-BTC", "upbit:BTC-ETH"]
    assert world.server.requests[0].values == {"quote_currencies": "KRW,BTC"}
    assert world.exchange.market_data.all_price_summaries([]) == ()


def test_books_with_depth_and_grouping(world: World) -> None:
    world.server.on("GET", "/v1/orderbook", answer(payloads.number_text(f"[{payloads.BOOK}]")))
    (book,) = world.exchange.market_data.order_books([BTC], depth=50, grouping=Decimal(10000))
    assert len(book.asks) == 3
    assert world.server.requests[0].values == {"markets": "KRW-BTC", "count": "30", "level": "10000"}
    world.exchange.market_data.order_books([BTC])
    assert world.server.requests[1].values == {"markets": "KRW-BTC"}


def test_a_grouping_that_is_not_offered_is_told(world: World) -> None:
    world.server.on("GET", "/v1/orderbook", answer([]))
    with pytest.raises(InvalidParameter) as caught:
        world.exchange.market_data.order_books([Market("upbit", "BTC-ETH")], grouping=Decimal(5))
    assert caught.value.name == "grouping"
    assert world.exchange.market_data.order_books([BTC]) == ()


def test_instruments(world: World) -> None:
    world.server.on("GET", "/v1/orderbook/instruments", answer([payloads.INSTRUMENT]))
    (instrument,) = world.exchange.market_data.instruments([BTC])
    assert (instrument.tick, instrument.book_groupings) == (
        Decimal(1000),
        (Decimal(0), Decimal(10000), Decimal(100000)),
    )


def test_markets_of_another_exchange_are_refused(world: World) -> None:
    with pytest.raises(InvalidParameter):
        world.exchange.market_data.price_summaries([Market("bithumb", "KRW-BTC")])


# trades


def trade_server(numbers: list[int], *, is_inclusive: bool) -> Callable[[Received], Answer]:
    """Newest first; whether the cursor's own trade comes again is not documented: both."""

    def trades(request: Received) -> Answer:
        cursor = int(request.values.get("cursor", 10**18))
        older = [number for number in sorted(numbers, reverse=True) if number < cursor + is_inclusive]
        return answer([payloads.trade(number) for number in older[: min(int(request.values["count"]), 500)]])

    return trades


@pytest.mark.parametrize("is_inclusive", [True, False])
def test_trades_are_read_back_by_their_numbers(world: World, is_inclusive: bool) -> None:
    numbers = [17949792314120001 + step for step in range(1_200)]
    world.server.on("GET", "/v1/trades/ticks", trade_server(numbers, is_inclusive=is_inclusive))
    read = world.exchange.market_data.trades
    assert [trade.number for trade in read(BTC, count=1_100)] == numbers[-1_100:]
    assert [trade.number for trade in read(BTC, count=5_000)] == numbers
    assert [trade.number for trade in read(BTC, count=3, before_number=numbers[10])] == numbers[7:10]
    assert read(BTC, count=3, before_number=numbers[0]) == ()
    assert all(int(request.values["count"]) <= 500 for request in world.server.requests)


def test_trades_of_earlier_days(world: World) -> None:
    world.server.on("GET", "/v1/trades/ticks", trade_server([1, 2], is_inclusive=False))
    world.exchange.market_data.trades(BTC, count=2, days_ago=7)
    assert world.server.requests[0].values["days_ago"] == "7"
    for wrong in (0, 8):
        with pytest.raises(InvalidParameter):
            world.exchange.market_data.trades(BTC, count=2, days_ago=wrong)
    assert world.exchange.market_data.trades(BTC, count=0) == ()


# candles


class CandleServer:
    """Section 3.6: rows with ``start < to``, newest first, at most 200, gaps where nothing was traded."""

    def __init__(self, opened: list[datetime], market: str = "KRW-BTC") -> None:
        self.rows = sorted(opened, reverse=True)
        self.market = market

    def __call__(self, request: Received) -> Answer:
        values = request.values
        to = datetime.fromisoformat(values["to"]) if "to" in values else datetime(2100, 1, 1, tzinfo=UTC)
        assert to.microsecond == 0
        rows = [row for row in self.rows if row < to][: min(int(values["count"]), 200)]
        return answer([payloads.candle(row) for row in rows])


def test_candles_are_paged_back_over_gaps_until_there_are_no_more(world: World) -> None:
    opened = [START + number * MINUTE for number in range(900) if number % 3 and not 300 < number < 400]
    world.server.on("GET", "/v1/candles/minutes/1", CandleServer(opened))
    read = world.exchange.market_data.candles_before
    assert [candle.opened_at for candle in read(BTC, CandleUnit.MINUTE, None, 450)] == opened[-450:]
    pages = [request.values for request in world.server.requests]
    assert [page["count"] for page in pages] == ["200", "200", "50"]
    assert "to" not in pages[0]
    assert pages[1]["to"] == opened[-200].strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [candle.opened_at for candle in read(BTC, CandleUnit.MINUTE, None, 5_000)] == opened
    assert read(BTC, CandleUnit.MINUTE, opened[0], 10) == ()
    assert read(BTC, CandleUnit.MINUTE, None, 0) == ()


def test_the_upper_bound_is_exclusive_and_rounded_up_to_a_second(world: World) -> None:
    opened = [START + number * MINUTE for number in range(10)]
    world.server.on("GET", "/v1/candles/minutes/1", CandleServer(opened))
    read = world.exchange.market_data.candles_before
    assert [candle.opened_at for candle in read(BTC, CandleUnit.MINUTE, opened[5], 2)] == opened[3:5]
    later = opened[5] + timedelta(microseconds=1)
    assert [candle.opened_at for candle in read(BTC, CandleUnit.MINUTE, later, 2)] == opened[4:6]
    assert world.server.requests[1].values["to"] == "2026-11-18T00:05:01Z"


def test_candles_are_paged_forward_from_a_moment(world: World) -> None:
    opened = [START + number * MINUTE for number in range(700) if number % 7]
    world.server.on("GET", "/v1/candles/minutes/1", CandleServer(opened))
    found = world.exchange.market_data.candles_from(BTC, CandleUnit.MINUTE, START + 50 * MINUTE, 300)
    assert [candle.opened_at for candle in found] == [one for one in opened if one >= START + 50 * MINUTE][:300]
    assert world.exchange.market_data.candles_from(BTC, CandleUnit.MINUTE, START + 701 * MINUTE, 3) == ()


def test_candles_of_a_range(world: World) -> None:
    opened = [START + number * MINUTE for number in range(700) if number % 7]
    world.server.on("GET", "/v1/candles/minutes/1", CandleServer(opened))
    start, end = START + 50 * MINUTE, START + 650 * MINUTE
    found = world.exchange.market_data.candles_between(BTC, CandleUnit.MINUTE, start, end)
    assert [candle.opened_at for candle in found] == [one for one in opened if start <= one < end]
    count = len(world.server.requests)
    assert count == 3
    assert world.exchange.market_data.candles_between(BTC, CandleUnit.MINUTE, end, start) == ()
    assert len(world.server.requests) == count


def test_a_candle_of_a_range_that_cannot_be_read_is_no_interval_without_trades(
    world: World, expected_log: LogGuard
) -> None:
    opened = [START + number * MINUTE for number in range(9)]
    candles = CandleServer(opened)

    def with_one_broken(request: Received) -> Answer:
        told = json.loads(candles(request).body)
        told[3].pop("trade_price")
        return answer(told)

    expected_log.expect("could not be read")
    world.server.on("GET", "/v1/candles/minutes/1", with_one_broken)
    with pytest.raises(ExchangeUnavailable, match="unreadable"):
        world.exchange.market_data.candles_between(BTC, CandleUnit.MINUTE, START, START + 9 * MINUTE)


@pytest.mark.claims("error:MarketUnknown")
def test_a_market_that_was_not_yet_listed_has_none(world: World) -> None:
    world.server.on("GET", "/v1/candles/minutes/1", CandleServer([]))
    assert world.exchange.market_data.candles_between(BTC, CandleUnit.MINUTE, START, START + 9 * MINUTE) == ()
    world.server.on("GET", "/v1/candles/minutes/1", refusal(404, 404, "Code not found"))
    with pytest.raises(MarketUnknown):
        world.exchange.market_data.candles_before(BTC, CandleUnit.MINUTE, None, 1)


def test_a_page_that_gets_no_further_ends_the_reading(world: World) -> None:
    """A server that takes the bound as inclusive, or ignores it, must not keep us for ever."""
    rows = answer([payloads.candle(START), payloads.candle(START + MINUTE)])
    world.server.on("GET", "/v1/candles/minutes/1", rows)
    found = world.exchange.market_data.candles_before(BTC, CandleUnit.MINUTE, None, 10)
    assert [candle.opened_at for candle in found] == [START, START + MINUTE]
    assert len(world.server.requests) == 2


def test_a_malformed_candle_is_a_gap_and_a_page_of_them_is_no_answer(world: World, expected_log: LogGuard) -> None:
    expected_log.expect("could not be read", at_least=2)
    broken = payloads.candle(START, high_price="many")
    world.server.answers(answer([payloads.candle(START + MINUTE), broken]), answer([]))
    found = world.exchange.market_data.candles_before(BTC, CandleUnit.MINUTE, None, 2)
    assert [candle.opened_at for candle in found] == [START + MINUTE]
    world.server.answers(answer([broken]))
    with pytest.raises(ExchangeUnavailable):
        world.exchange.market_data.candles_before(BTC, CandleUnit.MINUTE, None, 2)


@pytest.mark.parametrize(
    ("unit", "path", "opened_at"),
    [
        (CandleUnit.SECOND, "seconds", "2026-11-18T05:20:31"),
        (CandleUnit.MINUTE, "minutes/1", "2026-11-18T05:20:00"),
        (CandleUnit.MINUTES_3, "minutes/3", "2026-11-18T05:21:00"),
        (CandleUnit.MINUTES_5, "minutes/5", "2026-11-18T05:20:00"),
        (CandleUnit.MINUTES_10, "minutes/10", "2026-11-18T05:20:00"),
        (CandleUnit.MINUTES_15, "minutes/15", "2026-11-18T05:15:00"),
        (CandleUnit.MINUTES_30, "minutes/30", "2026-11-18T05:30:00"),
        (CandleUnit.HOUR, "minutes/60", "2026-11-18T05:00:00"),
        (CandleUnit.HOURS_4, "minutes/240", "2026-11-18T04:00:00"),
        (CandleUnit.DAY, "days", "2026-11-18T00:00:00"),
        (CandleUnit.WEEK, "weeks", "2026-11-16T00:00:00"),
        (CandleUnit.MONTH, "months", "2026-11-01T00:00:00"),
        (CandleUnit.YEAR, "years", "2026-01-01T00:00:00"),
    ],
)
def test_every_unit_has_its_path(world: World, unit: CandleUnit, path: str, opened_at: str) -> None:
    moment = datetime.fromisoformat(opened_at).replace(tzinfo=UTC)
    extra: dict[str, Any] = {"first_day_of_period": opened_at[:10], "prev_closing_price": 1, "change_rate": -0.5}
    world.server.on("GET", f"/v1/candles/{path}", answer([payloads.candle(moment, **extra)]))
    (candle,) = world.exchange.market_data.candles_before(BTC, unit, None, 1)
    assert (candle.unit, candle.opened_at) == (unit, moment)
    assert unit in world.exchange.capabilities.candle_units


def test_prices_never_pass_a_binary_float(world: World) -> None:
    text = json.dumps(payloads.ticker("KRW-BTC")).replace("118450000.0", "118450000.12345678901234567890")
    world.server.on("GET", "/v1/ticker", answer(f"[{text}]"))
    (summary,) = world.exchange.market_data.price_summaries([BTC])
    assert summary.price == Decimal("118450000.12345678901234567890")
