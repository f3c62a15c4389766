"""No test leaves a window open, or the pointer where the next one's window will be.

A dialog or popup would take the keys and clicks of the next test, and a table under the pointer does not sort.
"""

from __future__ import annotations

import sys
from collections.abc import Generator

import pytest


def left_open() -> list[str]:
    """Visible windows, in words; closes them, so that only the test that left them fails."""
    widgets = sys.modules.get("PyQt6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    left = [widget for widget in widgets.QApplication.topLevelWidgets() if widget.isVisible()]
    for widget in left:
        widget.hide()
    return [f"{type(widget).__name__} {widget.windowTitle() or widget.accessibleName()!r}" for widget in left]


#: left of and above every window
_NOWHERE = -10_000


def put_pointer_away() -> None:
    gui = sys.modules.get("PyQt6.QtGui")
    if gui is not None and gui.QGuiApplication.instance() is not None:
        gui.QCursor.setPos(_NOWHERE, _NOWHERE)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Outermost: after fixtures, and after qtbot has closed what it was given."""
    yield
    put_pointer_away()
    left = left_open()
    if left:
        pytest.fail(f"left open: {', '.join(left)}", pytrace=False)
