"""No line of the security journal was changed or removed."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.utils.bilingual_text import Text


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    if not context.paths.settings_database.exists():
        return check.good(Text("아직 기록이 없어요.", "There are no records yet."))
    number = context.first_broken_line()
    if number is not None:
        return check.broken(
            Text("{number}번째 기록부터 고쳐졌거나 빠졌어요.", "Changed or missing from record {number} on.").format(
                number=number
            ),
            Text(
                "누가 파일을 고쳤는지 살피고, 거래소에서 API 키를 새로 만드세요.",
                "Find out who changed the file, and replace your API keys at the exchange.",
            ),
        )
    return check.good(Text("모든 기록이 이어져 있어요.", "The chain of all records holds."))


CHECK = Check("security-journal", Text("보안 기록", "Security journal"), _look)
