"""There is a recent backup, and it can be restored."""

from __future__ import annotations

from datetime import timedelta

from upbit_auto_trading.business_logic.domain.errors import BackupUnusable
from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.config.settings import BACKUP_HOURS, BACKUP_SIZE_LIMIT
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.data_layer.doctor.size_words import size_words
from upbit_auto_trading.utils.bilingual_text import Text

_MEGABYTE = 1_000_000
# A user may leave the program off for a weekend; beyond that the backup is old.
_LATE_AFTER = timedelta(days=7)
_MAKE_ONE = Text(
    "backup 명령을 쓰거나 설정의 자료에서 백업하세요.", "Use the backup command, or back up under Settings, Data."
)


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    if not context.paths.data.is_dir():
        return check.good(Text("아직 백업할 자료가 없어요.", "There is nothing to back up yet."))
    summaries = context.backups.newest()
    if not summaries:
        return check.warning(Text("쓸 수 있는 백업이 없어요.", "There is no usable backup."), _MAKE_ONE)
    newest = summaries[0]
    try:
        context.backups.verify(context.paths.backups / newest.file_name)
    except BackupUnusable:
        what = Text("가장 새로운 백업 {file}{이/가} 손상됐어요.", "The newest backup {file} is damaged.")
        return check.broken(what.format(file=newest.file_name), _MAKE_ONE)
    age = context.clock.now() - newest.made_at
    hours = int(age.total_seconds() // 3600)
    what = Text(
        "가장 새로운 백업은 {hours}시간 전이고 온전해요.", "The newest backup is {hours} h old and whole."
    ).format(hours=hours)
    if age > max(_LATE_AFTER, 2 * timedelta(hours=int(context.setting(BACKUP_HOURS)))):
        return check.warning(what, _MAKE_ONE)
    size = sum(summary.size_bytes for summary in summaries)
    limit = int(context.setting(BACKUP_SIZE_LIMIT))
    if size > limit * _MEGABYTE:
        return check.warning(
            Text(
                "백업이 {size}{으로/로} 한도 {limit}보다 커요.",
                "Backups take {size}, more than the {limit} allowed.",
            ).format(size=size_words(size), limit=size_words(limit * _MEGABYTE)),
            Text(
                "직접 만든 백업은 지우지 않으니 필요 없는 것을 지우세요.",
                "Those you made are never deleted: remove what you can.",
            ),
        )
    return check.good(what)


CHECK = Check("backups", Text("백업", "Backups"), _look)
