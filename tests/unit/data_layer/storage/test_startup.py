"""The start of the files: made, opened, migrated after a backup, refused or set aside."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes.disks import ordinary_user, small_disk
from tests.fakes.fake_clock import FakeClock
from tests.fakes.growing_history import growing_kinds, make_older_file, whole_state
from upbit_auto_trading.business_logic.domain.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DiskFull,
    DriveFailed,
    FolderReadOnly,
    NewerSchema,
)
from upbit_auto_trading.config.app_paths import AppPaths, FolderChoice
from upbit_auto_trading.data_layer.storage.file_inspection import check_market_data
from upbit_auto_trading.data_layer.storage.file_kinds import (
    MARKET_DATA_FILE,
    SETTINGS_FILE,
    STRATEGIES_FILE,
    FileKind,
    files_of,
)
from upbit_auto_trading.data_layer.storage.making_files import create_file
from upbit_auto_trading.data_layer.storage.startup import (
    FileOutcome,
    StartupReport,
    StartupStage,
    prepare_databases,
    prepare_file,
    set_aside,
)

IMPATIENT = replace(SETTINGS_FILE, busy_timeout_ms=50)


def paths_in(folder: Path) -> AppPaths:
    return AppPaths(folder, FolderChoice.GIVEN, folder)


def no_backup(path: Path) -> Path:
    raise AssertionError(f"{path.name} needs no backup")


def prepare(folder: Path) -> StartupReport:
    return prepare_databases(paths_in(folder), FakeClock(), no_backup)


def open_it(path: Path, kind: FileKind = IMPATIENT) -> FileOutcome:
    return prepare_file(path, kind, FakeClock(), no_backup).outcome


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "settings.sqlite3"
    path.parent.mkdir()
    create_file(path, SETTINGS_FILE, FakeClock())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO setting_values VALUES ('appearance.theme', 'light')")
    return path


def test_a_fresh_folder_gets_three_files_and_keeps_them(tmp_path: Path) -> None:
    stages: list[tuple[str, StartupStage]] = []
    first = prepare_databases(paths_in(tmp_path), FakeClock(), no_backup, lambda *step: stages.append(step))
    assert [report.outcome for report in first.files] == [FileOutcome.CREATED] * 3
    assert stages[:3] == [
        ("settings", StartupStage.CHECKING),
        ("settings", StartupStage.CREATING),
        ("settings", StartupStage.READY),
    ]
    assert [report.outcome for report in prepare(tmp_path).files] == [FileOutcome.OPENED] * 3
    assert first.of("strategies").path == tmp_path / "data" / "strategies.sqlite3"
    assert sorted(place.name for place in (tmp_path / "data").glob("*.*")) == [
        "market_data.sqlite3",
        "settings.sqlite3",
        "strategies.sqlite3",
    ]


def test_a_current_folder_opens_without_alembic_and_sqlalchemy(tmp_path: Path) -> None:
    prepare(tmp_path)
    program = f"""
import sys
from pathlib import Path
from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.config.app_paths import AppPaths, FolderChoice
from upbit_auto_trading.data_layer.storage.first_look import first_look
from upbit_auto_trading.data_layer.storage.startup import prepare_databases
paths = AppPaths(Path({str(tmp_path)!r}), FolderChoice.GIVEN, Path({str(tmp_path)!r}))
assert first_look(paths).is_revision_current
assert len(prepare_databases(paths, FakeClock(), lambda path: path).files) == 3
print(sorted(sys.modules.keys() & {{"alembic", "sqlalchemy", "mako"}}))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_older_file_is_backed_up_and_migrated(tmp_path: Path) -> None:
    older, newer = growing_kinds(tmp_path / "history")
    path = tmp_path / "growing.sqlite3"
    make_older_file(path, older, rows=100)
    before = whole_state(path)
    stages: list[StartupStage] = []

    def back_up(source: Path) -> Path:
        return Path(shutil.copy(source, tmp_path / "copy.sqlite3"))

    report = prepare_file(path, newer, FakeClock(), back_up, lambda _name, stage: stages.append(stage))

    assert report.outcome is FileOutcome.MIGRATED
    assert (report.from_revision, report.backup) == ("growing_0001", tmp_path / "copy.sqlite3")
    assert whole_state(tmp_path / "copy.sqlite3") == before
    assert stages == [
        StartupStage.CHECKING,
        StartupStage.BACKING_UP,
        StartupStage.MIGRATING,
        StartupStage.READY,
    ]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*), min(market) FROM orders").fetchone() == (100, "KRW-BTC")
        assert connection.execute("SELECT count(*), min(exchange) FROM accounts").fetchone() == (10, "upbit")
    assert prepare_file(path, newer, FakeClock(), no_backup).outcome is FileOutcome.OPENED


