"""What a chart's menu offers for drawings and alerts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from PyQt6.QtCore import pyqtBoundSignal
from PyQt6.QtGui import QIcon, QPixmap
from PyQt6.QtWidgets import QMenu

from upbit_auto_trading.business_logic.domain.drawing import COLOURS, Anchor, Drawing, DrawingKind, DrawingLook
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.charts.drawing_tools import Tool
from upbit_auto_trading.ui.charts.line_looks import overlay_token
from upbit_auto_trading.ui.design.icons import Icon, icon
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import IconSize
from upbit_auto_trading.utils.bilingual_text import Text

_COLOUR = Text("색", "Colour")
COLOUR_NUMBER = Text("색 {number}", "Colour {number}")
_RAY = Text("끝없이 늘이기", "Extend as a ray")
_LOCK = Text("잠그기", "Lock")
_HIDE = Text("숨기기", "Hide")
_EDIT_TEXT = Text("글 고치기", "Edit text")
_DELETE = Text("그림 지우기", "Delete drawing")
_ALERT_HERE = Text("{price}에 알림 만들기", "Add alert at {price}")
_CHANGE_ALERT = Text("알림 {price} 바꾸기", "Change alert at {price}")
_DELETE_ALERT = Text("알림 {price} 지우기", "Delete alert at {price}")


class SharedDrawings(Protocol):
    """The drawings of every market, one for all charts; its signals are ``state_changed`` and ``changed(Market)``."""

    @property
    def state_changed(self) -> pyqtBoundSignal: ...

    @property
    def changed(self) -> pyqtBoundSignal: ...

    @property
    def tool(self) -> Tool: ...

    def load(self, market: Market) -> None: ...

    def shown(self, market: Market) -> tuple[Drawing, ...]: ...

    def choose_tool(self, tool: Tool) -> None: ...

    def choose_colour(self, colour: int) -> None: ...

    def add(self, market: Market, tool: Tool, points: tuple[Anchor, ...], text: str = "") -> Drawing | None: ...

    def move(self, drawing: Drawing, points: tuple[Anchor, ...], *, by_key: bool = False) -> None: ...

    def restyle(self, drawings: Iterable[Drawing], change: Callable[[DrawingLook], DrawingLook]) -> None: ...

    def delete(self, drawings: Iterable[Drawing]) -> None: ...

    def undo(self, market: Market) -> bool: ...

    def redo(self, market: Market) -> bool: ...


def add_alert_entries(menu: QMenu, price: str, change: Callable[[], None], delete: Callable[[], None]) -> None:
    _entry(menu, _CHANGE_ALERT.format(price=price), Icon.EDIT, change)
    _entry(menu, _DELETE_ALERT.format(price=price), Icon.DELETE, delete)
    menu.addSeparator()


def add_new_alert_entry(menu: QMenu, price: str, make: Callable[[], None]) -> None:
    _entry(menu, _ALERT_HERE.format(price=price), Icon.BELL, make)


def add_drawing_entries(
    menu: QMenu, drawing: Drawing, drawings: SharedDrawings, edit_text: Callable[[Drawing], None]
) -> None:
    add_colours(menu, drawing.look.colour, lambda colour: _colour(drawing, drawings, colour))

    def toggle(words: Text, is_on: bool, change: Callable[[DrawingLook, bool], DrawingLook]) -> None:
        entry = menu.addAction(tr(words))
        if entry is not None:
            entry.setCheckable(True)
            entry.setChecked(is_on)
            entry.triggered.connect(lambda on: drawings.restyle((drawing,), lambda look: change(look, on)))

    look = drawing.look
    if drawing.kind is DrawingKind.LINE:
        toggle(_RAY, look.is_ray, lambda known, on: replace(known, is_ray=on))
    if drawing.kind is DrawingKind.TEXT:
        _entry(menu, _EDIT_TEXT, Icon.EDIT, lambda: edit_text(drawing))
    toggle(_LOCK, look.is_locked, lambda known, on: replace(known, is_locked=on))
    toggle(_HIDE, look.is_hidden, lambda known, on: replace(known, is_hidden=on))
    if not look.is_locked:
        _entry(menu, _DELETE, Icon.DELETE, lambda: drawings.delete((drawing,)))
    menu.addSeparator()


def add_colours(menu: QMenu, current: int, choose: Callable[[int], None]) -> None:
    """A menu of its own below, each colour with its number: nothing by colour alone."""
    colours = menu.addMenu(tr(_COLOUR))
    if colours is not None:
        fill_colours(colours, current, choose)


def fill_colours(colours: QMenu, current: int, choose: Callable[[int], None]) -> None:
    for number in range(COLOURS):
        entry = colours.addAction(swatch(number), tr(COLOUR_NUMBER.format(number=number + 1)))
        if entry is not None:
            entry.setCheckable(True)
            entry.setChecked(number == current)
            entry.triggered.connect(lambda _on, colour=number: choose(colour))


def _colour(drawing: Drawing, drawings: SharedDrawings, colour: int) -> None:
    drawings.restyle((drawing,), lambda look: replace(look, colour=colour))
    drawings.choose_colour(colour)


def swatch(colour: int) -> QIcon:
    picture = QPixmap(IconSize.SMALL, IconSize.SMALL)
    picture.fill(current_theme().colour(overlay_token(colour)))
    return QIcon(picture)


def _entry(menu: QMenu, words: Text, which: Icon, act: Callable[[], object]) -> None:
    entry = menu.addAction(icon(which), tr(words))
    if entry is not None:
        entry.triggered.connect(lambda _checked: act())
