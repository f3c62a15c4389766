"""A small, fixed number of threads for cancellable work of one kind; first come, first served."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.ui.runtime.queued import connect_queued
from upbit_auto_trading.ui.runtime.worker_host import Worker, WorkerHost

BACKGROUND_THREADS = 2
#: house-style: one thread sends the orders of an exchange, each of them bounded; nothing else holds it up
ORDER_THREADS = ("exchange-orders",)
#: for what a window shows of an exchange: an answer that never comes holds up nothing else
READ_THREADS = ("exchange-views-1", "exchange-views-2")
MOST_WAITING = 64


class BackgroundLane(QObject):
    """Lives in the UI thread and hands a job to a thread only when that is idle, so that waiting jobs can be dropped.

    A job answers for itself, whatever happens in it; it must not raise.
    """

    idle = pyqtSignal()
    _ended = pyqtSignal(int)

    def __init__(self, names: Iterable[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hosts = tuple(WorkerHost(name, Worker, self) for name in names)
        self._free = deque(range(len(self.hosts)))
        self._waiting: deque[Callable[[], None]] = deque()
        connect_queued(self._ended, self._give_next)

    def start(self) -> None:
        for host in self.hosts:
            host.start()

    @property
    def is_waited_for(self) -> bool:
        """A job waits for a thread; asked in any thread."""
        return bool(self._waiting)

    def add(self, job: Callable[[], None], *, however_many: bool = False) -> bool:
        """False where too many wait already."""
        if len(self._waiting) >= MOST_WAITING and not however_many:
            return False
        self._waiting.append(job)
        self._dispatch()
        return True

    def drop(self, job: Callable[[], None]) -> bool:
        """True if the job was still waiting and will not run."""
        if job not in self._waiting:
            return False
        self._waiting.remove(job)
        return True

    @pyqtSlot(int)
    def _give_next(self, index: int) -> None:
        self._free.append(index)
        self._dispatch()

    def _dispatch(self) -> None:
        while self._waiting and self._free:
            index = self._free.popleft()
            job = self._waiting.popleft()
            self.hosts[index].post(lambda _worker, job=job, index=index: self._run(job, index))  # type: ignore[misc]

    def _run(self, job: Callable[[], None], index: int) -> None:
        try:
            job()
        finally:
            self._ended.emit(index)
