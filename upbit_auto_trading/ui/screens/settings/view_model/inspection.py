"""One question about a key at a time, asked in the background; who cancels does not wait for the exchange."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject

from upbit_auto_trading.business_logic.domain.exchange_key import KeyStatus
from upbit_auto_trading.business_logic.domain.key_facts import KeyTrouble
from upbit_auto_trading.business_logic.ports.exchange_keys import KeyInspector
from upbit_auto_trading.business_logic.use_cases.check_keys import ask
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext, OperationHandle
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.secret import Secret

_ASKING = Text("거래소에 키 확인", "Asking the exchange about a key")


class Inspection(QObject):
    def __init__(self, inspector: KeyInspector, operations: Operations, parent: QObject) -> None:
        super().__init__(parent)
        self._inspector = inspector
        self._operations = operations
        self._handle: OperationHandle | None = None
        self._number = 0

    def ask(
        self,
        exchange: str,
        access_key: Secret,
        secret_key: Secret,
        on_found: Callable[[KeyStatus | KeyTrouble], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        """An answer to an earlier question is not heard any more."""
        self.cancel()
        number = self._number

        def work(context: OperationContext) -> KeyStatus | KeyTrouble:
            return ask(self._inspector, exchange, access_key, secret_key, lambda: context.is_cancelled)

        def hear_answer(found: KeyStatus | KeyTrouble) -> None:
            if number == self._number:
                on_found(found)

        def hear_failure(error: Exception) -> None:
            if number == self._number:
                on_failure(error)

        self._handle = self._operations.run_in_background(
            Operation(_ASKING, work), initiator=self, on_success=hear_answer, on_failure=hear_failure
        )

    def cancel(self) -> None:
        self._number += 1
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
