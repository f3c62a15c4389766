"""The real window with 300 markets streaming into it, measured when it is asked to.

``python -m tests.bench.loaded_window FOLDER PORT``: reads lines of JSON, answers each with one. ``show`` a place,
``measure`` some seconds with nothing else in the process, ``watch`` some seconds how long the event loop is away.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import psutil
from PyQt6.QtCore import QEvent, QObject, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QAbstractItemView

from tests.bench.paced_sender import FIRST_PRICE, MARKETS
from tests.event_loop_guard import LoopGaps
from tests.fakes.practice_account import FakeExchange
from tests.fakes.rest_answers import FakeAccount, FakeMarketData
from tests.unit.data_layer.exchanges.upbit.streams_in_a_test import FakeSigner
from tests.whole_program import open_folder
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.stream import Topic, TopicKind
from upbit_auto_trading.business_logic.ports.exchange import Exchange, ExchangeHealth, MarketData
from upbit_auto_trading.business_logic.ports.practice import PracticeDesk
from upbit_auto_trading.composition_root.crashes import Crashes
from upbit_auto_trading.composition_root.desktop import DesktopProgram, make_application
from upbit_auto_trading.composition_root.start_options import StartOptions
from upbit_auto_trading.data_layer.exchanges.upbit.streams import UpbitStreams
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.ui.runtime.garbage import GarbageCollector
from upbit_auto_trading.ui.runtime.shutdown import leave_process

NAME = "practice"
SIZE = (1920, 1080)
_KINDS = (TopicKind.PRICES, TopicKind.BOOKS, TopicKind.TRADES)


class ManyCandles:
    """What a window asks of ``MarketData``: a candle for every interval there was."""

    def __init__(self, listed: tuple[ListedMarket, ...], others: FakeMarketData) -> None:
        self._listed = listed
        self._others = others

    def __getattr__(self, name: str) -> Any:
        """Prices and trades; none was traded before the streams."""
        return getattr(self._others, name)

    def markets(self) -> tuple[ListedMarket, ...]:
        return self._listed

    def candles_before(
        self, market: Market, unit: CandleUnit, before: datetime | None, count: int
    ) -> tuple[Candle, ...]:
        end = before or datetime.now(UTC)
        span = count * (unit.next(end) - end)
        return self.candles_between(market, unit, end - span, end)[-count:]

    def candles_from(self, market: Market, unit: CandleUnit, start: datetime, count: int) -> tuple[Candle, ...]:
        span = count * (unit.next(start) - start)
        return self.candles_between(market, unit, start, start + span)[:count]

    def candles_between(self, market: Market, unit: CandleUnit, start: datetime, end: datetime) -> tuple[Candle, ...]:
        found, at = [], unit.floor(start)
        while at < end:
            if at >= start:
                found.append(_candle(market, unit, at))
            at = unit.next(at)
        return tuple(found)


def _candle(market: Market, unit: CandleUnit, at: datetime) -> Candle:
    minute = int(at.timestamp()) // 60
    first, last = (Decimal(FIRST_PRICE + one * 7_919 % 41 * 1_000) for one in (minute, minute + 1))
    high, low, volume = max(first, last) + 2_000, min(first, last) - 2_000, Decimal(minute % 17 + 1)
    return Candle(market, unit, at, first, high, low, last, volume, volume * last)


class AnsweringExchange(FakeExchange):
    def health(self) -> ExchangeHealth:
        return ExchangeHealth((), timedelta(0), 0)


class LoadedConnection:
    """Implements ``Connection``: true streams, to a sender that never rests."""

    def __init__(self, port: int) -> None:
        self.markets = tuple(
            ListedMarket(Market(NAME, code), f"종목 {code[4:]}", f"Market {code[4:]}") for code in MARKETS
        )
        asked = FakeMarketData()
        asked.prices = {listed.market: str(FIRST_PRICE) for listed in self.markets}
        exchange = AnsweringExchange(markets=self.markets)
        exchange.market_data = cast(MarketData, ManyCandles(self.markets, asked))
        self.exchange = cast(Exchange, exchange)
        url = f"ws://127.0.0.1:{port}/websocket/v1"
        self.streams = UpbitStreams(url, SystemClock(), FakeSigner(), asked, FakeAccount(), name=NAME)
        self.streams.start()
        self.practice: PracticeDesk | None = None
        self.world: str | None = None

    def is_alive(self) -> bool:
        return True

    def close(self) -> None:
        self.streams.stop()


class Asked(QObject):
    """Lines of the input, in the window's thread."""

    came = pyqtSignal(object)

    def listen(self) -> None:
        for line in sys.stdin:
            self.came.emit(json.loads(line))


