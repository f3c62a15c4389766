"""A process that nothing in Python can end any more is ended all the same, and says where it stood.

pytest-timeout raises in the main thread, which needs Python to run there. A thread that waits inside Qt for what
another thread will only do with the interpreter's lock lets nothing run, and the whole suite would wait for it without
a word. The watchdog of ``faulthandler`` needs no lock: it writes every thread's place and leaves; the test counts as a
crash.
"""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Generator

import pytest

#: the time that pytest-timeout has to do it with a proper failure
GRACE_SECONDS = 60.0
_stderr = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    # A copy, as tests that read the output put another file in the place of the true one.
    config.stash[_stderr] = os.dup(2)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Stays armed after the last test: the end of a process can stand still as well."""
    faulthandler.dump_traceback_later(allowed_seconds(item) + GRACE_SECONDS, exit=True, file=item.config.stash[_stderr])
    return (yield)


def allowed_seconds(item: pytest.Item) -> float:
    marker = item.get_closest_marker("timeout")
    return float(marker.args[0]) if marker else float(item.config.getini("timeout"))


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        faulthandler.cancel_dump_traceback_later()
