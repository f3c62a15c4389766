"""Heikin-Ashi follows the candles of a chart: a few rows at once, many beside the window, and never a wrong one."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from pytestqt.qtbot import QtBot

from tests.ui.charts.made_candles import candles_at, minutes
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.heikin_ashi import derived
from upbit_auto_trading.ui.runtime.chart_heikin_ashi import ChartHeikinAshi
from upbit_auto_trading.ui.runtime.operations import Operations

LIMIT_MS = 10_000
MANY = 40_000
SERIES = minutes(MANY)


class Followed:
    def __init__(self, qtbot: QtBot, operations: Operations, series: CandleSeries) -> None:
        self._qtbot = qtbot
        self.candles = CandleColumns(series, timedelta(0))
        self.heikin = ChartHeikinAshi(self.candles, operations)
        self.told: list[int] = []
        self.heikin.changed.connect(self.told.append)

    @property
    def columns(self) -> CandleColumns:
        return self.heikin.columns

    def tell(self, series: CandleSeries) -> None:
        self.heikin.candles_changed(self.candles.replace_tail(series))

    def tell_older(self, series: CandleSeries) -> None:
        self.heikin.candles_prepended(self.candles.prepend(series))

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: not self.heikin.is_computing, timeout=LIMIT_MS)

    def shows(self, series: CandleSeries) -> bool:
        rows = len(series)
        extremes = (float(series.low.min()), float(series.high.max()))
        return self.columns.copied().equals(series) and self.columns.extremes(0, rows) == extremes

    def agrees(self) -> bool:
        """With what is made of all that stands there now."""
        return self.shows(derived(self.candles))


def test_a_few_are_there_at_once_and_follow_at_once(qtbot: QtBot, operations: Operations) -> None:
    followed = Followed(qtbot, operations, SERIES.rows(slice(1000, 2000)))
    followed.tell(candles_at(SERIES.opened[1999:2000], seed=5))
    followed.tell(SERIES.rows(slice(1999, 2500)))
    followed.tell_older(SERIES.rows(slice(990, 1000)))
    followed.tell_older(SERIES.rows(slice(0, 990)))
    assert not followed.heikin.is_computing
    assert len(followed.columns) == 2500
    assert followed.agrees()


def test_of_many_the_candles_themselves_are_shown_first(qtbot: QtBot, operations: Operations) -> None:
    followed = Followed(qtbot, operations, SERIES)
    assert followed.heikin.is_computing
    assert followed.shows(SERIES)
    last = candles_at(SERIES.opened[-1:], seed=9)
    followed.tell(last)  # a tick before it is there
    assert followed.columns.close[-1] == last.close[0]
    followed.settle()
    assert followed.agrees()
    assert followed.told == [0]


def test_older_ones_before_the_first_are_there(qtbot: QtBot, operations: Operations) -> None:
    followed = Followed(qtbot, operations, SERIES.rows(slice(5_000, None)))
    followed.tell_older(SERIES.rows(slice(0, 5_000)))
    assert followed.shows(SERIES)
    followed.settle()
    assert followed.agrees()


def test_many_that_changed_are_computed_beside_the_window(qtbot: QtBot, operations: Operations) -> None:
    followed = Followed(qtbot, operations, SERIES)
    followed.settle()
    before = followed.columns.copied()
    followed.tell(candles_at(SERIES.opened[300:], seed=3))
    assert followed.heikin.is_computing
    assert followed.shows(before)
    followed.settle()
    assert followed.agrees()
    assert followed.told == [0, 300]


def test_what_comes_while_many_are_computed(qtbot: QtBot, operations: Operations) -> None:
    followed = Followed(qtbot, operations, SERIES.rows(slice(5_000, None)))
    followed.settle()
    followed.tell(candles_at(SERIES.opened[5_300:], seed=3))
    followed.tell(candles_at(SERIES.opened[-1:], seed=4))
    followed.tell_older(SERIES.rows(slice(4_000, 5_000)))
    followed.tell(candles_at(SERIES.opened[6_000:], seed=5))
    followed.tell_older(SERIES.rows(slice(0, 4_000)))
    followed.settle()
    assert followed.agrees()


def test_ticks_and_older_ones_after_it_is_there(qtbot: QtBot, operations: Operations) -> None:
    followed = Followed(qtbot, operations, SERIES.rows(slice(5_000, 39_000)))
    followed.settle()
    followed.tell_older(SERIES.rows(slice(0, 5_000)))
    followed.tell(SERIES.rows(slice(38_990, None)))
    assert not followed.heikin.is_computing
    assert followed.agrees()


def test_nothing_is_told_after_it_was_closed(qtbot: QtBot, operations: Operations) -> None:
    followed = Followed(qtbot, operations, SERIES)
    followed.heikin.close()
    with qtbot.assertNotEmitted(followed.heikin.changed, wait=300):
        assert not followed.heikin.is_computing
    assert np.array_equal(followed.columns.close, SERIES.close)
