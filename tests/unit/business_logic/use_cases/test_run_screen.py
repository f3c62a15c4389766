"""A screen over a few markets: who passes, who cannot be judged, and what is read for it."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.fakes.screened_markets import DAY, HOUR, NOW, Candles, known, summary
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.errors import InvalidScreen
from upbit_auto_trading.business_logic.domain.market_changes import KnownMarket
from upbit_auto_trading.business_logic.domain.market_view import PriceSummary
from upbit_auto_trading.business_logic.domain.screen import Match, Screen, Sort
from upbit_auto_trading.business_logic.domain.screen_text import read_filter, read_sort
from upbit_auto_trading.business_logic.domain.screen_variable import Unknown, UnknownReason, Value
from upbit_auto_trading.business_logic.domain.screen_variables import BY_ID
from upbit_auto_trading.business_logic.use_cases.run_screen import (
    KeptCandles,
    ScreenResult,
    needed_candles,
    run_screen,
)

HOUR_END = NOW.replace(minute=0)
DAY_END = NOW.replace(hour=0, minute=0)
WEEK = 168


def screen(*lines: str, match: Match = Match.ALL, sort: str = "") -> Screen:
    filters = tuple(read_filter(line, index, BY_ID) for index, line in enumerate(lines))
    return Screen(filters=filters, match=match, sort=read_sort(sort, BY_ID) if sort else None)


def passed(result: ScreenResult) -> list[str]:
    return [row.market.code for row in result.rows]


def value_of(
    variable: str,
    prices: PriceSummary | None = None,
    market: KnownMarket | None = None,
    candles: Candles | None = None,
) -> Value | Unknown:
    """As a row shows it; the market passes whatever it is."""
    result = run_screen(
        Screen(sort=Sort(variable)),
        () if prices is None else (prices,),
        (market or known("KRW-BTC"),),
        candles or Candles(),
        NOW,
    )
    return result.rows[0].values[result.shown.index(variable)]


def test_figures_of_the_exchange_are_used_as_they_are() -> None:
    prices = summary("KRW-BTC", price="103.5", turnover_24h="1234567890123.45")
    assert value_of("price", prices) == Decimal("103.5")
    assert value_of("change_today", prices) == Decimal("3.5")
    assert value_of("turnover_24h", prices) == Decimal("1234567890123.45")
    assert value_of("from_high_52w", prices) == Decimal("-48.25")
    assert value_of("from_low_52w", prices) == Decimal(107)
    assert value_of("day_range_place", prices) == Decimal("67.5")


@pytest.mark.parametrize(
    ("variable", "figures", "reason"),
    [
        ("change_today", {"previous_close": "0"}, UnknownReason.NOT_DEFINED),
        ("from_high_52w", {"high_52w": ""}, UnknownReason.NOT_TOLD),
        ("from_low_52w", {"low_52w": "0"}, UnknownReason.NOT_TOLD),
        ("day_range_place", {"day_high": "90"}, UnknownReason.NOT_DEFINED),
        ("volatility_7d", {}, UnknownReason.CANDLES_MISSING),
        ("volume_ratio", {}, UnknownReason.CANDLES_MISSING),
        ("days_listed", {}, UnknownReason.CANDLES_MISSING),
        ("state", {}, UnknownReason.NOT_TOLD),
    ],
)
def test_what_is_not_known_is_unknown_and_never_nought(
    variable: str, figures: dict[str, str], reason: UnknownReason
) -> None:
    assert value_of(variable, summary("KRW-BTC", **figures)) == Unknown(reason)


def test_without_a_price_nothing_of_it_is_known() -> None:
    for variable in ("price", "change_today", "turnover_24h", "volume_ratio", "day_range_place"):
        assert value_of(variable) == Unknown(UnknownReason.NO_PRICE)


def test_volatility_is_that_of_hours_scaled_to_a_day() -> None:
    candles = Candles()
    closes = [100.0 * (1.01 if hour % 2 else 1.0) for hour in range(WEEK)]
    candles.put("KRW-BTC", CandleUnit.HOUR, HOUR_END, closes)
    found = value_of("volatility_7d", candles=candles)
    assert isinstance(found, Decimal)
    assert float(found) == pytest.approx(math.log(1.01) * math.sqrt(24) * 100, rel=1e-4)
    candles.put("KRW-BTC", CandleUnit.HOUR, HOUR_END, [100.0] * WEEK)
    assert value_of("volatility_7d", candles=candles) == 0


def test_an_hour_without_trades_closes_where_the_one_before_did() -> None:
    filled, sparse = Candles(), Candles()
    filled.put("KRW-BTC", CandleUnit.HOUR, HOUR_END, [100.0, 110.0, 110.0, 110.0, 121.0] * 33 + [100.0] * 3)
    sparse.put("KRW-BTC", CandleUnit.HOUR, HOUR_END, [100.0, 110.0, None, None, 121.0] * 33 + [100.0, None, None])
    assert value_of("volatility_7d", candles=sparse) == value_of("volatility_7d", candles=filled)


def test_a_young_market_is_judged_by_the_hours_it_has_but_not_by_a_few() -> None:
    candles = Candles()
    week_known = timedelta(days=7)
    candles.put("KRW-BTC", CandleUnit.HOUR, HOUR_END, [1.0] * 23, known_before=week_known)
    assert value_of("volatility_7d", candles=candles) == Unknown(UnknownReason.TOO_FEW_CANDLES)
    candles.put("KRW-BTC", CandleUnit.HOUR, HOUR_END, [1.0] * 24, known_before=week_known)
    assert value_of("volatility_7d", candles=candles) == 0
    candles.put("KRW-BTC", CandleUnit.HOUR, HOUR_END, [None] * WEEK)
    assert value_of("volatility_7d", candles=candles) == Unknown(UnknownReason.TOO_FEW_CANDLES)


def test_volume_is_held_against_the_days_before() -> None:
    candles = Candles()
    candles.put("KRW-BTC", CandleUnit.DAY, DAY_END, [1.0] * 7, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    assert value_of("volume_ratio", summary("KRW-BTC", volume_24h="10"), candles=candles) == Decimal("2.5")
    candles.put("KRW-BTC", CandleUnit.DAY, DAY_END, [None, None, None, None, 1.0, None, 1.0], [3.0] * 7)
    assert value_of("volume_ratio", summary("KRW-BTC", volume_24h="10"), candles=candles) == Decimal(5)
    candles.put("KRW-BTC", CandleUnit.DAY, DAY_END, [None] * 7)
    assert value_of("volume_ratio", summary("KRW-BTC"), candles=candles) == Unknown(UnknownReason.TOO_FEW_CANDLES)
    candles.put("KRW-BTC", CandleUnit.DAY, DAY_END, [1.0] * 7, [0.0] * 7)
    assert value_of("volume_ratio", summary("KRW-BTC"), candles=candles) == Unknown(UnknownReason.TOO_FEW_CANDLES)


def test_how_old_a_market_is_comes_from_its_listing_or_its_first_candle() -> None:
    assert value_of("days_listed", market=known("KRW-BTC", listed_at=NOW - 3 * DAY - HOUR)) == 3
    assert value_of("days_listed", market=known("KRW-BTC", listed_at=NOW - 99 * DAY)) == 60
    assert value_of("days_listed", market=known("KRW-BTC", listed_at=NOW + DAY)) == 0
    candles = Candles()
    candles.put("KRW-BTC", CandleUnit.DAY, DAY_END, [1.0] * 60)
    assert value_of("days_listed", candles=candles) == 60
    candles.put("KRW-BTC", CandleUnit.DAY, DAY_END, [1.0] * 5, known_before=55 * DAY)
    assert value_of("days_listed", candles=candles) == 5
    candles.put("KRW-BTC", CandleUnit.DAY, DAY_END, [None] * 60)
    assert value_of("days_listed", candles=candles) == Unknown(UnknownReason.TOO_FEW_CANDLES)


def test_listing_facts_can_be_asked_for() -> None:
    markets = (known("KRW-A"), known("KRW-B", warned=True), known("KRW-C", cautions="few-accounts trading-volume"))

    def asked(line: str) -> list[str]:
        return passed(run_screen(screen(line), (), markets, Candles(), NOW))

    assert asked("is_warned is true") == ["KRW-B"]
    assert asked("is_warned is false") == ["KRW-A", "KRW-C"]
    assert asked("caution is few-accounts") == ["KRW-C"]
    assert asked("caution is not few-accounts") == ["KRW-A", "KRW-B"]
    assert asked("caution is none") == ["KRW-A", "KRW-B"]
    assert asked("caution is not none") == ["KRW-C"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("price > 100", ["KRW-C"]),
        ("price >= 100", ["KRW-B", "KRW-C"]),
        ("price < 100", ["KRW-A"]),
        ("price <= 100", ["KRW-A", "KRW-B"]),
        ("price between 99 and 100", ["KRW-A", "KRW-B"]),
        ("price outside 99 and 100", ["KRW-C"]),
    ],
)
def test_each_comparison_is_what_it_says(line: str, expected: list[str]) -> None:
    prices = [summary(code, price=price) for code, price in (("KRW-A", "99"), ("KRW-B", "100"), ("KRW-C", "101"))]
    markets = [known(code) for code in ("KRW-A", "KRW-B", "KRW-C")]
    assert passed(run_screen(screen(line), prices, markets, Candles(), NOW)) == expected


def test_a_market_that_cannot_be_judged_is_counted_with_the_reason() -> None:
    markets = [known("KRW-A"), known("KRW-B"), known("KRW-C")]
    prices = [summary("KRW-A"), summary("KRW-B", turnover_24h="1")]
    wanted = screen("turnover_24h >= 1000", "volatility_7d > 1")
    result = run_screen(wanted, prices, markets, Candles(), NOW)
    assert (result.rows, result.looked_at) == ((), 3)
    # B fails by its turnover, whatever its candles would say
    assert [(one.market.code, one.reasons) for one in result.not_judged] == [
        ("KRW-A", (("volatility_7d", UnknownReason.CANDLES_MISSING),)),
        ("KRW-C", (("turnover_24h", UnknownReason.NO_PRICE), ("volatility_7d", UnknownReason.CANDLES_MISSING))),
    ]
    week = Span(HOUR_END - 7 * DAY, HOUR_END)
    assert [(one.market.code, one.unit, one.spans) for one in result.missing] == [
        ("KRW-A", CandleUnit.HOUR, (week,)),
        ("KRW-C", CandleUnit.HOUR, (week,)),
    ]


def test_one_filter_that_holds_is_enough_for_any_and_unknown_ones_leave_it_open() -> None:
    markets = [known("KRW-A"), known("KRW-B")]
    prices = [summary("KRW-A"), summary("KRW-B", turnover_24h="1")]
    either = screen("turnover_24h >= 1000", "volatility_7d > 1", match=Match.ANY)
    result = run_screen(either, prices, markets, Candles(), NOW)
    assert passed(result) == ["KRW-A"]
    assert [one.market.code for one in result.not_judged] == ["KRW-B"]
    neither = screen("turnover_24h >= 5000", "price > 5000", match=Match.ANY)
    assert run_screen(neither, prices, markets, Candles(), NOW).rows == ()


def test_no_filter_lets_all_listed_markets_of_the_currency_pass() -> None:
    gone = replace(known("KRW-GONE"), delisted_at=NOW)
    markets = [known("KRW-B"), known("KRW-A"), known("BTC-ETH"), gone]
    for match in Match:
        result = run_screen(Screen(match=match), (), markets, Candles(), NOW)
        assert (passed(result), result.looked_at) == (["KRW-A", "KRW-B"], 2)
    assert passed(run_screen(Screen(quote="BTC"), (), markets, Candles(), NOW)) == ["BTC-ETH"]


def test_rows_come_in_the_order_asked_for_with_the_unknown_last() -> None:
    prices = [summary("KRW-A", price="5"), summary("KRW-C", price="7"), summary("KRW-D", price="5")]
    markets = [known(code) for code in ("KRW-D", "KRW-C", "KRW-B", "KRW-A")]
    assert passed(run_screen(screen(sort="-price"), prices, markets, Candles(), NOW)) == [
        "KRW-C",
        "KRW-A",
        "KRW-D",
        "KRW-B",
    ]
    assert passed(run_screen(screen(sort="price"), prices, markets, Candles(), NOW)) == [
        "KRW-A",
        "KRW-D",
        "KRW-C",
        "KRW-B",
    ]
    warned = [known("KRW-A"), known("KRW-B", warned=True), known("KRW-C", cautions="other")]
    assert passed(run_screen(screen(sort="-is_warned"), (), warned, Candles(), NOW))[0] == "KRW-B"
    assert passed(run_screen(screen(sort="-caution"), (), warned, Candles(), NOW))[0] == "KRW-C"


def test_candles_are_read_only_where_they_decide_and_once_for_a_market() -> None:
    candles = Candles()
    candles.put("KRW-A", CandleUnit.DAY, DAY_END, [1.0] * 60)
    markets = [known("KRW-A"), known("KRW-B")]
    prices = [summary("KRW-A"), summary("KRW-B", turnover_24h="1")]
    wanted = screen("days_listed >= 30", "volume_ratio > 0", "turnover_24h >= 1000", sort="-volume_ratio")
    assert needed_candles(wanted) == {CandleUnit.DAY: timedelta(days=60)}
    result = run_screen(wanted, prices, markets, candles, NOW)
    assert passed(result) == ["KRW-A"]
    assert candles.reads == [("KRW-A", CandleUnit.DAY, Span(DAY_END - 60 * DAY, DAY_END))]
    assert result.missing == ()
    run_screen(screen("price > 0"), prices, markets, candles, NOW)
    assert len(candles.reads) == 1


def test_the_newest_hours_may_be_missing_but_no_others() -> None:
    candles = Candles()
    wanted = screen("volatility_7d >= 0")

    def judged(ends: timedelta) -> bool:
        candles.put("KRW-A", CandleUnit.HOUR, HOUR_END - ends, [1.0] * WEEK)
        return passed(run_screen(wanted, (), [known("KRW-A")], candles, NOW)) == ["KRW-A"]

    assert judged(6 * HOUR)
    assert not judged(7 * HOUR)
    candles.put("KRW-A", CandleUnit.HOUR, HOUR_END, [1.0] * (WEEK - 1))
    result = run_screen(wanted, (), [known("KRW-A")], candles, NOW)
    assert [one.spans for one in result.missing] == [(Span(HOUR_END - 7 * DAY, HOUR_END - 167 * HOUR),)]


def test_days_begin_where_the_exchange_says() -> None:
    candles = Candles()
    run_screen(screen("volume_ratio > 0"), [summary("KRW-A")], [known("KRW-A")], candles, NOW, day_start=-9 * HOUR)
    assert candles.reads[0][2].end == NOW.replace(day=20, hour=15, minute=0)


def test_kept_candles_are_read_again_when_one_more_closed_or_they_are_forgotten() -> None:
    candles = Candles()
    kept = KeptCandles(candles)
    wanted, markets = screen("volatility_7d > 0"), [known("KRW-A")]
    run_screen(wanted, (), markets, kept, NOW)
    run_screen(wanted, (), markets, kept, NOW + timedelta(minutes=20))
    assert len(candles.reads) == 1
    run_screen(wanted, (), markets, kept, NOW + timedelta(minutes=30))
    assert len(candles.reads) == 2
    kept.forget()
    run_screen(wanted, (), markets, kept, NOW + timedelta(minutes=30))
    assert len(candles.reads) == 3


def test_a_screen_with_problems_is_not_run() -> None:
    wrong = Screen(sort=Sort("rsi"))
    assert needed_candles(wrong) == {}
    with pytest.raises(InvalidScreen) as caught:
        run_screen(wrong, (), (), Candles(), NOW)
    assert [problem.place for problem in caught.value.problems] == ["sort.variable"]
