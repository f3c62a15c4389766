"""The studies of one chart as the user arranges them: added, changed, hidden, moved, removed; kept with the chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import divides
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, ParameterValue, Use
from upbit_auto_trading.component_system.declaration import Declaration
from upbit_auto_trading.component_system.registry import Registry
from upbit_auto_trading.component_system.variable import Drawn
from upbit_auto_trading.ui.charts.studies import LINE, Study, studies_of, study_tree
from upbit_auto_trading.ui.charts.study_entries import study_from_entry
from upbit_auto_trading.ui.charts.study_lines import BuiltStudy, built_study
from upbit_auto_trading.ui.charts.study_panes import hosts_of
from upbit_auto_trading.ui.runtime.chart_studies import StudyState
from upbit_auto_trading.ui.runtime.component_shelf import ComponentShelf
from upbit_auto_trading.utils.bilingual_text import Text

#: of one chart; more lines than eyes, and each is computed with every tick
MOST_STUDIES: Final = 20
Keep = Callable[[tuple[dict[str, Any], ...]], None]


@dataclass(frozen=True, slots=True)
class StudyRow:
    study: Study
    title: Text
    where: Drawn
    #: one a line; a study of one line has none
    line_names: tuple[Text, ...] = ()
    #: (id, title) of studies in whose pane it could be drawn
    hosts: tuple[tuple[str, Text], ...] = ()
    #: on whose candles it could be computed, beside the chart's own
    units: tuple[CandleUnit, ...] = ()
    #: a stable reason why it is not drawn: of checks, or "failed"; empty where it is
    problem: str = ""
    #: None where its component is unknown
    declaration: Declaration | None = None


@dataclass(frozen=True, slots=True)
class StudiesState:
    rows: tuple[StudyRow, ...] = ()
    #: components are there, so that studies can be added and changed
    is_ready: bool = False
    is_loading: bool = False
    error: Exception | None = None

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= MOST_STUDIES

    def row(self, study_id: str) -> StudyRow | None:
        return next((row for row in self.rows if row.study.id == study_id), None)


def _nowhere(_trees: tuple[dict[str, Any], ...]) -> None:
    """A chart that keeps nothing: of a backtest."""


class StudiesViewModel(QObject):
    #: StudiesState
    state_changed = pyqtSignal(object)
    #: tuple[Study, ...]: what the chart is to draw
    studies_changed = pyqtSignal(object)

    def __init__(
        self, shelf: ComponentShelf, trees: Sequence[Any] = (), keep: Keep = _nowhere, parent: QObject | None = None
    ) -> None:
        """``trees`` are those that ``keep`` was given when the chart was last open."""
        super().__init__(parent)
        self.shelf = shelf
        self._keep = keep
        self._unit = CandleUnit.MINUTE
        self._studies = studies_of(list(trees))
        self._states: Mapping[str, StudyState] = {}
        self.state = StudiesState()
        shelf.changed.connect(self._refresh)
        self._refresh()

    @property
    def studies(self) -> tuple[Study, ...]:
        return self._studies

    @property
    def registry(self) -> Registry | None:
        return self.shelf.registry

    # what the user does

    def add(self, entry_id: str) -> str:
        """The id of the new one; empty where there is no room, or no such component any more."""
        registry = self.registry
        study = None
        if registry is not None and not self.state.is_full:
            study = study_from_entry(entry_id, registry, self._studies)
        if study is None:
            return ""
        self._change((*self._studies, study))
        return study.id

    def remove(self, study_id: str) -> None:
        """Those that are drawn in its pane get one of their own."""
        left = (one for one in self._studies if one.id != study_id)
        self._change(tuple(replace(one, pane="") if one.pane == study_id else one for one in left))

    def put_back(self, study: Study, place: int) -> None:
        """What was just removed, where it was."""
        if all(one.id != study.id for one in self._studies):
            self._change((*self._studies[:place], study, *self._studies[place:]))

    def toggle(self, study_id: str) -> None:
        self._change_one(study_id, lambda study: replace(study, is_hidden=not study.is_hidden))

    def set_values(self, study_id: str, values: Mapping[str, ParameterValue]) -> None:
        """Its parameters; which lines are drawn stays as it is."""

        def changed(study: Study) -> Study:
            told = {name: value for name, value in values.items() if name != LINE or not study.lines}
            use = Use(ComponentKind.VARIABLE, study.use.id, tuple(told.items()))
            return replace(
                study,
                use=replace(use, unit=study.use.unit, ago=study.use.ago, times=study.use.times, plus=study.use.plus),
            )

        self._change_one(study_id, changed)

    def set_colour(self, study_id: str, line: int, colour: int) -> None:
        self._change_one(study_id, lambda study: study.coloured(line, colour))

    def set_pane(self, study_id: str, host_id: str) -> None:
        """``""``: one of its own."""
        self._change_one(study_id, lambda study: replace(study, pane=host_id))

    def set_candles(self, study_id: str, unit: CandleUnit | None) -> None:
        """Of coarser ones, those that have closed; None: those of the chart."""
        self._change_one(study_id, lambda study: replace(study, use=replace(study.use, unit=unit)))

    def move(self, study_id: str, step: int) -> None:
        """Up (−1) or down (1) in the list; the first is drawn first, and the others on it."""
        ids = [one.id for one in self._studies]
        if study_id in ids:
            self.move_to(study_id, ids.index(study_id) + step)

    def move_to(self, study_id: str, place: int) -> None:
        moved = next((one for one in self._studies if one.id == study_id), None)
        if moved is None or not 0 <= place < len(self._studies):
            return
        others = [one for one in self._studies if one.id != study_id]
        others.insert(place, moved)
        self._change(tuple(others))

    def load_again(self) -> None:
        self.shelf.load_again()

    # what the chart tells

    def set_unit(self, unit: CandleUnit) -> None:
        if unit is not self._unit:
            self._unit = unit
            self._refresh()

    def show_states(self, states: Mapping[str, StudyState]) -> None:
        if states != self._states:
            self._states = dict(states)
            self._refresh()

    # state

    def _change_one(self, study_id: str, change: Callable[[Study], Study]) -> None:
        self._change(tuple(change(one) if one.id == study_id else one for one in self._studies))

    def _change(self, studies: tuple[Study, ...]) -> None:
        if studies == self._studies:
            return
        self._studies = studies
        self._keep(tuple(study_tree(one) for one in studies))
        self._refresh()
        self.studies_changed.emit(studies)

    @pyqtSlot()
    def _refresh(self) -> None:
        shelf = self.shelf
        state = StudiesState(self._rows(), shelf.registry is not None, shelf.is_loading, shelf.error)
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _rows(self) -> tuple[StudyRow, ...]:
        registry = self.registry
        if registry is None:
            return tuple(StudyRow(one, Text(one.use.id, one.use.id), Drawn.NOWHERE) for one in self._studies)
        built = {one.id: built_study(registry, one, self._unit) for one in self._studies}
        return tuple(self._row(one, built, registry) for one in built.values())

    def _row(self, built: BuiltStudy, by_id: Mapping[str, BuiltStudy], registry: Registry) -> StudyRow:
        study = built.study
        component = registry.find(ComponentKind.VARIABLE, study.use.id)
        hosts = tuple((host, by_id[host].title) for host in hosts_of(built, by_id)) if built.lines else ()
        names = tuple(line.name for line in built.lines) if len(built.lines) > 1 else ()
        failed = "failed" if self._states.get(study.id) is StudyState.FAILED else ""
        return StudyRow(
            study,
            built.title,
            built.where,
            names,
            hosts,
            tuple(one for one in CandleUnit if one is not self._unit and divides(self._unit, one)),
            built.problem or failed,
            None if component is None else component.declaration,
        )
