"""One thread with an asyncio loop, in which the sockets of one exchange live.

Others reach it by :meth:`StreamLoop.call`; what runs inside never waits for the disk or for REST. A task that ends by
an exception is a bug: it is told to ``on_failure`` and ends alone, the loop and the other tasks go on.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from upbit_auto_trading.config.log_redaction import error_code
from upbit_auto_trading.config.logging_setup import log_event

_logger = logging.getLogger(__name__)
STOP_SECONDS = 5.0


class StreamLoop:
    """Made, started and stopped by one owner; ``call`` may be used from any thread, also after the end."""

    def __init__(self, name: str, on_failure: Callable[[BaseException], None] | None = None) -> None:
        self.name = name
        self._on_failure = on_failure
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._lock = threading.Lock()

    def start(self) -> None:
        with self._lock:
            if self._thread is not None:
                return
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._run, args=(self._loop,), name=self.name, daemon=True)
            self._thread.start()

    def stop(self, timeout_seconds: float = STOP_SECONDS) -> bool:
        """Cancels every task, waits for them and for the thread. False: the thread is late (and a daemon)."""
        with self._lock:
            thread, loop = self._thread, self._loop
            self._loop = None
        if thread is None:
            return True
        if loop is not None:
            loop.call_soon_threadsafe(self._end, loop)
        thread.join(timeout_seconds)
        return not thread.is_alive()

    def call(self, action: Callable[..., object], *arguments: object) -> bool:
        """Runs ``action`` in the loop soon. False where the loop has ended or was not started: nothing happens."""
        with self._lock:
            if self._loop is None:
                return False
            self._loop.call_soon_threadsafe(action, *arguments)
            return True

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Only from inside the loop's thread."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._task_ended)
        return task

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.set_exception_handler(self._callback_failed)
        try:
            loop.run_forever()
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            asyncio.set_event_loop(None)
            loop.close()

    def _end(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.create_task(self._cancel_all(loop))

    async def _cancel_all(self, loop: asyncio.AbstractEventLoop) -> None:
        others = [task for task in asyncio.all_tasks(loop) if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        # one turn more: transports that were aborted close their sockets in it
        loop.call_soon(loop.call_soon, loop.stop)

    def _task_ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._tell(error)

    def _callback_failed(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self._tell(error)
        else:
            log_event(_logger, logging.WARNING, "the stream loop complains", detail=str(context.get("message", "")))

    def _tell(self, error: BaseException) -> None:
        log_event(_logger, logging.ERROR, "a stream task failed", error=type(error).__name__, detail=error_code(error))
        if self._on_failure is not None:
            self._on_failure(error)
