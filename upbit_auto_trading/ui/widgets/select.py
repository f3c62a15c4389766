"""A choice from a list that drops down."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QModelIndex, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QComboBox, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, IconSize, Radius, Space, Type


class _Rows(QStyledItemDelegate):
    """Rows of one height: the list is laid out before the style sheet reaches it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), Height.ROW)


class Select(QComboBox):
    """``Select([("market", Text(…)), …])``; ``chosen`` carries the id and is emitted for the user's choice only."""

    chosen = pyqtSignal(str)

    def __init__(
        self,
        options: Sequence[tuple[str, Words]] = (),
        current: str | None = None,
        parent: QWidget | None = None,
        *,
        small: bool = False,
        name: Words = "",
    ) -> None:
        super().__init__(parent)
        self._options = list(options)
        self._name = name
        self._hovered = False
        self.setFixedHeight(Height.CONTROL_SMALL if small else Height.CONTROL)
        self.setView(QListView())
        self.setItemDelegate(_Rows(self))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._fill(current)
        self.activated.connect(self._choose)
        retranslating(self, self._retranslate)

    @property
    def current(self) -> str:
        data = self.currentData()
        return data if isinstance(data, str) else ""

    @property
    def options(self) -> list[tuple[str, Words]]:
        return list(self._options)

    def set_current(self, option: str) -> None:
        place = self.findData(option)
        if place >= 0:
            self.setCurrentIndex(place)

    def set_options(self, options: Sequence[tuple[str, Words]], current: str | None = None) -> None:
        kept = current if current is not None else self.current
        self._options = list(options)
        self._fill(kept)
        self._retranslate()

    def _fill(self, current: str | None) -> None:
        self.clear()
        for option, text in self._options:
            self.addItem(words(text), option)
        if current is not None:
            self.set_current(current)

    def _choose(self, place: int) -> None:
        if 0 <= place < len(self._options):
            self.chosen.emit(self._options[place][0])

    def _retranslate(self) -> None:
        for place, (_, text) in enumerate(self._options):
            self.setItemText(place, words(text))
        self.setAccessibleName(words(self._name))
        self.updateGeometry()

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Scrolling a form must not change a choice it passes."""
        if event is not None:
            event.ignore()

    def enterEvent(self, event: QEvent | None) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, event: QEvent | None) -> None:
        self._hovered = False
        self.update()

    def sizeHint(self) -> QSize:
        font = current_theme().font(Type.BODY)
        widest = max((painting.text_width(words(text), font) for _, text in self._options), default=40.0)
        return QSize(round(widest + 2 * Space.L + IconSize.SMALL + Space.M + 0.5), self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        on = self.isEnabled()
        fill = theme.colour("bg3" if on and self._hovered else "bg2")
        area = QRectF(self.rect())
        painting.frame(painter, area, Radius.CONTROL, fill, theme.colour("control" if on else "line_strong"))
        size = IconSize.SMALL
        spot = QRectF(self.width() - size - Space.M, (self.height() - size) / 2, size, size)
        paint_icon(painter, Icon.DOWN, spot, "t2" if on else "tdis")
        label = area.adjusted(Space.L, 0, -(size + Space.M + Space.XS), 0)
        font = theme.font(Type.BODY)
        shown = painting.elided(self.currentText(), font, label.width() + 1)
        painting.text(painter, label, shown, font, theme.colour("t1" if on else "tdis"))
