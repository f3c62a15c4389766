"""Every control of the gallery, in both themes, both languages and at the largest text, has room for its words."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QRegion
from PyQt6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.design.tokens import PALETTES, ThemeName
from upbit_auto_trading.ui.gallery import GalleryWindow, open_gallery
from upbit_auto_trading.ui.gallery_page import GalleryPage
from upbit_auto_trading.ui.widgets.badges import Badge, CountBadge
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.mode_badge import ModeBadge
from upbit_auto_trading.ui.widgets.search_field import SearchField
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.tabs import Tabs
from upbit_auto_trading.ui.widgets.toggles import RadioCard
from upbit_auto_trading.utils.bilingual_text import Language

WIDE = 1100
OWN_WIDTH = (QAbstractButton, Badge, CountBadge, ModeBadge, Segments, Tabs)
SQUARE = (SearchField, RadioCard)  # the first gives way by design, the second wraps


@pytest.fixture
def page(qtbot: QtBot) -> GalleryPage:
    widget = GalleryPage()
    qtbot.addWidget(widget)
    widget.setFixedWidth(WIDE)
    widget.show()
    return widget


def cut_off(page: QWidget) -> list[str]:
    found = []
    for widget in page.findChildren(QWidget):
        if not widget.isVisibleTo(page):
            continue
        if isinstance(widget, OWN_WIDTH) and not isinstance(widget, SQUARE):
            if widget.width() < widget.sizeHint().width():
                found.append(f"{type(widget).__name__} {widget.accessibleName()}")
        elif isinstance(widget, QLabel) and widget.text():
            needed = widget.heightForWidth(widget.width()) if widget.wordWrap() else widget.sizeHint().height()
            wide = widget.wordWrap() or widget.width() >= widget.sizeHint().width()
            if not wide or widget.height() < needed:
                found.append(f"Label {widget.text()}")
    return found


@pytest.mark.parametrize(("name", "language"), list(itertools.product(ThemeName, Language)))
@pytest.mark.parametrize("scale", [90, 100, 130])
def test_nothing_is_cut_off(
    qtbot: QtBot, page: GalleryPage, theme: Theme, name: ThemeName, language: Language, scale: int
) -> None:
    language_state().set_language(language)
    theme.apply(name, text_scale=scale)
    layout = page.layout()
    assert layout is not None
    page.resize(WIDE, page.sizeHint().height())
    qtbot.waitUntil(lambda: cut_off(page) == [])
    image = page.grab().toImage()
    assert image.pixelColor(1, 1) == QColor(theme.palette.bg0)


@pytest.mark.parametrize("language", list(Language))
def test_whoever_can_act_has_a_name(page: GalleryPage, language: Language) -> None:
    language_state().set_language(language)
    nameless = [
        type(widget).__name__
        for widget in page.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(widget, QLineEdit)
        and widget.isVisibleTo(page)
        and widget.objectName() == ""
        and not widget.accessibleName()
        and type(widget).__module__.startswith("upbit")
    ]
    assert sorted(set(nameless)) in ([], ["DataTable", "Select"])  # these two are named by their screen


def test_targets_are_large_enough(page: GalleryPage) -> None:
    small = [
        f"{type(button).__name__} {button.accessibleName()}"
        for button in page.findChildren(QAbstractButton)
        if type(button).__module__.startswith("upbit") and min(button.width(), button.height()) < 26
    ]
    assert small == []


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0])
def test_edges_are_sharp_at_every_scale(qtbot: QtBot, theme: Theme, ratio: float) -> None:
    """Left of the edge the surface, on it the edge's own colour, right of it the fill: nothing between."""
    button = Button("x", ButtonRole.NORMAL)
    qtbot.addWidget(button)
    button.resize(80, 32)
    image = QImage(round(120 * ratio), round(60 * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(theme.palette.bg0))
    painter = QPainter(image)
    button.render(painter, QPoint(13, 7), QRegion(), QWidget.RenderFlag.DrawChildren)
    painter.end()
    middle = round((7 + 24) * ratio)
    allowed = [QColor(theme.palette.colour(token)) for token in ("bg0", "control", "bg2")]
    row = [image.pixelColor(x, middle) for x in range(round(24 * ratio))]
    assert all(any(alike(colour, known) for known in allowed) for colour in row)
    assert sum(alike(colour, allowed[1]) for colour in row) == max(1, int(ratio + 0.01))


def alike(one: QColor, other: QColor) -> bool:
    """But for the last bit, which antialiasing rounds."""
    return all(abs(a - b) <= 2 for a, b in zip(one.getRgb(), other.getRgb(), strict=True) if a is not None)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0])
def test_lines_are_equally_thin_wherever_they_lie(qapp: object, theme: Theme, ratio: float) -> None:
    image = QImage(round(80 * ratio), round(10 * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("black"))
    painter = QPainter(image)
    places = (3, 10, 18, 29, 41, 56, 70)
    for place in places:
        painting.bar(painter, QRectF(place, 0, 1, 10), QColor("white"))
    painter.end()
    row = [image.pixelColor(x, 4).name() for x in range(image.width())]
    assert set(row) == {"#000000", "#ffffff"}
    assert row.count("#ffffff") == len(places) * int(ratio)


def test_the_gallery_shows_both_themes(qtbot: QtBot, theme: Theme) -> None:
    window: GalleryWindow = open_gallery()
    qtbot.addWidget(window)
    assert window.other.isHidden()
    window.compare.click()
    assert not window.other.isHidden()
    assert theme.palette.bg0 == PALETTES[ThemeName.DARK].bg0
    other = window.other.pixmap().toImage()
    assert other.pixelColor(1, 1) != window.page.grab().toImage().pixelColor(1, 1)
    window.compare.click()
    window.theme_choice.set_current("light")
    window.apply()
    assert theme.palette.bg0 == PALETTES[ThemeName.LIGHT].bg0


@pytest.mark.parametrize("scale", ["1.25", "1.5", "1.75"])
def test_no_frame_loses_an_edge_at_the_scale_of_the_screen(scale: str) -> None:
    """In a process of its own, since Qt reads the scale once. It counts 64 frames at places of every fraction."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.widgets.edges_at_scale"],
        env={**os.environ, "QT_SCALE_FACTOR": scale},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == f"ratio {float(scale)}: 64 frames, 0 lost an edge []"
    assert done.returncode == 0
