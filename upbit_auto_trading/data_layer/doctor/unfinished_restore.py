"""No restore is waiting to be finished."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged
from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.data_layer.storage.restore_journal import read_plan
from upbit_auto_trading.utils.bilingual_text import Text


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    try:
        plan = read_plan(context.paths)
    except DatabaseDamaged:
        return check.broken(
            Text(
                "멈춘 복원의 계획(restore.json)을 읽을 수 없어요.", "The plan of an interrupted restore cannot be read."
            ),
            Text("restore 명령으로 백업을 다시 복원하세요.", "Restore a backup again with the restore command."),
        )
    if plan is not None:
        return check.warning(
            Text("복원이 아직 마무리되지 않았어요.", "A restore has not been finished yet."),
            Text("프로그램을 한 번 켜면 마무리돼요.", "Starting the program finishes it."),
        )
    return check.good(Text("남은 복원 작업이 없어요.", "Nothing is left to finish."))


CHECK = Check("unfinished-restore", Text("복원", "Restore"), _look)
