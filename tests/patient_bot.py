"""A ``qtbot`` that waits for conditions as long as a busy machine may need: a limit is there for what never comes.

Five seconds, the usual limit, is what a test can lose to a neighbour that compiles. Waiting ends when the condition
holds, so a longer limit costs nothing but in a test that fails anyway.
"""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

LEAST_LIMIT_MS = 40_000
#: a shorter wait is one that should be in vain, as in ``assertNotEmitted``
SHORTEST_LIMIT_MS = 1_000


def _patient(timeout: int) -> int:
    return timeout if timeout < SHORTEST_LIMIT_MS else max(timeout, LEAST_LIMIT_MS)


class PatientBot(QtBot):
    def waitUntil(self, callback: Any, *, timeout: int = LEAST_LIMIT_MS) -> None:
        super().waitUntil(callback, timeout=_patient(timeout))

    def waitSignal(self, signal: Any, *, timeout: int = LEAST_LIMIT_MS, **more: Any) -> Any:
        return super().waitSignal(signal, timeout=_patient(timeout), **more)

    def waitSignals(self, signals: Any, *, timeout: int = LEAST_LIMIT_MS, **more: Any) -> Any:
        return super().waitSignals(signals, timeout=_patient(timeout), **more)

    def waitExposed(self, widget: Any, *, timeout: int = LEAST_LIMIT_MS) -> Any:
        return super().waitExposed(widget, timeout=_patient(timeout))


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)
