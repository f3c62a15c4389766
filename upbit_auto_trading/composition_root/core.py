"""What runs with and without a window: storage, engine, settings, scheduler, and their end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from PyQt6.QtCore import QCoreApplication, QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.ports.credentials import SecurityEvent
from upbit_auto_trading.business_logic.ports.practice import CandleFile, CandleSpan, PracticeWorld
from upbit_auto_trading.business_logic.ports.stores import LATENCY_BOUNDS_MS, Stores
from upbit_auto_trading.business_logic.use_cases.periodic_jobs import CHECK_KEYS, SYNC_MARKETS
from upbit_auto_trading.business_logic.use_cases.sync_markets import SyncReport
from upbit_auto_trading.composition_root.counted_feed import CountedFeed
from upbit_auto_trading.composition_root.downloads import DownloadService
from upbit_auto_trading.composition_root.exchange_keys import ExchangeKeys
from upbit_auto_trading.composition_root.key_checks import KeyChecks
from upbit_auto_trading.composition_root.live_data import LiveData
from upbit_auto_trading.composition_root.market_list import MarketListSync
from upbit_auto_trading.composition_root.opened import Opened
from upbit_auto_trading.composition_root.periodic_work import Periodic
from upbit_auto_trading.composition_root.practice_connection import wish_of
from upbit_auto_trading.composition_root.stores import open_engine_state, open_stores
from upbit_auto_trading.config.logging_setup import log_event
from upbit_auto_trading.config.settings import LOG_DAYS_KEPT, LOG_LEVEL, LOG_SIZE_LIMIT, PRACTICE_SPEED
from upbit_auto_trading.data_layer.background_scheduler import load_library
from upbit_auto_trading.data_layer.exchange_feed import ExchangeFeed
from upbit_auto_trading.ui.runtime.engine_link import EngineLink
from upbit_auto_trading.ui.runtime.exchange_link import Connection, ExchangeLink
from upbit_auto_trading.ui.runtime.market_board import MarketBoard
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext, StorageOperation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.runtime.shutdown import EndReason, Shutdown, ShutdownOutcome, documented_order
from upbit_auto_trading.ui.runtime.trade_filler import TradeFiller
from upbit_auto_trading.ui.settings_state import SettingsState
from upbit_auto_trading.ui.shortcuts_state import STORED_AS as SHORTCUTS
from upbit_auto_trading.ui.shortcuts_state import ShortcutsState, saving_with
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.operation_counts import OperationCounts

_LOGGER = logging.getLogger(__name__)
_CHECKING_CANDLES = Text("시세 파일 확인", "Checking the market data")
_OPENING = Text("연습 거래소 여는 중", "Opening the practice exchange")
_CHANGING_SPEED = Text("연습 시장 속도 바꾸기", "Changing the speed of the practice market")
_JOURNALLING = Text("보안 기록 남기기", "Writing the security journal")
OpenExchange = Callable[[OperationContext], Connection]


class ProgramCore(QObject):
    """Made in the UI thread; :meth:`start` when the window is painted (or at once without one)."""

    ready = pyqtSignal()
    #: the files could not be opened: the window explains, without one the program ends
    could_not_start = pyqtSignal(object)
    #: found in the background after an unclean end; the rest goes on
    market_data_damaged = pyqtSignal(object)

    def __init__(
        self,
        opened: Opened,
        leave: Callable[[int], None] = QCoreApplication.exit,
        open_exchange: OpenExchange | None = None,
        exchange_keys: ExchangeKeys | None = None,
    ) -> None:
        """``open_exchange`` reaches another exchange than the practice exchange in a process of its own;
        ``exchange_keys`` ask about stored keys elsewhere than at the exchanges they belong to."""
        super().__init__()
        self.opened = opened
        paths, clock = opened.paths, opened.clock
        self.counts = OperationCounts(clock.now, clock.monotonic, LATENCY_BOUNDS_MS)
        self.operations = Operations(self._open_stores, clock, self, self.counts.measure)
        self.settings = SettingsState(opened.look.settings, self.operations, clock, parent=self)
        saved_shortcuts = opened.look.ui_state.get(SHORTCUTS)
        self.shortcuts = ShortcutsState(saved_shortcuts, saving_with(self.operations), self)
        self._feed = ExchangeFeed()
        self.live = LiveData(self._feed, self.operations, clock, self)
        self.market_board = MarketBoard(self._feed.want, clock, self)
        #: one reference, replaced whole: read in the thread that opens the practice exchange
        self._practice_wish = wish_of(self.settings.value)
        #: by code; filled when an exchange was reached, and looked at whenever a name is shown
        self.market_names: dict[str, Text] = {}
        self.engine = EngineLink(
            lambda: CountedFeed(self._feed, self.counts), lambda: open_engine_state(paths), clock, self, live=self.live
        )
        self.engine.market_told.connect(self.market_board.take)
        self.exchange = ExchangeLink(_OPENING, open_exchange or self._open_practice, self.operations, self)
        self.exchange.opened.connect(self._take_connection)
        self.exchange.lost.connect(self.live.lose_connection)
        self.downloads = DownloadService(self.operations, clock, self)
        self.exchange.opened.connect(self.downloads.take_connection)
        self.exchange.lost.connect(self.downloads.lose_connection)
        self.exchange_keys = exchange_keys or ExchangeKeys(paths.resources, clock)
        self.key_checks = KeyChecks(self.exchange_keys, self.operations, clock)
        self.market_list = MarketListSync(lambda: self.exchange.connection, self.operations, clock)
        self.market_list.synced.connect(self._take_names)
        self.periodic = Periodic(
            opened, self.operations, self.settings, self.engine, self.counts, self.key_checks, self.market_list.sync
        )
        self.key_checks.wanted.connect(lambda: self.periodic.run_now(CHECK_KEYS))
        self.exchange.opened.connect(lambda _connection: self.periodic.run_now(SYNC_MARKETS))
        self.shutdown = Shutdown(self._stop_steps(), clock, leave, parent=self)
        #: done after everything is closed and the lock released (a restore, a file set aside)
        self.between_runs: Callable[[], None] | None = None
        self._gate: datetime | None = None
        self._knows_gate = False
        self.is_ready = False
        self.operations.storage_started.connect(self._go_on)
        self.operations.storage_failed.connect(self._take_storage_error)
        self.engine.entries_gate_changed.connect(self._journal_gate)
        self.engine.started.connect(self.periodic.beat_first)
        self.engine.failed.connect(self._log_engine_error)
        self.settings.changed.connect(self._follow_logging)
        self.settings.changed.connect(self._follow_practice)

    def start(self) -> None:
        if self.shutdown.is_running:
            return
        log_event(_LOGGER, logging.INFO, "starting", choice=self.opened.paths.choice.value)
        self.operations.start()

    def stop(self, reason: EndReason = EndReason.USER) -> None:
        self.shutdown.run(reason)

    @pyqtSlot()
    def _go_on(self) -> None:
        """The files are open and migrated: now the engine may read them, and the first look is made again."""
        if self.shutdown.is_running:
            return  # told to stop meanwhile: what starts now would be stopped by nobody
        if not self.opened.look.is_revision_current:
            self.settings.refresh()
        self.is_ready = True
        self.engine.start()
        self.exchange.start()
        self.periodic.start()
        self.downloads.start()
        if self.opened.last_end.was_unclean():
            self._check_market_data()
        self.ready.emit()

    def _open_practice(self, context: OperationContext) -> Connection:
        from upbit_auto_trading.composition_root.practice_connection import open_practice

        return open_practice(self.opened.paths, self.opened.clock, lambda: context.is_cancelled, self._practice_wish)

    def new_board(self, name: str, owner: QObject) -> MarketBoard:
        """Watches a market of its own, beside those of other windows, as long as its owner lives."""
        board = MarketBoard(self._feed.want, self.opened.clock, owner, name, beside=self.market_board)
        TradeFiller(board, self.exchange, self.operations, self.opened.clock)
        self.engine.market_told.connect(board.take)
        return board

    def check_candle_file(self, file: CandleFile) -> CandleSpan:
        """In a thread that may wait: reads all of it. Raises InvalidParameter and StorageError."""
        from upbit_auto_trading.data_layer.practice_exchange.world_folder import PracticeFolder

        return PracticeFolder(self.opened.paths.practice_state).check(file, self.opened.clock.now())

    def start_practice_over(self, world: PracticeWorld) -> None:
        """Balances, orders and fills of the practice exchange go; its market is made anew."""
        state, now = self.opened.paths.practice_state, self.opened.clock.now()

        def between() -> None:
            from upbit_auto_trading.data_layer.practice_exchange.world_folder import PracticeFolder

            PracticeFolder(state).start_over(world, now)

        self.exchange.reopen(between)

    @pyqtSlot(str, object)
    def _follow_practice(self, setting_id: str, _value: object) -> None:
        """Speed holds at once; what the market is made of when it starts over."""
        self._practice_wish = wish_of(self.settings.value)
        connection, speed = self.exchange.connection, self._practice_wish.speed
        desk = None if connection is None else connection.practice
        if setting_id == PRACTICE_SPEED.id and desk is not None:
            operation = Operation(_CHANGING_SPEED, lambda _context: desk.run(speed))
            self.operations.run_in_background(operation, on_failure=self._log_lost_speed)

    def _log_lost_speed(self, error: Exception) -> None:
        _LOGGER.warning("the practice market did not take its speed; it does when it starts again", exc_info=error)

    @pyqtSlot(object)
    def _take_connection(self, connection: Connection) -> None:
        for listed in connection.markets:
            self.market_names[listed.market.code] = Text(listed.korean_name, listed.english_name)
        self.live.take_connection(connection)
        log_event(_LOGGER, logging.INFO, "exchange reached", exchange=connection.exchange.name)

    @pyqtSlot(object)
    def _take_names(self, report: SyncReport) -> None:
        """Markets that were listed, or renamed, since the exchange was reached."""
        for listed in (known.listed for known in report.markets if known.is_listed):
            self.market_names[listed.market.code] = Text(listed.korean_name, listed.english_name)

    def _check_market_data(self) -> None:
        """Candles can fill gigabytes, so only a crash is a reason to read them all, and not before the window works."""
        path = self.opened.paths.market_data_database

        def work(context: OperationContext) -> None:
            from upbit_auto_trading.data_layer.storage.file_inspection import check_market_data

            check_market_data(path, lambda: context.is_cancelled)

        def tell(error: Exception) -> None:
            _LOGGER.error("the market data does not hold", exc_info=error)
            self.market_data_damaged.emit(error)

        self.operations.run_in_background(Operation(_CHECKING_CANDLES, work), on_failure=tell)

    def _stop_steps(self) -> tuple[Any, ...]:
        return documented_order(
            refuse_new=self._refuse_new,
            stop_scheduler=self.periodic.stop,
            engines=(self.engine.host,),
            leave_exchanges=self._leave_exchanges,
            cancel_background=self.operations.cancel_background,
            background=(*self.operations.lane_hosts, self.downloads.host),
            storage=self.operations.storage,
            write_last_end=self._write_last_end,
            release_lock=self.opened.lock.release,
            stop_logging=self._stop_logging,
        )

    def _refuse_new(self) -> None:
        self.operations.refuse_new()
        self.downloads.refuse_new()

    def _leave_exchanges(self, seconds: float) -> tuple[str, ...]:
        self.live.leave()  # what is being asked right now gets no answer any more, and that is no trouble
        return (*self.exchange.stop(seconds), *self.live.stop())

    def _write_last_end(self, outcome: ShutdownOutcome) -> None:
        self.opened.last_end.end(outcome.reason.value, outcome.exit_status)

    def _stop_logging(self) -> None:
        self.opened.log.stop()

    @contextmanager
    def _open_stores(self) -> Iterator[Stores]:
        """In the storage thread; what was counted in the last minute is kept before the files close."""
        with open_stores(self.opened.paths, self.opened.clock, self._note_stage) as stores:
            load_library()  # here, because the UI thread starts the scheduler and must not wait for it
            yield stores
            self.periodic.keep_counts(stores)

    def _note_stage(self, file: str, stage: object) -> None:
        log_event(_LOGGER, logging.INFO, "preparing files", file=file, step=str(getattr(stage, "value", stage)))

    @pyqtSlot(object)
    def _journal_gate(self, stopped_at: datetime | None) -> None:
        """A stop or resume of this run is a security event; what was restored at the start is not new."""
        before, self._gate = self._gate, stopped_at
        knew, self._knows_gate = self._knows_gate, True
        if not knew or before == stopped_at:
            return
        event = SecurityEvent.ENTRIES_RESUMED if stopped_at is None else SecurityEvent.ENTRIES_STOPPED

        def work(stores: Stores, _context: object) -> None:
            stores.journal.append(event, {})

        self.operations.submit_to_storage(StorageOperation(_JOURNALLING, work, "journal"))

    @pyqtSlot(object)
    def _take_storage_error(self, error: Exception) -> None:
        """Before the files are open it ends the start; later it is one piece of unattended work that failed."""
        if self.is_ready:
            _LOGGER.error("storage: unattended work failed", exc_info=error)
        else:
            self.could_not_start.emit(error)

    @pyqtSlot(object)
    def _log_engine_error(self, error: TradingAppError) -> None:
        _LOGGER.error("engine: an error was reported", exc_info=error)

    @pyqtSlot(str, object)
    def _follow_logging(self, setting_id: str, value: object) -> None:
        log = self.opened.log
        if setting_id == LOG_LEVEL.id:
            log.set_level(str(value))
        elif setting_id == LOG_DAYS_KEPT.id:
            log.set_limits(days_kept=self.settings.whole_number(LOG_DAYS_KEPT))
        elif setting_id == LOG_SIZE_LIMIT.id:
            log.set_limits(size_limit_mb=self.settings.whole_number(LOG_SIZE_LIMIT))
