"""Room for orders, logs and backups."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.data_layer.doctor.size_words import size_words
from upbit_auto_trading.utils.bilingual_text import Text

_MEGABYTE = 1_000_000
_BROKEN_BELOW = 100 * _MEGABYTE
_WARNING_BELOW = 1_000 * _MEGABYTE
_MEND = Text("그 디스크에서 필요 없는 파일을 지우세요.", "Delete files that are not needed from that disk.")


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    folder = context.paths.user_root
    place = next(each for each in (folder, *folder.parents) if each.exists())
    free = context.free_bytes(place)
    what = Text("{folder}에 {free} 남았어요.", "{free} are free at {folder}.").format(
        folder=folder, free=size_words(free)
    )
    if free < _BROKEN_BELOW:
        return check.broken(what, _MEND)
    if free < _WARNING_BELOW:
        return check.warning(what, _MEND)
    return check.good(what)


CHECK = Check("disk-space", Text("디스크 공간", "Disk space"), _look)
