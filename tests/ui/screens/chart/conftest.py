"""The chart window over an exchange and stores in memory, with real threads behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.market_data_world import MarketDataWorld, krw_markets, summary_of
from tests.fakes.settings_world import SettingsWorld
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, epoch_second
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.stream import StreamState, Topic, TopicKind
from upbit_auto_trading.ui.market_views.markets import CHART_MEMORY, MarketsViewModel
from upbit_auto_trading.ui.runtime.price_alert_watch import PriceAlertWatch
from upbit_auto_trading.ui.screens.chart.view import ChartView
from upbit_auto_trading.ui.screens.chart.view_model.alerts import AlertsViewModel
from upbit_auto_trading.ui.screens.chart.view_model.charts import ChartsViewModel
from upbit_auto_trading.ui.screens.chart.view_model.drawings import DrawingsViewModel
from upbit_auto_trading.utils.bilingual_text import Text

LIMIT_MS = 20_000
BTC, ETH, XRP = (Market("practice", f"KRW-{base}") for base in ("BTC", "ETH", "XRP"))
#: of each market and unit that is stored
COUNT = 400
UNITS = (CandleUnit.MINUTE, CandleUnit.MINUTES_15, CandleUnit.HOUR)


def walk(market: Market, unit: CandleUnit, end: datetime, count: int = COUNT) -> CandleSeries:
    """Candles up to ``end``, which are another course for each market and unit."""
    assert unit.length is not None
    length = int(unit.length.total_seconds())
    random = np.random.default_rng(sum(market.code.encode()) + length)
    close = np.rint(1_000_000 * np.exp(np.cumsum(random.normal(0, 0.001, count))))
    opening = np.concatenate(([close[0]], close[:-1]))
    opened = epoch_second(unit.floor(end)) + np.arange(-count, 0, dtype=np.int64) * length
    high, low = np.maximum(opening, close) + 100.0, np.minimum(opening, close) - 100.0
    return CandleSeries(market, unit, opened, opening, high, low, close, random.gamma(1.0, 1.0, count))


class World:
    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.settings = SettingsWorld(folder)
        self.data: MarketDataWorld = self.settings.market_data
        self.data.list_markets(krw_markets(5))
        self.watch = PriceAlertWatch(self.settings.operations, self.settings.clock)
        for market in (BTC, ETH, XRP):
            for unit in UNITS:
                series = walk(market, unit, self.now)
                span = Span(datetime.fromtimestamp(int(series.opened[0]), UTC), unit.floor(self.now))
                self.data.candles.write(series, span, Origin.EXCHANGE, self.now)
        self.view = self.show()

    @property
    def now(self) -> datetime:
        return self.settings.clock.now()

    def show(self) -> ChartView:
        """As after a start: with what was kept."""
        services = self.settings.services
        markets = MarketsViewModel(self.data.services, services.layouts, name=CHART_MEMORY, with_screener=False)
        alerts = AlertsViewModel(
            self.watch, services.clock, services.notices, lambda market: Text(market.code, market.code)
        )
        view = ChartView(ChartsViewModel(services.layouts), markets, DrawingsViewModel(services), alerts, services)
        self.qtbot.addWidget(view)
        view.resize(1208, 640)
        with self.qtbot.waitExposed(view):
            view.show()
        self.view = view
        return view

    def reach(self) -> None:
        self.data.connection.streams.current = {Topic(TopicKind.PRICES, BTC): StreamState.LIVE}
        self.data.link.start()
        self.see(lambda: self.view.markets.state.total == 5)
        self.data.tell(
            summary_of(BTC, "1002000", before="1000000", at=self.now),
            summary_of(ETH, "998000", before="1000000", at=self.now),
        )

    def see(self, is_so: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(is_so()), timeout=LIMIT_MS)

    def see_candles(self, market: Market, unit: CandleUnit, place: int = 0) -> None:
        def is_shown() -> bool:
            candles = self.view.grid.panels[place].canvas.candles
            shown = self.view.grid.panels[place].candles.columns
            return candles is not None and candles is shown and (candles.market, candles.unit) == (market, unit)

        self.see(is_shown)


@pytest.fixture
def world(qtbot: QtBot, tmp_path: Path) -> Iterator[World]:
    made = World(qtbot, tmp_path)
    yield made
    made.view.hide()
    stop_operations(made.settings.operations)
