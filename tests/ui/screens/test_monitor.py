"""The monitor as a user meets it: every tab read, filtered, failed, given up and read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import START
from tests.fakes.monitor_world import BACKUP_JOB, MonitorWorld
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.errors import DatabaseBusy
from upbit_auto_trading.business_logic.domain.health import HealthFinding, HealthStatus
from upbit_auto_trading.business_logic.domain.key_facts import KeyTrouble
from upbit_auto_trading.business_logic.ports.scheduler import RunResult, ScheduledRun
from upbit_auto_trading.business_logic.use_cases.check_keys import KeyState
from upbit_auto_trading.config.log_lines import ErrorDescription, LogLine
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.key_sentences import STATE_NAMES
from upbit_auto_trading.ui.screens.monitor.columns import detail_words
from upbit_auto_trading.ui.screens.monitor.health_page import HealthPage
from upbit_auto_trading.ui.screens.monitor.sections import (
    LogPage,
    OperationsPage,
    Page,
    ReportsPage,
    SchedulePage,
)
from upbit_auto_trading.ui.screens.monitor.view import MonitorView
from upbit_auto_trading.ui.screens.monitor.view_model import MonitorViewModel, Section
from upbit_auto_trading.ui.widgets.table import DataTable
from upbit_auto_trading.utils.bilingual_text import Language, Text

HOSTILE = "<b>굵게</b><img src=x>\x07\u202e =SUM(A1) " + "길" * 4000


class Monitor:
    def __init__(self, qtbot: QtBot, world: MonitorWorld) -> None:
        self.qtbot = qtbot
        self.world = world
        self.model = MonitorViewModel(world.services)
        self.view = MonitorView(self.model, world.services)
        qtbot.addWidget(self.view)
        self.view.resize(1200, 560)

    def open(self, section: Section) -> Page:
        page = self.view.page(section.value)
        self.view.show_place(section.value)
        self.view.show()
        self.settle()
        return page

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.world.operations.running())

    def see(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()))


@pytest.fixture
def world(tmp_path: Path, qtbot: QtBot) -> Iterator[MonitorWorld]:
    world = MonitorWorld(tmp_path)
    yield world
    world.go_on.set()
    stop_operations(world.operations)


@pytest.fixture
def monitor(qtbot: QtBot, world: MonitorWorld) -> Monitor:
    return Monitor(qtbot, world)


def cells(table: DataTable) -> list[list[str]]:
    model = table.rows_model
    return [
        [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


def finding(name: str, status: HealthStatus, mend: str = "") -> HealthFinding:
    return HealthFinding(name, Text(name, name), status, Text(f"{name} 봄", f"{name} seen"), Text(mend, mend))


def line(level: str, text: str, **fields: str) -> LogLine:
    return LogLine(START, level, "package.part", "main", text, text, tuple(fields.items()))


# check-up


def test_problems_stand_first_with_how_to_mend_them(monitor: Monitor) -> None:
    good, bad, warned = HealthStatus.GOOD, HealthStatus.BROKEN, HealthStatus.WARNING
    monitor.world.findings = (
        finding("하나", good),
        finding("둘", warned, "정리하세요"),
        finding("셋", bad, "고치세요"),
        finding("넷", good),
    )
    page = monitor.open(Section.HEALTH)
    assert isinstance(page, HealthPage)
    assert [row.finding.check_id for row in page.rows] == ["셋", "둘", "하나", "넷"]
    assert {"셋", "셋 봄", "고치세요", "고장"} <= set(texts(page.rows[0]))
    assert "정리하세요" in texts(page.rows[1])
    assert "확인 필요" in texts(page.rows[1])
    assert page.rows[0].accessibleName() == "셋: 고장"
    language_state().set_language(Language.ENGLISH)
    assert "Broken" in texts(page.rows[0])


def test_the_list_of_findings_keeps_its_place_while_other_sections_change(monitor: Monitor) -> None:
    monitor.world.findings = tuple(finding(f"{number}", HealthStatus.GOOD) for number in range(60))
    page = monitor.open(Section.HEALTH)
    assert isinstance(page, HealthPage)
    first = page.rows[0]
    monitor.model.read_log()
    monitor.settle()
    assert page.rows[0] is first


def test_checking_again_is_busy_and_tells_the_rest_of_the_program(monitor: Monitor, qtbot: QtBot) -> None:
    page = monitor.open(Section.HEALTH)
    monitor.world.go_on.clear()
    monitor.world.findings = (finding("하나", HealthStatus.WARNING, "고치세요"),)
    monitor.view.refresh.click()
    monitor.see(lambda: monitor.model.state.is_checking)
    monitor.model.check()  # a second one while it runs changes nothing
    with qtbot.waitSignal(monitor.model.findings_changed) as told:
        monitor.world.go_on.set()
    assert told.args == [monitor.world.findings]
    assert not monitor.model.state.is_checking
    assert isinstance(page, HealthPage)
    assert len(page.rows) == 1


def test_what_changed_during_a_check_is_checked_again(monitor: Monitor) -> None:
    monitor.world.go_on.clear()
    monitor.world.findings = (finding("하나", HealthStatus.WARNING, "고치세요"),)
    monitor.model.check()
    monitor.world.findings = ()
    monitor.model.check_anew()
    told: list[object] = []
    monitor.model.findings_changed.connect(told.append)
    monitor.world.go_on.set()
    monitor.see(lambda: len(told) == 2 and not monitor.model.state.is_checking)
    monitor.model.check_anew()
    monitor.see(lambda: len(told) == 3 and not monitor.model.state.is_checking)
    assert told[1:] == [(), ()]


# log


def test_the_log_is_filtered_by_level_and_words(monitor: Monitor, qtbot: QtBot) -> None:
    monitor.world.lines = (line("info", "first"), line("warning", "second"), line("error", "third"))
    page = monitor.open(Section.LOG)
    assert isinstance(page, LogPage)
    assert [row[3] for row in cells(page.table)] == ["third", "second", "first"]
    assert [row[1] for row in cells(page.table)] == ["오류", "경고", "정보"]
    place = page.levels.rects()[2].center().toPoint()
    qtbot.mouseClick(page.levels, Qt.MouseButton.LeftButton, pos=place)
    monitor.see(lambda: [row[3] for row in cells(page.table)] == ["third", "second"])
    qtbot.keyClicks(page.words.field, "sec")
    monitor.see(lambda: [row[3] for row in cells(page.table)] == ["second"])
    qtbot.keyClicks(page.words.field, "zzz")
    monitor.see(lambda: page.nothing.isVisible() and not page.table.isVisible())
    assert "맞는 기록이 없어요" in texts(page.nothing)
    page.words.field.clear()
    monitor.see(lambda: len(cells(page.table)) == 2)
    assert monitor.world.filters[-1] == ("warning", "")


def test_a_line_shows_fields_and_error_as_plain_text(monitor: Monitor) -> None:
    failed = LogLine(
        START, "error", "a.b", "main", "m", HOSTILE, (("file", "<i>x</i>"),), (), ErrorDescription("Boom", "")
    )
    monitor.world.lines = (failed, failed)
    page = monitor.open(Section.LOG)
    assert isinstance(page, LogPage)
    shown = cells(page.table)
    assert len(shown) == 2  # alike to the letter, and still two lines
    assert shown[0][3].startswith("<b>굵게</b><img src=x>")
    assert shown[0][3].endswith("file=<i>x</i> · Boom")
    page.table.grab()  # paints without a warning and without a second line
    assert page.table.rowHeight(0) == page.table.rowHeight(1) == 28


def test_a_slow_reading_is_not_begun_anew_but_a_new_filter_is(monitor: Monitor) -> None:
    page = monitor.open(Section.LOG)
    monitor.world.go_on.clear()
    monitor.model.read_log()
    monitor.see(lambda: monitor.model.is_reading(Section.LOG))
    begun = [running.handle for running in monitor.world.operations.running()]
    page._read_again()
    assert [running.handle for running in monitor.world.operations.running()] == begun
    monitor.world.lines = (line("error", "the newest"),)
    monitor.model.filter_log("error", "")
    monitor.world.go_on.set()
    monitor.settle()
    assert monitor.model.state.log_level == "error"
    assert [row.text for row in monitor.model.state.log_lines or ()] == ["the newest"]


def test_the_answer_to_an_older_filter_is_not_shown(monitor: Monitor) -> None:
    monitor.open(Section.LOG)
    monitor.world.held_level = "info"
    monitor.world.lines = (line("info", "old"), line("error", "new"))
    monitor.world.go_on.clear()
    monitor.model.read_log()
    monitor.see(lambda: ("info", "") in monitor.world.filters[1:])
    monitor.model.filter_log("error", "")
    monitor.see(lambda: len(monitor.model.state.log_lines or ()) == 1)
    monitor.world.go_on.set()  # cancelled, but so far on that it answers all the same
    monitor.settle()
    assert [row.text for row in monitor.model.state.log_lines or ()] == ["new"]


# scheduled work


def test_a_job_is_run_now_and_its_run_appears(monitor: Monitor, qtbot: QtBot) -> None:
    page = monitor.open(Section.SCHEDULE)
    assert isinstance(page, SchedulePage)
    assert page.nothing.isVisible()
    assert cells(page.plans)[0][:2] == [BACKUP_JOB.ko, "10:00:00"]
    column = 2
    place = page.plans.visualRect(page.plans.rows_model.index(0, column))
    viewport = page.plans.viewport()
    assert viewport is not None
    spot = QPoint(place.right() - 30, place.center().y())
    qtbot.mouseMove(viewport, spot)
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot)
    assert len(monitor.world.runs.newest()) == 1
    page._read_again()
    monitor.see(lambda: page.runs.isVisible())
    assert cells(page.runs)[0][1:] == [BACKUP_JOB.ko, "완료", "250ms", "이상 없음"]
    language_state().set_language(Language.ENGLISH)
    assert cells(page.runs)[0][1:3] == [BACKUP_JOB.en, "Done"]


def test_every_state_of_a_key_has_a_name() -> None:
    assert {state.value for state in (*KeyState, *KeyTrouble)} <= set(STATE_NAMES)


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("whole", "이상 없음"),
        ("not due", "아직 때가 아니에요"),
        ("switched off", "꺼져 있어요"),
        ("interrupted", "프로그램이 끝나서 멈췄어요"),
        ("deleted 3", "3개 지움"),
        ("deleted 0", "지울 것 없음"),
        ("backup-1.zip", "backup-1.zip"),
        ("no keys", "저장한 키 없음"),
        ("locked", "키가 잠겨 있어 확인하지 않음"),
        ("expiring 1, good 12", "곧 끝남 1, 쓸 수 있음 12"),
        ("unreachable 2, of-later 1", "연결 안 됨 2, of-later 1"),
        ("deleted <b>", "deleted <b>"),
    ],
)
def test_what_a_job_reports_is_told_in_words(detail: str, words: str) -> None:
    assert detail_words(ScheduledRun("x", START, None, None, RunResult.DONE, detail)) == words


def test_missed_skipped_failed_and_running_are_told(monitor: Monitor) -> None:
    runs = monitor.world.runs
    for result in ("missed", "skipped", "failed"):
        runs.record_ended(runs.record_planned("gone", START), START, result, "")
    runs.record_started(runs.record_planned("gone", START), START)
    page = monitor.open(Section.SCHEDULE)
    assert isinstance(page, SchedulePage)
    assert {row[2] for row in cells(page.runs)} == {"놓침", "건너뜀", "실패", "실행 중"}
    assert {row[1] for row in cells(page.runs)} == {"gone"}  # a job of an older version keeps its id
    assert {row[3] for row in cells(page.runs)} == {"–"}


# operations


def test_heartbeats_and_counters(monitor: Monitor) -> None:
    page = monitor.open(Section.OPERATIONS)
    assert isinstance(page, OperationsPage)
    assert page.no_counts.isVisible()
    assert page.no_beats.isVisible()
    monitor.world.beat()
    monitor.world.beat(alive=False, fresh=1)
    monitor.world.count("storage", (0, 6, 4, *(0 for _ in range(12))), failures=2)
    monitor.view.refresh.click()
    monitor.see(lambda: page.counts.isVisible() and page.beats.isVisible())
    assert cells(page.counts) == [["storage", "10", "2", "2ms", "5ms"]]
    assert cells(page.beats) == [["09:01:00", "응답 없음", "1", "0", "0"], ["09:00:00", "정상", "5", "0", "0"]]


def test_slower_than_the_last_bound_is_not_known(monitor: Monitor) -> None:
    monitor.world.count("slow", (*(0 for _ in range(14)), 1))
    page = monitor.open(Section.OPERATIONS)
    assert isinstance(page, OperationsPage)
    assert cells(page.counts) == [["slow", "1", "0", "–", "–"]]


# crash reports


def test_a_report_is_read_and_counts_as_seen(monitor: Monitor, qtbot: QtBot) -> None:
    page = monitor.open(Section.REPORTS)
    assert isinstance(page, ReportsPage)
    assert page.nothing.isVisible()
    monitor.world.add_report("one.txt", HOSTILE, f"전체 {HOSTILE}")
    monitor.view.refresh.click()
    monitor.see(lambda: page.table.isVisible())
    assert cells(page.table)[0][2] == "새 보고서"
    assert cells(page.table)[0][1].startswith("<b>굵게</b>")
    viewport = page.table.viewport()
    assert viewport is not None
    spot = page.table.visualRect(page.table.rows_model.index(0, 1)).center()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot)
    monitor.see(lambda: page.text.toPlainText().startswith("전체 <b>굵게</b>"))
    assert cells(page.table)[0][2] == "읽음"
    assert monitor.world.reports.reports[0].is_seen


# failures and patience


@pytest.mark.parametrize("section", [Section.HEALTH, Section.LOG, Section.SCHEDULE])
def test_an_error_explains_itself_stays_and_is_tried_again(monitor: Monitor, section: Section) -> None:
    world = monitor.world
    world.failure = world.runs.failure = DatabaseBusy("/x/settings.sqlite3")
    page = monitor.open(section)
    monitor.see(lambda: page.error is not None and page.error.isVisible())
    shown = page.error
    assert shown is not None
    assert not page.content.isVisible()
    shown.details_button.click()
    assert shown.details.isVisible()
    other = Section.LOG if section is not Section.LOG else Section.REPORTS
    monitor.model.look_at(other)
    monitor.settle()
    assert page.error is shown
    assert shown.details.isVisible()
    world.failure = world.runs.failure = None
    shown.retry_button.click()
    monitor.see(lambda: page.content.isVisible())
    assert page.error is None


def test_who_does_not_want_to_wait_stops_the_reading_and_begins_again(monitor: Monitor) -> None:
    monitor.world.go_on.clear()
    monitor.view.show_place("log")
    monitor.view.show()
    page = monitor.view.page("log")
    monitor.see(lambda: monitor.model.is_reading(Section.LOG))
    page.loading.cancel_button.click()
    monitor.see(lambda: page.given_up.isVisible())
    assert not page.loading.isVisible()
    monitor.world.go_on.set()
    monitor.settle()
    assert page.given_up.button is not None
    page.given_up.button.click()
    monitor.see(lambda: page.content.isVisible())
    assert not page.given_up.isVisible()


def test_the_tabs_count_what_needs_the_user(monitor: Monitor) -> None:
    monitor.world.findings = (finding("하나", HealthStatus.BROKEN, "고치세요"), finding("둘", HealthStatus.GOOD))
    monitor.world.add_report("one.txt", "x", "x")
    monitor.open(Section.HEALTH)
    monitor.open(Section.REPORTS)
    counted = [monitor.view.tabs._count_text(place) for place in range(5)]
    assert counted == ["1", "", "", "", "1"]
    monitor.model.open_report("one.txt")
    monitor.settle()
    assert monitor.view.tabs._count_text(4) == ""
