"""Logs can be written and stay within their limit."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.config.app_paths import can_be_written
from upbit_auto_trading.config.settings import LOG_SIZE_LIMIT
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.data_layer.doctor.size_words import size_words
from upbit_auto_trading.utils.bilingual_text import Text

_MEGABYTE = 1_000_000
# The file in use is never deleted, so a little more than the limit is in order.
_SLACK = 1.2


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    folder = context.paths.logs
    if not folder.exists():
        return check.good(Text("아직 기록이 없어요.", "There are no logs yet."))
    if not can_be_written(folder):
        return check.broken(
            Text("{folder}에 쓸 수 없어요.", "{folder} cannot be written.").format(folder=folder),
            Text("폴더의 쓰기 권한을 주세요.", "Allow writing to that folder."),
        )
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    limit = int(context.setting(LOG_SIZE_LIMIT))
    what = Text("{size}(한도 {limit}), 쓸 수 있어요.", "{size} of {limit}, can be written.").format(
        size=size_words(size), limit=size_words(limit * _MEGABYTE)
    )
    if size > limit * _MEGABYTE * _SLACK:
        return check.warning(
            what, Text("프로그램을 켜 두면 오래된 것부터 지워요.", "While the program runs it deletes the oldest.")
        )
    return check.good(what)


CHECK = Check("logs", Text("기록", "Logs"), _look)
