"""What could not be read in answers: counted always, told once for each kind, and then skipped."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from threading import Lock
from typing import TypeVar

from upbit_auto_trading.config.logging_setup import log_event
from upbit_auto_trading.data_layer.exchanges.upbit.json_answers import Malformed

_LOGGER = logging.getLogger(__name__)
#: more kinds than this are one: somebody sends rubbish
_MOST_KINDS = 100
_T = TypeVar("_T")


class UnreadableAnswers:
    """One for each adapter; safe from any thread."""

    def __init__(self, exchange: str) -> None:
        self._exchange = exchange
        self._lock = Lock()
        self._count = 0
        self._told: set[tuple[str, str, str]] = set()

    @property
    def count(self) -> int:
        return self._count

    def report(self, context: str, error: Malformed) -> None:
        """``context`` is the name of the request: never a value of the answer."""
        with self._lock:
            self._count += 1
        if self._is_news(context, error.place, error.reason):
            log_event(
                _LOGGER,
                logging.WARNING,
                "part of an answer could not be read",
                exchange=self._exchange,
                context=context,
                name=error.place,
                reason=error.reason,
            )

    def unfamiliar(self, context: str, place: str, word: str) -> None:
        """A word that we do not know where a choice of words is; it was read as the most careful of those we know."""
        if self._is_news(context, place, word):
            log_event(
                _LOGGER,
                logging.WARNING,
                "an answer has an unfamiliar word",
                exchange=self._exchange,
                context=context,
                name=place,
                code=word,
            )

    def readable(self, items: Iterable[object], read: Callable[[object], _T], context: str) -> tuple[_T, ...]:
        """Each item by ``read``; the malformed ones are reported and left out."""
        found: list[_T] = []
        for item in items:
            try:
                found.append(read(item))
            except Malformed as error:
                self.report(context, error)
        return tuple(found)

    def _is_news(self, *trouble: str) -> bool:
        kind = (trouble[0], trouble[1], trouble[2])
        with self._lock:
            if kind in self._told or len(self._told) >= _MOST_KINDS:
                return False
            self._told.add(kind)
            return True