class Measuring(QObject):
    def __init__(self, program: DesktopProgram) -> None:
        super().__init__()
        self._program = program
        self._process = psutil.Process()
        self._process.cpu_times()
        self.repaints = 0
        self.told = 0
        program.window.installEventFilter(self)
        program.core.market_board.summaries_changed.connect(self._count)

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        """Of the window alone: it repaints everything in it that must be."""
        if event is not None and event.type() == QEvent.Type.UpdateRequest:
            self.repaints += 1
        return False

    def _count(self, _summaries: object) -> None:
        self.told += 1

    @pyqtSlot(object)
    def answer(self, asked: dict[str, Any]) -> None:
        kind, seconds = asked["ask"], float(asked.get("seconds", 0))
        if kind == "show":
            self._program.navigation.show(asked["place"])
            say({"screen": asked["place"]})
        elif kind == "picture":
            self._program.window.grab().save(asked["path"])
            say({})
        elif kind == "end":
            self._program.core.stop()
        elif kind == "follow":
            self._follow_everything()
            say(seen_in(self._program))
        elif kind == "watch":
            gaps = LoopGaps()
            gaps.start()
            QTimer.singleShot(round(seconds * 1_000), lambda: self._tell_gaps(gaps))
        else:
            began = self._now()
            QTimer.singleShot(round(seconds * 1_000), lambda: self._tell(began))

    def _follow_everything(self) -> None:
        """As an engine with strategies on every market would."""
        topics = [Topic(kind, Market(NAME, code)) for code in MARKETS for kind in _KINDS]
        self._program.core._feed.want("bench", topics)

    def _now(self) -> dict[str, float]:
        times, resident = self._process.cpu_times(), self._process.memory_info().rss
        return {
            "worked": times.user + times.system,
            "took": time.perf_counter(),
            "repaints": self.repaints,
            "told": self.told,
            "resident": resident,
        }

    def _tell(self, began: dict[str, float]) -> None:
        ended = self._now()
        newest = max((one.traded_at for one in self._program.core.market_board.summaries.values()), default=None)
        behind = (datetime.now(UTC) - newest).total_seconds() if newest is not None else 0.0
        report = {name: ended[name] - began[name] for name in ended}
        say(report | {"resident": ended["resident"], "behind": behind})

    @staticmethod
    def _tell_gaps(gaps: LoopGaps) -> None:
        gaps.stop()
        say({"away": gaps.longest.away, "worked": gaps.longest.worked, "looks": gaps.looks})


def seen_in(program: DesktopProgram) -> dict[str, Any]:
    """What of all that streams can be seen: candles of charts, books, rows of lists."""
    from upbit_auto_trading.ui.charts.canvas import ChartCanvas
    from upbit_auto_trading.ui.market_views.order_book import OrderBookView

    window = program.window
    charts = [chart for chart in window.findChildren(ChartCanvas) if chart.isVisible()]
    lists = [table.model() for table in window.findChildren(QAbstractItemView) if table.isVisible()]
    return {
        "prices": len(program.core.market_board.summaries),
        "candles": [0 if chart.candles is None else len(chart.candles) for chart in charts],
        "books": sum(book.isVisible() for book in window.findChildren(OrderBookView)),
        "rows": max((model.rowCount() for model in lists if model is not None), default=0),
    }


def say(report: dict[str, Any]) -> None:
    print(json.dumps(report), flush=True)


def main(folder: Path, port: int) -> int:
    opened = open_folder(folder)
    app = make_application(sys.argv[:1])
    program = DesktopProgram(
        app,
        opened,
        StartOptions(),
        Crashes(opened.paths, opened.clock, opened.log),
        open_exchange=lambda _context: LoadedConnection(port),
    )
    measuring, asked = Measuring(program), Asked()
    asked.came.connect(measuring.answer)
    program.priced.connect(lambda: say({"ready": True}))
    threading.Thread(target=asked.listen, daemon=True).start()
    garbage = GarbageCollector()
    garbage.start()
    program.start()
    program.window.resize(*SIZE)
    status = app.exec()
    garbage.stop()
    outcome = program.core.shutdown.outcome
    if outcome is not None:
        leave_process(outcome)
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
