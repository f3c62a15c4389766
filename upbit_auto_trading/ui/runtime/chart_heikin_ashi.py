"""The Heikin-Ashi candles of one chart, kept up to date: of many rows beside the window, of a few at once."""

from __future__ import annotations

from typing import Final

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from upbit_auto_trading.business_logic.domain.candle_series import joined, no_candles
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.heikin_ashi import REACH, derived, derived_in_pieces
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext, OperationHandle
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

_COMPUTING: Final = Text("하이킨아시 계산", "Computing Heikin-Ashi")
#: rows that take a few milliseconds
_AT_ONCE: Final = 16_384
#: before every study: it is the candles themselves
_FIRST: Final = 2**31


class ChartHeikinAshi(QObject):
    """Lives in the UI thread. Until the first are there ``columns`` shows the candles themselves; after that, where
    many are computed anew, those of before."""

    #: (first row): ``columns`` is another from there on, without its candles having changed
    changed = pyqtSignal(int)

    def __init__(self, candles: CandleColumns, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._candles = candles
        self._operations = operations
        self._handle: OperationHandle | None = None
        self._first = 0
        #: the first row that changed since it is computed
        self._stale: int | None = None
        self._is_ready = len(candles) <= _AT_ONCE
        if self._is_ready:
            self.columns = CandleColumns(derived(candles), candles.day_start)
        else:
            self.columns = candles.shared()
            self._compute(0)

    @property
    def is_computing(self) -> bool:
        return self._handle is not None

    def candles_changed(self, first_row: int) -> None:
        """From that row on the candles are others, or new."""
        if not self._is_ready:
            self.columns.become(self._candles)
        if self._handle is not None:
            self._stale = first_row if self._stale is None else min(first_row, self._stale)
        elif not self._is_ready or len(self._candles) - first_row > _AT_ONCE:
            self._compute(first_row if self._is_ready else 0)
        else:
            self.columns.replace_tail(derived(self._candles, first_row))

    def candles_prepended(self, count: int) -> None:
        """The opens of some that were there depend on those that came before them."""
        first = self._first if self._stale is None else min(self._first, self._stale)
        is_under_way = self._handle is not None
        self.close()
        if not self._is_ready:
            self.columns.become(self._candles)
            self._compute(0)
            return
        self.columns.replace_head(derived(self._candles, 0, count + REACH))
        if is_under_way:
            self._compute(first + count)

    def close(self) -> None:
        """Nothing more is computed."""
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.cancel()

    def _compute(self, first: int) -> None:
        """Beside the window, from the chart's own rows: those that change meanwhile are computed again."""
        series, before, day_start = self._candles.rows(), self.columns.rows(), self._candles.day_start
        self._first, self._stale = first, None

        def work(context: OperationContext) -> CandleColumns:
            made = derived_in_pieces(series, first, context.check_cancelled)
            if first and len(made):
                made = joined([before.rows(slice(0, int(np.searchsorted(before.opened, made.opened[0])))), made])
            return CandleColumns(made, day_start)

        self._handle = handle = self._operations.compute_in_turn(
            Operation(_COMPUTING, work),
            newness=_FIRST,
            initiator=self,
            on_success=lambda made: self._take(handle, made),
            on_failure=lambda _error: self._give_up(handle),
        )

    def _take(self, handle: OperationHandle, made: CandleColumns) -> None:
        if handle is not self._handle:
            return
        self._handle, self._is_ready = None, True
        self.columns.become(made)
        stale, first = self._stale, self._first
        if stale is not None:
            rows = min(stale, len(made))
            self.columns.replace_rows(rows, len(made), no_candles(made.market, made.unit))
            self.candles_changed(stale)
        self.changed.emit(first if stale is None else min(first, stale))

    def _give_up(self, handle: OperationHandle) -> None:
        """The threads had too much to do: with the next change."""
        if handle is self._handle:
            self._handle, self._is_ready = None, False
