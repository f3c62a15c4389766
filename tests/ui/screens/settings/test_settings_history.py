"""Every change is listed in words, newest first, and one of them can be taken back."""

from __future__ import annotations

from tests.fakes.settings_world import SettingsWorld
from tests.ui.screens.settings.conftest import User
from upbit_auto_trading.business_logic.domain.errors import DatabaseBusy
from upbit_auto_trading.config.settings import BACKUP_HOURS, FLASH, THEME
from upbit_auto_trading.ui.screens.settings.sections.history_page import HistoryPage


def page(user: User) -> HistoryPage:
    shown = user.view.page
    assert isinstance(shown, HistoryPage)
    return shown


def rows(user: User) -> list[tuple[str, ...]]:
    model = page(user).table.rows_model
    return [tuple(model.index(row, column).data() for column in range(4)) for row in range(model.rowCount())]


def test_nothing_changed_yet_says_what_will_stand_there(user: User) -> None:
    user.open("history")
    assert page(user).empty.isVisible()
    assert not page(user).roll_back_button.isVisible()


def test_changes_are_told_in_words_and_taken_back(user: User, world: SettingsWorld) -> None:
    user.open("history")
    world.settings.set(THEME, "light")
    user.settle()
    world.clock.advance(60)
    world.settings.set(BACKUP_HOURS, 48)
    user.settle()
    user.see(lambda: page(user).table.rows_model.rowCount() == 2)
    assert rows(user) == [
        ("2026-11-20 09:01:00", "백업 간격", "24시간 (기본값)", "48시간"),
        ("2026-11-20 09:00:00", "테마", "어둡게 (기본값)", "밝게"),
    ]

    assert not page(user).roll_back_button.isEnabled()
    page(user).table.selectRow(1)
    user.click(page(user).roll_back_button)
    user.settle()
    assert world.settings.value(THEME) == "dark"
    assert THEME.id not in world.settings_store.read_all()
    assert "테마를 ‘어둡게 (기본값)’" in page(user).note.label.text()
    assert rows(user)[0][1:] == ("테마", "밝게", "어둡게 (기본값)")


def test_a_setting_of_another_version_is_listed_but_not_taken_back(user: User, world: SettingsWorld) -> None:
    world.settings_store.write({"gone.setting": "7"}, world.clock.now())
    user.open("history")
    assert rows(user)[0][1:] == ("gone.setting", "기본값", "7")
    page(user).table.selectRow(0)
    assert not page(user).roll_back_button.isEnabled()
    assert "없는 설정" in page(user).roll_back_button.toolTip()


def test_a_change_that_cannot_be_taken_back_now_says_why(user: User, world: SettingsWorld) -> None:
    world.settings_store.write({FLASH.id: "false"}, world.clock.now())
    user.open("history")
    page(user).table.selectRow(0)
    world.settings_store.fail_next_write = DatabaseBusy("settings.sqlite3")
    user.click(page(user).roll_back_button)
    user.settle()
    assert page(user).error.isVisible()
    assert world.settings_store.read_all()[FLASH.id] == "false"
