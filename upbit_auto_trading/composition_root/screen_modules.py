"""The modules of all screens, loaded beside the running window, which answers meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Final

from PyQt6.QtCore import QObject, QTimer

from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

_SCREENS: Final = "upbit_auto_trading.ui.screens"
#: by screen, the slowest first; the dashboard's are loaded by then
MODULES: Final = {
    "chart": (f"{_SCREENS}.chart.view",),
    "market": (f"{_SCREENS}.market.view",),
    "backtest": (f"{_SCREENS}.backtest.view", "upbit_auto_trading.composition_root.backtest_screen"),
    "practice": (f"{_SCREENS}.practice.view",),
    "settings": (f"{_SCREENS}.settings.view", f"{_SCREENS}.settings.sections.market_data_page"),
    "monitor": (f"{_SCREENS}.monitor.view",),
    "help": (f"{_SCREENS}.help.view",),
}
#: after the first price, when nothing of the start waits for the processor any more
AFTER_MS: Final = 3_000
#: behind longer work in the same threads; then the window stands still for a moment instead
_MOST_WAIT_MS: Final = 1_000
_LOADING = Text("화면 준비", "Preparing the screens")


def loading_screens() -> Operation[None]:
    """None of them makes a widget when it is loaded, so that a thread of its own may do it."""

    def load(context: OperationContext) -> None:
        for name in MODULES:
            context.check_cancelled()
            _load(name)

    return Operation(_LOADING, load)


def load_screen(name: str, operations: Operations, initiator: QObject, then: Callable[[], None]) -> None:
    """``then`` once the screen can be made without loading anything: at once, or a moment later."""
    if all(map(_is_loaded, MODULES.get(name, ()))):
        then()
        return
    patience = QTimer(initiator)
    patience.setSingleShot(True)
    is_answered = False

    def answer(_loaded: object = None) -> None:
        """By whatever comes first."""
        nonlocal is_answered
        if not is_answered:
            is_answered = True
            patience.stop()
            patience.deleteLater()
            then()

    patience.timeout.connect(answer)
    patience.start(_MOST_WAIT_MS)
    # what could not be loaded is told by whoever makes the screen
    operations.run_in_background(
        Operation(_LOADING, lambda _context: _load(name)),
        initiator=initiator,
        on_success=answer,
        on_failure=answer,
        on_cancelled=answer,
    )


def _load(name: str) -> None:
    for module in MODULES[name]:
        import_module(module)


def _is_loaded(module: str) -> bool:
    """Wholly: a module that another thread is still loading is listed already."""
    found = sys.modules.get(module)
    return found is not None and not getattr(getattr(found, "__spec__", None), "_initializing", False)
