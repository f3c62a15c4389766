"""One filter of a screen: what, how it is compared, with which values; built from the form, whatever it offers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PyQt6.QtCore import QRectF, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.screen import Operator
from upbit_auto_trading.business_logic.domain.screen_form import OPERATOR_NAMES, FormRow, ValueField, VariableGroup
from upbit_auto_trading.business_logic.domain.screen_variable import ValueKind, VariableSetting, plain_number
from upbit_auto_trading.ui.charts.study_names import KEYWORDS, SHORT
from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, Radius, Space
from upbit_auto_trading.ui.picker_entry import PickerEntry
from upbit_auto_trading.ui.screen_sentences import problem_sentence
from upbit_auto_trading.ui.widgets.buttons import ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.field_note import FieldNote
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.number_input import NumberInput
from upbit_auto_trading.ui.widgets.picker_button import PickerButton
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.utils.bilingual_text import Text

_WHAT = Text("무엇을", "What")
_HOW = Text("비교", "Comparison")
_VALUE = Text("값", "Value")
_REMOVE = Text("조건 빼기", "Remove the filter")
_YES, _NO = Text("맞음", "Yes"), Text("아님", "No")
_UNKNOWN = Text("{id} (이 버전이 모름)", "{id} (not known to this version)")
#: the longest of hundreds of names must not make the panel wider than it is
_SELECT_LEAST = 2 * Height.CONTROL


class FilterRow(QWidget):
    variable_chosen = pyqtSignal(int, str)
    operator_chosen = pyqtSignal(int, object)
    value_given = pyqtSignal(int, int, str)
    setting_given = pyqtSignal(int, str, str)
    removed = pyqtSignal(int)

    def __init__(self, row: FormRow, groups: tuple[VariableGroup, ...]) -> None:
        super().__init__()
        self.index = row.index
        self.shape = shape_of(row)
        self.variable = PickerButton(variable_entries(groups), row.variable_id, name=_WHAT)
        self.variable.setMinimumWidth(_SELECT_LEAST)
        self._show_variable(row)
        self.remove = IconButton(Icon.CLOSE, _REMOVE, size=ButtonSize.SMALL)
        self.operator = Select(_operator_options(row), row.operator.value, name=_HOW)
        self.values: list[_Value] = [_value_widget(field, self._give(place)) for place, field in enumerate(row.fields)]
        self.settings = [_value_widget(_field_of(one), self._set(one.name), name=one.label) for one in row.settings]
        self.note = FieldNote()
        self._arrange(row)
        self.variable.chosen.connect(lambda chosen: self.variable_chosen.emit(self.index, chosen))
        self.operator.chosen.connect(lambda chosen: self.operator_chosen.emit(self.index, Operator(chosen)))
        self.remove.clicked.connect(lambda: self.removed.emit(self.index))
        self.show_row(row)

    def _arrange(self, row: FormRow) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for line in (first, second):
            line.setSpacing(Space.S)
        first.addWidget(self.variable, 1)
        first.addWidget(self.remove)
        is_switch = row.variable is not None and row.variable.kind is ValueKind.SWITCH
        if not is_switch:  # "is" is all that can be asked of it
            second.addWidget(self.operator)
        for value in self.values:
            second.addWidget(value.widget, 1)
        second.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.S)
        column.addLayout(first)
        column.addLayout(_labelled(row.settings, self.settings))
        column.addLayout(second)
        column.addWidget(self.note)

    def _show_variable(self, row: FormRow) -> None:
        """With settings of its own it is none of those that are offered, and keeps its name."""
        if row.variable is None:
            self.variable.show_as(_UNKNOWN.format(id=row.variable_id))
        else:
            self.variable.show_as(row.variable.name)

    def _set(self, name: str) -> Callable[[str], None]:
        return lambda text: self.setting_given.emit(self.index, name, text)

    def _give(self, place: int) -> Callable[[str], None]:
        return lambda text: self.value_given.emit(self.index, place, text)

    def show_row(self, row: FormRow) -> None:
        """Values and problems; the shape stays."""
        self.index = row.index
        for value, field in zip(self.values, row.fields, strict=True):
            value.show(field)
        for one, setting in zip(row.settings, self.settings, strict=True):
            setting.show(_field_of(one))
        problems = [problem_sentence(problem) for problem in row.problems]
        self.note.set_error(_joined(problems) if problems else None)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        frame = QRectF(self.rect())
        painting.frame(QPainter(self), frame, Radius.CONTROL, theme.colour("bg1"), theme.colour("line"))


def shape_of(row: FormRow) -> tuple[object, ...]:
    """Rows of one shape have the same widgets."""
    return row.variable_id, row.operator, row.operators, tuple((one.kind, one.choices, one.unit) for one in row.fields)


def variable_entries(groups: tuple[VariableGroup, ...]) -> tuple[PickerEntry, ...]:
    """What a filter can ask for. Others call an indicator by its short name, so that is searched too."""
    return tuple(
        PickerEntry(variable.id, variable.name, variable.help, group.title, _words_for(variable.id))
        for group in groups
        for variable in group.variables
    )


def _words_for(variable_id: str) -> tuple[str, ...]:
    """Of an indicator on candles: ``rsi@60m``."""
    component, is_one, _unit = variable_id.partition("@")
    if not is_one:
        return ()
    short = SHORT.get(component)
    return (*KEYWORDS.get(component, ()), *(() if short is None else (short.ko, short.en)))


def _operator_options(row: FormRow) -> list[tuple[str, Text]]:
    return [(operator.value, OPERATOR_NAMES[operator]) for operator in row.operators]


# values


class _Value:
    """A control of one value; ``show`` puts the form's text into it."""

    widget: QWidget

    def show(self, field: ValueField) -> None:
        raise NotImplementedError


