"""Values, bounds and defaults in words, in both languages, from the declaration alone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from upbit_auto_trading.config.setting import Kind, Setting
from upbit_auto_trading.config.settings import ALL_SETTINGS, BACKUP_HOURS, BACKUP_SIZE_LIMIT, FLASH, TEXT_SCALE, THEME
from upbit_auto_trading.ui.forms.value_words import bounds_words, default_words, stored_words, value_words
from upbit_auto_trading.utils.bilingual_text import Text

NAME = Text("시험", "Trying")


def number(minimum: Decimal | None = None, maximum: Decimal | None = None) -> Setting:
    return Setting(
        id="trying.number",
        title=NAME,
        help=NAME,
        kind=Kind.DECIMAL_NUMBER,
        default=Decimal(1),
        minimum=minimum,
        maximum=maximum,
        unit=Text("%", "%"),
    )


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        (FLASH, True, Text("켜짐", "On")),
        (FLASH, False, Text("꺼짐", "Off")),
        (THEME, "light", Text("밝게", "Light")),
        (THEME, "of a later version", Text("of a later version", "of a later version")),
        (BACKUP_HOURS, 24, Text("24시간", "24\u00a0h")),
        (BACKUP_SIZE_LIMIT, 1_000, Text("1,000\u00a0MB", "1,000\u00a0MB")),
        (TEXT_SCALE, 130, Text("130%", "130%")),
    ],
)
def test_a_value_in_words(setting: Setting, value: bool | int | str, expected: Text) -> None:
    assert value_words(setting, value) == expected


def test_a_secret_is_never_told() -> None:
    secret = Setting(id="trying.secret", title=NAME, help=NAME, kind=Kind.TEXT, default="", is_secret=True)
    assert "hidden" not in value_words(secret, "hidden").ko + value_words(secret, "hidden").en


def test_an_empty_text_has_a_word() -> None:
    text = Setting(id="trying.text", title=NAME, help=NAME, kind=Kind.TEXT, default="")
    assert value_words(text, "") == Text("비어 있음", "Empty")
    assert value_words(text, "say") == Text("say", "say")


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (BACKUP_HOURS, Text("24부터 168시간까지", "24 to 168\u00a0h")),
        (number(minimum=Decimal(2)), Text("2% 이상", "2% or more")),
        (number(maximum=Decimal("2.5")), Text("2.5% 이하", "2.5% or less")),
        (number(), None),
        (THEME, None),
    ],
)
def test_bounds_in_words(setting: Setting, expected: Text | None) -> None:
    assert bounds_words(setting) == expected


def test_a_stored_text_in_words() -> None:
    assert stored_words(THEME, None) == Text("어둡게 (기본값)", "Dark (default)")
    assert stored_words(THEME, "light") == Text("밝게", "Light")
    assert stored_words(THEME, "sepia") == Text("sepia", "sepia")


@pytest.mark.parametrize("setting", ALL_SETTINGS, ids=lambda setting: setting.id)
def test_every_default_has_words_in_both_languages(setting: Setting) -> None:
    words = default_words(setting)
    assert words.ko.startswith("기본값 ")
    assert words.en.startswith("Default: ")
    assert len(words.ko) > 4
    assert len(words.en) > 9
