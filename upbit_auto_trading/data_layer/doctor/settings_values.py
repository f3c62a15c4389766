"""Every stored setting is one that the program can use."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.config.setting import InvalidValue, Setting
from upbit_auto_trading.config.settings import SETTINGS_BY_ID
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.utils.bilingual_text import Text


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    known = [(SETTINGS_BY_ID[name], text) for name, text in context.settings.items() if name in SETTINGS_BY_ID]
    invalid = [setting for setting, text in known if not _is_valid(setting, text)]
    if invalid:
        names = Text(", ".join(each.title.ko for each in invalid), ", ".join(each.title.en for each in invalid))
        return check.warning(
            Text(
                "쓸 수 없는 값이 있어 기본값을 써요: {names}.",
                "Values that cannot be used, so the defaults are: {names}.",
            ).format(names=names),
            Text("설정에서 값을 다시 고르세요.", "Choose the values again in the settings."),
        )
    return check.good(
        Text("바꾼 설정 {count}개가 모두 올바라요.", "All {count} changed settings are valid.").format(count=len(known))
    )


def _is_valid(setting: Setting, text: str) -> bool:
    try:
        setting.from_text(text)
    except InvalidValue:
        return False
    return True


CHECK = Check("settings", Text("설정", "Settings"), _look)