class _NumberValue(_Value):
    def __init__(self, field: ValueField, give: Callable[[str], None], name: Text) -> None:
        self.input = NumberInput(
            field.unit,
            minimum=field.minimum,
            maximum=field.maximum,
            hint="",
            stepper=False,
            required=True,
            name=name,
            step=Decimal(1).scaleb(-field.decimals) if not field.decimals else Decimal(1),
        )
        self.widget = self.input
        self.input.committed.connect(lambda value: give("" if value is None else plain_number(value)))

    def show(self, field: ValueField) -> None:
        number = formats.exact(_decimal(field.text))
        if number is not None:
            self.input.set_value(number)
        self.input.set_error(None if field.problem is None else problem_sentence(field.problem))


class _ChoiceValue(_Value):
    def __init__(self, field: ValueField, give: Callable[[str], None], name: Text) -> None:
        self.select = Select([(choice.value, choice.label) for choice in field.choices], field.text, name=name)
        self.select.setMinimumWidth(_SELECT_LEAST)
        self.widget = self.select
        self.select.chosen.connect(give)

    def show(self, field: ValueField) -> None:
        self.select.set_current(field.text)


class _SwitchValue(_Value):
    def __init__(self, field: ValueField, give: Callable[[str], None], name: Text) -> None:
        self.segments = Segments([("true", _YES), ("false", _NO)], field.text, stretch=True, name=name)
        self.widget = self.segments
        self.segments.chosen.connect(give)

    def show(self, field: ValueField) -> None:
        self.segments.set_current(field.text)


def _value_widget(field: ValueField, give: Callable[[str], None], name: Text = _VALUE) -> _Value:
    if field.kind is ValueKind.SWITCH:
        return _SwitchValue(field, give, name)
    return _ChoiceValue(field, give, name) if field.kind is ValueKind.CHOICE else _NumberValue(field, give, name)


def _field_of(setting: VariableSetting) -> ValueField:
    return ValueField(
        setting.kind,
        setting.text,
        setting.text,
        Text("", ""),
        setting.minimum,
        setting.maximum,
        setting.choices,
        setting.decimals,
        None,
    )


def _labelled(settings: tuple[VariableSetting, ...], controls: list[_Value]) -> QGridLayout:
    lines = QGridLayout()
    lines.setSpacing(Space.S)
    lines.setColumnStretch(1, 1)
    for place, (setting, control) in enumerate(zip(settings, controls, strict=True)):
        lines.addWidget(Label(setting.label, "caption", "t2"), place, 0)
        lines.addWidget(control.widget, place, 1)
    return lines


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", ""))
    except ArithmeticError:
        return None


def _joined(texts: list[Text]) -> Text:
    return Text(" ".join(text.ko for text in texts), " ".join(text.en for text in texts))
