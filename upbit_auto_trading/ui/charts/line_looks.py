"""Pens of chart lines by token: the palette's colours, and ``overlay1`` to ``overlay8`` with their dashes."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QPen

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import OVERLAYS


def overlay_token(number: int) -> str:
    """Of the first (0), the second … line; after the last colour the first comes again."""
    return OVERLAYS[number % len(OVERLAYS)]


def over_background(token: str, opacity: float) -> QColor:
    """As it looks over the chart's background, but opaque: thousands of see-through bars take twice as long."""
    theme = current_theme()
    return painting.blended(theme.colour("chart_background"), theme.colour(token), opacity)


def line_dash(token: str) -> tuple[float, ...]:
    """In pixels; empty: solid."""
    return current_theme().palette.overlays[OVERLAYS.index(token)].dashes if token in OVERLAYS else ()


def line_pen(token: str, width: float = 1.0, dash: Sequence[float] | None = None) -> QPen:
    """``dash`` in pixels, whatever the width; None: that of the token."""
    colour = current_theme().colour(token)
    pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
    pattern = line_dash(token) if dash is None else tuple(dash)
    if pattern:
        pen.setDashPattern([length / max(width, 1.0) for length in pattern])
    return pen
