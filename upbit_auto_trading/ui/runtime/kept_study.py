"""One study of a chart as it is kept, and the work for it beside the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from itertools import count
from typing import Final, TypeVar

from PyQt6.QtCore import QObject

from upbit_auto_trading.business_logic.domain.errors import TooBusy
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.charts.study_lines import BuiltStudy
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext, OperationHandle
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.runtime.user_code import UserCode
from upbit_auto_trading.utils.bilingual_text import Text

_COMPUTING: Final = Text("지표 계산", "Computing indicators")
Made = TypeVar("Made")
_newest = count(1)


class StudyState(Enum):
    COMPUTING = "computing"
    READY = "ready"
    #: its component is not there, or its parameters do not fit
    UNUSABLE = "unusable"
    #: what the user wrote ended with an error
    FAILED = "failed"


@dataclass(slots=True, eq=False)
class KeptStudy:
    built: BuiltStudy
    lines: tuple[LineColumns, ...]
    state: StudyState = StudyState.COMPUTING
    handle: OperationHandle | None = None
    #: the first row that changed while it was computed
    stale: int | None = None
    #: rows that came before the first since it was computed; None: none of it was
    new_head: int | None = None
    error: Exception | None = None

    def cancel(self) -> None:
        handle, self.handle = self.handle, None
        if handle is not None:
            handle.cancel()


class StudyWork:
    """Each study has one piece of work at a time; an answer that is no longer asked for is not heard."""

    def __init__(
        self, operations: Operations, initiator: QObject, give_up: Callable[[KeptStudy, Exception], None]
    ) -> None:
        self._operations = operations
        self._initiator = initiator
        self._give_up = give_up
        self._newness = next(_newest)

    def begin_anew(self) -> None:
        """Its chart was opened last: what it asks for from now on goes before that of the others."""
        self._newness = next(_newest)

    def submit(
        self,
        one: KeptStudy,
        work: Callable[[OperationContext], tuple[Made, ...]],
        take: Callable[[tuple[Made, ...]], None],
    ) -> None:
        handles: list[OperationHandle] = []

        def is_asked_for() -> bool:
            return one.handle is not None and one.handle is handles[0]

        def guarded(context: OperationContext) -> tuple[Made, ...] | Exception | None:
            with UserCode(one.built.is_own) as written:
                return work(context)
            return written.error

        def succeed(values: tuple[Made, ...] | Exception | None) -> None:
            if not is_asked_for():
                return
            one.handle = None
            if isinstance(values, tuple):
                take(values)
            elif values is not None:
                self._give_up(one, values)

        def fail(error: Exception) -> None:
            if is_asked_for():
                one.handle = None
                if isinstance(error, TooBusy):
                    one.stale = 0  # with the next change
                else:
                    self._give_up(one, error)

        handle = self._operations.compute_in_turn(
            Operation(_COMPUTING, guarded),
            newness=self._newness,
            is_own=one.built.is_own,
            initiator=self._initiator,
            on_success=succeed,
            on_failure=fail,
        )
        handles.append(handle)
        one.handle = handle
