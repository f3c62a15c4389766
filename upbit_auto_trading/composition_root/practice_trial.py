"""Whether the practice exchange starts here: for the doctor, who leaves everything as it was."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.composition_root.practice import practice_child
from upbit_auto_trading.config.app_paths import AppPaths


def start_practice_once(paths: AppPaths, clock: Clock) -> float:
    """The seconds it took, with an account of its own; the one that is kept is read. Raises ExchangeUnavailable,
    InputError and StorageError."""
    from upbit_auto_trading.data_layer.practice_exchange.state_file import read_state

    read_state(paths.practice_state)
    began = clock.monotonic()
    child = practice_child(("--markets", "1"), clock)
    try:
        child.start()
        return clock.monotonic() - began
    finally:
        child.stop()