def test_without_a_backup_nothing_is_migrated(tmp_path: Path) -> None:
    older, newer = growing_kinds(tmp_path / "history")
    path = tmp_path / "growing.sqlite3"
    make_older_file(path, older, rows=10)
    before = whole_state(path)

    def fail(source: Path) -> Path:
        raise DiskFull(str(source))

    with pytest.raises(DiskFull):
        prepare_file(path, newer, FakeClock(), fail)
    assert whole_state(path) == before


def test_a_migration_that_meets_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    older, newer = growing_kinds(tmp_path / "history")
    with small_disk(3_000_000) as disk:
        path = disk / "growing.sqlite3"
        make_older_file(path, older, rows=40_000)
        before = whole_state(path)
        with pytest.raises(DiskFull):
            prepare_file(path, newer, FakeClock(), lambda source: source)
        assert whole_state(path) == before


def test_no_room_for_the_first_files_leaves_none(tmp_path: Path) -> None:
    with small_disk(40_000) as disk, pytest.raises(DiskFull):  # noqa: PT012 - what is left lies on the disk
        try:
            prepare_file(disk / "settings.sqlite3", IMPATIENT, FakeClock(), no_backup)
        finally:
            assert list(disk.iterdir()) == []


@pytest.mark.claims("error:NewerSchema")
def test_a_revision_nobody_knows_is_newer(settings_file: Path) -> None:
    with closing(sqlite3.connect(settings_file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'settings_0999'")
    content = settings_file.read_bytes()
    with pytest.raises(NewerSchema) as caught:
        open_it(settings_file)
    assert (caught.value.path, caught.value.detail) == (str(settings_file), "settings_0999")
    assert settings_file.read_bytes() == content


def overwrite(path: Path, content: bytes, at: int = 0) -> None:
    whole = bytearray(path.read_bytes())
    whole[at : at + len(content)] = content
    path.write_bytes(whole)


def other_sqlite_file(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")


def without_revision(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM alembic_version")


def without_revision_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE alembic_version")


def index_without_its_rows(path: Path) -> None:
    """What quick_check would not see: an index entry that belongs to no row."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO setting_changes VALUES (1, 't', 'a', NULL, '1')")
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name='setting_changes_of_one'").fetchone()[
            0
        ]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA writable_schema=ON")
        empty = connection.execute("SELECT rootpage FROM sqlite_master WHERE name='scheduled_runs_open'").fetchone()[0]
        assert root != empty
        connection.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = 'setting_changes_of_one'", (empty,))
        connection.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = 'scheduled_runs_open'", (root,))


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"SQLite format 3\0"),
        lambda path: path.write_bytes(b"not a database at all" * 1000),
        lambda path: path.write_bytes(path.read_bytes()[:-6000]),
        lambda path: overwrite(path, b"\xa5" * 4000, at=3 * 4096),
        lambda path: overwrite(path, b"X"),
        lambda path: (path.unlink(), path.mkdir()),
        other_sqlite_file,
        without_revision,
        without_revision_table,
        index_without_its_rows,
        lambda path: shutil.copy(path.with_name("strategies.sqlite3"), path),
    ],
    ids=[
        "empty", "cut in the header", "noise", "cut short", "overwritten page", "first byte", "a folder",
        "other program's", "no revision", "no revision table", "index", "strategies in its place",
    ],
)  # fmt: skip
def test_a_damaged_or_foreign_file_is_refused_and_can_be_set_aside(
    settings_file: Path, harm: object, tmp_path: Path
) -> None:
    create_file(settings_file.with_name("strategies.sqlite3"), STRATEGIES_FILE, FakeClock())
    assert callable(harm)
    harm(settings_file)
    content = settings_file.read_bytes() if settings_file.is_file() else None

    with pytest.raises(DatabaseDamaged) as caught:
        open_it(settings_file)
    assert caught.value.path == str(settings_file)

    aside = set_aside(settings_file, FakeClock())
    assert aside == settings_file.parent / "damaged" / "settings-20261120T000000Z" / "settings.sqlite3"
    if content is not None:
        assert aside.read_bytes() == content
    assert open_it(settings_file) is FileOutcome.CREATED


def test_setting_aside_takes_companions_along_and_overwrites_nothing(settings_file: Path) -> None:
    places = []
    for number in range(3):
        for ending in ("", "-wal", "-shm"):
            Path(f"{settings_file}{ending}").write_text(f"{number}{ending}", encoding="utf-8")
        places.append(set_aside(settings_file, FakeClock()))
    assert len(set(places)) == 3
    for number, place in enumerate(places):
        assert [Path(f"{place}{ending}").read_text(encoding="utf-8") for ending in ("", "-wal", "-shm")] == [
            f"{number}",
            f"{number}-wal",
            f"{number}-shm",
        ]
    assert [place.name for place in settings_file.parent.iterdir()] == ["damaged"]


def test_a_log_without_its_database_never_gets_into_a_new_one(settings_file: Path) -> None:
    with closing(sqlite3.connect(settings_file)) as connection:
        connection.execute("INSERT INTO engine_state VALUES ('a', 'b')")
        connection.commit()
        log = Path(f"{settings_file}-wal").read_bytes()
        assert log
    settings_file.unlink()
    Path(f"{settings_file}-wal").write_bytes(log)

    assert open_it(settings_file) is FileOutcome.CREATED
    with closing(sqlite3.connect(settings_file)) as connection:
        assert connection.execute("SELECT count(*) FROM engine_state").fetchone() == (0,)
    kept = settings_file.parent / "damaged" / "settings-20261120T000000Z" / "settings.sqlite3-wal"
    assert kept.read_bytes() == log


def test_a_log_left_by_a_crash_is_taken_in(settings_file: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere" / "settings.sqlite3"
    moved.parent.mkdir()
    with closing(sqlite3.connect(settings_file)) as connection:
        connection.execute("INSERT INTO engine_state VALUES ('a', 'b')")
        connection.commit()
        for ending in ("", "-wal"):
            shutil.copy(f"{settings_file}{ending}", f"{moved}{ending}")
    assert open_it(moved) is FileOutcome.OPENED
    with closing(sqlite3.connect(moved)) as connection:
        assert connection.execute("SELECT count(*) FROM engine_state").fetchone() == (1,)


def test_left_overs_of_a_creation_are_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "settings.sqlite3"
    for ending in ("", "-wal", "-journal", "-shm"):
        (tmp_path / f".settings.sqlite3.new{ending}").write_bytes(b"half")
    assert open_it(path) is FileOutcome.CREATED
    assert [place.name for place in tmp_path.iterdir()] == ["settings.sqlite3"]


@pytest.mark.claims("error:DatabaseBusy")
def test_a_file_that_another_program_holds_is_busy(settings_file: Path) -> None:
    with closing(sqlite3.connect(settings_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy):
            open_it(settings_file)
        other.execute("ROLLBACK")
    assert open_it(settings_file) is FileOutcome.OPENED


@pytest.mark.claims("error:FolderReadOnly")
def test_a_folder_that_may_not_be_written_is_named() -> None:
    with ordinary_user() as folder:
        path = folder / "settings.sqlite3"
        folder.chmod(0o500)
        with pytest.raises(FolderReadOnly):
            open_it(path)
        with pytest.raises(FolderReadOnly):
            prepare(folder)
        folder.chmod(0o700)
        assert open_it(path) is FileOutcome.CREATED
        folder.chmod(0o500)
        with pytest.raises(FolderReadOnly) as caught:
            open_it(path)
        folder.chmod(0o700)
    assert caught.value.path == str(path)


def test_a_file_that_may_not_be_written_is_named() -> None:
    with ordinary_user() as folder:
        path = folder / "settings.sqlite3"
        assert open_it(path) is FileOutcome.CREATED
        path.chmod(0o400)
        with pytest.raises(FolderReadOnly):
            open_it(path)
        path.chmod(0o600)
        assert open_it(path) is FileOutcome.OPENED


def make_candles(path: Path, rows: int = 20_000) -> None:
    create_file(path, MARKET_DATA_FILE, FakeClock())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE candles (opened_at INTEGER PRIMARY KEY, close REAL)")
        connection.executemany("INSERT INTO candles VALUES (?, ?)", ((row, row * 0.5) for row in range(rows)))


def test_candles_are_looked_through_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "market_data.sqlite3"
    make_candles(path)
    assert check_market_data(path, lambda: False) is True
    overwrite(path, b"\xa5" * 3000, at=10 * 4096)
    assert open_it(path, MARKET_DATA_FILE) is FileOutcome.OPENED
    with pytest.raises(DatabaseDamaged):
        check_market_data(path, lambda: False)


def test_looking_through_candles_can_be_stopped_and_disturbs_no_writer(tmp_path: Path) -> None:
    path = tmp_path / "market_data.sqlite3"
    make_candles(path, rows=200_000)
    looks: list[None] = []

    def should_stop() -> bool:
        with closing(sqlite3.connect(path, timeout=0)) as writer, writer:
            writer.execute("UPDATE candles SET close = close + 1 WHERE opened_at = 7")
        looks.append(None)
        return len(looks) == 3

    assert check_market_data(path, should_stop) is False
    assert len(looks) == 3


def test_every_file_of_a_folder_is_prepared(tmp_path: Path) -> None:
    assert [kind.name for kind, _path in files_of(paths_in(tmp_path))] == ["settings", "strategies", "market_data"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_that_leads_nowhere_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "settings.sqlite3"
    path.symlink_to(tmp_path / "unplugged" / "settings.sqlite3")
    with pytest.raises(DriveFailed):
        open_it(path)
    assert path.is_symlink()
