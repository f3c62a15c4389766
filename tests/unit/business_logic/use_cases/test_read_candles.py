"""A range as well as it is known: what is stored, what is made of finer candles, what stays unknown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from tests.fakes.krw_rules import BTC
from tests.fakes.memory_candle_store import MemoryCandleStore
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import moment_of, no_candles, series_of
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.ports.candle_store import StoredRange
from upbit_auto_trading.business_logic.use_cases.read_candles import (
    compare_units,
    known_candles,
    known_range,
    read_candles,
)

UTC_DAYS = timedelta(0)
DAY = datetime(2025, 9, 1, tzinfo=UTC)
LATER = datetime(2025, 12, 1, tzinfo=UTC)
MINUTE, FIVE, HOUR = CandleUnit.MINUTE, CandleUnit.MINUTES_5, CandleUnit.HOUR


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2025, 9, day, hour, minute, tzinfo=UTC)


def candle(unit: CandleUnit, opened_at: datetime, price: int = 100, volume: str = "1", spike: int = 0) -> Candle:
    level = Decimal(price)
    return Candle(BTC, unit, opened_at, level, level + spike, level, level, Decimal(volume), Decimal(volume) * level)


def put(
    store: MemoryCandleStore, unit: CandleUnit, span: Span, candles: Iterable[Candle], origin: Origin = Origin.EXCHANGE
) -> None:
    report = store.write(series_of(BTC, unit, candles), span, origin, LATER)
    assert report.refused == ()


def minutes(start: datetime, count: int, price: int = 100) -> list[Candle]:
    return [candle(MINUTE, start + timedelta(minutes=number), price + number) for number in range(count)]


def read(store: MemoryCandleStore, unit: CandleUnit, span: Span, **how: bool) -> StoredRange:
    return read_candles(store, BTC, unit, span, UTC_DAYS, **how)


def openings(found: StoredRange) -> list[datetime]:
    return [moment_of(second) for second in found.series.opened.tolist()]


def test_what_is_stored_in_the_unit_itself_is_taken() -> None:
    store = MemoryCandleStore()
    put(store, MINUTE, Span(at(0), at(2)), minutes(at(0), 120))
    put(store, HOUR, Span(at(0), at(2)), [candle(HOUR, at(0), 7), candle(HOUR, at(1), 8)])

    found = read(store, HOUR, Span(at(0), at(2)))

    assert found.series.close.tolist() == [7, 8]
    assert [one.origin for one in found.covered] == [Origin.EXCHANGE]
    assert found.is_complete


def test_what_is_missing_is_made_of_complete_finer_candles() -> None:
    store = MemoryCandleStore()
    put(store, HOUR, Span(at(0), at(1)), [candle(HOUR, at(0), 7)])
    put(store, MINUTE, Span(at(1), at(3)), minutes(at(1), 120, 200))

    found = read(store, HOUR, Span(at(0), at(3)), with_turnover=True)

    assert openings(found) == [at(0), at(1), at(2)]
    assert found.series.close.tolist() == [7, 259, 319]
    assert found.series.turnover is not None
    assert found.series.turnover[1] == sum(range(200, 260))
    assert [(one.span, one.origin) for one in found.covered] == [
        (Span(at(0), at(1)), Origin.EXCHANGE),
        (Span(at(1), at(3)), Origin.DERIVED),
    ]
    assert found.is_complete
    assert found.covered[1].recorded_at == LATER


def test_an_interval_that_is_half_known_stays_unknown() -> None:
    store = MemoryCandleStore()
    put(store, MINUTE, Span(at(0, 30), at(2, 59)), minutes(at(0, 30), 149))

    found = read(store, HOUR, Span(at(0), at(4)))

    assert openings(found) == [at(1)]
    assert found.unknown == (Span(at(0), at(1)), Span(at(2), at(4)))


def test_finer_units_may_each_fill_a_part_and_the_coarsest_goes_first() -> None:
    store = MemoryCandleStore()
    put(store, FIVE, Span(at(0), at(1)), [candle(FIVE, at(0), 50)])
    put(store, MINUTE, Span(at(0), at(2)), minutes(at(0), 120))

    found = read(store, HOUR, Span(at(0), at(3)))

    assert found.series.close.tolist() == [50, 219]
    assert found.unknown == (Span(at(2), at(3)),)


def test_an_hour_without_trades_is_known_and_has_no_candle() -> None:
    store = MemoryCandleStore()
    put(store, MINUTE, Span(at(0), at(2)), minutes(at(0), 60))

    found = read(store, HOUR, Span(at(0), at(2)))

    assert (openings(found), found.is_complete) == ([at(0)], True)


def test_a_range_may_end_within_a_candle() -> None:
    store = MemoryCandleStore()
    put(store, MINUTE, Span(at(0), at(3)), minutes(at(0), 180))

    found = read(store, HOUR, Span(at(0, 30), at(2, 30)))

    assert openings(found) == [at(1), at(2)]
    assert found.series.close.tolist() == [219, 279]
    assert found.known == (Span(at(0, 30), at(2, 30)),)


def test_a_row_that_nobody_confirmed_gives_way_to_what_is_complete() -> None:
    store = MemoryCandleStore()
    store.append([candle(HOUR, at(0), 1), candle(HOUR, at(1), 2)], LATER)
    put(store, MINUTE, Span(at(0), at(1)), minutes(at(0), 60))

    found = read(store, HOUR, Span(at(0), at(2)))

    assert found.series.close.tolist() == [159, 2]
    assert found.unknown == (Span(at(1), at(2)),)


def test_what_nobody_confirmed_is_no_part_of_what_is_known() -> None:
    store = MemoryCandleStore()
    put(store, MINUTE, Span(at(0), at(1)), minutes(at(0), 60))
    store.append([candle(MINUTE, at(1, 5))], LATER)

    found = read(store, MINUTE, Span(at(0), at(2)))

    assert (len(found.series), len(known_candles(found))) == (61, 60)
    assert known_range(store, BTC, HOUR) == Span(at(0), at(1))
    assert known_range(store, BTC, CandleUnit.SECOND) is None


def test_a_candle_made_with_a_jump_is_named() -> None:
    store = MemoryCandleStore()
    rows = minutes(at(0), 120)
    rows[70] = candle(MINUTE, at(1, 10), 165, spike=100_000)
    put(store, MINUTE, Span(at(0), at(2)), rows)

    assert read(store, HOUR, Span(at(0), at(2))).jumps == (at(1),)


def test_days_are_made_on_the_grid_of_the_exchange() -> None:
    store = MemoryCandleStore()
    hours = [candle(HOUR, at(hour, day=day), day) for day in (1, 2, 3) for hour in range(24)]
    put(store, HOUR, Span(at(0), at(0, day=4)), hours)

    found = read_candles(store, BTC, CandleUnit.DAY, Span(at(0), at(0, day=4)), timedelta(hours=-9))

    assert openings(found) == [at(15, day=1), at(15, day=2)]
    assert found.unknown == (Span(at(0), at(15)), Span(at(15, day=3), at(0, day=4)))


def test_nothing_known_is_nothing_found() -> None:
    found = read(MemoryCandleStore(), CandleUnit.WEEK, Span(at(0), at(5)))
    assert (len(found.series), found.covered, found.unknown) == (0, (), (Span(at(0), at(5)),))


def differences(store: MemoryCandleStore) -> list[tuple[datetime, str, str, float | None, float | None]]:
    found = compare_units(store, BTC, HOUR, Span(at(0), at(5)), UTC_DAYS)
    return [(one.opened_at, one.finer.value, one.field, one.stored, one.derived) for one in found]


def test_equal_candles_of_two_units_differ_in_nothing() -> None:
    store = MemoryCandleStore()
    put(store, MINUTE, Span(at(0), at(2)), minutes(at(0), 120))
    found = read(store, HOUR, Span(at(0), at(2)), with_turnover=True)
    assert found.series.turnover is not None
    found.series.turnover[:] *= 1 + 1e-10  # as an exchange rounds
    found.series.volume[0] = np.nextafter(found.series.volume[0], 1e9)
    store.write(found.series, Span(at(0), at(2)), Origin.EXCHANGE, LATER)
    assert differences(store) == []


def test_each_difference_is_named_with_both_values() -> None:
    store = MemoryCandleStore()
    put(store, MINUTE, Span(at(0), at(3)), minutes(at(0), 120))
    wrong = [candle(HOUR, at(0), 100, "60.00000001", spike=59), candle(HOUR, at(2), 9)]
    put(store, HOUR, Span(at(0), at(3)), wrong)

    assert differences(store) == [
        (at(0), "1m", "close", 100, 159),
        (at(0), "1m", "volume", 60.00000001, 60),
        (at(0), "1m", "turnover", 6000.000001, sum(range(100, 160))),
        (at(1), "1m", "candle", None, 219),
        (at(2), "1m", "candle", 9, None),
    ]


def test_only_what_both_know_is_compared() -> None:
    store = MemoryCandleStore()
    put(store, MINUTE, Span(at(0), at(1, 59)), minutes(at(0), 119))
    put(store, HOUR, Span(at(1), at(3)), [candle(HOUR, at(1), 1)])
    assert differences(store) == []
    store.write(no_candles(BTC, FIVE), Span(at(2), at(3)), Origin.EXCHANGE, LATER)
    assert differences(store) == []
