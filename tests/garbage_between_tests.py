"""No test is interrupted by the cyclic collector: see ``ui/runtime/garbage.py`` for what that does to Qt."""

from __future__ import annotations

import gc
import itertools

import pytest

_ROUNDS = 20
_count = itertools.count(1)


def pytest_configure() -> None:
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    gc.collect(2 if next(_count) % _ROUNDS == 0 else 1)
