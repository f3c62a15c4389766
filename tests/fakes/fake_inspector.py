"""An exchange that is asked about keys and answers what the test says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.domain.exchange_key import Granted, KeyStatus, Right
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.utils.secret import Secret

GOOD_KEY = KeyStatus(
    (
        (Right.VIEW_BALANCES, Granted.YES),
        (Right.VIEW_ORDERS, Granted.YES),
        (Right.MAKE_ORDERS, Granted.YES),
        (Right.WITHDRAW, Granted.CANNOT_BE_CHECKED),
    ),
    datetime(2027, 11, 1, tzinfo=UTC),
)
_LIMIT_SECONDS = 30.0


class FakeInspector:
    """Implements the port ``KeyInspector``. Say ``answer`` for every key, or ``answers[access key]`` for one.

    While ``hold()`` lasts, whoever asks waits: until ``let_go()``, or until the work is cancelled.
    """

    def __init__(self, answer: KeyStatus | TradingAppError = GOOD_KEY) -> None:
        self.answer = answer
        self.answers: dict[str, KeyStatus | TradingAppError] = {}
        #: exchange and access key of each look
        self.asked: list[tuple[str, str]] = []
        self.cancelled = 0
        #: False: it answers all the same, as one whose answer was on its way already
        self.hears_cancel = True
        self._may_answer = threading.Event()
        self._may_answer.set()

    def hold(self) -> None:
        self._may_answer.clear()

    def let_go(self) -> None:
        self._may_answer.set()

    def look_at(
        self,
        exchange: str,
        access_key: Secret,
        secret_key: Secret,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> KeyStatus:
        self.asked.append((exchange, access_key.reveal()))
        for _look in range(int(_LIMIT_SECONDS / 0.01)):
            if self.hears_cancel and is_cancelled():
                self.cancelled += 1
                raise Cancelled
            if self._may_answer.wait(0.01):
                break
        else:
            raise AssertionError("nobody let go")
        answer = self.answers.get(access_key.reveal(), self.answer)
        if isinstance(answer, TradingAppError):
            raise answer
        return answer
