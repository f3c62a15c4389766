"""A line or paragraph of text in one of the type styles and text colours; follows language and theme."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget

from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.tokens import TYPE_STYLES


class Label(QLabel):
    """Plain text always: what a file or an exchange calls itself is never read as markup."""

    def __init__(
        self,
        text: Words = "",
        style: str = "body",
        token: str = "t1",
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text = text
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.set_style(style)
        self.set_token(token)
        if wrap:
            self.setWordWrap(True)
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        retranslating(self, self._show)

    def set_text(self, text: Words) -> None:
        self._text = text
        self._show()

    def set_style(self, style: str) -> None:
        if style not in TYPE_STYLES:
            raise KeyError(style)
        self._set_property("type", style)

    def set_token(self, token: str) -> None:
        self._set_property("token", token)

    def _set_property(self, name: str, value: str) -> None:
        if self.property(name) == value:
            return
        self.setProperty(name, value)
        style = self.style()
        if style is not None and self.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            style.unpolish(self)
            style.polish(self)

    def _show(self) -> None:
        shown = words(self._text)
        if shown != self.text():
            self.setText(shown)
