"""A few threads that ask the exchange for pages; what becomes of each comes back in one queue."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from upbit_auto_trading.business_logic.domain.candle import Candle
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.errors import ExchangeError, InvariantBroken

#: may wait for the network, and for its turn among those that are more urgent
FetchPage = Callable[[Span], Sequence[Candle]]


@dataclass(frozen=True, slots=True)
class Page:
    span: Span
    #: how often it was asked for in vain
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Fetched:
    page: Page
    candles: Sequence[Candle]


@dataclass(frozen=True, slots=True)
class NotFetched:
    page: Page
    error: ExchangeError


class FetchThreads:
    """Used by one thread. Daemons: a request that is under way cannot be interrupted, and nobody waits for it."""

    def __init__(self, fetch: FetchPage, count: int) -> None:
        self._fetch = fetch
        self._pages: queue.SimpleQueue[Page | None] = queue.SimpleQueue()
        self._outcomes: queue.SimpleQueue[Fetched | NotFetched | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"candle-download-{number}", daemon=True)
            for number in range(1, count + 1)
        ]
        self._is_left = threading.Event()
        for thread in self._threads:
            thread.start()

    def hand_out(self, page: Page) -> None:
        self._pages.put(page)

    def take(self, timeout_seconds: float) -> Fetched | NotFetched | None:
        """None where nothing came in time."""
        try:
            outcome = self._outcomes.get(timeout=timeout_seconds)
        except queue.Empty:
            return None
        if outcome is None:
            raise InvariantBroken("a thread of a download ended by an error of ours")
        return outcome

    def leave(self, wait_seconds: float = 0.0) -> None:
        """Those that wait for an answer end when it comes or is given up, and nobody looks at it."""
        self._is_left.set()
        for _ in self._threads:
            self._pages.put(None)
        for thread in self._threads:
            thread.join(wait_seconds)

    def _work(self) -> None:
        while True:
            page = self._pages.get()
            if page is None or self._is_left.is_set():
                return
            outcome: Fetched | NotFetched | None = None
            try:
                outcome = Fetched(page, self._fetch(page.span))
            except ExchangeError as error:
                outcome = NotFetched(page, error)
            finally:
                # None: a fault of ours, which goes on to the crash hook and is not waited for in vain
                self._outcomes.put(outcome)
