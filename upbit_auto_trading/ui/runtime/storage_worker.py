"""The one thread that writes the databases: opens them, answers calls in order, closes them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

from upbit_auto_trading.business_logic.domain.errors import InvariantBroken, TradingAppError
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.ui.runtime.worker_host import Worker

#: entered in the storage thread, left in it: ``with open_stores() as stores``
StoresFactory = Callable[[], AbstractContextManager[Stores]]


class StorageWorker(Worker):
    """Lives in the storage thread. Where the files could not be opened, every call is answered with that error."""

    def __init__(self, open_stores: StoresFactory) -> None:
        super().__init__()
        self._open_stores = open_stores
        self._open_files = ExitStack()
        self._stores: Stores | None = None
        self._start_error: TradingAppError | None = None

    def start(self) -> None:
        try:
            self._stores = self._open_files.enter_context(self._open_stores())
        except TradingAppError as error:
            self._start_error = error
            raise

    def stores(self) -> Stores:
        """Raises why there are none."""
        if self._stores is None:
            raise self._start_error or InvariantBroken("the stores are not open")
        return self._stores

    def stop(self) -> None:
        self._stores = None
        self._open_files.close()
