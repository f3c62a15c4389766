"""Where a chart's candles come from: the store's file, the exchange that is connected, the series that are followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from upbit_auto_trading.composition_root.live_data import ExchangeSource

if TYPE_CHECKING:  # NumPy comes with them: loaded when the first chart is made
    from PyQt6.QtCore import QObject

    from upbit_auto_trading.business_logic.domain.candle import CandleUnit
    from upbit_auto_trading.business_logic.domain.coverage import Span
    from upbit_auto_trading.business_logic.domain.market import Market
    from upbit_auto_trading.business_logic.ports.candle_store import CandleReader, StoredRange
    from upbit_auto_trading.business_logic.ports.clock import Clock
    from upbit_auto_trading.composition_root.core import ProgramCore
    from upbit_auto_trading.ui.runtime.chart_candles import ChartCandles
    from upbit_auto_trading.ui.runtime.chart_ports import CandlePlan, ChartReader, FetchedPage
    from upbit_auto_trading.ui.runtime.exchange_link import Connection
    from upbit_auto_trading.ui.runtime.freshness_board import FreshnessBoard


def chart_factory(
    core: ProgramCore, freshness: FreshnessBoard, market_now: Callable[[], datetime]
) -> Callable[[QObject], ChartCandles]:
    """``freshness`` is that of the engine. Called when a screen with a chart is first shown."""

    def make(parent: QObject) -> ChartCandles:
        from upbit_auto_trading.business_logic.domain.day_starts import day_start_of
        from upbit_auto_trading.ui.runtime.chart_candles import ChartCandles
        from upbit_auto_trading.ui.runtime.chart_ports import ChartServices

        clock = core.opened.clock
        services = ChartServices(
            operations=core.operations,
            link=core.exchange,
            engine=core.engine,
            board=core.market_board,
            freshness=freshness,
            downloads=core.downloads,
            clock=clock,
            market_now=market_now,
            open_store=StoredCandles(core.opened.paths.market_data_database).open,
            source_of=lambda connection: ExchangeCandles(connection, clock),
            view=core.live.view,
            day_start_of=day_start_of,
        )
        return ChartCandles(services, parent)

    return make


class StoredCandles:
    """``open`` is called in a thread that may wait; each has a connection of its own."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @contextmanager
    def open(self) -> Iterator[ChartReader]:
        from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader

        with closing(open_candle_reader(self._file)) as reader:
            yield StoredChart(reader)


class StoredChart:
    """Implements ``ChartReader``."""

    def __init__(self, reader: CandleReader) -> None:
        self._reader = reader

    def read(self, market: Market, unit: CandleUnit, span: Span) -> StoredRange:
        from upbit_auto_trading.business_logic.domain.day_starts import day_start_of
        from upbit_auto_trading.business_logic.use_cases.read_candles import read_candles

        return read_candles(self._reader, market, unit, span, day_start_of(market.exchange))

    def known_range(self, market: Market, unit: CandleUnit) -> Span | None:
        from upbit_auto_trading.business_logic.use_cases.read_candles import known_range

        return known_range(self._reader, market, unit)


class ExchangeCandles:
    """Implements ``ChartSource`` by an exchange that is connected."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._exchange = connection.exchange
        self._time = ExchangeSource(connection.exchange, connection.practice, clock)

    @property
    def day_start(self) -> timedelta:
        return self._exchange.capabilities.day_start

    def asked_unit(self, unit: CandleUnit) -> CandleUnit | None:
        from upbit_auto_trading.business_logic.domain.candle_grid import made_from

        return made_from(unit, self._exchange.capabilities.candle_units)

    def now(self) -> datetime:
        return self._time.time().exchange_now

    def plan(self, market: Market, unit: CandleUnit, span: Span, known: tuple[Span, ...], now: datetime) -> CandlePlan:
        """What we derived ourselves is known as well: a chart looks at it, and a download asks for it."""
        from upbit_auto_trading.business_logic.domain.coverage import CoveredSpan, Origin
        from upbit_auto_trading.business_logic.ports.downloads import DownloadRequest
        from upbit_auto_trading.business_logic.use_cases.plan_download import plan_download
        from upbit_auto_trading.ui.runtime.chart_ports import CandlePlan

        covered = [CoveredSpan(one, Origin.EXCHANGE, now) for one in known]
        plan = plan_download(self._exchange.capabilities, covered, DownloadRequest(market, unit, span), now)
        return CandlePlan(now, tuple(reversed(plan.pages)), plan.out_of_reach)

    def page(self, market: Market, unit: CandleUnit, span: Span, made_at: datetime) -> FetchedPage:
        from upbit_auto_trading.business_logic.domain.candle_series import series_of
        from upbit_auto_trading.business_logic.use_cases.plan_download import certain_part
        from upbit_auto_trading.ui.runtime.chart_ports import FetchedPage

        asked, day_start = self._exchange.market_data, self.day_start
        candles = asked.candles_between(market, unit, span.start, span.end)
        certain = certain_part(span, candles, unit, day_start, made_at)
        before = () if candles else asked.candles_before(market, unit, span.start, 1)
        is_beginning = not candles and not before
        return FetchedPage(
            asked=span,
            series=series_of(market, unit, candles),
            certain=certain,
            asked_at=made_at,
            is_beginning=is_beginning,
            is_listing=is_beginning and unit not in self._exchange.capabilities.candle_history,
            newest_before=before[-1].opened_at if before else None,
        )
