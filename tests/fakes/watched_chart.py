"""A chart of the world in memory, and what it told: what somebody who listens to its signals has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pytestqt.qtbot import QtBot

from tests.fakes.chart_world import BTC, Asked, ChartWorld
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.runtime.chart_candles import ChartCandles, ChartPhase

UNIT, MINUTE = CandleUnit.MINUTE, timedelta(minutes=1)
#: twenty seconds after noon
NOW = datetime(2026, 11, 20, 12, 0, 20, tzinfo=UTC)
NOON = NOW.replace(second=0)
LISTED_AT = datetime(2026, 11, 1, tzinfo=UTC)
TIMEOUT = 5_000


class Chart:
    """One chart, and what it told; ``shown`` is put together from its signals alone, as a canvas does."""

    def __init__(self, world: ChartWorld, qtbot: QtBot) -> None:
        self.candles: ChartCandles = world.make()
        self._qtbot = qtbot
        self.told: list[tuple[str, int]] = []
        self.rows: list[tuple[float, ...]] = []
        self.candles.opened.connect(self._opened)
        self.candles.changed.connect(self._changed)
        self.candles.prepended.connect(self._prepended)

    def _opened(self) -> None:
        self.told.append(("opened", 0))
        self.rows = self._now()

    def _changed(self, first: int) -> None:
        self.told.append(("changed", first))
        self.rows[first:] = self._now()[first:]

    def _prepended(self, count: int) -> None:
        self.told.append(("prepended", count))
        self.rows[:0] = self._now()[:count]

    def _now(self) -> list[tuple[float, ...]]:
        columns = self.candles.columns
        return [] if columns is None else rows_of(columns.copied())

    def wait(self, phase: ChartPhase = ChartPhase.READY) -> None:
        """Until nothing is under way."""

        def is_done() -> bool:
            state = self.candles.state
            is_busy = state.is_loading_newest or state.is_loading_older or state.is_filling
            return state.phase is phase and not is_busy

        self._qtbot.waitUntil(is_done, timeout=TIMEOUT)

    def older(self) -> None:
        self.candles.load_older()
        self._qtbot.waitUntil(lambda: not self.candles.state.is_loading_older, timeout=TIMEOUT)

    def check(self, source: CandleSeries) -> None:
        """Candle for candle, and nobody who listens to the signals sees anything else."""
        assert self._now() == rows_of(source)
        assert self.rows == self._now()

    @property
    def first(self) -> int:
        columns = self.candles.columns
        assert columns is not None
        return int(columns.opened[0])


def rows_of(series: CandleSeries) -> list[tuple[float, ...]]:
    return list(zip(*(column.tolist() for column in series.columns), strict=True))


def connect(world: ChartWorld, qtbot: QtBot) -> None:
    with qtbot.waitSignal(world.link.opened, timeout=TIMEOUT):
        world.link.start()


def back(intervals: int) -> datetime:
    return NOON - intervals * MINUTE


def newest(world: ChartWorld, intervals: int, market: Market = BTC) -> CandleSeries:
    """Those that have ended."""
    return world.source(market, UNIT, back(intervals), NOON)


def len_of(asked: Asked) -> int:
    return (asked.end - asked.start) // MINUTE
