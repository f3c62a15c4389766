"""What the practice market is made of, how others reach it, and starting over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.market import ListedMarket
from upbit_auto_trading.business_logic.ports.practice import CandleFile, CandleSpan, PracticeWorld
from upbit_auto_trading.config.settings import PRACTICE_MARKET_COUNT, PRACTICE_SEED, PRACTICE_STARTING_KRW
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.runtime.exchange_link import Connection, ExchangeLink, LinkPhase, LinkState
from upbit_auto_trading.ui.runtime.operation import Operation
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.secret import Secret

_READING_FILE = Text("캔들 파일 읽기", "Reading a candle file")
#: the built-in path again, instead of a file
BUILT_IN = ""

#: reads the whole file, in a thread that may wait; raises InvalidParameter and StorageError
CheckCandles = Callable[[CandleFile], CandleSpan]


@dataclass(frozen=True, slots=True)
class Access:
    """For programs of others."""

    rest_url: str
    websocket_url: str
    access_key: str
    secret_key: Secret


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A market, and where its candles come from; ``next_file`` counts when it starts over ("" for the built-in)."""

    listed: ListedMarket
    file: str | None
    next_file: str | None = None
    span: CandleSpan | None = None


@dataclass(frozen=True, slots=True)
class WorldState:
    #: None while it is not reached
    access: Access | None = None
    world: PracticeWorld | None = None
    sources: tuple[SourceRow, ...] = ()
    #: why a candle file was not taken, or nothing was started over
    error: Exception | None = None
    is_reading_file: bool = False
    is_starting_over: bool = False


class WorldModel(QObject):
    """Lives in the UI thread from when the screen is first shown."""

    state_changed = pyqtSignal(object)

    def __init__(
        self,
        services: AppServices,
        link: ExchangeLink,
        check_candles: CheckCandles,
        start_over: Callable[[PracticeWorld], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._check_candles = check_candles
        self._start_over = start_over
        self._state = WorldState()
        self._next_files: dict[str, tuple[str, CandleSpan | None]] = {}
        link.opened.connect(self._take_connection)
        link.state_changed.connect(self._follow_link)
        if link.connection is not None:
            self._take_connection(link.connection)
        self._follow_link(link.state)

    @property
    def state(self) -> WorldState:
        return self._state

    @pyqtSlot(object)
    def _take_connection(self, connection: Connection) -> None:
        desk = connection.practice
        self._next_files.clear()
        if desk is None:
            return
        access = Access(desk.rest_url, desk.websocket_url, desk.access_key, desk.secret_key)
        sources = tuple(SourceRow(listed, None) for listed in connection.markets)
        self._change(access=access, world=desk.world, sources=sources, is_starting_over=False)
        self._show_sources()

    @pyqtSlot(object)
    def _follow_link(self, link: LinkState) -> None:
        changes: dict[str, Any] = {} if link.phase is LinkPhase.OPEN else {"access": None}
        if link.phase is LinkPhase.FAILED and self._state.is_starting_over:
            changes |= {"error": link.error, "is_starting_over": False}
        self._change(**changes)

    # candle files

    def choose_file(self, code: str, path: str) -> None:
        """Counts when it starts over; read now, so that a file that cannot be used is refused at once."""
        if self._state.is_reading_file:
            return
        self._change(is_reading_file=True, error=None)
        file = CandleFile(code, path)

        def take(span: CandleSpan) -> None:
            self._next_files[code] = (path, span)
            self._change(is_reading_file=False)
            self._show_sources()

        def fail(error: Exception) -> None:
            self._change(is_reading_file=False, error=error)

        operation = Operation(_READING_FILE, lambda _context: self._check_candles(file))
        self._services.operations.run_in_background(operation, initiator=self, on_success=take, on_failure=fail)

    def choose_built_in(self, code: str) -> None:
        """The path of the generator again; a file that was only chosen is simply forgotten."""
        self._next_files.pop(code, None)
        world = self._state.world
        if world is not None and world.file_of(code) is not None:
            self._next_files[code] = (BUILT_IN, None)
        self._change(error=None)
        self._show_sources()

    def _show_sources(self) -> None:
        world = self._state.world
        rows = []
        for row in self._state.sources:
            code = row.listed.market.code
            file = None if world is None else world.file_of(code)
            path, span = self._next_files.get(code, (None, None))
            rows.append(SourceRow(row.listed, None if file is None else file.path, path, span))
        self._change(sources=tuple(rows))

    # starting over

    def next_world(self) -> PracticeWorld:
        """What starting over would make: the settings of now, and the files that are and were chosen."""
        settings, world = self._services.settings, self._state.world
        files = {file.code: file.path for file in (world.candle_files if world is not None else ())}
        files.update((code, path) for code, (path, _span) in self._next_files.items())
        return PracticeWorld(
            Decimal(settings.whole_number(PRACTICE_STARTING_KRW)),
            settings.whole_number(PRACTICE_MARKET_COUNT),
            settings.whole_number(PRACTICE_SEED),
            tuple(CandleFile(code, path) for code, path in files.items() if path != BUILT_IN),
        )

    def start_over(self) -> None:
        """Balances, orders and fills go, and the market is made anew; also the way out where it cannot be started."""
        if self._state.is_starting_over:
            return
        self._change(is_starting_over=True, error=None)
        self._start_over(self.next_world())

    def _change(self, **changes: Any) -> None:
        state = replace(self._state, **changes)
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
