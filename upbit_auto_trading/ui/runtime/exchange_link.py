"""One exchange as the windows see it: reached in the background, reached again when it is lost, left at the end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.domain.market import ListedMarket
from upbit_auto_trading.business_logic.domain.stream import StreamState, TopicKind
from upbit_auto_trading.business_logic.ports.exchange import Exchange, Streams
from upbit_auto_trading.business_logic.ports.practice import PracticeDesk
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext, OperationHandle
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

_LOGGER = logging.getLogger(__name__)
_LOOK_EVERY_MS = 500
_FIRST_WAIT_MS = 1_000
_LONGEST_WAIT_MS = 30_000
#: what is looked at for a while, a book or the trades of a market, says nothing about the exchange
_JUDGED_BY = frozenset({TopicKind.PRICES, TopicKind.OWN_ORDERS, TopicKind.OWN_BALANCES})
#: the worst of those topics is what is shown
_WORST_FIRST = (
    StreamState.DOWN,
    StreamState.POLLED,
    StreamState.CONNECTING,
    StreamState.REPAIRING,
    StreamState.LIVE,
)


class Connection(Protocol):
    """What opening gives: the exchange, its running streams, and how to leave both."""

    @property
    def exchange(self) -> Exchange: ...

    @property
    def markets(self) -> tuple[ListedMarket, ...]:
        """As listed when it was opened."""

    @property
    def streams(self) -> Streams: ...

    @property
    def practice(self) -> PracticeDesk | None:
        """What else can be done where the exchange is the practice exchange."""

    @property
    def world(self) -> str | None:
        """Which practice market it is: another one has other candles. None where there is only one."""

    def is_alive(self) -> bool:
        """False where it must be opened again: a process that ended. Streams mend themselves."""

    def close(self) -> None:
        """May wait a few seconds; called outside the UI thread, and perhaps twice."""


class LinkPhase(Enum):
    OPENING = "opening"
    OPEN = "open"
    #: could not be opened; tried again by itself
    FAILED = "failed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class LinkState:
    phase: LinkPhase
    #: while open: the worst of its streams
    streams: StreamState | None = None
    error: TradingAppError | None = None


class ExchangeLink(QObject):
    """Lives in the UI thread. ``open_connection`` runs in a background thread and may wait."""

    state_changed = pyqtSignal(object)  # LinkState
    opened = pyqtSignal(object)  # Connection
    lost = pyqtSignal()

    def __init__(
        self,
        title: Text,
        open_connection: Callable[[OperationContext], Connection],
        operations: Operations,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._title = title
        self._open_connection = open_connection
        self._operations = operations
        self._wait_ms = _FIRST_WAIT_MS
        self._is_leaving = False
        self._opening: OperationHandle | None = None
        #: one connection is being left, and another is opened after that
        self._is_between = False
        #: asked for while an opening was under way: begun when that has ended
        self._pending: Callable[[], None] | None = None
        self.connection: Connection | None = None
        self.state = LinkState(LinkPhase.CLOSED)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self.start)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_EVERY_MS)
        self._look.timeout.connect(self._look_at_streams)

    @pyqtSlot()
    def start(self) -> None:
        if self._is_leaving or self._is_between or self.state.phase in (LinkPhase.OPENING, LinkPhase.OPEN):
            return
        self._open()

    def _open(self) -> None:
        self._set(LinkState(LinkPhase.OPENING))
        operation = Operation(self._title, self._open_connection)
        self._opening = self._operations.run_in_background(
            operation, on_success=self._take, on_failure=self._fail, on_cancelled=self._give_up
        )

    def stop(self, _seconds: float) -> tuple[str, ...]:
        """A step of the program's end, outside the UI thread. An opening still under way is closed when it comes."""
        self._is_leaving = True
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()
        return ()

    def _take(self, connection: Connection) -> None:
        if self._is_leaving:
            connection.close()
            return
        if self._pending is not None:
            self._begin_pending(connection)
            return
        self.connection = connection
        self._wait_ms = _FIRST_WAIT_MS
        self.opened.emit(connection)
        self._look.start()
        self._look_at_streams()

    def _give_up(self) -> None:
        """The opening was cancelled: for what waits for its end, or with everything else at the program's end."""
        if self._pending is not None and not self._is_leaving:
            self._begin_pending(None)
        else:
            self._set(LinkState(LinkPhase.CLOSED))

    def _begin_pending(self, connection: Connection | None) -> None:
        between, self._pending = self._pending, None
        assert between is not None
        self._leave_and_open(connection, between, LinkPhase.OPENING)

    def _fail(self, error: Exception) -> None:
        self._is_between = False
        if self._pending is not None and not self._is_leaving:
            self._begin_pending(None)
            return
        _LOGGER.warning("an exchange could not be reached; it is tried again", exc_info=error)
        known = error if isinstance(error, TradingAppError) else None
        self._set(LinkState(LinkPhase.FAILED, error=known))
        if not self._is_leaving:
            self._again.start(self._wait_ms)
            self._wait_ms = min(self._wait_ms * 2, _LONGEST_WAIT_MS)

    @pyqtSlot()
    def _look_at_streams(self) -> None:
        connection = self.connection
        if connection is None or self._is_leaving:
            self._look.stop()
            return
        if not connection.is_alive():
            self._reopen(connection)
            return
        states = {state for topic, state in connection.streams.states().items() if topic.kind in _JUDGED_BY}
        worst = next((state for state in _WORST_FIRST if state in states), None)
        self._set(LinkState(LinkPhase.OPEN, worst))

    def reopen(self, between: Callable[[], None]) -> None:
        """Leaves it, has ``between`` done while it is closed, in a background thread, and reaches it again.

        While it is being opened, that is given up first.
        """
        if self._is_leaving or self._is_between:
            return
        self._again.stop()
        if self.state.phase is LinkPhase.OPENING and self._opening is not None:
            self._pending = between
            self._opening.cancel()
        else:
            self._leave_and_open(self.connection, between, LinkPhase.OPENING)

    def _reopen(self, connection: Connection) -> None:
        self._leave_and_open(connection, lambda: None, LinkPhase.FAILED)

    def _leave_and_open(self, connection: Connection | None, between: Callable[[], None], phase: LinkPhase) -> None:
        """Leaving what is left of it may wait; the new one is opened after that."""
        self._look.stop()
        self._is_between = True
        was_there = self.connection is not None
        self.connection = None
        if was_there:
            self.lost.emit()
        self._set(LinkState(phase))

        def work(_context: OperationContext) -> None:
            if connection is not None:
                connection.close()
            between()

        self._operations.run_in_background(Operation(self._title, work), on_success=self._go_on, on_failure=self._fail)

    def _go_on(self, _none: None) -> None:
        self._is_between = False
        if not self._is_leaving:
            self._open()

    def _set(self, state: LinkState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)
