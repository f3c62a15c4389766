"""What a crash report holds, what it never holds, and how reports are listed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, StorageError
from upbit_auto_trading.business_logic.ports.crash_reports import Crash, CrashKind, CrashReportStore
from upbit_auto_trading.config.log_lines import LogLine
from upbit_auto_trading.data_layer import crash_reports
from upbit_auto_trading.data_layer.crash_reports import REPORTS_KEPT, FileCrashReports, ProgramFacts

KEY = "Qw7Zx81kQm" * 4
MakeStore = Callable[..., FileCrashReports]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def make_store(tmp_path: Path, clock: FakeClock) -> MakeStore:
    def make(**options: object) -> FileCrashReports:
        facts = ProgramFacts(version="1.2.3", qt="Qt 6.11.0")
        return FileCrashReports(tmp_path / "crashes", clock, facts, **options)  # type: ignore[arg-type]

    return make


def failure() -> Crash:
    local_secret = KEY  # noqa: F841 - what must not be shown
    try:
        raise ValueError(f"cannot read {KEY}")
    except ValueError as error:
        return Crash(CrashKind.EXCEPTION, "engine", error)


def test_a_report_tells_what_is_needed_and_can_be_read(make_store: MakeStore) -> None:
    log = [LogLine(datetime(2026, 11, 20, tzinfo=UTC), "info", "x", "engine", "m", "the last thing that was done")]
    settings = {"appearance.theme": "light", "appearance.language": "ko"}
    store: CrashReportStore = make_store(recent_lines=lambda: log, settings=lambda: settings)
    summary = store.write(failure())
    assert (summary.kind, summary.thread_name, summary.error_type) == (CrashKind.EXCEPTION, "engine", "ValueError")
    assert summary.file_name == "crash-20261120-090000.txt"
    text = store.read(summary.file_name)
    for part in (
        "ValueError: cannot read [left out] (engine)\n",
        "Upbit AutoTrader 1.2.3",
        "Qt 6.11.0",
        f"Python {sys.version_info.major}.{sys.version_info.minor}",
        "2026-11-20 09:00:00 KST",
        "unit/data_layer/test_crash_reports.py:",
        " failure\n",
        "the last thing that was done",
        "appearance.theme = light",
        "보내기 전에 읽어 보세요",
    ):
        assert part in text
    assert "appearance.language" not in text, "as by default"


def test_a_report_holds_no_values(make_store: MakeStore) -> None:
    settings = {"unknown.setting": KEY, "appearance.theme": KEY, "exchange.api_key": KEY}
    store = make_store(settings=lambda: settings)
    text = store.read(store.write(failure()).file_name)
    assert KEY not in text
    assert "unknown.setting" not in text


def test_free_text_and_secret_settings_are_left_out(make_store: MakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from upbit_auto_trading.config.setting import Kind, Setting
    from upbit_auto_trading.utils.bilingual_text import Text

    own_words = Setting("notes.own", Text("", ""), Text("", ""), Kind.TEXT, "")
    hidden = Setting("keys.level", Text("", ""), Text("", ""), Kind.WHOLE_NUMBER, 1, is_secret=True)
    declared = {own_words.id: own_words, hidden.id: hidden}
    monkeypatch.setattr(crash_reports, "SETTINGS_BY_ID", declared)
    text = make_store(settings=lambda: {"notes.own": "my diary", "keys.level": "2"})
    report = text.read(text.write(failure()).file_name)
    assert "my diary" not in report
    assert "keys.level" not in report


def test_the_home_folder_is_not_told(make_store: MakeStore) -> None:
    home = str(Path.home())
    log = [LogLine(datetime(2026, 11, 20, tzinfo=UTC), "info", "x", home, "m", f"opened {home}/data")]
    store = make_store(recent_lines=lambda: log)
    text = store.read(store.write(failure()).file_name)
    assert "opened ~/data" in text
    assert home not in text


def test_a_crash_without_frames_shows_where_the_thread_is(make_store: MakeStore) -> None:
    store = make_store()
    for crash in (
        Crash(CrashKind.QT_FATAL, "MainThread", None, f"Cannot go on {KEY}"),
        Crash(CrashKind.EXCEPTION, "x", ValueError()),
    ):
        text = store.read(store.write(crash).file_name)
        assert "test_a_crash_without_frames_shows_where_the_thread_is" in text
        assert KEY not in text


@pytest.mark.parametrize("kind", [kind for kind in CrashKind if kind is not CrashKind.NATIVE])
def test_the_list_tells_what_kind_it_was(make_store: MakeStore, kind: CrashKind) -> None:
    store = make_store()
    store.write(Crash(kind, "engine", ValueError("x")))
    assert [report.kind for report in store.list_reports()] == [kind]


def test_reports_of_one_second_do_not_overwrite_each_other(make_store: MakeStore, clock: FakeClock) -> None:
    store = make_store()
    names = [store.write(failure()).file_name for _ in range(3)]
    assert names == ["crash-20261120-090000.txt", "crash-20261120-090000-2.txt", "crash-20261120-090000-3.txt"]
    clock.advance(60)
    newest = store.write(failure()).file_name
    assert store.list_reports()[0].file_name == newest
    assert {report.file_name for report in store.list_reports()} == {*names, newest}


def test_seeing_a_report_is_remembered(make_store: MakeStore, clock: FakeClock) -> None:
    store = make_store()
    first = store.write(failure()).file_name
    clock.advance(60)
    second = store.write(failure()).file_name
    store.mark_seen(first)
    assert {report.file_name: report.is_seen for report in make_store().list_reports()} == {first: True, second: False}
    assert store.list_reports()[0].first_line == "ValueError: cannot read [left out] (engine)"
    assert store.list_reports()[0].written_at == clock.now()


def test_only_the_newest_are_kept(make_store: MakeStore, clock: FakeClock) -> None:
    store = make_store()
    for _ in range(REPORTS_KEPT + 3):
        clock.advance(60)
        newest = store.write(failure()).file_name
    assert len(store.list_reports()) == REPORTS_KEPT
    assert store.list_reports()[0].file_name == newest


def test_a_folder_that_cannot_be_written_still_tells_the_user(make_store: MakeStore, tmp_path: Path) -> None:
    (tmp_path / "crashes").write_text("a file in the way")
    summary = make_store().write(failure())
    assert (summary.error_type, summary.file_name) == ("ValueError", "")
    assert make_store().list_reports() == ()


@pytest.mark.parametrize("name", ["../settings.sqlite3", "seen.txt", "/etc/passwd", "crash-1.txt", ""])
def test_only_reports_are_read(make_store: MakeStore, name: str) -> None:
    with pytest.raises(InvalidParameter):
        make_store().read(name)
    with pytest.raises(InvalidParameter):
        make_store().mark_seen(name)


def test_a_report_that_was_deleted_is_one_error_of_ours(make_store: MakeStore) -> None:
    with pytest.raises(StorageError):
        make_store().read("crash-20261120-090000.txt")
    with pytest.raises(StorageError):
        make_store().mark_seen("crash-20261120-090000.txt")


def test_native_reports_are_listed_if_they_hold_something(make_store: MakeStore, tmp_path: Path) -> None:
    folder = tmp_path / "crashes"
    folder.mkdir()
    (folder / "native-20261119.txt").write_text(f"Fatal Python error: Segmentation fault\n  File {Path.home()}/x.py\n")
    (folder / "native-20261120.txt").write_text("")
    (folder / "native-20269999.txt").write_text("no such day")
    (report,) = make_store().list_reports()
    assert (report.kind, report.first_line) == (CrashKind.NATIVE, "Fatal Python error: Segmentation fault")
    assert str(Path.home()) not in make_store().read(report.file_name)
