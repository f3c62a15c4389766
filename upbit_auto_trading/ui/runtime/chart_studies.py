"""The studies of one chart, kept up to date: computed whole beside the window, and at their tail while candles form.

What computes elsewhere reads the columns of the chart themselves, without a copy: rows before the first that changed
meanwhile are never written again, and the others are computed anew when the answer is here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats
from upbit_auto_trading.component_system.registry import Registry
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.legend import LegendLine
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.charts.studies import Study
from upbit_auto_trading.ui.charts.study_legend import legend_line
from upbit_auto_trading.ui.charts.study_lines import BuiltStudy, built_study, compute_in_pieces, compute_tail
from upbit_auto_trading.ui.charts.study_panes import StudyPane, pane_of, panes_of
from upbit_auto_trading.ui.runtime.kept_study import KeptStudy, StudyState, StudyWork
from upbit_auto_trading.ui.runtime.operation import OperationContext
from upbit_auto_trading.ui.runtime.operations import Operations

__all__ = ["CandleSource", "ChartStudies", "DrawnStudy", "StudyPane", "StudyState"]

#: rows that came at once; more are computed beside the window
_MOST_AT_ONCE: Final = 500
#: what is not quick follows the forming candle this often
_LATER_MS: Final = 1_000
#: values that are written into a line at once; more are put together beside the window
_MOST_WRITTEN: Final = 100_000


class CandleSource(Protocol):
    """``ChartCandles``: the columns, and what happens to them."""

    opened: Any
    #: (first row)
    changed: Any
    #: (count)
    prepended: Any

    @property
    def columns(self) -> CandleColumns | None: ...


@dataclass(frozen=True, slots=True, eq=False)
class DrawnStudy:
    """``lines`` belong to ``built.lines``, one each, and grow with the candles."""

    built: BuiltStudy
    pane: str
    lines: tuple[LineColumns, ...]


class ChartStudies(QObject):
    """Lives in the UI thread; ``drawn`` is what the layers of the chart are made of."""

    #: (study, first row): its lines have other values from there on
    lines_changed = pyqtSignal(str, int)
    #: which studies are drawn, where or how: layers, panes and legends are made anew
    drawn_changed = pyqtSignal()
    #: (study): see ``state_of``
    state_changed = pyqtSignal(str)

    def __init__(
        self,
        source: CandleSource,
        operations: Operations,
        parent: QObject | None = None,
        later_ms: int = _LATER_MS,
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._work = StudyWork(operations, self, self._give_up)
        self._registry: Registry | None = None
        self._studies: tuple[Study, ...] = ()
        self._kept: dict[str, KeptStudy] = {}
        #: of the market's tick
        self.price_decimals = 0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(later_ms)
        self._later.timeout.connect(self._catch_up_later)
        source.opened.connect(self._open)
        source.changed.connect(self._change)
        source.prepended.connect(self._prepend)

    # what is drawn

    @property
    def studies(self) -> tuple[Study, ...]:
        return self._studies

    @property
    def drawn(self) -> tuple[DrawnStudy, ...]:
        """In their order, those that are hidden or cannot be computed left out."""
        by_id = self._by_id
        shown = (one for one in self._kept.values() if one.built.lines)
        return tuple(DrawnStudy(one.built, pane_of(one.built, by_id), one.lines) for one in shown)

    @property
    def panes(self) -> tuple[StudyPane, ...]:
        """Below the price, in the order of their first studies."""
        return panes_of((one.built for one in self.drawn), self._by_id)

    def pane_of(self, study_id: str) -> str | None:
        """None where it is not drawn."""
        found = self._kept.get(study_id)
        return None if found is None or not found.built.lines else pane_of(found.built, self._by_id)

    def legend_of(self, study_id: str) -> LegendLine | None:
        """One line for all that goes together, each value in the colour of its line."""
        found = self._kept.get(study_id)
        if found is None or not found.built.lines:
            return None
        return legend_line(found.built, found.lines, self.price_decimals)

    def state_of(self, study_id: str) -> StudyState | None:
        """None where it is hidden or unknown."""
        found = self._kept.get(study_id)
        return None if found is None else found.state

    @property
    def _by_id(self) -> dict[str, BuiltStudy]:
        return {study_id: one.built for study_id, one in self._kept.items()}

    # what is asked for

    def set_registry(self, registry: Registry) -> None:
        self._registry = registry
        self._build()

    def set_studies(self, studies: Sequence[Study]) -> None:
        """What computes the same goes on as it is."""
        self._studies = tuple(studies)
        self._build()

    def close(self) -> None:
        """Nothing more is computed."""
        for one in self._kept.values():
            one.cancel()
        self._kept = {}

    def _build(self) -> None:
        columns, registry = self._source.columns, self._registry
        if columns is None or registry is None:
            return
        before, self._kept = self._kept, {}
        # all of them before the first is computed beside the window, which would slow the others down
        shown = [built_study(registry, study, columns.unit) for study in self._studies if not study.is_hidden]
        for built in shown:
            study = built.study
            known = before.get(study.id)
            if known is not None and _computes_the_same(known.built, built):
                known.built = built
                self._kept[study.id] = before.pop(study.id)
            else:
                self._kept[study.id] = self._begin(built)
        for dropped in before.values():
            dropped.cancel()
        self.drawn_changed.emit()

    def _begin(self, built: BuiltStudy) -> KeptStudy:
        kept = KeptStudy(built, tuple(LineColumns(np.zeros(0)) for _ in built.lines))
        if built.problem:
            kept.state = StudyState.UNUSABLE
        else:
            self._compute_whole(kept)
        return kept

    # what happens to the candles

    @pyqtSlot()
    def _open(self) -> None:
        """Another market or unit: nothing of what was holds."""
        self.close()
        self._work.begin_anew()
        self._build()

    @pyqtSlot(int)
    def _change(self, first_row: int) -> None:
        for one in list(self._kept.values()):
            if one.state in (StudyState.READY, StudyState.COMPUTING):
                one.stale = first_row if one.stale is None else min(one.stale, first_row)
                if one.handle is None:
                    self._catch_up(one)

    @pyqtSlot(int)
    def _prepend(self, count: int) -> None:
        """The lines stay with their candles at once; what the older ones change of them comes a little later."""
        for one in list(self._kept.values()):
            if one.state in (StudyState.UNUSABLE, StudyState.FAILED):
                continue
            is_whole = one.handle is None or one.new_head is not None
            one.cancel()
            for line in one.lines:
                if len(line):
                    line.prepend(np.full(count, np.nan))
            if not is_whole or one.state is not StudyState.READY:
                self._compute_whole(one)
                continue
            one.stale = None if one.stale is None else one.stale + count
            one.new_head = (one.new_head or 0) + count
            self._compute_head(one)

    # computing

    def _series(self) -> CandleSeries:
        columns = self._source.columns
        assert columns is not None, "studies are kept for candles that are there"
        return columns.rows()

    @property
    def _day_start(self) -> Any:
        columns = self._source.columns
        assert columns is not None
        return columns.day_start

    def _compute_whole(self, one: KeptStudy) -> None:
        series, day_start, built = self._series(), self._day_start, one.built
        one.stale, one.new_head = None, None

        def work(context: OperationContext) -> tuple[LineColumns, ...]:
            whole = compute_in_pieces(built, series, day_start, context.check_cancelled)
            return tuple(LineColumns(values) for values in whole)

        self._work.submit(one, work, lambda made: self._take_made(one, made))

    def _compute_head(self, one: KeptStudy) -> None:
        """Rows behind the window of the newest old row stay what they are."""
        series, day_start, built = self._series(), self._day_start, one.built
        count = (one.new_head or 0) + built.window - 1

        def work(context: OperationContext) -> tuple[Floats, ...]:
            return compute_in_pieces(built, series.rows(slice(0, count)), day_start, context.check_cancelled)

        self._work.submit(one, work, lambda heads: self._take_head(one, heads))

    def _catch_up(self, one: KeptStudy) -> None:
        """With what changed: at once where that is quick; the rest a little later, many changes together."""
        if one.state is StudyState.COMPUTING or one.stale is None:  # the threads had too much to do
            self._compute_whole(one)
        elif not one.built.is_quick:
            if not self._later.isActive():
                self._later.start()
        elif len(self._series()) - one.stale > _MOST_AT_ONCE:
            self._submit_tail(one)
        else:
            first_row = self._first_row(one)
            self._show(one, first_row, compute_tail(one.built, self._series(), first_row, self._day_start))

    @pyqtSlot()
    def _catch_up_later(self) -> None:
        if self._source.columns is None:
            return
        for one in list(self._kept.values()):
            if one.state is StudyState.READY and one.stale is not None and one.handle is None:
                self._submit_tail(one)

    def _submit_tail(self, one: KeptStudy) -> None:
        series, day_start, built, first_row = self._series(), self._day_start, one.built, self._first_row(one)

        def work(context: OperationContext) -> tuple[Floats, ...]:
            return compute_in_pieces(built, series, day_start, context.check_cancelled, first_row=first_row)

        if len(series) - first_row <= _MOST_WRITTEN:
            self._work.submit(one, work, lambda values: self._take_tail(one, first_row, values))
            return
        before = [line.values for line in one.lines]

        def joined(context: OperationContext) -> tuple[LineColumns, ...]:
            return tuple(_joined(head[:first_row], tail) for head, tail in zip(before, work(context), strict=True))

        self._work.submit(one, joined, lambda made: self._take_made(one, made, first_row))

    @staticmethod
    def _first_row(one: KeptStudy) -> int:
        """From which on is computed now; what changes from here on is another change."""
        stale, one.stale = one.stale or 0, None
        return min(stale, *(len(line) for line in one.lines))

    def _take_made(self, one: KeptStudy, made: tuple[LineColumns, ...], first_row: int = 0) -> None:
        """What changed meanwhile is dropped, and computed again."""
        for line, new in zip(one.lines, made, strict=True):
            line.become(new)
        self._drop_stale(one)
        self._tell(one, first_row)
        if one.stale is not None:
            self._catch_up(one)

    def _take_head(self, one: KeptStudy, heads: tuple[Floats, ...]) -> None:
        one.new_head = None
        for line, head in zip(one.lines, heads, strict=True):
            line.replace_head(min(len(head), len(line)), head)
        self._drop_stale(one)
        self._tell(one, 0)
        if one.stale is not None:
            self._catch_up(one)

    @staticmethod
    def _drop_stale(one: KeptStudy) -> None:
        if one.stale is not None:
            for line in one.lines:
                line.replace_tail(min(one.stale, len(line)), np.zeros(0))

    def _take_tail(self, one: KeptStudy, first_row: int, values: tuple[Floats, ...]) -> None:
        if one.stale is not None:
            values = tuple(line[: max(0, one.stale - first_row)] for line in values)
        self._show(one, first_row, values)
        if one.stale is not None:
            self._catch_up(one)

    def _show(self, one: KeptStudy, first_row: int, values: tuple[Floats, ...]) -> None:
        for line, new in zip(one.lines, values, strict=True):
            line.replace_tail(min(first_row, len(line)), new)
        self._tell(one, first_row)

    def _tell(self, one: KeptStudy, first_row: int) -> None:
        self._set_state(one, StudyState.READY)
        self.lines_changed.emit(one.built.study.id, first_row)

    def _give_up(self, one: KeptStudy, error: Exception) -> None:
        """Until the market or the study is another: values of before would stand at the wrong candles."""
        one.error, one.stale = error, None
        for line in one.lines:
            line.replace_tail(0, np.zeros(0))
        self._set_state(one, StudyState.FAILED)
        self.lines_changed.emit(one.built.study.id, 0)

    def _set_state(self, one: KeptStudy, state: StudyState) -> None:
        if state is not one.state:
            one.state = state
            self.state_changed.emit(one.built.study.id)

    def error_of(self, study_id: str) -> Exception | None:
        """What a component of the user's own ended with."""
        found = self._kept.get(study_id)
        return None if found is None else found.error

    def running(self) -> tuple[str, ...]:
        """Ids of those that are being computed beside the window, or wait for it."""
        waits = (one for one in self._kept.values() if one.handle is not None or one.stale is not None)
        return tuple(one.built.study.id for one in waits)


def _joined(head: Floats, tail: Floats) -> LineColumns:
    return LineColumns(np.concatenate((head, tail)))


def _computes_the_same(one: BuiltStudy, other: BuiltStudy) -> bool:
    """Another problem is another one; keys say what is computed."""
    return one.problem == other.problem and [line.variable for line in one.lines] == [
        line.variable for line in other.lines
    ]
