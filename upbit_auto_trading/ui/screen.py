"""How the composition root describes a screen to the window; the window never imports one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.utils.bilingual_text import Text

Then = Callable[[], None]


def at_once(then: Then) -> None:
    """For screens that need nothing loaded."""
    then()


@dataclass(frozen=True, slots=True)
class ScreenEntry:
    """``make`` is called when the screen is first shown, ``show_place`` when a place inside it is asked for.

    ``load`` comes before ``make``: it calls back, at once or later, when all that making needs is loaded.
    """

    id: str
    title: Text
    icon: Icon
    shortcut_id: str
    make: Callable[[], QWidget]
    show_place: Callable[[QWidget, str], None]
    help_page: str
    at_bottom: bool = False
    load: Callable[[Then], None] = at_once


def no_places(_screen: QWidget, _place: str) -> None:
    """For screens without places inside."""
