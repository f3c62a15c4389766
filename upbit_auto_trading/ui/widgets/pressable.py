"""What all painted controls that can be pressed share: states, words, the reason why they are off."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QEnterEvent, QHelpEvent, QKeyEvent
from PyQt6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.theme import Theme, current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Height
from upbit_auto_trading.ui.design.tooltips import show_tooltip


class Pressable(QAbstractButton):
    """Space and Enter press it; a disabled one explains itself in its tooltip."""

    def __init__(self, text: Words = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = text
        self._tip: Words = ""
        self._reason: Words = ""
        self._hovered = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        retranslating(self, self._show_words)
        following_theme(self, self.updateGeometry)

    # words

    def set_text(self, text: Words) -> None:
        self._words = text
        self._show_words()

    def set_tip(self, tip: Words) -> None:
        self._tip = tip
        self._show_words()

    def set_disabled_reason(self, reason: Words | None) -> None:
        """Off with a reason, or on again with None."""
        self._reason = reason or ""
        self.setEnabled(reason is None)
        self._show_words()

    def _show_words(self) -> None:
        shown = words(self._words)
        self.setText(shown.replace("&", "&&"))
        self.setAccessibleName(shown or words(self._tip))
        self.setToolTip(words(self._reason) or words(self._tip))
        self.setAccessibleDescription(words(self._reason) or words(self._tip))
        self.updateGeometry()
        self.update()

    def shown_text(self) -> str:
        return words(self._words)

    def event(self, event: QEvent | None) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.toolTip():
            show_tooltip(event.globalPos(), self.toolTip(), self)
            return True
        return super().event(event)

    # states

    def enterEvent(self, event: QEnterEvent | None) -> None:
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if (
            event is not None
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            if not event.isAutoRepeat():
                self.click()
            event.accept()
            return
        super().keyPressEvent(event)

    @property
    def theme(self) -> Theme:
        return current_theme()

    def area(self) -> QRectF:
        return QRectF(self.rect())

    def surface(self, resting: str | None) -> QColor | None:
        """The fill of this moment: as at rest, bg3 under the pointer, bg4 while pressed."""
        if self.isEnabled() and self.isDown():
            return self.theme.colour("bg4")
        if self.isEnabled() and self._hovered:
            return self.theme.colour("bg3")
        return self.theme.colour(resting) if resting else None

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def sizeHint(self) -> QSize:
        return QSize(Height.CLICK_TARGET, Height.CLICK_TARGET)
