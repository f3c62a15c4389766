"""Every setting changes something that its user meets: set in the real program, and seen there."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.fakes.made_candles import all_of, made_series
from tests.whole_program import running_program
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Origin
from upbit_auto_trading.business_logic.ports.scheduler import ScheduledRun
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.business_logic.use_cases import periodic_jobs
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.config import settings
from upbit_auto_trading.config.setting import Setting, Value
from upbit_auto_trading.data_layer.storage.backup import FolderBackups
from upbit_auto_trading.data_layer.storage.backup_retention import AUTOMATIC
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import ThemeName
from upbit_auto_trading.ui.notices import NoticeLevel
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.ui.screens.dashboard.view import DashboardView
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.spinner import Spinner
from upbit_auto_trading.ui.widgets.table_model import CellRole
from upbit_auto_trading.utils.bilingual_text import Language, Text

T = TypeVar("T")
_ASKING = Text("묻기", "Asking")
_LOGGER = logging.getLogger("upbit_auto_trading.trying")
_LIMIT_MS = 20_000


class Used:
    """The program, with the few things that these tests do to it."""

    def __init__(self, qtbot: QtBot, program: DesktopProgram) -> None:
        self.qtbot = qtbot
        self.program = program
        self.folder = program.opened.paths

    def set(self, setting: Setting, value: Value) -> None:
        self.program.core.settings.set(setting, value)
        self.see(lambda: not self.program.slices.is_under_way)

    def see(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=_LIMIT_MS)

    def picture(self) -> QImage:
        """Of what does not move by itself."""
        return self.program.window.rail.grab().toImage()

    def in_storage(self, work: Callable[[Stores], T]) -> T:
        """Done by the storage thread; its answer."""
        answers: list[T] = []
        self.program.core.operations.submit_to_storage(
            StorageOperation(_ASKING, lambda stores, _context: work(stores)), on_success=answers.append
        )
        self.see(lambda: answers)
        return answers[0]

    def runs_of(self, job_id: str) -> list[ScheduledRun]:
        newest = self.in_storage(lambda stores: stores.runs.newest())
        return [run for run in newest if run.job_id == job_id and run.result is not None]

    def run_job(self, job_id: str) -> str:
        """To its end, and what it said."""
        self.see(lambda: self.runs_of(job_id))  # the one of the start
        before = len(self.runs_of(job_id))
        self.program.core.periodic.run_now(job_id)
        self.see(lambda: len(self.runs_of(job_id)) > before)
        return self.runs_of(job_id)[0].detail

    def backups(self) -> int:
        return len(list(self.folder.backups.glob("*.zip")))

    def put_backup(self, hours_old: int) -> None:
        clock = FakeClock(SystemClock().now() - timedelta(hours=hours_old))
        FolderBackups(self.folder, clock, key_source=lambda: None).make(AUTOMATIC)

    def logged(self) -> list[str]:
        assert self.program.opened.log.flush(10)
        lines = [line for file in self.folder.logs.glob("*.jsonl") for line in file.read_text("utf-8").splitlines()]
        return [json.loads(line)["message"] for line in lines]

    def put_log(self, days_old: int, size: int) -> Path:
        day = SystemClock().now() - timedelta(days=days_old)
        path = self.folder.logs / f"upbit-autotrader-{day:%Y%m%d}.jsonl"
        with path.open("wb") as stream:
            stream.truncate(size)
        os.utime(path, (day.timestamp(), day.timestamp()))
        return path


@pytest.fixture
def used(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Used]:
    with running_program(qtbot, qapp, tmp_path) as program:
        yield Used(qtbot, program)
    language_state().set_language(Language.KOREAN)
    current_theme().apply(ThemeName.DARK)


# appearance


@pytest.mark.claims("setting:appearance.language")
def test_the_language_of_every_word_changes_at_once(used: Used) -> None:
    assert used.program.window.windowTitle() == "업비트 자동매매 시스템"
    used.set(settings.LANGUAGE, "en")
    assert used.program.window.windowTitle() == "Upbit AutoTrader"
    assert used.program.window.top_bar.title.text() == "Dashboard"


@pytest.mark.claims("setting:appearance.theme")
def test_the_theme_repaints_the_window(used: Used) -> None:
    dark = used.picture()
    used.set(settings.THEME, "light")
    light = used.picture()
    assert light.pixelColor(2, 2).lightness() > 128 > dark.pixelColor(2, 2).lightness()


@pytest.mark.claims("setting:appearance.direction_colours")
def test_up_is_red_or_green(used: Used) -> None:
    korean = current_theme().colour("up")
    used.set(settings.DIRECTION_COLOURS, "alternative")
    green = current_theme().colour("up")
    assert korean.red() > korean.green()
    assert green.green() > green.red()


@pytest.mark.claims("setting:appearance.text_scale")
def test_all_text_grows(used: Used, qapp: QApplication) -> None:
    title = used.program.window.top_bar.title
    before = title.sizeHint().height(), qapp.font().pixelSize()
    used.set(settings.TEXT_SCALE, 130)
    after = title.sizeHint().height(), qapp.font().pixelSize()
    assert after[0] > before[0]
    assert after[1] > before[1]


@pytest.mark.claims("setting:appearance.motion")
def test_waiting_marks_turn_or_stand_still(used: Used) -> None:
    button = Button(Text("저장", "Save"), ButtonRole.PRIMARY)
    used.qtbot.addWidget(button)
    button.show()
    button.set_busy(True)
    (spinner,) = button.findChildren(Spinner)
    (timer,) = spinner.findChildren(QTimer)

    def turns() -> bool:
        before = button.grab().toImage()
        with used.qtbot.waitSignal(timer.timeout):
            pass
        return button.grab().toImage() != before

    used.set(settings.MOTION, "on")
    assert turns()
    used.set(settings.MOTION, "off")
    assert not turns()
    button.set_busy(False)


def shown_flashes(used: Used) -> list[int]:
    """Of the price cells of the dashboard: 1 up, -1 down, 0 not tinted."""
    view = used.program.window.screen_widget("dashboard")
    assert isinstance(view, DashboardView)
    model = view.table.rows_model
    place = next(number for number, column in enumerate(model.columns) if column.flash)
    return [int(model.index(row, place).data(CellRole.FLASH)) for row in range(model.rowCount())]


def make_one_dearer(used: Used) -> None:
    row = used.program.screens.dashboard.state.rows[0]
    dearer = replace(row.last, price=row.last.price + Decimal(1_000))
    used.program.screens.dashboard.show_prices({dearer.market: dearer})


@pytest.mark.claims("setting:appearance.flash")
def test_a_changed_price_is_tinted_or_not(used: Used) -> None:
    used.see(lambda: used.program.screens.dashboard.state.rows)
    used.set(settings.FLASH, False)
    used.see(lambda: not any(shown_flashes(used)))
    make_one_dearer(used)
    assert not any(shown_flashes(used))
    used.set(settings.FLASH, True)
    make_one_dearer(used)
    assert 1 in shown_flashes(used)


# notices


@pytest.mark.claims("setting:notices.success_toasts", "notice:success", "notice:info", "notice:warning", "notice:error")
def test_what_went_well_may_stay_silent_but_never_what_did_not(used: Used) -> None:
    toasts = used.program.wiring.toasts

    def shown(level: NoticeLevel) -> bool:
        title = Text(f"{level.value} {len(used.program.notices.all())}", "")
        for toast in toasts.toasts:
            toast.dismiss()  # only three stand at a time
        used.program.notices.add(level, title, Text("", ""))
        assert used.program.notices.all()[0].title == title
        return any(toast.message.title == title for toast in toasts.toasts)

    assert {level: shown(level) for level in NoticeLevel} == dict.fromkeys(NoticeLevel, True)
    assert used.program.notices.problem_count() == 2
    used.set(settings.SUCCESS_TOASTS, False)
    grave = {NoticeLevel.WARNING, NoticeLevel.ERROR}
    assert {level for level in NoticeLevel if shown(level)} == grave
    assert used.program.notices.problem_count() == 4


# backups


@pytest.mark.claims("setting:data.automatic_backup", "setting:data.backup_hours", "job:backup.automatic")
def test_a_backup_is_made_when_it_is_wanted_and_due(used: Used) -> None:
    used.see(lambda: used.runs_of(periodic_jobs.AUTOMATIC_BACKUP))
    assert used.backups() == 1
    for path in used.folder.backups.glob("*.zip"):  # beside it may lie the folder of another job at work
        path.unlink()
    used.set(settings.AUTOMATIC_BACKUP, False)
    assert used.run_job(periodic_jobs.AUTOMATIC_BACKUP) == "switched off"
    assert used.backups() == 0
    used.set(settings.AUTOMATIC_BACKUP, True)
    used.put_backup(hours_old=30)
    used.set(settings.BACKUP_HOURS, 48)
    assert used.run_job(periodic_jobs.AUTOMATIC_BACKUP) == "not due"
    assert used.backups() == 1
    used.set(settings.BACKUP_HOURS, 24)
    assert used.run_job(periodic_jobs.AUTOMATIC_BACKUP).endswith(".zip")
    assert used.backups() == 2


@pytest.mark.claims("setting:data.backups_kept", "setting:data.backup_size_limit_mb", "job:backup.prune")
def test_old_backups_go_by_number_and_by_size(used: Used) -> None:
    used.see(lambda: used.backups())
    for hours in range(30, 34):
        used.put_backup(hours)
    assert used.run_job(periodic_jobs.PRUNE_BACKUPS) == "deleted 0"
    used.set(settings.BACKUPS_KEPT, 4)
    assert used.run_job(periodic_jobs.PRUNE_BACKUPS) == "deleted 1"
    for name in ("one.py", "other.py"):
        (used.folder.components / name).write_bytes(os.urandom(15_000_000))
    for hours in (1, 2):
        used.put_backup(hours)
    used.set(settings.BACKUPS_KEPT, 30)
    assert used.run_job(periodic_jobs.PRUNE_BACKUPS) == "deleted 0"
    used.set(settings.BACKUP_SIZE_LIMIT, 50)
    assert used.run_job(periodic_jobs.PRUNE_BACKUPS) != "deleted 0"
    assert sum(path.stat().st_size for path in used.folder.backups.iterdir()) <= 50_000_000


# logging


@pytest.mark.claims("setting:logging.level")
def test_the_level_of_the_log_holds_from_the_next_line_on(used: Used) -> None:
    _LOGGER.debug("unheard")
    used.set(settings.LOG_LEVEL, "debug")
    _LOGGER.debug("heard")
    used.set(settings.LOG_LEVEL, "warning")
    _LOGGER.info("unheard too")
    messages = used.logged()
    assert "heard" in messages
    assert not {"unheard", "unheard too"} & set(messages)


@pytest.mark.claims("setting:logging.days_kept", "setting:logging.size_limit_mb", "job:logs.prune")
def test_old_logs_go_by_age_and_by_size(used: Used) -> None:
    old = used.put_log(days_old=20, size=100)
    large = [used.put_log(days_old=day, size=7_000_000) for day in (2, 3)]
    used.run_job(periodic_jobs.PRUNE_LOGS)
    assert old.exists()
    assert all(path.exists() for path in large)
    used.set(settings.LOG_DAYS_KEPT, 10)
    used.run_job(periodic_jobs.PRUNE_LOGS)
    assert not old.exists()
    assert all(path.exists() for path in large)
    used.set(settings.LOG_SIZE_LIMIT, 10)
    used.run_job(periodic_jobs.PRUNE_LOGS)
    assert [path.exists() for path in large] == [True, False]


@pytest.mark.claims("job:candles.clean_up")
def test_market_data_that_is_too_old_goes_with_the_daily_job(used: Used) -> None:
    """As the settings say it at that moment."""
    series = made_series(
        500, unit=CandleUnit.SECOND, first=SystemClock().now().replace(microsecond=0) - timedelta(days=40)
    )
    used.in_storage(lambda stores: stores.candles.write(series, all_of(series), Origin.FILE, SystemClock().now()))
    used.set(settings.CANDLES_SECONDS_DAYS, 60)
    assert used.run_job(periodic_jobs.CLEAN_UP_CANDLES) == "nothing to do"
    used.set(settings.CANDLES_SECONDS_DAYS, 30)
    assert used.run_job(periodic_jobs.CLEAN_UP_CANDLES).startswith("ranges 1 (age)")
    left = used.in_storage(lambda stores: stores.candles.inventory())
    assert [facts for facts in left if facts.unit is CandleUnit.SECOND] == []
