"""The line under a control: bounds and default at rest, "applied" after a change, the reason after a refusal."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, words
from upbit_auto_trading.ui.design.tokens import IconSize, Space
from upbit_auto_trading.ui.widgets.field_note import IconMark
from upbit_auto_trading.ui.widgets.label import Label


class RowNote(QWidget):
    def __init__(self, hint: Words = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark = IconMark(Icon.SUCCESS, "success", IconSize.TINY)
        self.label = Label(hint, "caption", "t3", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.label, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.show_hint(hint)

    def show_hint(self, hint: Words) -> None:
        self._show(hint, "t3", None)

    def show_success(self, sentence: Words) -> None:
        self._show(sentence, "success", Icon.SUCCESS)

    def show_warning(self, sentence: Words) -> None:
        self._show(sentence, "warning", Icon.WARNING)

    def show_error(self, sentence: Words) -> None:
        self._show(sentence, "error", Icon.ERROR)

    def _show(self, sentence: Words, token: str, icon: Icon | None) -> None:
        self.mark.setHidden(icon is None)
        if icon is not None:
            self.mark.set_icon(icon, token)
        self.label.set_token(token)
        self.label.set_text(sentence)
        hidden = not words(sentence)
        if hidden or self.parentWidget() is not None:  # shown without a parent it would be a window of its own
            self.setHidden(hidden)
        else:
            self.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)  # shown with its parent, later
