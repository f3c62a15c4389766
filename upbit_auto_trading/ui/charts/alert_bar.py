"""What is asked before a price alert is made, changed or moved, in a bar at its line."""

from __future__ import annotations

from decimal import Decimal

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.price_alert import LONGEST_NOTE, AlertDirection, PriceAlert
from upbit_auto_trading.ui.charts.alert_wish import AlertWish
from upbit_auto_trading.ui.charts.floating_bar import FloatingBar
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.number_input import NumberInput
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.text_input import TextInput
from upbit_auto_trading.ui.widgets.toggles import CheckBox
from upbit_auto_trading.utils.bilingual_text import Text

DIRECTION_WORDS = {
    AlertDirection.CROSSES: Text("지나면", "Crosses"),
    AlertDirection.RISES_TO: Text("오르면", "Rises to"),
    AlertDirection.FALLS_TO: Text("내리면", "Falls to"),
}
_NEW = Text("가격 알림", "Price alert")
_MOVED = Text("알림 옮기기", "Move the alert")
_MAKE = Text("알림 만들기", "Add alert")
_CHANGE = Text("알림 바꾸기", "Change alert")
_MOVE = Text("옮기기", "Move")
_PRICE = Text("알림 가격", "Alert price")
_DIRECTION = Text("언제", "When")
_NOTE = Text("메모", "Note")
_REPEATS = Text("반복", "Repeat")
_FROM_LAST = Text("현재가에서 {share}", "{share} from last")
_ARROW = " → "
_WIDTH = 300


class AlertBar(FloatingBar):
    def __init__(self, chart: QWidget) -> None:
        super().__init__(chart, _MAKE)
        self._last: Decimal | None = None
        self._old: Decimal | None = None
        self._tick: Decimal | None = None
        self.title = Label(_NEW, "heading")
        self.distance = Label("", "table", "t2")
        self.price = NumberInput(minimum=Decimal(0), required=True, hint="", name=_PRICE)
        self.direction = Segments(
            [(one.value, words) for one, words in DIRECTION_WORDS.items()], small=True, stretch=True, name=_DIRECTION
        )
        self.note = TextInput(_NOTE, name=_NOTE)
        self.note.field.setMaxLength(LONGEST_NOTE)
        self.repeats = CheckBox(_REPEATS)
        self._arrange()
        self.price.typed.connect(self._show_distance)
        self.price.committed.connect(self._show_distance)
        retranslating(self, self._show_words)
        following_theme(self, lambda: self.setFixedWidth(round(_WIDTH * max(current_theme().text_scale, 100) / 100)))

    def _arrange(self) -> None:
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.distance)
        foot.setSpacing(Space.S)
        foot.addWidget(self.repeats)
        foot.addStretch(1)
        self.add_buttons(foot)
        self.column.addLayout(head)
        self.moved = Label("", "body_bold", "t1")
        for widget in (self.moved, self.price, self.direction, self.note):
            self.column.addWidget(widget)
        self.column.addLayout(foot)

    # asking

    def ask_new(self, price: Decimal, last: Decimal | None, tick: Decimal, at: QPointF, room: QRectF) -> None:
        self._ask(AlertWish(price), last, tick)
        self.title.set_text(_NEW)
        self.confirm.set_text(_MAKE)
        self._open(at, room)

    def ask_change(self, alert: PriceAlert, last: Decimal | None, tick: Decimal, at: QPointF, room: QRectF) -> None:
        self._ask(AlertWish(alert.price, alert.direction, alert.note, alert.repeats), last, tick)
        self.title.set_text(_NEW)
        self.confirm.set_text(_CHANGE)
        self._open(at, room)

    def ask_move(
        self, alert: PriceAlert, price: Decimal, last: Decimal | None, tick: Decimal, at: QPointF, room: QRectF
    ) -> None:
        """Only whether: everything else stays as it is."""
        self._ask(AlertWish(price, alert.direction, alert.note, alert.repeats), last, tick)
        self._old = alert.price
        self._set_fields_hidden(True)
        self.title.set_text(_MOVED)
        self.confirm.set_text(_MOVE)
        self._show_distance()
        self.place_at(at, room)
        self.confirm.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask(self, wish: AlertWish, last: Decimal | None, tick: Decimal) -> None:
        self._last, self._old, self._tick = last, None, tick
        self._set_fields_hidden(False)
        self.price.set_step(tick)
        self.price.set_value(wish.price)
        self.price.set_error(None)
        self.direction.set_current(wish.direction.value)
        self.note.set_text(wish.note)
        self.repeats.set_on(wish.repeats)
        self._show_distance()

    def _set_fields_hidden(self, hidden: bool) -> None:
        for widget in (self.price, self.direction, self.note, self.repeats):
            widget.setHidden(hidden)
        self.moved.setHidden(not hidden)

    def _open(self, at: QPointF, room: QRectF) -> None:
        self.place_at(at, room)
        self.price.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.price.field.selectAll()

    # answering

    @property
    def wish(self) -> AlertWish:
        price = self.price.value
        assert price is not None  # accept() lets nothing else through
        return AlertWish(
            price, AlertDirection(self.direction.current), self.note.text().strip(), self.repeats.isChecked()
        )

    def accept(self) -> None:
        if self.price.commit() and self.price.value:
            super().accept()
        else:
            self.adjustSize()

    # words

    def _show_words(self) -> None:
        self.setAccessibleName(tr(_NEW))
        self._show_distance()

    def _show_distance(self, typed: Decimal | None = None) -> None:
        price = typed if typed is not None else self.price.value
        if price is None or not self._last:
            self.distance.set_text("")
        else:
            self.distance.set_text(_FROM_LAST.format(share=formats.signed_percent(price / self._last - 1)))
        if self._old is not None and price is not None:
            old, new = formats.price(self._old, self._tick), formats.price(price, self._tick)
            share = formats.signed_percent(price / self._old - 1)
            self.moved.set_text(f"{old}{_ARROW}{new} ({share})")
