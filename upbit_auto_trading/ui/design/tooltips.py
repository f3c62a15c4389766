"""Tooltips that wrap, and that show what a file or an exchange calls itself as plain text."""

from __future__ import annotations

from html import escape

from PyQt6.QtCore import QPoint
from PyQt6.QtWidgets import QToolTip, QWidget


def tooltip_html(text: str) -> str:
    """Qt wraps only rich text, and takes anything that looks like markup for it: so all is escaped."""
    return f"<qt>{escape(text)}</qt>" if text else ""


def show_tooltip(place: QPoint, text: str, widget: QWidget) -> None:
    QToolTip.showText(place, tooltip_html(text), widget)
