"""Crash reports that nobody has looked at."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.utils.bilingual_text import Text


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    unseen = [report.file_name for report in context.crash_reports() if not report.is_seen]
    if unseen:
        return check.warning(
            Text("보지 않은 오류 보고서가 {count}개 있어요.", "{count} crash reports have not been looked at.").format(
                count=len(unseen)
            ),
            Text("{folder}에 있는 파일을 읽고 알려 주세요.", "Read the files in {folder} and report them.").format(
                folder=context.paths.crash_reports
            ),
        )
    return check.good(Text("보지 않은 오류 보고서가 없어요.", "No crash report is waiting."))


CHECK = Check("crash-reports", Text("오류 보고서", "Crash reports"), _look)
