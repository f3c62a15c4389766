"""A form made from a component's declaration: one row a parameter, and below a source what that source takes itself.

What is built of other parts of a strategy (conditions, levels, rules) has editors of its own and no row here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, ParameterValue, Use
from upbit_auto_trading.component_system.checking_uses import UseChecker
from upbit_auto_trading.component_system.declaration import Declaration, Parameter, ParameterKind
from upbit_auto_trading.component_system.registry import Registry
from upbit_auto_trading.component_system.strategy_problem_text import problem_sentence
from upbit_auto_trading.ui.charts.study_entries import source_entries
from upbit_auto_trading.ui.design.language import bind_text, retranslating, tr
from upbit_auto_trading.ui.design.tokens import Height, Space
from upbit_auto_trading.ui.forms.parameter_field import FIELDS, ParameterField, help_of
from upbit_auto_trading.ui.widgets.field_note import FieldNote
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.picker_button import PickerButton
from upbit_auto_trading.utils.bilingual_text import Text

#: a source of a source of a source: what lies deeper keeps its defaults
DEEPEST: Final = 3
_OF: Final = Text("{label}: {source}", "{label}: {source}")


class ParameterForm(QWidget):
    """``changed`` carries all values whenever one of them changed and all of them can be used together."""

    changed = pyqtSignal(object)
    #: its height is another: fields came or went
    reshaped = pyqtSignal()

    def __init__(
        self,
        declaration: Declaration,
        values: Mapping[str, ParameterValue],
        registry: Registry,
        *,
        unit: CandleUnit = CandleUnit.MINUTE,
        left_out: Collection[str] = (),
        depth: int = 0,
    ) -> None:
        """``left_out`` are names of parameters that are set elsewhere; their values stay as they were given."""
        super().__init__()
        self._declaration = declaration
        self._registry = registry
        self._unit = unit
        self._kept = {name: value for name, value in values.items() if name in left_out}
        self.fields: dict[str, ParameterField] = {}
        self.note = FieldNote()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.L)
        self._grid.setVerticalSpacing(Space.M)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addLayout(self._grid)
        column.addWidget(self.note)
        for declared in declaration.parameters:
            if declared.name not in left_out:
                self._add(declared, values.get(declared.name, declared.default), depth)

    def _add(self, declared: Parameter, value: ParameterValue | None, depth: int) -> None:
        field: ParameterField
        if declared.kind is ParameterKind.VARIABLE:
            field = SourceField(declared, value, self._registry, depth)
            field.reshaped.connect(self.reshaped)
        elif declared.kind in FIELDS:
            field = FIELDS[declared.kind](declared, value)
        else:
            return
        field.setParent(self)
        label = Label(declared.label, "table", "t2")
        label.setFixedHeight(Height.CONTROL)
        label.setBuddy(field.focus)
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(field.widget, row, 1)
        self.fields[declared.name] = field
        field.changed.connect(self._tell)
        told = help_of(declared)
        if told is not None:
            retranslating(self, lambda: self._explain(label, field, told))

    @staticmethod
    def _explain(label: Label, field: ParameterField, told: Text) -> None:
        label.setToolTip(tr(told))
        field.focus.setAccessibleDescription(tr(told))

    @property
    def is_empty(self) -> bool:
        return not self.fields

    @property
    def values(self) -> dict[str, ParameterValue]:
        """Those that could be used last, and those that were left out."""
        told = {name: field.value for name, field in self.fields.items() if field.value is not None}
        return {**self._kept, **told}

    @property
    def has_problem(self) -> bool:
        return any(field.problem for field in self.fields.values()) or self.note.error is not None

    def show_values(self, values: Mapping[str, ParameterValue]) -> None:
        """From the state: tells nothing."""
        for declared in self._declaration.parameters:
            field = self.fields.get(declared.name)
            if field is not None:
                field.show(values.get(declared.name, declared.default))
        self._check()

    def _tell(self) -> None:
        self._check()
        if not self.has_problem:
            self.changed.emit(self.values)

    def _check(self) -> None:
        """What no field sees by itself: that a source with its parameters still fits."""
        if any(field.problem for field in self.fields.values()):
            self.note.set_error(None)
            return
        checker = UseChecker(self._registry, self._unit)
        declaration = self._declaration
        checker.use("", Use(declaration.kind, declaration.id, tuple(self.values.items())), declaration.kind)
        if not checker.problems:
            self.note.set_error(None)
            return
        sentence = problem_sentence(checker.problems[0])
        self.note.set_error(Text(sentence.ko, sentence.en[:1].upper() + sentence.en[1:]))


class SourceField(ParameterField):
    """Another variable, chosen by the picker; what it takes itself stands below."""

    reshaped = pyqtSignal()

    def __init__(self, declared: Parameter, value: ParameterValue | None, registry: Registry, depth: int) -> None:
        super().__init__(declared, value)
        self._registry = registry
        self._depth = depth
        use = value if isinstance(value, Use) else None
        self.button = PickerButton(
            source_entries(registry, declared.groups), "" if use is None else use.id, name=declared.label
        )
        self.inner: ParameterForm | None = None
        self.widget, self.focus = QWidget(), self.button
        self._column = QVBoxLayout(self.widget)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.M)
        self._column.addWidget(self.button)
        self.button.chosen.connect(self._choose)
        self._show_inner()

    @property
    def problem(self) -> bool:
        return self.inner is not None and self.inner.has_problem

    def show(self, value: ParameterValue | None) -> None:
        if value == self.value:
            return
        super().show(value)
        self.button.set_current(value.id if isinstance(value, Use) else "")
        self._show_inner()

    def _choose(self, variable_id: str) -> None:
        if isinstance(self.value, Use) and self.value.id == variable_id:
            return
        self.value = Use(ComponentKind.VARIABLE, variable_id)
        self._show_inner()
        self.changed.emit()

    def _show_inner(self) -> None:
        if self.inner is not None:
            self._column.removeWidget(self.inner)
            self.inner.hide()
            self.inner.deleteLater()
            self.inner = None
        use = self.value
        if not isinstance(use, Use) or self._depth >= DEEPEST:
            return
        component = self._registry.find(ComponentKind.VARIABLE, use.id)
        if component is None or not component.declaration.parameters:
            self.reshaped.emit()
            return
        inner = self.inner = ParameterForm(
            component.declaration, dict(use.parameters), self._registry, depth=self._depth + 1
        )
        name = _OF.format(label=self.declared.label, source=component.declaration.title)
        bind_text(inner.setAccessibleName, name)
        self._column.addWidget(self.inner)
        self.inner.changed.connect(self._take_inner)
        self.inner.reshaped.connect(self.reshaped)
        self.reshaped.emit()

    def _take_inner(self, values: Mapping[str, ParameterValue]) -> None:
        if isinstance(self.value, Use):
            self.take(Use(ComponentKind.VARIABLE, self.value.id, tuple(values.items())))
