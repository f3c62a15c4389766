"""What never forgets its beginning, begun anew at fixed times: shown with a sum, which tells where it began."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from tests.fakes.made_candles import FIRST, made_series
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.component_system.variables.time_anchors import ANCHORED_WINDOW, anchored

ONE = 500 * 60
BLOCK = 4 * ONE
#: the first block of minutes after it
START = FIRST + timedelta(seconds=BLOCK - int(FIRST.timestamp()) % BLOCK)


def candles_since_its_run_began(series: CandleSeries) -> Floats:
    frame = Frame(series)
    return anchored(frame, (np.ones(len(frame)),), np.cumsum)


def test_a_run_begins_a_quarter_before_its_block() -> None:
    found = candles_since_its_run_began(made_series(4100, first=START))
    assert found[:2000].tolist() == list(range(1, 2001))
    assert found[2000:4000].tolist() == list(range(501, 2501))
    assert found[4000:].tolist() == list(range(501, 601))


def test_a_history_that_begins_within_a_block_runs_from_its_beginning() -> None:
    found = candles_since_its_run_began(made_series(3000, first=START + timedelta(minutes=1700)))
    assert found[:300].tolist() == list(range(1, 301))
    assert found[300:2300].tolist() == list(range(301, 2301))
    assert found[2300:].tolist() == list(range(501, 1201))


def test_a_quarter_without_candles_is_passed_over() -> None:
    series = made_series(2100, first=START)
    minutes = np.arange(2100)
    found = candles_since_its_run_began(series.rows((minutes < 1400) | (minutes >= 2000)))
    assert found[1400:].tolist() == list(range(401, 501))


@pytest.mark.parametrize("unit", [CandleUnit.MINUTE, CandleUnit.HOUR, CandleUnit.DAY])
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_past_and_window_tell_the_same(unit: CandleUnit, missing: float) -> None:
    series = made_series(7500, unit=unit, missing=missing, seed=2)
    whole = candles_since_its_run_began(series)
    for count in range(1, len(series), 97):
        assert candles_since_its_run_began(series.rows(slice(0, count))).tolist() == whole[:count].tolist()
    for end in range(ANCHORED_WINDOW, len(series), 89):
        window = series.rows(slice(end - ANCHORED_WINDOW, end))
        assert candles_since_its_run_began(window)[-1] == whole[end - 1]


def test_months_and_nothing_have_their_blocks_too() -> None:
    months = Frame(made_series(3000, unit=CandleUnit.DAY)).higher(CandleUnit.MONTH)[0]
    assert len(months) > 90
    assert anchored(months, (np.ones(len(months)),), np.cumsum)[0] == 1.0
    assert len(candles_since_its_run_began(made_series(0))) == 0
