"""A number: right-aligned, its unit inside, a stepper by tick, bounds below, exact inside."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PyQt6.QtCore import QEvent, QObject, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.number_text import parse_number, with_separators
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import IconSize, Limits, Space, Type
from upbit_auto_trading.ui.widgets.field_box import FieldBox
from upbit_auto_trading.ui.widgets.field_note import FieldNote
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.utils.bilingual_text import Language, Text

_STEPPER = 26
_NO_NUMBER = Text(ko="숫자로 넣어 주세요. 예: 1,000 또는 500만", en="Enter a number, such as 1,000 or 1.5M.")
_AT_LEAST = Text(ko="{bound} 이상이어야 해요", en="Use {bound} or more")
_AT_MOST = Text(ko="{bound} 이하여야 해요", en="Use {bound} or less")
_BETWEEN = Text(ko="{least} 이상 {most} 이하", en="{least} to {most}")
_TICK = Text(ko="한 칸 {step}", en="tick {step}")
_REQUIRED = Text(ko="값이 필요해요", en="A value is needed")


class _Stepper(QWidget):
    """Two small arrows; the keyboard uses ↑ and ↓ in the field instead."""

    stepped = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(_STEPPER)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._over = 0
        self.setMouseTracking(True)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        times = Limits.STEP_FACTOR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        self.stepped.emit(times if event.position().y() < self.height() / 2 else -times)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self._over = 1 if event.position().y() < self.height() / 2 else -1
            self.update()

    def leaveEvent(self, event: QEvent | None) -> None:
        self._over = 0
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painting.bar(painter, QRectF(0, 1, 1, self.height() - 2), theme.colour("line_strong"))
        size, middle = IconSize.TINY, self.height() / 2
        left = (self.width() - size) / 2
        for up, icon, top in ((1, Icon.UP, middle - size + 1), (-1, Icon.DOWN, middle - 1)):
            token = "tdis" if not self.isEnabled() else "t1" if self._over == up else "t2"
            paint_icon(painter, icon, QRectF(left, round(top), size, size), token)


class NumberInput(QWidget):
    """``committed(Decimal | None)`` on Enter, on leaving and after a step; ``typed`` while the text changes.

    ``check`` may refuse a value with a sentence: ``check=lambda value: Text(…) if … else None``.
    """

    committed = pyqtSignal(object)
    typed = pyqtSignal(object)

    def __init__(
        self,
        unit: Words = "",
        *,
        step: Decimal = Decimal(1),
        minimum: Decimal | None = None,
        maximum: Decimal | None = None,
        decimals: int | None = None,
        hint: Words | None = None,
        stepper: bool = True,
        required: bool = False,
        name: Words = "",
        check: Callable[[Decimal], Words | None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._unit_words = unit
        self._step, self._minimum, self._maximum = step, minimum, maximum
        self._decimals = decimals
        self._hint = hint
        self._required = required
        self._check = check
        self._value: Decimal | None = None
        self._editing = False
        self._build(unit, stepper)
        retranslating(self, lambda: self._show_words(name))
        following_theme(self, self._show_font)

    def _build(self, unit: Words, stepper: bool) -> None:
        self.field = QLineEdit()
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.unit = Label(unit, "table", "t3")
        self.box = FieldBox(self.field)
        self.stepper = _Stepper()
        if not stepper:  # setHidden(False) without a parent would show it as a window of its own
            self.stepper.hide()
        self.note = FieldNote()
        row = self.box.row
        row.addSpacing(Space.S)
        row.addWidget(self.unit)
        row.addSpacing(Space.M)
        row.addWidget(self.stepper)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self.box)
        column.addWidget(self.note)
        self.setFocusProxy(self.field)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.field.textEdited.connect(self._edited)
        self.field.editingFinished.connect(self.commit)
        self.stepper.stepped.connect(self.step_by)
        self.field.installEventFilter(self)

    # value

    @property
    def value(self) -> Decimal | None:
        """The last accepted value; what is wrong on the screen does not count."""
        return self._value

    @property
    def has_error(self) -> bool:
        return self.note.error is not None

    def set_value(self, value: Decimal | int | None) -> None:
        """From the state: no signal, and never over what is being typed."""
        self._value = None if value is None else Decimal(value)
        if not self._editing:
            self._show_value()

    def set_bounds(self, minimum: Decimal | None, maximum: Decimal | None) -> None:
        self._minimum, self._maximum = minimum, maximum
        self._show_hint()

    def set_step(self, step: Decimal) -> None:
        self._step = step
        self._show_hint()

    def set_unit(self, unit: Words) -> None:
        self._unit_words = unit
        self.unit.set_text(unit)
        self._show_hint()

    def set_error(self, sentence: Words | None) -> None:
        """An error from outside (balance, exchange); the next accepted value takes it away."""
        self.note.set_error(sentence)
        self.box.set_fault(sentence is not None)
        self.field.setAccessibleDescription(self.note.label.text())

    def commit(self) -> bool:
        """Take what is typed; False and a sentence below where that is not possible."""
        if not self._editing:
            return not self.has_error
        value, problem = self._read()
        if problem is not None:
            self.set_error(problem)
            return False
        self._editing = False
        self._accept(value)
        return True

    def step_by(self, times: int) -> None:
        if not self.isEnabled():
            return
        base, problem = self._read() if self._editing else (self._value, None)
        if problem is not None and base is None:
            return
        target = formats.stepped(base if base is not None else Decimal(0), self._step, times)
        if self._minimum is not None:
            target = max(target, self._minimum)
        if self._maximum is not None:
            target = min(target, self._maximum)
        self._editing = False
        self._accept(target)

    def _accept(self, value: Decimal | None) -> None:
        changed = value != self._value
        self._value = value
        self.set_error(None)
        self._show_value()
        if changed:
            self.committed.emit(value)

    def _read(self) -> tuple[Decimal | None, Words | None]:
        text = self.field.text().strip()
        if not text:
            return None, _REQUIRED if self._required else None
        value = parse_number(text, (words(self._unit_words),))
        if value is None:
            return None, _NO_NUMBER
        if self._minimum is not None and value < self._minimum:
            return value, _AT_LEAST.format(bound=self._with_unit(self._minimum))
        if self._maximum is not None and value > self._maximum:
            return value, _AT_MOST.format(bound=self._with_unit(self._maximum))
        return value, self._check(value) if self._check is not None else None

    # typing

    def _edited(self, text: str) -> None:
        self._editing = True
        grouped, cursor = with_separators(text, self.field.cursorPosition())
        if grouped != text:
            self.field.setText(grouped)
            self.field.setCursorPosition(cursor)
        value, problem = self._read()
        if problem is None and self.has_error:
            self.set_error(None)
        self.typed.emit(value if problem is None else None)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._step_by_key(event)
        if watched is self.field and isinstance(event, QWheelEvent):
            return self._step_by_wheel(event)
        return super().eventFilter(watched, event)

    def _step_by_key(self, event: QKeyEvent) -> bool:
        turn = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        other = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if turn is None or event.modifiers() & other:
            return False
        fast = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self.step_by(turn * (Limits.STEP_FACTOR if fast else 1))
        return True

    def _step_by_wheel(self, event: QWheelEvent) -> bool:
        """Only with the focus, so that scrolling a form changes nothing."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        if not self.field.hasFocus() or not delta:
            return False
        fast = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self.step_by((1 if delta > 0 else -1) * (Limits.STEP_FACTOR if fast else 1))
        event.accept()
        return True

    # showing

    def _show_value(self) -> None:
        shown = "" if self._value is None else self._format(self._value)
        if shown != self.field.text():
            self.field.setText(shown)

    def _format(self, value: Decimal) -> str:
        if self._decimals is not None:
            return formats.decimals(value, self._decimals)
        return formats.price(value, self._step)

    def _with_unit(self, value: Decimal) -> Text:
        unit = self._unit_words if isinstance(self._unit_words, Text) else Text(self._unit_words, self._unit_words)
        shown = formats.price(value)
        return Text(
            ko=formats.with_unit(shown, unit.ko, Language.KOREAN),
            en=formats.with_unit(shown, unit.en, Language.ENGLISH),
        )

    def _show_words(self, name: Words) -> None:
        self.field.setAccessibleName(f"{words(name)} {words(self._unit_words)}".strip())
        self._show_hint()

    def _show_hint(self) -> None:
        self.unit.setHidden(not words(self._unit_words))
        if self._hint is not None:
            self.note.set_hint(self._hint)
        elif self._minimum is not None and self._maximum is not None:
            self.note.set_hint(_BETWEEN.format(least=formats.price(self._minimum), most=formats.price(self._maximum)))
        elif self._step != 1:
            self.note.set_hint(_TICK.format(step=self._with_unit(self._step)))
        else:
            self.note.set_hint("")

    def _show_font(self) -> None:
        self.field.setFont(current_theme().number_font(Type.BODY_BOLD))
