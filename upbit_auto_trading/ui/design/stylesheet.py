"""One QSS template for the plain Qt widgets, filled from the tokens. Our own widgets paint themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from string import Template

from upbit_auto_trading.ui.design.tokens import TYPE_STYLES, Palette, TypeStyle

_TEMPLATE = Template(
    """
QMainWindow, QDialog, QStackedWidget, QScrollArea { background: $bg0; }
QScrollArea, QScrollArea > QWidget > QWidget[plain="true"] { background: transparent; border: none; }
QLabel { background: transparent; }
QStackedWidget[ground="none"], QAbstractScrollArea[ground="none"],
QAbstractScrollArea[ground="none"] > QWidget#qt_scrollarea_viewport,
QAbstractScrollArea[ground="none"] > QWidget > QWidget[ground="none"] { background: transparent; border: none; }
$label_tokens
$label_types

QToolTip { background: $bg3; color: $t1; border: 1px solid $line_strong; padding: 5px 8px; }

QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QDateTimeEdit {
    background: $bg0; color: $t1; border: 1px solid $control; border-radius: 4px;
    padding: 0 9px; selection-background-color: $sel; selection-color: $t1;
}
QLineEdit, QAbstractSpinBox, QDateTimeEdit { min-height: 30px; max-height: 30px; }
QPlainTextEdit, QTextEdit { padding: 6px 9px; }
QLineEdit[bare="true"] { background: transparent; border: none; padding: 0; min-height: 0; max-height: 40px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled { color: $tdis; border-color: $line_strong; }

QMenu { background: $bg2; color: $t1; border: 1px solid $line_strong; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 10px; border-radius: 4px; min-height: 16px; }
QMenu::item:selected { background: $bg3; }
QMenu::item:disabled { color: $tdis; }
QMenu::separator { height: 1px; background: $line_strong; margin: 4px 6px; }
QMenu::icon { padding-left: 8px; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $control; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $t3; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }

QAbstractItemView {
    background: $bg1; color: $t1; border: none; outline: none;
    selection-background-color: $sel; selection-color: $t1;
}
QComboBox QAbstractItemView { background: $bg2; border: 1px solid $line_strong; padding: 4px; }
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0 6px; border-radius: 4px; color: $t1; }
QComboBox QAbstractItemView::item:hover, QComboBox QAbstractItemView::item:selected { background: $bg3; }
QTreeView::item { min-height: 26px; }
QListWidget::item { padding: 0 8px; border-radius: 4px; }
QTreeView::item:hover, QListView::item:hover { background: $bg3; }
QTreeView::item:selected, QListView::item:selected { background: $sel; color: $t1; }
QHeaderView { background: $bg2; border: none; }

QPushButton, QToolButton {
    background: $bg2; color: $t1; border: 1px solid $control; border-radius: 4px;
    padding: 0 12px; min-height: 30px; font-weight: bold;
}
QPushButton:hover, QToolButton:hover { background: $bg3; }
QPushButton:pressed, QToolButton:pressed { background: $bg4; }
QPushButton:disabled, QToolButton:disabled { color: $tdis; border-color: $line_strong; }
QToolButton { padding: 0 6px; }

QSplitter::handle { background: transparent; }
QSplitter::handle:horizontal { width: 8px; }
QSplitter::handle:vertical { height: 8px; }
QProgressBar {
    background: $bg3; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; color: transparent;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QStatusBar { background: $bg1; color: $t2; }
QStatusBar::item { border: none; }
"""
)

_LABEL_TOKENS = (
    "t1",
    "t2",
    "t3",
    "tdis",
    "accent_text",
    "up",
    "down",
    "practice",
    "paper",
    "live_text",
    "warning",
    "error",
    "danger",
    "info",
    "success",
    "on_live",
)


def stylesheet(palette: Palette, pixel_size: Callable[[TypeStyle], int]) -> str:
    values = {field.name: getattr(palette, field.name) for field in fields(palette) if field.name != "overlays"}
    values["label_tokens"] = "\n".join(
        f'QLabel[token="{token}"] {{ color: {palette.colour(token)}; }}' for token in _LABEL_TOKENS
    )
    values["label_types"] = "\n".join(
        f'QLabel[type="{name}"] {{ font-size: {pixel_size(style)}px; '
        f"font-weight: {'bold' if style.bold else 'normal'}; }}"
        for name, style in TYPE_STYLES.items()
    )
    return _TEMPLATE.substitute(values)
