"""A data folder in the hands of one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.config.app_paths import AppPaths


@contextmanager
def held_folder(paths: AppPaths, clock: Clock) -> Iterator[None]:
    """No program starts in this folder meanwhile; AnotherInstanceRuns where one runs already."""
    from upbit_auto_trading.data_layer.instance_lock import InstanceLock
    from upbit_auto_trading.data_layer.storage.error_translation import translated

    with translated(paths.data):
        paths.create_folders()
    lock = InstanceLock(paths.instance_lock, clock)
    lock.acquire()
    try:
        yield
    finally:
        lock.release()
