"""The system's clock: not before this program was made, not behind what it has written, not jumping."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.data_layer.last_end import read_last_end
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.korean_time import KST

# A clock that shows an earlier time is wrong: this version did not exist then. Moved on with each release.
RELEASED_AT = datetime(2026, 11, 1, tzinfo=UTC)
_JUMP_SECONDS = 2.0
_SLACK = timedelta(minutes=5)
_SET_THE_CLOCK = Text(
    "운영체제 설정에서 시각 자동 맞추기를 켜세요. 시각이 틀리면 거래소가 주문을 거절해요.",
    "Let the system set its clock by itself. With a wrong clock the exchange refuses orders.",
)


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    now = context.clock.now()
    shown = _in_korea(now)
    if now < RELEASED_AT:
        what = Text(
            "시계가 이 버전이 나오기 전을 가리켜요({now}).",
            "The clock shows a time before this version existed ({now}).",
        )
        return check.broken(what.format(now=shown), _SET_THE_CLOCK)
    newest = _newest_moment(context)
    if newest is not None and newest - now > _SLACK:
        what = Text("시계가 마지막 기록({newest})보다 뒤처졌어요.", "The clock is behind the newest record ({newest}).")
        return check.broken(what.format(newest=_in_korea(newest)), _SET_THE_CLOCK)
    jump = (now - context.began_at).total_seconds() - (context.clock.monotonic() - context.began_monotonic)
    if abs(jump) > _JUMP_SECONDS:
        what = Text("점검하는 동안 시계가 {jump}초 건너뛰었어요.", "The clock jumped by {jump} s during this check.")
        return check.warning(what.format(jump=f"{jump:+.1f}"), _SET_THE_CLOCK)
    zone = f"UTC{now.astimezone():%z}"
    return check.good(
        Text("{now}, 시스템 시간대 {zone}.", "{now}, time zone of the system {zone}.").format(now=shown, zone=zone)
    )


def _in_korea(moment: datetime) -> str:
    return f"{moment.astimezone(KST):%Y-%m-%d %H:%M:%S} KST"


def _newest_moment(context: DoctorContext) -> datetime | None:
    """The latest time that the program itself has written down."""
    moments = [summary.made_at for summary in context.backups.newest()[:1]]
    end = read_last_end(context.paths.last_end)
    if end is not None:
        written_at = datetime.fromisoformat(end.at)
        if written_at.tzinfo is not None:
            moments.append(written_at)
    return max(moments, default=None)


CHECK = Check("clock", Text("시계", "Clock"), _look)
