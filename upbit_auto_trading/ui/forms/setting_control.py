"""The control of a setting, chosen by its kind; all of them are reached in one way."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Protocol

from PyQt6.QtWidgets import QHBoxLayout, QWidget

from upbit_auto_trading.config.setting import Kind, Setting
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.forms.field_model import FieldModel, FieldState
from upbit_auto_trading.ui.forms.value_words import OFF, ON
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.number_input import NumberInput
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.ui.widgets.text_input import TextInput
from upbit_auto_trading.ui.widgets.toggles import Switch
from upbit_auto_trading.utils.bilingual_text import Text

#: choices that fit side by side into the column of controls, counted in half-width signs
_SEGMENTS_MOST = 4
_SEGMENTS_SIGNS = 20
_TIME_EXAMPLE = Text("09:30", "09:30")


class SettingControl(Protocol):
    """``widget`` stands in the form; ``focus`` takes the keys."""

    widget: QWidget
    focus: QWidget
    #: True where the control shows its own error sentence
    shows_error: bool

    def show(self, state: FieldState) -> None: ...


def control_for(model: FieldModel) -> SettingControl:
    return _CONTROLS[model.setting.kind](model)


class SwitchControl:
    """The word beside the switch says what its position means."""

    shows_error = False

    def __init__(self, model: FieldModel) -> None:
        self.switch = Switch()
        self.switch.set_tip(model.setting.title)
        self._word = Label("", "body", "t2")
        self.widget = QWidget()
        row = QHBoxLayout(self.widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addWidget(self.switch)
        row.addWidget(self._word)
        row.addStretch(1)
        self.focus: QWidget = self.switch
        self.switch.toggled.connect(model.choose)

    def show(self, state: FieldState) -> None:
        on = state.value is True
        self.switch.set_on(on)
        self._word.set_text(ON if on else OFF)


class NumberControl:
    shows_error = True

    def __init__(self, model: FieldModel) -> None:
        setting = model.setting
        self.input = NumberInput(
            setting.unit,
            step=setting.step,
            minimum=setting.minimum,
            maximum=setting.maximum,
            hint="",
            required=True,
            name=setting.title,
            decimals=0 if setting.kind is Kind.WHOLE_NUMBER and not formats.decimals_of(setting.step) else None,
            check=lambda value: _whole(setting, value),
        )
        self.widget: QWidget = self.input
        self.focus: QWidget = self.input.field
        self.input.committed.connect(model.choose)

    def show(self, state: FieldState) -> None:
        if state.error is None and not isinstance(state.value, str):
            self.input.set_value(Decimal(state.value))
        self.input.set_error(state.error)


def _whole(setting: Setting, value: Decimal) -> Text | None:
    if setting.kind is Kind.WHOLE_NUMBER and value != value.to_integral_value():
        return Text("소수점 없이 넣어 주세요.", "Enter a whole number.")
    return None


class SegmentsControl:
    shows_error = False

    def __init__(self, model: FieldModel) -> None:
        choices = [(choice.value, choice.label) for choice in model.setting.choices]
        self.segments = Segments(choices, name=model.setting.title)
        self.widget: QWidget = self.segments
        self.focus: QWidget = self.segments
        self.segments.chosen.connect(model.choose)

    def show(self, state: FieldState) -> None:
        self.segments.set_current(str(state.value))


class SelectControl:
    shows_error = False

    def __init__(self, model: FieldModel) -> None:
        choices = [(choice.value, choice.label) for choice in model.setting.choices]
        self.select = Select(choices, name=model.setting.title)
        self.widget: QWidget = self.select
        self.focus: QWidget = self.select
        self.select.chosen.connect(model.choose)

    def show(self, state: FieldState) -> None:
        self.select.set_current(str(state.value))


class TextControl:
    """Text and times of day. Secrets are no settings: they live in the key vault alone."""

    shows_error = True

    def __init__(self, model: FieldModel) -> None:
        setting = model.setting
        placeholder = _TIME_EXAMPLE if setting.kind is Kind.TIME_OF_DAY else ""
        self.input = TextInput(placeholder, name=setting.title)
        self.widget: QWidget = self.input
        self.focus: QWidget = self.input.field
        self.input.committed.connect(model.type_text)

    def show(self, state: FieldState) -> None:
        self.input.set_error(state.error)
        if state.error is None:
            self.input.set_text(str(state.value))


def _choice_control(model: FieldModel) -> SettingControl:
    choices = model.setting.choices
    korean = sum(2 * len(choice.label.ko) for choice in choices)
    english = sum(len(choice.label.en) for choice in choices)
    if len(choices) <= _SEGMENTS_MOST and max(korean, english) <= _SEGMENTS_SIGNS:
        return SegmentsControl(model)
    return SelectControl(model)


_CONTROLS: dict[Kind, Callable[[FieldModel], SettingControl]] = {
    Kind.SWITCH: SwitchControl,
    Kind.WHOLE_NUMBER: NumberControl,
    Kind.DECIMAL_NUMBER: NumberControl,
    Kind.CHOICE: _choice_control,
    Kind.TEXT: TextControl,
    Kind.TIME_OF_DAY: TextControl,
}
