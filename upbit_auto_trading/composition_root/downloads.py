"""The program's queue of downloads: one at a time, kept over restarts, in a thread that nothing else waits for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, TradingAppError
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.downloads import (
    DownloadEntry,
    DownloadListener,
    DownloadPhase,
    DownloadPlan,
    DownloadProgress,
    DownloadRequest,
)
from upbit_auto_trading.business_logic.ports.exchange import Exchange
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.ui.runtime.burst import Burst
from upbit_auto_trading.ui.runtime.exchange_link import Connection
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext, StorageOperation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.runtime.queued import connect_queued
from upbit_auto_trading.ui.runtime.worker_host import Worker, WorkerHost
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:  # NumPy comes with them: loaded in the thread that downloads
    from datetime import datetime

    from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
    from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
    from upbit_auto_trading.business_logic.ports.candle_store import WriteReport
    from upbit_auto_trading.data_layer.candle_download.download import DownloadOutcome

_LOGGER = logging.getLogger(__name__)
_READING = Text("내려받기 목록 읽기", "Reading the list of downloads")
_NOTING = Text("내려받기 목록 저장", "Saving the list of downloads")
_PLANNING = Text("내려받을 캔들 확인", "Working out what to download")
#: a page waits behind what storage does; longer is a failure, and the page is tried again later
_STORAGE_SECONDS = 30.0


class _Why(Enum):
    """Why a running download was told to end."""

    USER = "user"
    REMOVED = "removed"
    #: goes on when the exchange is there again
    LOST = "lost"
    #: goes on at the next start
    PROGRAM = "program"


@dataclass(slots=True)
class _Running:
    number: int
    cancelled: threading.Event
    why: _Why | None = None

    def end(self, why: _Why) -> None:
        """The first reason holds, but for the end of the program."""
        if self.why is None or why is _Why.PROGRAM:
            self.why = why
        self.cancelled.set()


class DownloadService(QObject):
    """Implements the port ``Downloads``; lives in the UI thread."""

    _ended = pyqtSignal(int, object)  # DownloadOutcome, TradingAppError or None where it was cancelled

    def __init__(self, operations: Operations, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._clock = clock
        self._entries: dict[int, DownloadEntry] = {}
        self._connection: Connection | None = None
        self._running: _Running | None = None
        self._listeners: list[DownloadListener] = []
        self._is_refusing = False
        self.host: WorkerHost[Worker] = WorkerHost("exchange reads", Worker, self)
        self.host.failed.connect(self._take_fault)
        self._notes = Burst(parent=self)
        self._notes.delivered.connect(self._take_notes)
        connect_queued(self._ended, self._take_end)

    # --- the port

    @property
    def entries(self) -> tuple[DownloadEntry, ...]:
        return tuple(self._entries.values())

    def on_changed(self, listener: DownloadListener) -> Callable[[], None]:
        listeners = self._listeners  # a window may go after the service itself
        listeners.append(listener)

        def end() -> None:
            if listener in listeners:
                listeners.remove(listener)

        return end

    def preview(
        self,
        request: DownloadRequest,
        on_ready: Callable[[DownloadPlan, float], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        connection = self._connection
        if connection is None or connection.exchange.name != request.market.exchange:
            error = ExchangeUnavailable(request.market.exchange, "transport-closed")
            QTimer.singleShot(0, lambda: on_failure(error))
            return
        exchange = connection.exchange

        def work(_context: OperationContext) -> DownloadPlan:
            return self._plan(exchange, request)

        def tell(plan: DownloadPlan) -> None:
            on_ready(plan, plan.seconds(exchange.capabilities.candle_requests_per_second))

        self._operations.run_in_background(Operation(_PLANNING, work), on_success=tell, on_failure=on_failure)

    def add(self, request: DownloadRequest) -> None:
        added_at = self._clock.now()

        def work(stores: Stores, _context: object) -> DownloadEntry:
            return stores.downloads.add(request, added_at)

        self._operations.submit_to_storage(
            StorageOperation(_NOTING, work), on_success=self._take_new, on_failure=self._log_failure
        )

    def cancel(self, number: int) -> None:
        entry = self._entries.get(number)
        if self._running is not None and self._running.number == number:
            self._running.end(_Why.USER)
        elif entry is not None and entry.phase is DownloadPhase.WAITING:
            self._set(replace(entry, phase=DownloadPhase.CANCELLED))

    def retry(self, number: int) -> None:
        entry = self._entries.get(number)
        if entry is not None and entry.phase.has_ended:
            self._set(DownloadEntry(entry.number, entry.request, entry.added_at))
            self._begin_next()

    def remove(self, number: int) -> None:
        if self._running is not None and self._running.number == number:
            self._running.end(_Why.REMOVED)
        elif self._entries.pop(number, None) is not None:
            self._note(lambda stores: stores.downloads.remove(number))
            self._tell()

    # --- the program around it

    @pyqtSlot()
    def start(self) -> None:
        """When the files are open."""
        self.host.start()

        def work(stores: Stores, _context: object) -> tuple[DownloadEntry, ...]:
            return stores.downloads.entries()

        self._operations.submit_to_storage(
            StorageOperation(_READING, work), on_success=self._take_kept, on_failure=self._log_failure
        )

    @pyqtSlot(object)
    def take_connection(self, connection: Connection) -> None:
        self._connection = connection
        self._begin_next()

    @pyqtSlot()
    def lose_connection(self) -> None:
        self._connection = None
        if self._running is not None:
            self._running.end(_Why.LOST)

    def refuse_new(self) -> None:
        """The first step of stopping; what runs goes on at the next start."""
        self._is_refusing = True
        if self._running is not None:
            self._running.end(_Why.PROGRAM)

    # --- the UI thread

    def _take_kept(self, entries: tuple[DownloadEntry, ...]) -> None:
        self._entries = {entry.number: entry for entry in entries} | self._entries
        self._tell()
        self._begin_next()

    def _take_new(self, entry: DownloadEntry) -> None:
        self._entries[entry.number] = entry
        self._tell()
        self._begin_next()

    def _begin_next(self) -> None:
        connection = self._connection
        if self._running is not None or self._is_refusing or connection is None:
            return
        for entry in self._entries.values():
            if entry.phase is DownloadPhase.WAITING and entry.request.market.exchange == connection.exchange.name:
                self._begin(entry, connection.exchange)
                return

    def _begin(self, entry: DownloadEntry, exchange: Exchange) -> None:
        running = self._running = _Running(entry.number, threading.Event())
        self._set(replace(entry, phase=DownloadPhase.RUNNING))
        self.host.post(lambda _worker: self._work(running, entry.request, exchange))

    @pyqtSlot(object)
    def _take_notes(self, notes: dict[int, DownloadProgress]) -> None:
        for number, progress in notes.items():
            entry = self._entries.get(number)
            if entry is not None and entry.phase is DownloadPhase.RUNNING:
                self._entries[number] = replace(entry, progress=progress)
        self._tell()

    @pyqtSlot(int, object)
    def _take_end(self, number: int, result: DownloadOutcome | TradingAppError | None) -> None:
        running, self._running = self._running, None
        why = None if running is None else running.why
        self._notes.take(number)
        entry = self._entries.get(number)
        if why is _Why.PROGRAM or entry is None:
            return  # the table says that it was running: it goes on at the next start
        if why is _Why.REMOVED:
            self.remove(number)
        else:
            self._set(_ended_entry(entry, result, why))
        self._begin_next()

    @pyqtSlot(object)
    def _take_fault(self, error: Exception) -> None:
        """Of ours: it is in the crash report; the queue goes on with the next."""
        running = self._running
        if running is not None:
            entry = self._entries[running.number]
            self._running = None
            self._set(replace(entry, phase=DownloadPhase.FAILED, trouble=type(error).__name__, error=error))
            self._begin_next()

    def _set(self, entry: DownloadEntry) -> None:
        self._entries[entry.number] = entry
        self._note(lambda stores: stores.downloads.mark(entry.number, entry.phase, entry.trouble))
        self._tell()

    def _note(self, work: Callable[[Stores], None]) -> None:
        self._operations.submit_to_storage(
            StorageOperation(_NOTING, lambda stores, _context: work(stores)), on_failure=self._log_failure
        )

    def _tell(self) -> None:
        entries = self.entries
        for listener in tuple(self._listeners):
            listener(entries)

    def _log_failure(self, error: Exception) -> None:
        _LOGGER.error("the list of downloads could not be read or saved", exc_info=error)

    # --- the thread of exchange reads

    def _work(self, running: _Running, request: DownloadRequest, exchange: Exchange) -> None:
        result: DownloadOutcome | TradingAppError | None = None
        try:
            result = self._download(running, request, exchange)
        except Cancelled:
            result = None
        except TradingAppError as error:
            result = error
        self._ended.emit(running.number, result)

    def _download(self, running: _Running, request: DownloadRequest, exchange: Exchange) -> DownloadOutcome:
        from upbit_auto_trading.data_layer.candle_download.download import CandleDownload

        if running.cancelled.is_set():
            raise Cancelled
        return CandleDownload(
            self._plan(exchange, request),
            exchange.market_data,
            exchange.capabilities,
            self._write,
            self._clock,
            cancelled=running.cancelled,
            tell=lambda progress: self._notes.offer(running.number, progress),
        ).run()

    def _plan(self, exchange: Exchange, request: DownloadRequest) -> DownloadPlan:
        """Waits for storage and for the exchange."""
        from upbit_auto_trading.business_logic.use_cases.plan_download import plan_download
        from upbit_auto_trading.data_layer.candle_download.market_time import market_time

        market, unit = request.market, request.unit
        covered = self._operations.ask_storage(lambda stores: stores.candles.covered(market, unit), _STORAGE_SECONDS)
        return plan_download(exchange.capabilities, covered, request, market_time(exchange, (market,)))

    def _write(self, series: CandleSeries, span: Span, origin: Origin, recorded_at: datetime) -> WriteReport:
        """In the storage thread, as everything that is written; a page is one transaction there."""
        return self._operations.ask_storage(
            lambda stores: stores.candles.write(series, span, origin, recorded_at), _STORAGE_SECONDS
        )


def _ended_entry(
    entry: DownloadEntry, result: DownloadOutcome | TradingAppError | None, why: _Why | None
) -> DownloadEntry:
    if isinstance(result, TradingAppError):
        if why is not None:
            result = None
        else:
            return replace(entry, phase=DownloadPhase.FAILED, trouble=type(result).__name__, error=result)
    progress = entry.progress if result is None else result.progress
    if why is _Why.LOST:
        return replace(entry, phase=DownloadPhase.WAITING, progress=progress)
    if result is None:
        return replace(entry, phase=DownloadPhase.CANCELLED, progress=progress)
    return replace(entry, phase=result.phase, progress=progress, trouble=result.trouble, error=result.error)
