"""An accepted piece of work, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from PyQt6 import sip
from PyQt6.QtCore import QObject

from upbit_auto_trading.ui.runtime.operation import OperationContext, OperationHandle, Progress
from upbit_auto_trading.ui.runtime.remaining_time import RemainingTime


class Lane(Protocol):
    def drop(self, job: Callable[[], None]) -> bool:
        """True if the job was still waiting and will not run."""


@dataclass(slots=True)
class Job:
    """An accepted operation; touched by the UI thread only."""

    handle: OperationHandle
    context: OperationContext
    topic: str
    initiator: QObject | None
    on_success: Callable[[Any], None] | None
    on_failure: Callable[[Exception], None] | None
    on_cancelled: Callable[[], None] | None
    on_progress: Callable[[Progress], None] | None
    remaining: RemainingTime
    submitted_at: float
    #: where it waits, and what for
    lane: Lane | None = None
    waiting_run: Callable[[], None] | None = None

    @property
    def is_wanted(self) -> bool:
        """False once the one who asked is gone: then nobody is called back."""
        return self.initiator is None or not sip.isdeleted(self.initiator)


@dataclass(frozen=True, slots=True)
class Answer:
    number: int
    result: Any = None
    error: Exception | None = None
    is_cancelled: bool = False


def call_back(job: Job, answer: Answer) -> None:
    if answer.is_cancelled:
        if job.on_cancelled is not None:
            job.on_cancelled()
    elif answer.error is not None:
        if job.on_failure is not None:
            job.on_failure(answer.error)
    elif job.on_success is not None:
        job.on_success(answer.result)
