"""Why a fill was made, why a candle moved nothing: asked of the engine, one question at a time, kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from upbit_auto_trading.business_logic.domain.explanation import RuleExplanation
from upbit_auto_trading.ui.backtest_services import FillReason, FinishedBacktest
from upbit_auto_trading.ui.runtime.operation import Operation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

_EXPLAINING = Text("결정 설명", "Explaining a decision")
_Question = tuple[object, ...]


class Explanations(QObject):
    """A question that was overtaken by another is not answered, but its answer is kept where it was under way."""

    #: (number of a fill, FillReason)
    fill_explained = pyqtSignal(int, object)
    #: (market's number, opening time, explanations)
    candle_explained = pyqtSignal(int, object, object)
    failed = pyqtSignal(object)

    def __init__(self, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._finished: FinishedBacktest | None = None
        self._known: dict[_Question, Any] = {}
        self._under_way: _Question | None = None
        self._wanted: _Question | None = None

    def use(self, finished: FinishedBacktest | None) -> None:
        self._finished = finished
        self._known.clear()
        self._wanted = None

    def ask_fill(self, number: int) -> FillReason | None:
        """At once where it is known; else by the signal."""
        found = self._ask(("fill", number))
        return found if isinstance(found, FillReason) else None

    def ask_candle(self, market: int, opened: int) -> tuple[RuleExplanation, ...] | None:
        found = self._ask(("candle", market, opened))
        return found if isinstance(found, tuple) else None

    def forget_question(self) -> None:
        """Nobody looks any more."""
        self._wanted = None

    def _ask(self, question: _Question) -> Any:
        if question in self._known:
            self._wanted = None
            return self._known[question]
        self._wanted = question
        if self._under_way is None:
            self._answer_next()
        return None

    def _answer_next(self) -> None:
        question, finished = self._wanted, self._finished
        if question is None or finished is None:
            return
        self._under_way = question

        def end(then: Callable[[], None]) -> None:
            self._under_way = None
            if finished is self._finished:
                then()
            if self._wanted is not None:
                self._answer_next()

        def keep(answer: Any) -> None:
            self._known[question] = answer
            if self._wanted == question:
                self._wanted = None
                self._tell(question, answer)

        def give_up(error: Exception) -> None:
            if self._wanted == question:
                self._wanted = None
                self.failed.emit(error)

        self._operations.run_in_background(
            Operation(_EXPLAINING, lambda _context: _answered(finished, question)),
            initiator=self,
            on_success=lambda answer: end(lambda: keep(answer)),
            on_failure=lambda error: end(lambda: give_up(error)),
            on_cancelled=lambda: end(lambda: None),
        )

    def _tell(self, question: _Question, answer: Any) -> None:
        if question[0] == "fill":
            self.fill_explained.emit(question[1], answer)
        else:
            self.candle_explained.emit(question[1], question[2], answer)


def _answered(finished: FinishedBacktest, question: _Question) -> Any:
    match question:
        case ("fill", int(number)):
            return finished.explain_fill(number)
        case ("candle", int(market), int(opened)):
            return finished.explain_candle(market, opened)
    raise ValueError(f"no such question: {question}")
