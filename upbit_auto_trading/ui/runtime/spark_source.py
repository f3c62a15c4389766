"""The courses of the last 24 hours, as small lines in rows: stored candles, else the exchange's, else what was seen.

Only of rows that are seen. A few markets at a time, a second apart, so that the exchange's limit for candles is never
near; what is known is asked for again only after a while, and goes on with the live price meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.domain.market_view import PriceSummary
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.config.logging_setup import log_event
from upbit_auto_trading.ui.runtime.exchange_link import Connection, ExchangeLink
from upbit_auto_trading.ui.runtime.market_board import MarketBoard
from upbit_auto_trading.ui.runtime.operation import Operation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:  # columns need NumPy, which is loaded when the first are read
    from contextlib import AbstractContextManager

    from upbit_auto_trading.business_logic.domain.candle import CandleUnit
    from upbit_auto_trading.business_logic.domain.coverage import Span
    from upbit_auto_trading.business_logic.domain.market import Market
    from upbit_auto_trading.business_logic.ports.candle_store import StoredRange

    OpenCandles = Callable[[], AbstractContextManager[Callable[[Market, CandleUnit, Span], StoredRange]]]

_LOGGER = logging.getLogger(__name__)
_READING: Final = Text("작은 차트 준비", "Preparing small charts")
PATH: Final = timedelta(hours=24)
_STEP: Final = timedelta(minutes=30)
_AT_ONCE: Final = 4
_PAUSE_MS: Final = 1_000
_KNOWN_FOR_SECONDS: Final = 15 * 60.0
#: where neither store nor exchange had candles
_TRY_AGAIN_SECONDS: Final = 60.0
#: of the live path: two seen prices lie at least so far apart, in the market's time
_LIVE_STEP: Final = timedelta(seconds=5)
_LIVE_POINTS: Final = 96
#: of the expected intervals, at least this share: else the line would lie about the day
_LEAST_SHARE: Final = 0.25


@dataclass(slots=True)
class _Path:
    closes: tuple[float, ...] = ()
    due_at: float = 0.0
    live: list[tuple[datetime, float]] = field(default_factory=list)


class SparkSource(QObject):
    """Lives in the UI thread; one for all windows."""

    #: frozenset[Market]: whose candles came
    changed = pyqtSignal(object)

    def __init__(
        self,
        operations: Operations,
        clock: Clock,
        link: ExchangeLink,
        board: MarketBoard,
        open_candles: OpenCandles,
        market_now: Callable[[], datetime],
    ) -> None:
        super().__init__(board)
        self._operations = operations
        self._clock = clock
        self._link = link
        self._board = board
        self._open_candles = open_candles
        self._market_now = market_now
        self._paths: dict[Market, _Path] = {}
        self._wanted: dict[object, tuple[Market, ...]] = {}
        self._is_reading = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._read_next)
        board.summaries_changed.connect(self._take_prices)
        board.began_anew.connect(self._forget)

    def values(self, market: Market) -> tuple[float, ...] | None:
        """Oldest first, the live price at the end; None while there are not two."""
        path = self._paths.get(market)
        if path is None:
            return None
        summary = self._board.summaries.get(market)
        values = path.closes or tuple(price for _at, price in path.live)
        if len(values) < 2:
            return None  # one price is no course: a level line would say that nothing happened
        return values if summary is None else (*values, float(summary.price))

    @property
    def is_idle(self) -> bool:
        """Nothing is being read, and nothing that is wanted is due."""
        return not self._is_reading and not self._due()

    def want(self, owner: object, markets: Iterable[Market]) -> None:
        """What ``owner`` shows at this moment, from the top; nothing any more with ()."""
        wanted = tuple(markets)
        if wanted:
            self._wanted[owner] = wanted
        else:
            self._wanted.pop(owner, None)
        self._read_soon()

    @pyqtSlot()
    def _forget(self) -> None:
        """Other streams, perhaps another world with other candles."""
        self._paths.clear()
        self._read_soon()

    @pyqtSlot(object)
    def _take_prices(self, summaries: tuple[PriceSummary, ...]) -> None:
        for summary in summaries:
            path = self._paths.setdefault(summary.market, _Path())
            if path.closes:
                continue
            if path.live and summary.traded_at - path.live[-1][0] < _LIVE_STEP:
                continue
            path.live.append((summary.traded_at, float(summary.price)))
            if len(path.live) > _LIVE_POINTS:
                del path.live[1::2]

    # reading

    def _read_soon(self) -> None:
        if self._wanted and not self._is_reading and not self._pause.isActive():
            self._pause.start(0)

    @pyqtSlot()
    def _read_next(self) -> None:
        connection, due = self._link.connection, self._due()
        if connection is None or not due or self._is_reading:
            self._wait()
            return
        self._is_reading = True
        now, open_candles = self._market_now(), self._open_candles
        self._operations.run_in_background(
            Operation(_READING, lambda _context: read_paths(due, now, connection, open_candles)),
            initiator=self,
            on_success=self._take,
            on_failure=lambda error: self._fail(due, error),
            on_cancelled=lambda: self._take({}),
        )

    def _due(self) -> tuple[Market, ...]:
        now = self._clock.monotonic()
        wanted = dict.fromkeys(market for markets in self._wanted.values() for market in markets)
        due = (one for one in wanted if self._paths.setdefault(one, _Path()).due_at <= now)
        return tuple(one for one, _place in zip(due, range(_AT_ONCE), strict=False))

    def _take(self, found: Mapping[Market, tuple[float, ...]]) -> None:
        self._is_reading = False
        now = self._clock.monotonic()
        for market, closes in found.items():
            path = self._paths.setdefault(market, _Path())
            path.due_at = now + (_KNOWN_FOR_SECONDS if closes else _TRY_AGAIN_SECONDS)
            path.closes = closes or path.closes
        self._wait()
        self.changed.emit(frozenset(found))

    def _fail(self, due: tuple[Market, ...], error: Exception) -> None:
        _LOGGER.warning("candles for small charts could not be read; they are tried again", exc_info=error)
        self._take(dict.fromkeys(due, ()))

    def _wait(self) -> None:
        if self._wanted:
            self._pause.start(_PAUSE_MS)


def read_paths(
    markets: tuple[Market, ...], now: datetime, connection: Connection, open_candles: OpenCandles
) -> dict[Market, tuple[float, ...]]:
    """In a thread that may wait. What is stored is asked of nobody."""
    from upbit_auto_trading.business_logic.domain.candle import CandleUnit
    from upbit_auto_trading.business_logic.domain.coverage import Span

    unit = CandleUnit.MINUTES_30
    end = unit.floor(now, connection.exchange.capabilities.day_start)
    span = Span(end - PATH, end)
    least = _LEAST_SHARE * (PATH / _STEP)
    found: dict[Market, tuple[float, ...]] = {}
    with open_candles() as read:
        for market in markets:
            stored = read(market, unit, span)
            if stored.is_complete and len(stored.series) > 1:
                found[market] = tuple(stored.series.close.tolist())
    for market in markets:
        if market not in found:
            try:
                candles = connection.exchange.market_data.candles_between(market, unit, span.start, span.end)
            except TradingAppError as error:
                log_event(_LOGGER, logging.INFO, "no candles for a small chart", market=str(market), error=str(error))
                candles = ()
            closes = tuple(float(one.close) for one in candles)
            found[market] = closes if len(closes) >= least else ()
    return found
