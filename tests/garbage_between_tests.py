"""No test is interrupted by the cyclic collector: see ``ui/runtime/garbage.py`` for what that does to Qt."""

from __future__ import annotations

import gc
import itertools
import sys

import pytest

_ROUNDS = 20
_MANY_WIDGETS = 400
_count = itertools.count(1)


def pytest_configure() -> None:
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    _delete_what_was_let_go()
    gc.collect(2 if next(_count) % _ROUNDS == 0 or _has_many_widgets() else 1)


def _delete_what_was_let_go() -> None:
    """Only an event loop deletes later, and a test that waits for nothing has none: all that it showed would stay."""
    core = sys.modules.get("PyQt6.QtCore")
    if core is not None and core.QCoreApplication.instance() is not None:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)


def _has_many_widgets() -> bool:
    """A change of theme or language paints all there are, dead ones in cycles too: seconds for each later test."""
    widgets = sys.modules.get("PyQt6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return False
    return len(widgets.QApplication.allWidgets()) > _MANY_WIDGETS
