"""Periodic work has not failed lately."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.data_layer.storage.error_translation import translated
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE
from upbit_auto_trading.data_layer.storage.plain_connection import connect_for_reading
from upbit_auto_trading.data_layer.storage.stored_time import time_to_text
from upbit_auto_trading.utils.bilingual_text import Text

_LATELY = timedelta(days=7)
# "interrupted" is how a start marks what a crash left open: the last end has its own check.
_FAILED = """
SELECT job_id, count(*) FROM scheduled_runs
WHERE result = 'failed' AND detail <> 'interrupted' AND planned_at >= ? GROUP BY job_id ORDER BY job_id
"""


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    path = context.paths.settings_database
    if not path.exists():
        return check.good(Text("아직 실행한 작업이 없어요.", "Nothing has run yet."))
    since = time_to_text(context.clock.now() - _LATELY)
    with translated(path), closing(connect_for_reading(path, SETTINGS_FILE.busy_timeout_ms)) as connection:
        rows = connection.execute(_FAILED, (since,)).fetchall()
    if rows:
        jobs = ", ".join(f"{job} ×{count}" for job, count in rows)
        return check.warning(
            Text("지난 7일에 실패한 작업: {jobs}.", "Failed in the last 7 days: {jobs}.").format(jobs=jobs),
            Text(
                "기록에서 이유를 보고 백업과 디스크를 살피세요.", "See the logs for the reason; check disk and backups."
            ),
        )
    return check.good(Text("지난 7일에 실패한 작업이 없어요.", "Nothing failed in the last 7 days."))


CHECK = Check("scheduled-runs", Text("예정 작업", "Scheduled work"), _look)
