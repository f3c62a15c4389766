"""Price alerts of the market on the price pane: dotted lines with a plate, dragged to another price."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter

from upbit_auto_trading.business_logic.domain.price_alert import AlertDirection, PriceAlert
from upbit_auto_trading.ui.charts.layer import AxisLabel, Layer, PaneView, Pointer
from upbit_auto_trading.ui.charts.line_looks import line_pen
from upbit_auto_trading.ui.charts.plates import ALERT, ASKED_ABOUT, nearest_free
from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import DOTTED, Edge, Height, IconSize, Radius, Space, Type
from upbit_auto_trading.utils.bilingual_text import Text

_REACH = 4.0
_ALERT = Text("알림", "Alert")
_FROM_LAST = Text("현재가에서 {share}", "{share} from last")
_MARKS = {
    AlertDirection.CROSSES: "↕",
    AlertDirection.RISES_TO: "↑",
    AlertDirection.FALLS_TO: "↓",
}
#: of a note on a plate
_NOTE_WIDTH = 140.0
#: six dots, two columns of three
_DOT, _DOTS_APART = 1.5, 4.0
_GRIP_WIDTH = 10.0


class AlertLinesLayer(Layer):
    """``ask_move(alert, price)`` when a line was dragged: it stays where it was dropped until ``answered``."""

    z = 55
    is_on_top = True

    def __init__(
        self,
        alerts: Callable[[], tuple[PriceAlert, ...]],
        last_price: Callable[[], Decimal | None],
        on_grid: Callable[[float], Decimal],
        text_of: Callable[[float], str],
        ask_move: Callable[[PriceAlert, Decimal], None],
        ask_change: Callable[[PriceAlert], None],
    ) -> None:
        super().__init__()
        self._alerts = alerts
        self._last_price = last_price
        self._on_grid = on_grid
        self._text_of = text_of
        self._ask_move, self._ask_change = ask_move, ask_change
        self.hovered = ""
        self._held: tuple[PriceAlert, float] | None = None
        #: where the held line is now, or lies until the user has answered
        self._moved: Decimal | None = None
        #: of the alert that is being made
        self._proposed: Decimal | None = None

    def show_changed(self) -> None:
        if self._held is not None and all(one.id != self._held[0].id for one in self._alerts()):
            self._held = self._moved = None
        self.repaint(None)

    def propose(self, price: Decimal | None) -> None:
        """A line for the alert that is asked about; None: it is answered."""
        self._proposed = price
        self.repaint(None)

    def answered(self) -> None:
        self._held = self._moved = None
        self.repaint(None)

    # painting

    def paint(self, painter: QPainter, view: PaneView, _exposed: QRectF) -> None:
        for alert in self._alerts():
            if self._is_moved(alert):
                self._line(painter, view, float(alert.price), "t3", False)
                self._line(painter, view, float(self._shown_price(alert)), "accent", True)
            else:
                self._line(painter, view, float(alert.price), "accent", alert.id == self.hovered)
        if self._proposed is not None:
            self._line(painter, view, float(self._proposed), "accent", True)
        for alert, plate in self._plates(view):
            self._plate(painter, plate, self._words(alert), self._is_moved(alert) or alert.id == self.hovered)

    def _is_moved(self, alert: PriceAlert) -> bool:
        return self._held is not None and alert.id == self._held[0].id and self._moved is not None

    def _shown_price(self, alert: PriceAlert) -> Decimal:
        return self._moved if self._moved is not None and self._is_moved(alert) else alert.price

    def _plates(self, view: PaneView) -> list[tuple[PriceAlert, QRectF]]:
        """None lies on another: the one that is being moved stays at its line, others move aside, from the top down."""
        area = QRectF(0, 0, view.rect.width(), view.rect.height())
        wanted = sorted(self._alerts(), key=lambda one: (not self._is_moved(one), -one.price, one.id))
        result: list[tuple[PriceAlert, QRectF]] = []
        for alert in wanted:
            plate = self._plate_rect(view, float(self._shown_price(alert)), self._words(alert))
            if plate.bottom() < 0 or plate.top() > area.height():
                continue
            others = [other for _, other in result]
            free = nearest_free(plate, others, area) if any(plate.intersects(one) for one in others) else plate
            if free is None:
                break  # they are all as high
            result.append((alert, free))
        return result

    def _moved_words(self, alert: PriceAlert, price: Decimal) -> str:
        share = formats.signed_percent(price / alert.price - 1)
        words = f"{self._text_of(float(alert.price))} → {self._text_of(float(price))} ({share})"
        last = self._last_price()
        if last:
            away = tr(_FROM_LAST).format(share=formats.signed_percent(price / last - 1))
            words = f"{words} · {away}"
        return words

    def _line(self, painter: QPainter, view: PaneView, value: float, token: str, is_strong: bool) -> None:
        y = int(view.price.y_of(value)) + 0.5
        if -1 <= y <= view.rect.height() + 1:
            painter.setPen(line_pen(token, 2.0 if is_strong else 1.0, DOTTED))
            painter.drawLine(QLineF(0, y, view.rect.width(), y))

    @staticmethod
    def _plate(painter: QPainter, plate: QRectF, words: str, is_strong: bool) -> None:
        theme = current_theme()
        fill = theme.colour("bg3" if is_strong else "bg1")
        painting.frame(painter, plate, Radius.BADGE, fill, theme.colour("accent"), Edge.BORDER)
        left = plate.left() + Space.XS
        _grip(painter, QPointF(left, plate.center().y()))
        left += _GRIP_WIDTH + Space.XXS
        spot = QRectF(left, plate.center().y() - IconSize.TINY / 2, IconSize.TINY, IconSize.TINY)
        paint_icon(painter, Icon.BELL, spot, "accent")
        left = spot.right() + Space.XS
        row = QRectF(left, plate.top(), plate.right() - left, plate.height())
        painting.text(painter, row, words, theme.number_font(Type.CAPTION), theme.colour("t1"))

    def _plate_rect(self, view: PaneView, value: float, words: str) -> QRectF:
        font = current_theme().number_font(Type.CAPTION)
        inner = painting.text_width(words, font) + _GRIP_WIDTH + Space.XXS + IconSize.TINY
        width = inner + 3 * Space.XS + Space.XXS
        y = int(view.price.y_of(value)) + 0.5
        return QRectF(view.rect.width() - width - Space.M, y - Height.BADGE / 2, width, Height.BADGE)

    def _words(self, alert: PriceAlert) -> str:
        if self._is_moved(alert):
            return self._moved_words(alert, self._shown_price(alert))
        mark = _MARKS[alert.direction]
        note = " ".join(alert.note.split())
        if note:
            shown = painting.elided(note, current_theme().number_font(Type.CAPTION), _NOTE_WIDTH)
            return f"{mark} {shown}"
        last = self._last_price()
        share = "" if not last else f" {formats.signed_percent(alert.price / last - 1)}"
        return f"{mark} {tr(_ALERT)}{share}"

    def labels(self, _view: PaneView) -> tuple[AxisLabel, ...]:
        labels = []
        for alert in self._alerts():
            weight = ASKED_ABOUT if self._is_moved(alert) else ALERT
            labels.append(self._label(self._shown_price(alert), weight))
        if self._proposed is not None:
            labels.append(self._label(self._proposed, ASKED_ABOUT))
        return tuple(labels)

    def _label(self, price: Decimal, weight: int) -> AxisLabel:
        return AxisLabel(float(price), self._text_of(float(price)), edge="accent", weight=weight)

    # the pointer

    def at(self, view: PaneView, at: QPointF) -> PriceAlert | None:
        """The alert whose line or plate lies here; the nearest of several."""
        nearest: tuple[float, PriceAlert] | None = None
        plates = {alert.id: plate for alert, plate in self._plates(view)}
        for alert in self._alerts():
            away = abs(view.price.y_of(float(alert.price)) - at.y())
            if alert.id in plates and plates[alert.id].contains(at):
                return alert
            if away <= _REACH and (nearest is None or away < nearest[0]):
                nearest = (away, alert)
        return None if nearest is None else nearest[1]

    def cursor(self, view: PaneView, at: QPointF) -> Qt.CursorShape | None:
        return None if self.at(view, at) is None else Qt.CursorShape.SizeVerCursor

    def hover(self, view: PaneView, at: QPointF | None) -> bool:
        found = None if at is None else self.at(view, at)
        hovered = "" if found is None else found.id
        if hovered != self.hovered:
            self.hovered = hovered
            self.repaint(None)
        return found is not None

    def press(self, view: PaneView, pointer: Pointer) -> bool:
        found = self.at(view, pointer.at)
        if found is None:
            return False
        if pointer.is_double:
            self._ask_change(found)
            return True
        self._held, self._moved = (found, pointer.at.y()), None
        return True

    def drag(self, view: PaneView, pointer: Pointer) -> None:
        if self._held is None:
            return
        alert, pressed = self._held
        y = view.price.y_of(float(alert.price)) + pointer.at.y() - pressed
        price = self._on_grid(view.price.value_at(y))
        self._moved = price if price > 0 else self._moved
        self.repaint(None)

    def release(self, _view: PaneView, _pointer: Pointer) -> None:
        if self._held is None:
            return
        alert, moved = self._held[0], self._moved
        if moved is None or moved == alert.price:
            self.answered()
        else:
            self._ask_move(alert, moved)

    def cancel(self) -> bool:
        had = self._held is not None
        self.answered()
        return had


def _grip(painter: QPainter, middle_left: QPointF) -> None:
    """Six dots: this can be dragged."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(current_theme().colour("t2"))
    for column in (0, 1):
        for row in (-1, 0, 1):
            x = middle_left.x() + 1 + column * _DOTS_APART
            y = middle_left.y() + row * _DOTS_APART - _DOT / 2
            painter.drawRect(QRectF(x, y, _DOT, _DOT))
    painter.setBrush(Qt.BrushStyle.NoBrush)
