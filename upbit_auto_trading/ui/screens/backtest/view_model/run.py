"""The run: asked for, watched, given up; its result stays until another one takes its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum

from PyQt6.QtCore import QObject, pyqtSignal

from upbit_auto_trading.ui.backtest_services import BacktestServices, BacktestWish, FinishedBacktest
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext, OperationHandle, Progress
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Language, Text

RUNNING = Text("백테스트하는 중", "Running the backtest")
_WRITING = Text("결과 저장", "Writing the result")


class RunPhase(Enum):
    IDLE = "idle"
    RUNNING = "running"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RunState:
    phase: RunPhase = RunPhase.IDLE
    progress: Progress = field(default_factory=Progress)
    error: Exception | None = None
    #: the newest that came to an end, whatever happened since
    finished: FinishedBacktest | None = None
    #: where it was written last, or why it could not be
    written: str = ""
    write_error: Exception | None = None


class RunModel(QObject):
    state_changed = pyqtSignal(object)
    #: FinishedBacktest
    finished = pyqtSignal(object)

    def __init__(self, services: BacktestServices, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services, self._operations = services, operations
        self._state = RunState()
        self._handle: OperationHandle | None = None

    @property
    def state(self) -> RunState:
        return self._state

    @property
    def is_running(self) -> bool:
        return self._state.phase is RunPhase.RUNNING

    def run(self, wish: BacktestWish) -> None:
        if self.is_running:
            return
        self._change(phase=RunPhase.RUNNING, progress=Progress(), error=None)

        def work(context: OperationContext) -> FinishedBacktest:
            def go_on(done: int, of: int) -> bool:
                return context.keep_going(done / max(1, of))

            return self._services.run(wish, go_on)

        self._handle = handle = self._operations.run_in_background(
            Operation(RUNNING, work),
            initiator=self,
            on_success=lambda finished: self._take(handle, finished),
            on_failure=lambda error: self._fail(handle, error),
            on_cancelled=lambda: self._end(handle, RunPhase.CANCELLED),
            on_progress=lambda progress: self._show_progress(handle, progress),
        )

    def cancel(self) -> None:
        """Answered at once; the thread ends at its next look, and what it may still bring is dropped."""
        if self._handle is not None and self.is_running:
            handle, self._handle = self._handle, None
            handle.cancel()
            self._change(phase=RunPhase.CANCELLED)

    def _show_progress(self, handle: OperationHandle, progress: Progress) -> None:
        if handle is self._handle:
            self._change(progress=progress)

    def _take(self, handle: OperationHandle, finished: FinishedBacktest) -> None:
        if handle is self._handle:
            self._handle = None
            self._change(phase=RunPhase.IDLE, finished=finished, written="", write_error=None)
            self.finished.emit(finished)

    def _fail(self, handle: OperationHandle, error: Exception) -> None:
        if handle is self._handle:
            self._handle = None
            self._change(phase=RunPhase.FAILED, error=error)

    def _end(self, handle: OperationHandle, phase: RunPhase) -> None:
        if handle is self._handle:
            self._handle = None
            self._change(phase=phase)

    # writing

    def write_json(self, path: str) -> None:
        self._write(path, self._services.write_json)

    def write_page(self, path: str, language: Language) -> None:
        self._write(path, lambda place, finished: self._services.write_page(place, finished, language))

    def _write(self, path: str, write: Callable[[str, FinishedBacktest], None]) -> None:
        finished = self._state.finished
        if finished is None:
            return
        self._operations.run_in_background(
            Operation(_WRITING, lambda _context: write(path, finished)),
            initiator=self,
            on_success=lambda _nothing: self._change(written=path, write_error=None),
            on_failure=lambda error: self._change(written="", write_error=error),
        )

    def _change(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
