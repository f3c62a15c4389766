"""The replay: one order of time, nothing twice, and candles that are what was printed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice, pairwise

import pytest

from tests.fakes.krw_rules import BTC, DOGE, LISTED_BTC, LISTED_DOGE, NEW_TICKS_SINCE, krw_rules
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, InvariantBroken
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.simulation.candle_sources import CandleSource, StoredCandles
from upbit_auto_trading.business_logic.simulation.market_generator import GeneratedMarket
from upbit_auto_trading.business_logic.simulation.market_replay import MarketReplay, ReplaySettings
from upbit_auto_trading.business_logic.simulation.market_tick import Print, SyntheticBook
from upbit_auto_trading.business_logic.simulation.practice_markets import PRACTICE_MARKETS, generated_market

RULES = krw_rules()
START = datetime(2026, 11, 18, 23, 50, 17, 300_000, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Event = Print | SyntheticBook


def generated(*codes: str) -> list[CandleSource]:
    return [GeneratedMarket(one, RULES, 1) for one in PRACTICE_MARKETS if one.market.code in codes]


def replay(sources: Sequence[CandleSource], settings: ReplaySettings | None = None, seed: int = 1) -> MarketReplay:
    made = MarketReplay(sources, RULES, settings or ReplaySettings(), seed)
    made.start_at(START)
    return made


def stored(
    rows: Iterable[tuple[str, str]], opened: datetime = START, unit: CandleUnit = CandleUnit.MINUTE
) -> StoredCandles:
    """``(seconds after the floor of opened, "open high low close volume")`` each."""
    begin = unit.floor(opened)
    candles = []
    for after, numbers in rows:
        first, high, low, last, volume = (Decimal(one) for one in numbers.split())
        at = begin + timedelta(seconds=int(after))
        candles.append(Candle(DOGE, unit, at, first, high, low, last, volume, Decimal(0)))
    return StoredCandles(LISTED_DOGE, candles, unit)


def rebuilt(prints: Iterable[Print], unit: CandleUnit = CandleUnit.MINUTE) -> list[Candle]:
    """Plainly, in decimals: what an honest client makes of the trades that it sees."""
    groups: dict[tuple[Market, datetime], list[Print]] = defaultdict(list)
    for one in prints:
        groups[one.market, unit.floor(one.at)].append(one)
    return [
        Candle(
            market, unit, opened, made[0].price, max(one.price for one in made), min(one.price for one in made),
            made[-1].price, sum((one.quantity for one in made), Decimal(0)),
            sum((one.price * one.quantity for one in made), Decimal(0)), made[-1].at,
        )
        for (market, opened), made in groups.items()
    ]  # fmt: skip


def prints_of(events: Iterable[Event], market: Market | None = None) -> list[Print]:
    return [one for one in events if isinstance(one, Print) and market in (None, one.market)]


@pytest.mark.parametrize("lock_step", [False, True])
def test_what_is_printed_is_what_is_served(lock_step: bool) -> None:
    settings = ReplaySettings(lock_step=lock_step, book_interval=MINUTE)
    made = replay(generated("KRW-BTC", "KRW-DOGE", "KRW-TRX"), settings)
    end = CandleUnit.MINUTE.floor(START) + 30 * MINUTE
    printed = rebuilt(one for one in prints_of(made.advance(end)) if one.at >= CandleUnit.MINUTE.floor(START) + MINUTE)
    assert len(printed) > 60
    for market in (listed.market for listed in made.listed):
        served = made.candles(market, CandleUnit.MINUTE, CandleUnit.MINUTE.floor(START) + MINUTE, end, end)
        assert list(served) == [one for one in printed if one.market == market and one.opened_at < end]


def test_events_come_in_order_of_time_and_each_once() -> None:
    made = replay(generated("KRW-BTC", "KRW-DOGE", "KRW-STRAX"))
    pieces = [list(made.advance(START + step * timedelta(seconds=7))) for step in range(1, 30)]
    events = [one for piece in pieces for one in piece]
    assert all(before.at <= after.at for before, after in pairwise(events))
    assert all(
        one.at <= START + number * timedelta(seconds=7) for number, piece in enumerate(pieces, 1) for one in piece
    )
    assert events == list(
        replay(generated("KRW-BTC", "KRW-DOGE", "KRW-STRAX")).advance(START + 29 * timedelta(seconds=7))
    )


def test_whoever_stops_iterating_loses_nothing() -> None:
    made = replay(generated("KRW-BTC"))
    until = START + 2 * MINUTE
    begun = list(islice(made.advance(until), 10))
    assert begun + list(made.advance(until)) == list(replay(generated("KRW-BTC")).advance(until))


def test_each_market_begins_with_a_book() -> None:
    made = replay(generated("KRW-BTC", "KRW-STRAX"))
    first = list(islice(made.advance(START + HOUR), 2))
    assert [(one.market.code, one.at) for one in first] == [("KRW-BTC", START), ("KRW-STRAX", START)]
    assert all(isinstance(one, SyntheticBook) for one in first)


def test_a_start_can_go_back() -> None:
    made = replay(generated("KRW-BTC"))
    whole = list(made.advance(START + MINUTE))
    made.start_at(START)
    assert list(made.advance(START + MINUTE)) == whole


def test_what_was_printed_at_the_start_is_past() -> None:
    source = stored([("0", "300 302 299 301 5")])
    made = MarketReplay([source], RULES, ReplaySettings(), 1)
    made.start_at(source.first_at - MINUTE)
    whole = prints_of(made.advance(source.first_at + HOUR))
    made.start_at(whole[2].at)
    assert prints_of(made.advance(source.first_at + HOUR)) == whole[3:]
    made.start_at(whole[2].at - timedelta(milliseconds=1))
    assert prints_of(made.advance(source.first_at + HOUR)) == whole[2:]


def test_a_long_silence_has_no_books() -> None:
    source = stored([("0", "300 302 299 301 5"), ("864000", "290 302 289 290 500")])
    settings = ReplaySettings(book_interval=timedelta(0))
    made = MarketReplay([source], RULES, ReplaySettings(), 1), MarketReplay([source], RULES, settings, 1)
    for one in made:
        one.start_at(source.first_at + HOUR)
        assert sum(isinstance(event, SyntheticBook) for event in islice(one.advance(START + 9 * DAY), 5)) == 1
    assert len(list(made[0].advance(START + 11 * DAY))) < 300


def test_without_a_start_nothing_advances() -> None:
    with pytest.raises(InvariantBroken):
        next(MarketReplay(generated("KRW-BTC"), RULES, ReplaySettings(), 1).advance(START))


def test_a_market_is_replayed_once() -> None:
    with pytest.raises(InvariantBroken):
        replay(generated("KRW-BTC") * 2)


def test_a_market_that_is_not_replayed_has_no_candles() -> None:
    with pytest.raises(InvalidParameter, match="not-replayed"):
        replay(generated("KRW-BTC")).candles(DOGE, CandleUnit.DAY, START - DAY, START, START)


def test_speed_may_thin_books_and_never_prints() -> None:
    often, seldom = (
        list(replay(generated("KRW-BTC"), ReplaySettings(book_interval=interval)).advance(START + 10 * MINUTE))
        for interval in (timedelta(milliseconds=100), timedelta(seconds=30))
    )
    assert prints_of(often) == prints_of(seldom)
    books = [[one.at for one in events if isinstance(one, SyntheticBook)] for events in (often, seldom)]
    assert len(books[0]) > 500
    assert 10 <= len(books[1]) <= 21
    assert min(after - before for before, after in pairwise(books[0])) >= timedelta(milliseconds=100)


def test_books_follow_prints_and_are_not_crossed() -> None:
    last: Print | None = None
    for one in replay(generated("KRW-DOGE")).advance(START + 5 * MINUTE):
        if isinstance(one, Print):
            last = one
        else:
            assert one.asks[0].price > one.bids[0].price
            assert last is None or last.price in (one.asks[0].price, one.bids[0].price)


def test_in_lock_step_the_book_is_deep_at_each_print_and_foretells_the_next_open() -> None:
    source = stored([("0", "300 302 299 301 5"), ("240", "305 305 303 304 5")])
    made = MarketReplay([source], RULES, ReplaySettings(lock_step=True), 1)
    begin = CandleUnit.MINUTE.floor(START)
    made.start_at(begin - MINUTE)
    events = list(made.advance(begin + HOUR))
    assert [int(one.price) for one in prints_of(events)] == [300, 299, 300, 301, 302, 301, 305, 304, 303, 304, 305, 304]
    for before, after in pairwise(events):
        if isinstance(after, Print):
            assert isinstance(before, SyntheticBook)
            assert before.asks[0].price == before.bids[0].price == after.price
    boundary = [one for one in events if one.at == begin + MINUTE]
    assert [one.asks[0].price for one in boundary if isinstance(one, SyntheticBook)] == [305]


def test_in_lock_step_the_slippage_is_all_the_spread_there_is() -> None:
    settings = ReplaySettings(lock_step=True, slippage=Decimal("0.01"))
    made = MarketReplay([stored([("0", "300 300 300 300 5")])], RULES, settings, 1)
    made.start_at(START - HOUR)
    book = next(one for one in made.advance(START + HOUR) if isinstance(one, SyntheticBook))
    assert (int(book.asks[0].price), int(book.bids[0].price)) == (303, 297)


def test_the_candle_in_progress_holds_what_was_printed_so_far() -> None:
    made = replay(generated("KRW-BTC"))
    now = START + MINUTE
    begin = CandleUnit.MINUTE.floor(now)
    printed = [one for one in prints_of(made.advance(now)) if one.at >= begin]
    assert 0 < len(printed) < 20
    for unit in (CandleUnit.MINUTE, CandleUnit.HOURS_4, CandleUnit.DAY, CandleUnit.YEAR):
        forming = made.candles(BTC, unit, now - 400 * DAY, now + DAY, now)[-1]
        assert forming.last_traded_at == printed[-1].at
        assert forming.close == printed[-1].price
    assert [made.candles(BTC, CandleUnit.MINUTE, begin, now, now)[0]] == rebuilt(printed)
    assert made.candles(BTC, CandleUnit.MINUTE, begin, now, begin) == ()


def test_seconds_are_made_of_prints() -> None:
    made = replay(generated("KRW-BTC"))
    now = START + 3 * MINUTE
    printed = rebuilt(prints_of(made.advance(now)), CandleUnit.SECOND)
    after = CandleUnit.SECOND.floor(START) + timedelta(seconds=1)
    served = made.candles(BTC, CandleUnit.SECOND, after, now + MINUTE, now)
    assert list(served) == [one for one in printed if one.opened_at >= after]
    assert len(served) > 20


@pytest.mark.parametrize("unit", [unit for unit in CandleUnit if unit is not CandleUnit.SECOND], ids=str)
def test_longer_units_are_sums_of_minutes(unit: CandleUnit) -> None:
    made = replay(generated("KRW-LINK"), ReplaySettings(history=4 * DAY))
    market = made.listed[0].market
    minutes = made.candles(market, CandleUnit.MINUTE, START - 10 * DAY, START, START)
    served = made.candles(market, unit, START - 400 * DAY, START, START)
    assert minutes[0].opened_at >= CandleUnit.DAY.floor(START - 4 * DAY)
    assert sum(one.volume for one in served) == sum(one.volume for one in minutes)
    assert sum(one.turnover for one in served) == sum(one.turnover for one in minutes)
    assert max(one.high for one in served) == max(one.high for one in minutes)
    assert all(one.opened_at == unit.floor(one.opened_at) for one in served)
    assert (served[0].open, served[-1].close) == (minutes[0].open, minutes[-1].close)


def test_the_bounds_are_those_of_openings() -> None:
    made = replay(generated("KRW-BTC"))
    hours = made.candles(BTC, CandleUnit.HOUR, START - 3 * HOUR, START - HOUR, START)
    assert [one.opened_at.hour for one in hours] == [21, 22]
    whole = made.candles(BTC, CandleUnit.HOUR, START - 9 * HOUR, START, START)
    assert set(hours) <= set(whole)
    assert made.candles(BTC, CandleUnit.HOUR, START, START, START) == ()
    assert made.candles(BTC, CandleUnit.HOUR, START + DAY, START + 2 * DAY, START) == ()


def test_history_is_the_same_again_after_much_else_was_asked() -> None:
    made = replay(generated("KRW-BTC", "KRW-ETH"))
    asked = (CandleUnit.HOURS_4, START - 9 * DAY, START - 2 * DAY, START)
    first = made.candles(BTC, *asked)
    for listed in made.listed:
        made.candles(listed.market, CandleUnit.MINUTES_30, START - 50 * DAY, START, START)
    assert made.candles(BTC, *asked) == first
    assert len(first) == 42


def test_recorded_candles_with_gaps_are_replayed_as_they_were() -> None:
    rows = [
        ("0", "300 302 299 301 5"),
        ("60", "301 301 301 301 0"),
        ("180", "301 303 301 303 7.5"),
        ("172800", "290 291 290 290 1"),
    ]
    source = stored(rows)
    made = MarketReplay([source], RULES, ReplaySettings(), 1)
    made.start_at(source.first_at - MINUTE)
    events = list(made.advance(START + 10 * DAY))
    end = START + 10 * DAY
    served = made.candles(DOGE, CandleUnit.MINUTE, source.first_at, end, end)
    assert list(served) == rebuilt(prints_of(events))
    kept = list(source.candles(source.first_at, end))
    assert [(one.open, one.high, one.low, one.close, one.volume) for one in served] == [
        (one.open, one.high, one.low, one.close, one.volume) for one in kept
    ]
    assert len(served) == 3
    assert isinstance(events[0], Print), "no price was known before"


def test_the_price_before_a_start_is_found_after_a_long_silence() -> None:
    source = stored([("0", "300 302 299 301 5"), ("2592000", "290 291 290 290 1")])
    made = MarketReplay([source], RULES, ReplaySettings(), 1)
    made.start_at(source.first_at + 20 * DAY)
    (book,) = made.advance(source.first_at + 21 * DAY)
    assert isinstance(book, SyntheticBook)
    assert 301 in (book.asks[0].price, book.bids[0].price)


def test_candles_of_a_second_are_replayed_too() -> None:
    source = stored(
        [("0", "300 302 299 301 5"), ("1", "301 301 301 301 2"), ("65", "300 300 299 299 1")], unit=CandleUnit.SECOND
    )
    made = MarketReplay([source], RULES, ReplaySettings(), 1)
    made.start_at(source.first_at - MINUTE)
    end = source.first_at + HOUR
    printed = prints_of(made.advance(end))
    seconds = made.candles(DOGE, CandleUnit.SECOND, source.first_at, end, end)
    assert list(seconds) == rebuilt(printed, CandleUnit.SECOND)
    assert list(made.candles(DOGE, CandleUnit.MINUTE, source.first_at - MINUTE, end, end)) == rebuilt(printed)


def test_the_grid_of_the_past_is_that_of_the_past() -> None:
    made = MarketReplay(generated("KRW-DOGE"), RULES, ReplaySettings(), 1)
    made.start_at(NEW_TICKS_SINCE - MINUTE)
    for one in made.advance(NEW_TICKS_SINCE + MINUTE):
        ticks = RULES.rules(DOGE, one.at).ticks
        prices = [one.price] if isinstance(one, Print) else [level.price for level in one.asks]
        assert all(ticks.is_on_grid(price) for price in prices)


def test_a_market_can_be_all_there_is() -> None:
    assert list(replay([]).advance(START + DAY)) == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: stored([]),
        lambda: stored([("0", "1 1 1 1 0")]),
        lambda: stored([("60", "1 1 1 1 1"), ("0", "1 1 1 1 1")]),
        lambda: StoredCandles(LISTED_BTC, [], CandleUnit.HOUR),
    ],
)
def test_candles_that_cannot_be_replayed_are_refused(make: Callable[[], StoredCandles]) -> None:
    with pytest.raises(InvalidParameter, match="candles-unusable"):
        make()


@pytest.mark.parametrize("numbers", ["1 1 1 1 100000000000", "1e11 1e11 1e11 1e11 1"])
def test_numbers_beyond_a_machine_word_are_refused_by_name(numbers: str) -> None:
    with pytest.raises(InvalidParameter, match="too-large-to-replay"):
        stored([("0", numbers)])


def test_a_volume_below_the_smallest_is_none() -> None:
    source = stored([("0", "1 1 1 1 0.000000001"), ("60", "2 2 2 2 1")])
    begin = CandleUnit.MINUTE.floor(START)
    assert [one.open for one in source.candles(begin, begin + HOUR)] == [2]
    assert len(source.bare(0, 2**40)) == 1


def test_a_stored_source_tells_what_it_is() -> None:
    source = stored([("0", "300 302 299 301 0.00000002"), ("60", "301 303 301 303 0.00000002")])
    assert (source.market, source.listed, source.unit) == (DOGE, LISTED_DOGE, CandleUnit.MINUTE)
    assert source.ends_at == source.first_at + 2 * MINUTE
    assert source.path.quantity_a_print > 0
    assert source.book.level_funds > 0


def test_three_hundred_markets_replay_a_minute() -> None:
    sources = [GeneratedMarket(generated_market(number, 1), RULES, 1) for number in range(1, 301)]
    made = replay(sources, ReplaySettings(book_interval=timedelta(minutes=5)))
    events = prints_of(made.advance(START + 2 * MINUTE))
    assert len({one.market for one in events}) > 200
    assert all(before.at <= after.at for before, after in pairwise(events))
