"""Draws the help: list of pages at the left, the page at the right, search above the list."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QResizeEvent, QTextDocument
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QTextBrowser, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design.language import current_language, retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Height, Shell, Space
from upbit_auto_trading.ui.screens.help.page_style import dress_page
from upbit_auto_trading.ui.screens.help.view_model import PAGES, HelpState, HelpViewModel
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.text_input import FilterInput
from upbit_auto_trading.utils.bilingual_text import Text

_FIND = Text("도움말에서 찾기", "Find in help")
_PAGES = Text("차례", "Contents")
_NOTHING = Text("찾은 것이 없어요. 다른 낱말로 찾아보세요.", "Nothing found. Try another word.")
_TEXT = Text("도움말", "Help page")
_LIST_WIDTH = 220
_MARGIN = 24
#: lines longer than this are hard to read
_TEXT_WIDTH = 760


class _Page(QTextBrowser):
    """The text keeps a readable width at the left; the scroll bar stays at the right edge of the panel."""

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self.setViewportMargins(0, 0, max(0, self.width() - _TEXT_WIDTH - 2 * _MARGIN), 0)
        super().resizeEvent(event)


class HelpView(QWidget):
    def __init__(self, model: HelpViewModel) -> None:
        super().__init__()
        self.model = model
        self.words = FilterInput(_FIND)
        self.pages = QListWidget()
        self.pages.setFrameShape(QFrame.Shape.NoFrame)
        self.pages.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing = Label(_NOTHING, "table", "t2", wrap=True)
        self.text = _Page()
        on_panel(self.text)
        on_panel(self.pages)
        self.text.setOpenLinks(False)
        self._shown: tuple[object, ...] = ()
        self._arrange()
        self.pages.currentItemChanged.connect(self._choose)
        self.words.changed.connect(lambda words: model.search(words.strip(), current_language()))
        model.state_changed.connect(self._draw)
        following_theme(self, self._draw_again)
        retranslating(self, self._draw_again)

    def _arrange(self) -> None:
        contents = Panel(_PAGES)
        contents.setFixedWidth(_LIST_WIDTH)
        column = contents.body_layout(margins=Space.M)
        column.addWidget(self.words)
        column.addWidget(self.nothing)
        column.addWidget(self.pages, 1)
        page = Panel()
        page.header.hide()
        page.set_body(self.text)
        whole = QHBoxLayout(self)
        pad = Shell.CONTENT_PADDING
        whole.setContentsMargins(pad, pad, pad, pad)
        whole.setSpacing(Shell.GUTTER)
        whole.addWidget(contents)
        side = QVBoxLayout()
        side.addWidget(page)
        whole.addLayout(side, 1)

    def show_place(self, page: str) -> None:
        self.model.show(page)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.model.show(item.data(Qt.ItemDataRole.UserRole))

    def _draw_again(self) -> None:
        self._shown = ()
        self.pages.setAccessibleName(tr(_PAGES))
        self.text.setAccessibleName(tr(_TEXT))
        self._draw(self.model.state)

    def _draw(self, state: HelpState) -> None:
        language = current_language()
        self._draw_list(state)
        shown = (state.page, language, current_theme().name, current_theme().text_scale)
        if shown == self._shown:
            return
        self._shown = shown
        document = QTextDocument(self.text)
        document.setDocumentMargin(_MARGIN)
        document.setDefaultFont(current_theme().font())
        document.setMarkdown(self.model.text(state.page, language))
        dress_page(document)
        self.text.setDocument(document)

    def _draw_list(self, state: HelpState) -> None:
        self.pages.blockSignals(True)
        self.pages.clear()
        for page, title in PAGES:
            if page in state.found:
                item = QListWidgetItem(tr(title))
                item.setData(Qt.ItemDataRole.UserRole, page)
                item.setSizeHint(QSize(0, Height.ROW))
                self.pages.addItem(item)
                if page == state.page:
                    self.pages.setCurrentItem(item)
        self.pages.blockSignals(False)
        self.nothing.setVisible(not state.found)
