"""Whether a program runs in this folder. Only read: taking the lock could turn a starting program away."""

from __future__ import annotations

import json
from pathlib import Path

from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.utils.bilingual_text import Text


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    path = context.paths.instance_lock
    if not path.exists():
        return check.good(Text("실행 중인 프로그램이 없어요.", "No program is running."))
    number = _holder(path)
    if number is None:
        return check.good(Text("실행 중인 프로그램이 없어요.", "No program is running."))
    if context.is_process_alive(number):
        return check.good(
            Text("프로그램이 실행 중이에요({number}).", "A program is running ({number}).").format(number=number)
        )
    return check.good(
        Text(
            "갑자기 끝난 실행의 잠금이 남았지만 다음 시작을 막지 않아요.",
            "A crashed run left its lock, which stops no start.",
        )
    )


def _holder(path: Path) -> int | None:
    """``None`` after a clean end, which empties the file, and while a start is writing it."""
    try:
        return int(json.loads(path.read_bytes()[:4096])["process_id"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


CHECK = Check("instance-lock", Text("실행 잠금", "Instance lock"), _look)
