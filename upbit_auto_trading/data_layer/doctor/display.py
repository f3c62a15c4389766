"""A screen, and the system libraries that windows need."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.utils.bilingual_text import Text


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    missing = context.missing_qt_libraries()
    if missing:
        return check.broken(
            Text(
                "창에 필요한 시스템 라이브러리가 없어요: {names}.", "System libraries for windows are missing: {names}."
            ).format(names=", ".join(missing)),
            Text("설치하세요: sudo apt-get install {packages}", "Install them: sudo apt-get install {packages}").format(
                packages=" ".join(sorted(set(missing.values())))
            ),
        )
    if not context.has_display():
        return check.warning(
            Text("화면이 없어 창을 열 수 없어요.", "There is no display, so no window can be opened."),
            Text(
                "--headless로 실행하거나 화면이 있는 곳에서 켜세요.",
                "Run with --headless, or where there is a display.",
            ),
        )
    return check.good(Text("창을 열 수 있어요.", "Windows can be opened."))


CHECK = Check("display", Text("화면", "Display"), _look)
