"""How a check is declared, and how its findings are written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.domain.health import HealthFinding, HealthStatus
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.utils.bilingual_text import Text


@dataclass(frozen=True, slots=True)
class Check:
    """``look`` may raise what files and keys raise: the finding then says that it could not be looked at."""

    id: str
    title: Text
    look: Callable[[Check, DoctorContext], tuple[HealthFinding, ...]]

    def good(self, what: Text) -> tuple[HealthFinding, ...]:
        return (HealthFinding(self.id, self.title, HealthStatus.GOOD, what),)

    def warning(self, what: Text, mend: Text) -> tuple[HealthFinding, ...]:
        return (HealthFinding(self.id, self.title, HealthStatus.WARNING, what, mend),)

    def broken(self, what: Text, mend: Text) -> tuple[HealthFinding, ...]:
        return (HealthFinding(self.id, self.title, HealthStatus.BROKEN, what, mend),)

    def run(self, context: DoctorContext) -> tuple[HealthFinding, ...]:
        try:
            return self.look(self, context)
        except (TradingAppError, OSError, sqlite3.Error, ValueError) as error:
            return self.warning(
                Text("확인하지 못했어요({code}).", "Could not be checked ({code}).").format(code=type(error).__name__),
                Text(
                    "다른 항목을 먼저 고친 뒤 다시 점검하세요.",
                    "Mend the other findings first, then run the doctor again.",
                ),
            )
