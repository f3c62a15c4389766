"""Brings a Markdown page to the type styles and lines of the design."""

from __future__ import annotations

from PyQt6.QtGui import QBrush, QFont, QTextCharFormat, QTextCursor, QTextDocument, QTextFrameFormat, QTextTable

from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Space, Type

_LINE_HEIGHT_PERCENT = 140


def dress_page(document: QTextDocument) -> None:
    _dress_blocks(document)
    root = document.rootFrame()
    for frame in root.childFrames() if root is not None else ():
        if isinstance(frame, QTextTable):
            _dress_table(frame)


def _dress_blocks(document: QTextDocument) -> None:
    theme = current_theme()
    styles = {1: Type.DISPLAY, 2: Type.TITLE, 3: Type.HEADING}
    block = document.begin()
    while block.isValid():
        cursor = QTextCursor(block)
        form = block.blockFormat()
        level = form.headingLevel()
        form.setLineHeight(_LINE_HEIGHT_PERCENT, 1)  # 1: in percent of the line
        if level in styles:
            form.setTopMargin(Space.XL if level > 1 else 0)
            form.setBottomMargin(Space.M)
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            look = QTextCharFormat()
            look.setFont(theme.font(styles[level]))
            look.setFontWeight(QFont.Weight.Bold)
            look.setForeground(QBrush(theme.colour("t1")))
            cursor.mergeCharFormat(look)
            cursor = QTextCursor(block)
        cursor.setBlockFormat(form)
        block = block.next()


def _dress_table(table: QTextTable) -> None:
    form = table.format()
    form.setBorder(1)
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setBorderBrush(QBrush(current_theme().colour("line")))
    form.setBorderCollapse(True)
    form.setCellPadding(Space.M)
    form.setTopMargin(Space.M)
    form.setBottomMargin(Space.L)
    table.setFormat(form.toTableFormat())
    for column in range(table.columns()):
        head = table.cellAt(0, column)
        look = head.format()
        look.setBackground(QBrush(current_theme().colour("bg2")))
        head.setFormat(look)
