"""No test leaves a window open: a dialog or popup of one would take the keys and clicks of the next."""

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


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Outermost: after fixtures, and after qtbot has closed what it was given."""
    yield
    left = left_open()
    if left:
        pytest.fail(f"left open: {', '.join(left)}", pytrace=False)
