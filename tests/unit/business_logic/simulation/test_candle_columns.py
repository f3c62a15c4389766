"""Columns of whole numbers: nothing is lost on the way in, out, and into longer units."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from tests.fakes.krw_rules import BTC
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.simulation.candle_columns import (
    UNIT,
    CandleColumns,
    aggregated,
    carried,
    decimal_of,
    epoch_seconds,
    joined,
    opening_seconds,
    seconds_of,
    units_of,
)


@pytest.mark.parametrize("text", ["118450000", "0.00000412", "0.00421873", "61284417392.88412", "1E-8"])
def test_decimals_survive_the_way_through_whole_numbers(text: str) -> None:
    assert decimal_of(units_of(Decimal(text))) == Decimal(text)


def test_what_lies_beyond_the_eighth_decimal_is_cut() -> None:
    assert decimal_of(units_of(Decimal("1.123456789"))) == Decimal("1.12345678")


def test_long_sums_are_not_rounded() -> None:
    assert decimal_of(123_456_789_012_345 * UNIT * UNIT + 1, 16) == Decimal("123456789012345.0000000000000001")


def test_parts_are_carried() -> None:
    assert carried(np.array([[1, UNIT + 2, 5 * UNIT + 3]])).tolist() == [[2, 7, 3]]


@pytest.mark.parametrize("unit", [unit for unit in CandleUnit if unit is not CandleUnit.SECOND], ids=str)
def test_the_grid_of_openings_is_the_domains(unit: CandleUnit) -> None:
    moments = [datetime(2024, 2, 29, 23, 59, 30, tzinfo=UTC) + timedelta(hours=37 * n) for n in range(400)]
    seconds = np.array([epoch_seconds(one) for one in moments])
    assert opening_seconds(seconds, unit).tolist() == [epoch_seconds(unit.floor(one)) for one in moments]


def test_a_month_has_no_length_in_seconds() -> None:
    with pytest.raises(InvariantBroken):
        seconds_of(CandleUnit.MONTH)


def test_three_minutes_make_one_candle() -> None:
    rows = minutes([0, 60, 120, 180], prices=[10, 12, 9, 11])
    first, second = aggregated(rows, CandleUnit.MINUTES_3).candles(BTC, CandleUnit.MINUTES_3)
    assert [int(price) for price in (first.open, first.high, first.low, first.close)] == [10, 13, 8, 9]
    assert (first.volume, first.turnover) == (Decimal("4.5"), Decimal("45.75"))
    assert first.last_traded_at == datetime(1970, 1, 1, 0, 2, 59, 500_000, tzinfo=UTC)
    assert second.opened_at == datetime(1970, 1, 1, 0, 3, tzinfo=UTC)


def test_nothing_stays_nothing() -> None:
    assert len(aggregated(joined([]), CandleUnit.DAY)) == 0


def minutes(opened: list[int], prices: list[int]) -> CandleColumns:
    """Each trades one and a half."""
    at, price = np.array(opened), np.array(prices) * UNIT
    volume = np.array([[1, UNIT // 2]] * len(at))
    turnover = np.array([[15, UNIT // 4, 0]] * len(at))
    return CandleColumns(at, price, price + UNIT, price - UNIT, price, volume, turnover, at * 1000 + 59_500)
