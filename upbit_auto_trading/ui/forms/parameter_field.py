"""The control of one parameter of a component, chosen by its kind; all of them are reached in one way.

A field tells each value that could be used at once, while it is typed, and keeps what could not with its sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from upbit_auto_trading.business_logic.domain.strategy_definition import ParameterValue
from upbit_auto_trading.component_system.checking_uses import DURATION, LONGEST_TEXT, MOST_LISTED
from upbit_auto_trading.component_system.declaration import NOTHING, Parameter, ParameterKind
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.number_text import parse_number
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.widgets.number_input import NumberInput
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.ui.widgets.text_input import TextInput
from upbit_auto_trading.ui.widgets.toggles import Switch
from upbit_auto_trading.utils.bilingual_text import Text

#: choices that fit side by side, counted in half-width signs
_SEGMENTS_MOST, _SEGMENTS_SIGNS = 4, 20
_MOST_DURATION: Final = 99_999
_WHOLE: Final = Text("소수점 없이 넣어 주세요.", "Enter a whole number.")
_TOO_LONG: Final = Text("{most}자까지 쓸 수 있어요.", "Up to {most} letters fit.")
_NUMBERS: Final = Text("숫자를 쉼표로 나누어 넣어 주세요. 예: 30, 30, 40", "Enter numbers with commas: 30, 30, 40.")
_BETWEEN: Final = Text("{least} 이상 {most} 이하로 넣어 주세요.", "Use {least} to {most}.")
_LENGTH: Final = Text("{label} 단위", "Unit of {label}")
_TIME_UNITS: Final = (
    ("s", Text("초", "seconds")),
    ("m", Text("분", "minutes")),
    ("h", Text("시간", "hours")),
    ("d", Text("일", "days")),
    ("w", Text("주", "weeks")),
)


class ParameterField(QObject):
    """``value`` is the last that could be used; ``problem`` says why what stands there cannot."""

    changed = pyqtSignal()

    def __init__(self, declared: Parameter, value: ParameterValue | None) -> None:
        super().__init__()
        self.declared = declared
        self.value = value
        self.widget: QWidget
        #: takes the keys
        self.focus: QWidget

    @property
    def problem(self) -> bool:
        return False

    def show(self, value: ParameterValue | None) -> None:
        """From the state: tells nothing."""
        self.value = value

    def take(self, value: ParameterValue) -> None:
        if value != self.value:
            self.value = value
            self.changed.emit()


class NumberField(ParameterField):
    def __init__(self, declared: Parameter, value: ParameterValue | None) -> None:
        super().__init__(declared, value)
        is_whole = declared.kind is ParameterKind.WHOLE
        self.input = NumberInput(
            declared.unit,
            step=Decimal(1) if is_whole else _step(declared),
            minimum=_decimal(declared.minimum),
            maximum=_decimal(declared.maximum),
            required=True,
            name=declared.label,
            check=lambda number: _WHOLE if is_whole and number != number.to_integral_value() else None,
        )
        self.widget, self.focus = self.input, self.input.field
        self._is_wrong = False
        self.input.committed.connect(self._take)
        self.input.typed.connect(self._look)
        self.show(value)

    @property
    def problem(self) -> bool:
        return self.input.has_error

    def show(self, value: ParameterValue | None) -> None:
        super().show(value)
        if isinstance(value, int | float):
            self.input.set_value(formats.exact(value))

    def _look(self, number: Decimal | None) -> None:
        """While it is typed: a value that can be used counts, and one that cannot says why."""
        was_wrong, self._is_wrong = self._is_wrong, number is None
        before = self.value
        if number is None:
            self.input.commit()
        else:
            self._take(number)
        if self._is_wrong or (was_wrong and self.value == before):
            self.changed.emit()

    def _take(self, number: Decimal | None) -> None:
        if number is not None:
            self.take(int(number) if self.declared.kind is ParameterKind.WHOLE else float(number))


def _decimal(bound: float | None) -> Decimal | None:
    return None if bound is None else formats.exact(float(bound))


def _step(declared: Parameter) -> Decimal:
    """A tenth where the default has one, and so on."""
    default = formats.exact(declared.default) if isinstance(declared.default, int | float) else None
    return Decimal(1).scaleb(-max(1, formats.decimals_of(default)))


class ChoiceField(ParameterField):
    def __init__(self, declared: Parameter, value: ParameterValue | None) -> None:
        super().__init__(declared, value)
        options = [(one.value, one.label) for one in declared.choices]
        korean = sum(2 * len(one.label.ko) for one in declared.choices)
        english = sum(len(one.label.en) for one in declared.choices)
        fits = len(options) <= _SEGMENTS_MOST and max(korean, english) <= _SEGMENTS_SIGNS
        self.choice: Segments | Select = (
            Segments(options, str(value), name=declared.label)
            if fits
            else Select(options, str(value), name=declared.label)
        )
        self.widget = self.focus = self.choice
        self.choice.chosen.connect(self.take)

    def show(self, value: ParameterValue | None) -> None:
        super().show(value)
        self.choice.set_current(str(value))


class SwitchField(ParameterField):
    def __init__(self, declared: Parameter, value: ParameterValue | None) -> None:
        super().__init__(declared, value)
        self.switch = Switch(on=value is True)
        self.switch.set_tip(declared.label)
        self.widget = self.focus = self.switch
        self.switch.toggled.connect(self.take)

    def show(self, value: ParameterValue | None) -> None:
        super().show(value)
        self.switch.set_on(value is True)


class DurationField(ParameterField):
    """A number and its unit: 4 hours is ``4h``."""

    def __init__(self, declared: Parameter, value: ParameterValue | None) -> None:
        super().__init__(declared, value)
        self.number = NumberInput(
            minimum=Decimal(1),
            maximum=Decimal(_MOST_DURATION),
            hint="",
            required=True,
            name=declared.label,
            check=lambda number: _WHOLE if number != number.to_integral_value() else None,
        )
        self.unit = Select(_TIME_UNITS, name=_LENGTH.format(label=declared.label))
        self.widget = QWidget()
        self.widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self.widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.number, 1)
        row.addWidget(self.unit)
        self.focus = self.number.field
        self.number.committed.connect(self._look)
        self.number.typed.connect(self._look)
        self.unit.chosen.connect(self._look)
        self.show(value)

    @property
    def problem(self) -> bool:
        return self.number.has_error

    def show(self, value: ParameterValue | None) -> None:
        super().show(value)
        if isinstance(value, str) and DURATION.fullmatch(value):
            self.number.set_value(int(value[:-1]))
            self.unit.set_current(value[-1])

    def _look(self, told: object) -> None:
        number = told if isinstance(told, Decimal) else self.number.value
        if told is None:
            self.number.commit()
            self.changed.emit()
        elif number is not None:
            self.take(f"{int(number)}{self.unit.current}")


class WrittenField(ParameterField):
    """A text, or several numbers with commas."""

    def __init__(self, declared: Parameter, value: ParameterValue | None) -> None:
        super().__init__(declared, value)
        self.input = TextInput(name=declared.label)
        self.widget, self.focus = self.input, self.input.field
        self._problem: Text | None = None
        self.show(value)
        self.input.changed.connect(self._look)

    @property
    def problem(self) -> bool:
        return self._problem is not None

    def show(self, value: ParameterValue | None) -> None:
        super().show(value)
        self.input.set_text(_listed(value) if isinstance(value, tuple) else str(value or ""))

    def _look(self, text: str) -> None:
        if self.declared.kind is ParameterKind.TEXT:
            value: ParameterValue | None = text
            problem = _TOO_LONG.format(most=LONGEST_TEXT) if len(text) > LONGEST_TEXT else None
        else:
            value, problem = self._numbers(text)
        had, self._problem = self._problem, problem
        self.input.set_error(problem)
        if problem is None and value is not None and value != self.value:
            self.take(value)
        elif (had is None) != (problem is None):
            self.changed.emit()

    def _numbers(self, text: str) -> tuple[ParameterValue | None, Text | None]:
        found = [parse_number(part.strip(), ()) for part in text.split(",")]
        numbers = tuple(float(one) for one in found if one is not None)
        if len(numbers) != len(found) or len(numbers) > MOST_LISTED:
            return None, _NUMBERS
        low, high = self.declared.minimum, self.declared.maximum
        if any((low is not None and one < low) or (high is not None and one > high) for one in numbers):
            least, most = ("" if bound is None else formats.price(float(bound)) for bound in (low, high))
            return None, _BETWEEN.format(least=least, most=most)
        return numbers, None


def _listed(value: tuple[object, ...]) -> str:
    return ", ".join(formats.price(one) if isinstance(one, int | float) else str(one) for one in value)


def help_of(declared: Parameter) -> Text | None:
    return None if declared.help == NOTHING else declared.help


FIELDS: Final[dict[ParameterKind, Callable[[Parameter, ParameterValue | None], ParameterField]]] = {
    ParameterKind.WHOLE: NumberField,
    ParameterKind.NUMBER: NumberField,
    ParameterKind.NUMBERS: WrittenField,
    ParameterKind.SWITCH: SwitchField,
    ParameterKind.CHOICE: ChoiceField,
    ParameterKind.TEXT: WrittenField,
    ParameterKind.DURATION: DurationField,
}
