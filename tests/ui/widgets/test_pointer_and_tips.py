"""What is seen under the pointer, and what tooltips say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF
from PyQt6.QtGui import QColor, QEnterEvent, QHelpEvent
from PyQt6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.design.tooltips import tooltip_html
from upbit_auto_trading.ui.widgets.buttons import Button
from upbit_auto_trading.ui.widgets.live_strip import LiveStrip
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.tabs import Tabs
from upbit_auto_trading.utils.bilingual_text import Text

SAVE = Text(ko="저장", en="Save")
OPTIONS = [("a", Text(ko="가", en="A")), ("b", Text(ko="나", en="B"))]


def shown(qtbot: QtBot, widget: QWidget) -> None:
    """Without the state of a pointer that an earlier test left lying there."""
    qtbot.addWidget(widget)
    widget.show()
    QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))


def test_what_others_wrote_stays_plain_in_tooltips(qtbot: QtBot) -> None:
    button = Button(SAVE)
    shown(qtbot, button)
    button.set_tip("<b>전략</b> & <img src=x>")
    place = QPoint(4, 4)
    QApplication.sendEvent(button, QHelpEvent(QEvent.Type.ToolTip, place, button.mapToGlobal(place)))
    qtbot.waitUntil(QToolTip.isVisible)
    assert QToolTip.text() == "<qt>&lt;b&gt;전략&lt;/b&gt; &amp; &lt;img src=x&gt;</qt>"
    QToolTip.hideText()
    assert tooltip_html("") == ""


def test_the_live_strip(qtbot: QtBot, theme: Theme) -> None:
    strip = LiveStrip()
    qtbot.addWidget(strip)
    assert strip.isHidden()
    strip.set_live(True)
    assert strip.height() == 4
    assert strip.grab().toImage().pixelColor(2, 2) == QColor(theme.palette.live_plate)
    assert strip.accessibleName() == "실전 · 실제 돈"
    strip.set_live(False)
    assert strip.isHidden()


def test_hover_and_press_are_seen_at_once(qtbot: QtBot, theme: Theme) -> None:
    button = Button(SAVE)
    shown(qtbot, button)
    spot = (5, 5)
    assert button.grab().toImage().pixelColor(*spot) == QColor(theme.palette.bg2)
    QApplication.sendEvent(button, QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))
    assert button.grab().toImage().pixelColor(*spot) == QColor(theme.palette.bg3)
    button.setDown(True)
    assert button.grab().toImage().pixelColor(*spot) == QColor(theme.palette.bg4)
    button.setDown(False)
    QApplication.sendEvent(button, QEvent(QEvent.Type.Leave))
    assert button.grab().toImage().pixelColor(*spot) == QColor(theme.palette.bg2)


@pytest.mark.parametrize("make", [lambda: Segments(OPTIONS), lambda: Tabs(OPTIONS)])
def test_hovering_a_choice_is_seen(qtbot: QtBot, make: Callable[[], Segments | Tabs]) -> None:
    choice = make()
    shown(qtbot, choice)
    before = choice.grab().toImage()
    qtbot.mouseMove(choice, choice.rects()[1].center().toPoint())
    qtbot.waitUntil(lambda: choice.grab().toImage() != before)
    QApplication.sendEvent(choice, QEvent(QEvent.Type.Leave))
    assert choice.grab().toImage() == before
    choice.setEnabled(False)
    assert not choice.grab().isNull()
