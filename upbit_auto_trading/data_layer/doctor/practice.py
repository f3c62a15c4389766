"""The practice exchange starts on this computer, and the account that is kept for it can be read."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.errors import ExchangeError, InvalidParameter, NewerSchema
from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.utils.bilingual_text import Text

_RUNS = Text("프로그램과 함께 돌고 있어요.", "It runs with the program.")
_STARTED = Text("{seconds}초 만에 켜졌어요.", "It started within {seconds} s.")
_DOES_NOT_START = Text("켜지지 않아요({code}).", "It does not start ({code}).")
_LOOK_FOR_WHAT_STOPS_IT = Text(
    "백신이나 방화벽이 이 컴퓨터 안의 연결(127.0.0.1)을 막는지 살피고, 프로그램을 다시 설치하세요.",
    "See whether a virus scanner or firewall blocks connections within this computer (127.0.0.1), or install again.",
)
_UNREADABLE = Text("연습 계좌를 읽지 못했어요.", "The practice account cannot be read.")
_START_OVER = Text(
    "백업을 복원하거나, 연습 화면에서 처음부터 다시 시작하세요.",
    "Restore a backup, or start over on the practice screen.",
)
_NEWER = Text(
    "연습 계좌를 새로운 버전이 썼어요.",
    "The practice account was written by a newer version.",
)
_UPDATE = Text("프로그램을 새 버전으로 바꾸세요.", "Update the program.")


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    try:
        seconds = context.try_practice()
    except NewerSchema:
        return check.broken(_NEWER, _UPDATE)
    except InvalidParameter:
        return check.broken(_UNREADABLE, _START_OVER)
    except ExchangeError as error:
        code = error.detail or type(error).__name__
        return check.broken(_DOES_NOT_START.format(code=code), _LOOK_FOR_WHAT_STOPS_IT)
    return check.good(_RUNS if seconds is None else _STARTED.format(seconds=f"{seconds:.1f}"))


CHECK = Check("practice", Text("연습 거래소", "Practice exchange"), _look)
