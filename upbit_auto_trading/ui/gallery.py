"""Every control in every state, to look at: both themes, both languages, three text sizes.

The look belongs to the whole program, so the second theme beside the first is a picture of the same page.
"""

from __future__ import annotations

import sys

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPixmap
from PyQt6.QtWidgets import QApplication, QHBoxLayout, QLabel, QMainWindow, QScrollArea, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design.language import LanguageState, language_state
from upbit_auto_trading.ui.design.theme import Theme, current_theme
from upbit_auto_trading.ui.design.tokens import DirectionColours, Space, ThemeName
from upbit_auto_trading.ui.gallery_page import GalleryPage
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonSize
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.toggles import Switch
from upbit_auto_trading.utils.bilingual_text import Language, Text

_WIDTH = 720


class GalleryWindow(QMainWindow):
    def __init__(self) -> None:
        super().__init__()
        theme = current_theme()
        self.page = GalleryPage()
        self.page.setFixedWidth(_WIDTH)
        self.other = QLabel()
        self.other.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.other.hide()
        self.theme_choice = Segments(
            [("dark", Text(ko="어두운 테마", en="Dark")), ("light", Text(ko="밝은 테마", en="Light"))], theme.name.value
        )
        self.language_choice = Segments([("ko", "한국어"), ("en", "English")], language_state().current.value)
        self.scale_choice = Segments(
            [(str(scale), f"{scale}%") for scale in (90, 100, 115, 130)], str(theme.text_scale)
        )
        self.direction_choice = Switch(Text(ko="상승 녹색", en="Up is green"))
        self.motion_choice = Switch(Text(ko="움직임", en="Motion"), theme.motion)
        self.compare = Button(Text(ko="나란히 보기", en="Side by side"), size=ButtonSize.SMALL)
        self.compare.setCheckable(True)
        self._build()
        for choice in (self.theme_choice, self.language_choice, self.scale_choice):
            choice.chosen.connect(self.apply)
        for switch in (self.direction_choice, self.motion_choice, self.compare):
            switch.toggled.connect(self.apply)

    def _build(self) -> None:
        tools = QHBoxLayout()
        tools.setContentsMargins(Space.XL, Space.M, Space.XL, Space.M)
        tools.setSpacing(Space.L)
        for tool in (
            self.theme_choice,
            self.language_choice,
            self.scale_choice,
            self.direction_choice,
            self.motion_choice,
            self.compare,
        ):
            tools.addWidget(tool)
        tools.addStretch(1)
        pages = QWidget()
        row = QHBoxLayout(pages)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.page)
        row.addWidget(self.other, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(pages)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(tools)
        column.addWidget(area, 1)
        self.setCentralWidget(body)
        self.setWindowTitle("Upbit AutoTrader")
        self.resize(1460, 860)

    def apply(self, _choice: object = None) -> None:
        side_by_side = self.compare.isChecked()
        if side_by_side:
            self._dress(opposite=True)
            self.other.setPixmap(self._picture())
        self.other.setHidden(not side_by_side)
        self._dress(opposite=False)

    def _picture(self) -> QPixmap:
        layout = self.page.layout()
        if layout is not None:
            layout.activate()
        return self.page.grab()

    def _dress(self, opposite: bool) -> None:
        dark = (self.theme_choice.current == "dark") != opposite
        korean = (self.language_choice.current == "ko") != opposite
        language_state().set_language(Language.KOREAN if korean else Language.ENGLISH)
        green = self.direction_choice.isChecked()
        current_theme().apply(
            ThemeName.DARK if dark else ThemeName.LIGHT,
            DirectionColours.ALTERNATIVE if green else DirectionColours.KOREAN,
            int(self.scale_choice.current),
            self.motion_choice.isChecked(),
        )


def open_gallery(language: Language = Language.KOREAN) -> GalleryWindow:
    """For a program that has its application and theme already."""
    language_state().set_language(language)
    window = GalleryWindow()
    window.show()
    return window


def main() -> int:
    """``--gallery``: the gallery alone."""
    app = QApplication(sys.argv)
    LanguageState()
    Theme(app).apply(ThemeName.DARK)
    window = open_gallery()
    status = app.exec()
    del window
    return status


if __name__ == "__main__":
    sys.exit(main())
