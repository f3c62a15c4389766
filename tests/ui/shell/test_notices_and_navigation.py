"""What the program tells, and the way through its screens, by their signals."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import START, FakeClock
from upbit_auto_trading.ui.navigation import Navigation
from upbit_auto_trading.ui.notices import NoticeLevel, Notices
from upbit_auto_trading.utils.bilingual_text import Text

SOMETHING = Text("무엇", "Something")


def test_a_notice_is_told_with_its_time_and_counts_until_it_is_read(qtbot: QtBot) -> None:
    clock = FakeClock()
    notices = Notices(clock)
    with qtbot.waitSignals([notices.added, notices.changed]):
        notices.add(NoticeLevel.SUCCESS, SOMETHING, SOMETHING)
    clock.advance(60)
    for level in (NoticeLevel.WARNING, NoticeLevel.ERROR, NoticeLevel.INFO):
        notices.add(level, SOMETHING, SOMETHING)
    newest, oldest = notices.all()[0], notices.all()[-1]
    assert (newest.level, oldest.level) == (NoticeLevel.INFO, NoticeLevel.SUCCESS)
    assert (newest.happened_at - START).total_seconds() == 60
    assert (notices.unread_count(), notices.problem_count()) == (4, 2)
    with qtbot.waitSignal(notices.changed):
        notices.mark_all_read()
    assert (notices.unread_count(), notices.problem_count()) == (0, 0)
    assert len(notices.all()) == 4


def test_only_the_newest_two_hundred_are_kept() -> None:
    notices = Notices(FakeClock())
    for _ in range(205):
        notices.add(NoticeLevel.INFO, SOMETHING, SOMETHING)
    assert [notices.all()[0].number, notices.all()[-1].number, len(notices.all())] == [205, 6, 200]


@pytest.fixture
def navigation() -> Navigation:
    return Navigation(("dashboard", "monitor", "settings"))


def test_screens_places_and_the_way_back(qtbot: QtBot, navigation: Navigation) -> None:
    assert (navigation.current, navigation.can_go_back, navigation.can_go_forward) == ("", False, False)
    shown: list[tuple[str, str]] = []
    navigation.shown.connect(lambda screen, place: shown.append((screen, place)))
    navigation.show("dashboard")
    navigation.show("settings/security")
    navigation.show("settings/security")  # the same again is no step
    navigation.show("monitor")
    navigation.back()
    navigation.back()
    assert navigation.current == "dashboard"
    navigation.back()  # nowhere further
    navigation.forward()
    assert shown[-1] == ("settings", "security")
    assert navigation.can_go_forward
    navigation.show("dashboard")  # a new way forgets the old one
    assert not navigation.can_go_forward
    navigation.forward()
    navigation.back()
    assert (shown[-1], len(shown)) == (("settings", "security"), 9)


def test_a_screen_that_does_not_exist_is_refused(qtbot: QtBot, navigation: Navigation) -> None:
    navigation.show("dashboard")
    with qtbot.assertNotEmitted(navigation.shown), pytest.raises(KeyError, match="no screen backtest"):
        navigation.show("backtest/x")
    assert navigation.current == "dashboard"
