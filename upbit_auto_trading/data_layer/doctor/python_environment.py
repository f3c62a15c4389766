"""The private Python environment holds everything the program needs."""

from __future__ import annotations

import platform

from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.utils.bilingual_text import Text

_START_ONCE = Text(
    "인터넷에 연결하고 python run_desktop_ui.py를 한 번 실행하세요. 스스로 고쳐요.",
    "Connect to the internet and run python run_desktop_ui.py once: it repairs itself.",
)


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    missing = context.missing_packages()
    if missing:
        what = Text("파이썬 꾸러미가 없어요: {names}.", "Python packages are missing: {names}.")
        return check.broken(what.format(names=", ".join(missing)), _START_ONCE)
    state = context.environment_state()
    version = platform.python_version()
    if state == "frozen":
        return check.good(Text("설치본에 모두 들어 있어요.", "The built program carries everything."))
    if state != "complete":
        what = Text(
            ".venv의 기록이 requirements.txt와 달라요({state}).",
            "The record of .venv differs from requirements.txt ({state}).",
        )
        return check.warning(what.format(state=state), _START_ONCE)
    return check.good(
        Text(
            "Python {version}, 필요한 꾸러미가 모두 있어요.", "Python {version} with every package that is needed."
        ).format(version=version)
    )


CHECK = Check("python-environment", Text("파이썬 환경", "Python environment"), _look)
