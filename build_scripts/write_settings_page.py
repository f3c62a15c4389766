"""Writes docs/settings.md from the declarations in config/settings.py, in Korean and English.

``python build_scripts/write_settings_page.py`` writes it; a test fails while the committed page is not current.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from upbit_auto_trading.config.setting import Kind, Setting, Value  # noqa: E402 - found through the line above
from upbit_auto_trading.config.settings import ALL_SETTINGS, GROUP_TITLES  # noqa: E402
from upbit_auto_trading.utils.bilingual_text import Language, Text  # noqa: E402

PAGE = ROOT / "docs" / "settings.md"

_TITLE = Text("설정", "Settings")
_LEAD = Text(
    "`config/settings.py`의 선언에서 만든 문서예요. 직접 고치지 마세요. "
    "바뀔 때마다 언제, 무엇에서 무엇으로 바뀌었는지 남고, 되돌릴 수 있어요.",
    "Made from the declarations in `config/settings.py`; not to be edited. Each change is recorded with its time, and "
    "what it was before, and can be rolled back.",
)
_COLUMNS = (
    Text("설정", "Setting"),
    Text("값", "Values"),
    Text("기본", "Default"),
    Text("설명", "What it does"),
    Text("이름", "Id"),
)
_SWITCH = Text("켜기 / 끄기", "on / off")
_ON, _OFF = Text("켜기", "on"), Text("끄기", "off")
_TIME = Text("시각 (HH:MM, KST)", "time of day (HH:MM, KST)")
_ANY = Text("자유로운 글", "any text")
_RESTART = Text(" 다시 시작해야 바뀌어요.", " Takes effect after a restart.")
_SECRET = Text(" 비밀 값이라 암호화해 보관해요.", " Secret: kept encrypted.")
_LIMIT = Text(" 한도라서 바꾸면 보안 기록에 남아요.", " A limit: changes are noted in the security journal.")


def settings_page() -> str:
    return "\n".join(line for language in Language for line in _part(language)).rstrip() + "\n"


def _part(language: Language) -> list[str]:
    lines = [f"# {_TITLE.in_language(language)}", "", _LEAD.in_language(language), ""]
    for group, title in GROUP_TITLES.items():
        settings = [setting for setting in ALL_SETTINGS if setting.group == group]
        if not settings:
            continue
        lines += [f"## {title.in_language(language)}", "", _row(column.in_language(language) for column in _COLUMNS)]
        lines += [_row("---" for _column in _COLUMNS)]
        lines += [_row(_cells(setting, language)) for setting in settings]
        lines += [""]
    return lines


def _cells(setting: Setting, language: Language) -> list[str]:
    remarks = [
        remark.in_language(language)
        for applies, remark in (
            (setting.needs_restart, _RESTART),
            (setting.is_secret, _SECRET),
            (setting.is_risk_limit, _LIMIT),
        )
        if applies
    ]
    return [
        setting.title.in_language(language),
        _values(setting, language),
        _value(setting, setting.default, language),
        setting.help.in_language(language) + "".join(remarks),
        f"`{setting.id}`",
    ]


def _values(setting: Setting, language: Language) -> str:
    match setting.kind:
        case Kind.SWITCH:
            return _SWITCH.in_language(language)
        case Kind.CHOICE:
            return " / ".join(choice.label.in_language(language) for choice in setting.choices)
        case Kind.TIME_OF_DAY:
            return _TIME.in_language(language)
        case Kind.TEXT:
            return _ANY.in_language(language)
        case _:
            unit = setting.unit.in_language(language)
            return f"{_bound(setting.minimum)} … {_bound(setting.maximum)} {unit}".rstrip()


def _value(setting: Setting, value: Value, language: Language) -> str:
    if isinstance(value, bool):
        return (_ON if value else _OFF).in_language(language)
    if setting.kind is Kind.CHOICE:
        return next(choice.label.in_language(language) for choice in setting.choices if choice.value == value)
    if isinstance(value, int | Decimal):
        return f"{value:,} {setting.unit.in_language(language)}".rstrip()
    return str(value)


def _bound(number: Decimal | None) -> str:
    return "" if number is None else f"{number:,f}"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(settings_page(), encoding="utf-8", newline="\n")
    print(PAGE)
