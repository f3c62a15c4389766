"""docs/settings.md says what config/settings.py declares."""

from __future__ import annotations

from build_scripts.write_settings_page import PAGE, settings_page
from upbit_auto_trading.config.settings import ALL_SETTINGS


def test_the_committed_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page(), "run: python build_scripts/write_settings_page.py"


def test_every_setting_stands_in_both_languages() -> None:
    korean, english = settings_page().split("\n# Settings\n")

    for setting in ALL_SETTINGS:
        assert f"| {setting.title.ko} |" in korean
        assert f"| {setting.title.en} |" in english
        assert f"`{setting.id}`" in korean
        assert f"`{setting.id}`" in english
