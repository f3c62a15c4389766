"""The program's queue of downloads as a test directs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from upbit_auto_trading.business_logic.ports.downloads import (
    DownloadEntry,
    DownloadListener,
    DownloadPhase,
    DownloadPlan,
    DownloadProgress,
    DownloadRequest,
)


class FakeDownloads:
    """Implements ``Downloads``. Each minute of a request is missing unless ``known`` says otherwise; two seconds a
    page."""

    def __init__(self) -> None:
        self._entries: list[DownloadEntry] = []
        self._listeners: list[DownloadListener] = []
        self.previewed: list[DownloadRequest] = []
        self.is_known = False
        self.out_of_reach = False
        self.preview_failure: Exception | None = None
        #: held back until ``answer_previews``
        self.holds_previews = False
        self._held: list[Callable[[], None]] = []

    @property
    def entries(self) -> tuple[DownloadEntry, ...]:
        return tuple(self._entries)

    def on_changed(self, listener: DownloadListener) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def preview(
        self,
        request: DownloadRequest,
        on_ready: Callable[[DownloadPlan, float], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self.previewed.append(request)

        def answer() -> None:
            if self.preview_failure is not None:
                on_failure(self.preview_failure)
                return
            plan = DownloadPlan(
                request,
                datetime(2026, 11, 20, tzinfo=UTC),
                () if self.is_known else (request.span,),
                out_of_reach=request.span if self.out_of_reach else None,
            )
            on_ready(plan, 2.0 * plan.requests)

        if self.holds_previews:
            self._held.append(answer)
        else:
            answer()

    def answer_previews(self, *order: int) -> None:
        for place in order:
            self._held[place]()

    def add(self, request: DownloadRequest) -> None:
        number = len(self._entries) + 1
        self._entries.append(DownloadEntry(number, request, datetime(2026, 11, 20, tzinfo=UTC)))
        self._tell()

    def cancel(self, number: int) -> None:
        self.show(number, DownloadPhase.CANCELLED)

    def retry(self, number: int) -> None:
        self.show(number, DownloadPhase.WAITING, DownloadProgress())

    def remove(self, number: int) -> None:
        self._entries = [entry for entry in self._entries if entry.number != number]
        self._tell()

    # what a test makes of it

    def show(
        self,
        number: int,
        phase: DownloadPhase,
        progress: DownloadProgress | None = None,
        trouble: str = "",
        error: Exception | None = None,
    ) -> None:
        self._entries = [
            replace(entry, phase=phase, progress=progress or entry.progress, trouble=trouble, error=error)
            if entry.number == number
            else entry
            for entry in self._entries
        ]
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener(self.entries)
