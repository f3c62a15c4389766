"""What one opening of a chart has done in other threads; whatever comes after it was left is dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PyQt6 import sip
from PyQt6.QtCore import QObject

from upbit_auto_trading.ui.runtime.chart_loading import ASKING
from upbit_auto_trading.ui.runtime.chart_ports import ChartSource
from upbit_auto_trading.ui.runtime.operation import Operation, OperationHandle
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

T = TypeVar("T")
READING = Text("차트 캔들 읽기", "Reading the candles of a chart")


class ChartWork:
    """For the UI thread."""

    def __init__(self, operations: Operations, owner: QObject, source: ChartSource | None) -> None:
        self._operations = operations
        self._owner = owner
        self.source = source
        self._handles: list[OperationHandle] = []
        self.is_left = False

    def leave(self) -> None:
        self.is_left = True
        for handle in self._handles:
            handle.cancel()

    def read(
        self, work: Callable[[], T], on_success: Callable[[T], None], on_failure: Callable[[Exception], None]
    ) -> None:
        """The store."""
        handle = self._operations.run_in_background(
            Operation(READING, lambda _context: work()),
            initiator=self._owner,
            on_success=self._if_here(on_success),
            on_failure=self._if_here(on_failure),
        )
        self._keep(handle)

    def ask(
        self,
        work: Callable[[ChartSource], T],
        on_success: Callable[[T], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        """The exchange; once it is lost nobody waits for its answer."""
        source = self.source
        if source is None:
            return
        asked = source

        def if_connected(call: Callable[[T], None], answer: T) -> None:
            if self.source is asked:
                call(answer)

        def if_wanted(error: Exception) -> None:
            if self.source is asked:
                on_failure(error)

        handle = self._operations.read_exchange(
            Operation(ASKING, lambda _context: work(asked)),
            initiator=self._owner,
            on_success=self._if_here(lambda answer: if_connected(on_success, answer)),
            on_failure=self._if_here(if_wanted),
        )
        self._keep(handle)

    def _if_here(self, call: Callable[[T], None]) -> Callable[[T], None]:
        def guarded(answer: T) -> None:
            if not self.is_left and not sip.isdeleted(self._owner):
                call(answer)

        return guarded

    def _keep(self, handle: OperationHandle) -> None:
        self._handles = [one for one in self._handles if not one.is_finished]
        self._handles.append(handle)
