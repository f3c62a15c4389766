"""A font that can show Hangul."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.utils.bilingual_text import Text


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    fonts = context.hangul_fonts()
    if fonts is None:
        return check.warning(
            Text("한글 글꼴이 있는지 알아내지 못했어요.", "Whether there is a Hangul font could not be found out."),
            Text(
                "창의 한글이 네모로 보이면 fonts-noto-cjk를 설치하세요.",
                "If Hangul shows as boxes, install fonts-noto-cjk.",
            ),
        )
    if not fonts:
        return check.warning(
            Text("한글 글꼴이 없어 화면을 영어로 보여요.", "There is no Hangul font, so windows are in English."),
            Text("한글 글꼴을 설치하세요(Debian: fonts-noto-cjk).", "Install one (on Debian: fonts-noto-cjk)."),
        )
    return check.good(Text("한글 글꼴: {name}.", "Hangul font: {name}.").format(name=fonts[0]))


CHECK = Check("fonts", Text("글꼴", "Fonts"), _look)
