"""How the last run ended."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.data_layer.last_end import read_last_end
from upbit_auto_trading.utils.bilingual_text import Text

_CLEAN_STATUSES = (0, 75)


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    if not context.paths.last_end.exists():
        return check.good(Text("아직 실행한 적이 없어요.", "The program has not run here yet."))
    end = read_last_end(context.paths.last_end)
    if end is None:
        return check.warning(
            Text("지난 종료 기록을 읽을 수 없어요.", "The record of the last end cannot be read."),
            Text("프로그램을 한 번 켰다가 끄세요.", "Start the program once and close it."),
        )
    if end.positions_unprotected:
        return check.broken(
            Text("보호되지 않는 포지션이 있어요: {markets}.", "Positions without protection: {markets}.").format(
                markets=", ".join(end.positions_unprotected)
            ),
            Text(
                "프로그램을 켜거나 거래소 앱에서 직접 살피세요.",
                "Start the program, or see to them in the exchange's app.",
            ),
        )
    if not end.is_clean:
        if context.is_process_alive(end.process_id):
            return check.good(
                Text("지금 실행 중이에요({number}).", "Running now ({number}).").format(number=end.process_id)
            )
        return check.warning(
            Text("지난 실행이 갑자기 끝났어요.", "The last run ended without warning."),
            Text(
                "프로그램을 켜면 스스로 복구해요. 오류 보고서도 보세요.",
                "Starting it recovers. Look at the crash reports too.",
            ),
        )
    if end.exit_status not in _CLEAN_STATUSES:
        return check.warning(
            Text("지난 실행이 오류로 끝났어요({reason}).", "The last run ended with a fault ({reason}).").format(
                reason=end.reason
            ),
            Text("기록과 오류 보고서를 보세요.", "Look at the logs and crash reports."),
        )
    return check.good(Text("지난 실행은 정상으로 끝났어요.", "The last run ended as it should."))


CHECK = Check("last-end", Text("지난 종료", "Last end"), _look)
