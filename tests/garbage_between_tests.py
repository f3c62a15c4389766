"""No test is interrupted by the cyclic collector: see ``ui/runtime/garbage.py`` for what that does to Qt."""

from __future__ import annotations

import gc
import itertools
import sys

import pytest

_ROUNDS = 100
_MANY_WIDGETS = 400
_count = itertools.count(1)


def pytest_configure() -> None:
    gc.disable()


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules stay to the end: no full collection need look through them again."""
    _set_aside()


def _set_aside() -> None:
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    _delete_what_was_let_go()
    if nextitem is None or nextitem.path != item.path:
        _forget_syntax_trees()
    collect()


def collect() -> None:
    # Asked each time, gc.get_freeze_count() would count half a million objects: 12 ms a test.
    if gc.isenabled():
        # A program that ended took everything up again: each full collection would last a second.
        gc.disable()
        _set_aside()
    else:
        gc.collect(2 if next(_count) % _ROUNDS == 0 or _has_many_widgets() else 1)


def _delete_what_was_let_go() -> None:
    """Only an event loop deletes later, and a test that waits for nothing has none: all that it showed would stay."""
    core = sys.modules.get("PyQt6.QtCore")
    if core is not None and core.QCoreApplication.instance() is not None:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)


def _forget_syntax_trees() -> None:
    """Of all our modules: millions of objects, through which every later full collection would look for seconds."""
    source_tree = sys.modules.get("tests.architecture.source_tree")
    if source_tree is not None:
        source_tree.modules_in.cache_clear()


def _has_many_widgets() -> bool:
    """A change of theme or language paints all there are, dead ones in cycles too: seconds for each later test."""
    widgets = sys.modules.get("PyQt6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return False
    return len(widgets.QApplication.allWidgets()) > _MANY_WIDGETS
