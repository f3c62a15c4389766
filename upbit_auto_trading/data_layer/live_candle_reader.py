"""The thread that asks an exchange for its own candles, and what time it is there.

One question of each series waits at most, so that nothing piles up; whoever asked decides when to ask again.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol, TypeVar

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.commands import FetchCandles
from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.domain.live_candle import CandlesFetched, CandlesNotFetched
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.engine.live_clock import ExchangeTimeTold
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.config.logging_setup import log_event

_LOGGER = logging.getLogger(__name__)
TELL_TIME_EVERY_SECONDS = 1.0
STOP_SECONDS = 1.0
M = TypeVar("M")


class CandleSource(Protocol):
    """Both may wait for the network, and raise TradingAppError."""

    def candles(self, command: FetchCandles) -> tuple[Candle, ...]:
        """Of its span, and the one after it."""

    def time(self) -> ExchangeTimeTold: ...


Answer = CandlesFetched | CandlesNotFetched | ExchangeTimeTold


class LiveCandleReader:
    """``read_from`` and ``ask`` may be called in any thread and return at once; so may ``take``."""

    def __init__(self, clock: Clock, name: str = "live-candles") -> None:
        self._clock = clock
        self._name = name
        self._condition = threading.Condition()
        self._source: CandleSource | None = None
        self._questions: dict[tuple[Market, CandleUnit], FetchCandles] = {}
        self._answers: deque[Answer] = deque()
        self._time_due_at = 0.0
        self._thread: threading.Thread | None = None
        self._is_running = False
        #: what failed when it was last asked
        self._failing: set[str] = set()

    def read_from(self, source: CandleSource | None) -> None:
        """Questions and answers of the one before are thrown away; None: there is none."""
        with self._condition:
            self._source = source
            self._questions.clear()
            self._answers.clear()
            self._time_due_at = 0.0
            if not self._is_running and source is not None:
                self._is_running = True
                self._begin_thread()
            self._condition.notify_all()

    def ask(self, command: FetchCandles) -> None:
        with self._condition:
            if self._source is not None:
                self._questions[command.market, command.unit] = command
                self._condition.notify_all()

    def take(self) -> tuple[Answer, ...]:
        with self._condition:
            answers = tuple(self._answers)
            self._answers.clear()
            return answers

    def stop(self, timeout_seconds: float = STOP_SECONDS) -> bool:
        """What is being asked is waited for. False: it is late (and a daemon)."""
        with self._condition:
            self._is_running = False
            self._source = None
            thread = self._thread
            self._condition.notify_all()
        if thread is None:
            return True
        thread.join(timeout_seconds)
        return not thread.is_alive()

    def _begin_thread(self) -> None:
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            while (next_one := self._next()) is not None:
                source, command = next_one
                if command is None:
                    self._tell_time(source)
                else:
                    self._read(source, command)
        finally:
            # a bug ends this thread, where the crash hook sees it, and not the work of the others
            with self._condition:
                if self._is_running and self._thread is threading.current_thread():
                    self._begin_thread()

    def _next(self) -> tuple[CandleSource, FetchCandles | None] | None:
        """A question, or that the time is to be told; None at the end."""
        with self._condition:
            while self._is_running:
                now = self._clock.monotonic()
                if self._source is None:
                    self._condition.wait()
                elif now >= self._time_due_at:
                    self._time_due_at = now + TELL_TIME_EVERY_SECONDS
                    return self._source, None
                elif self._questions:
                    return self._source, self._questions.pop(next(iter(self._questions)))
                else:
                    self._condition.wait(self._time_due_at - now)
            return None

    def _tell_time(self, source: CandleSource) -> None:
        told = self._answer_of("time", source, source.time)
        if told is not None:
            self._put(source, told)

    def _read(self, source: CandleSource, command: FetchCandles) -> None:
        told = self._answer_of("time", source, source.time)
        if told is not None:
            self._put(source, told)
            candles = self._answer_of("candles", source, lambda: source.candles(command))
            if candles is not None:
                answer = CandlesFetched(command.number, command.market, command.unit, candles, told.exchange_now)
                self._put(source, answer)
                return
        self._put(source, CandlesNotFetched(command.number, command.market, command.unit))

    def _answer_of(self, name: str, source: CandleSource, read: Callable[[], M]) -> M | None:
        """None where it fails, which is told once until it works again. One that was left meanwhile need not answer."""
        try:
            answer = read()
        except Cancelled:
            return None
        except TradingAppError as error:
            if self._source is source and name not in self._failing:
                self._failing.add(name)
                _LOGGER.warning("live candles: the exchange tells no %s", name, exc_info=error)
            return None
        if name in self._failing:
            self._failing.discard(name)
            log_event(_LOGGER, logging.INFO, "live candles: the exchange answers again", event=name)
        return answer

    def _put(self, source: CandleSource, answer: Answer) -> None:
        with self._condition:
            if self._source is source:
                self._answers.append(answer)
