"""What holds for every connection, and what the world's faults become."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.fakes.disks import file_size_limit, small_disk
from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DiskFull,
    DriveFailed,
    InvariantBroken,
)
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine, path_of, reading, writing
from upbit_auto_trading.data_layer.storage.file_kinds import MARKET_DATA_FILE, SETTINGS_FILE, STRATEGIES_FILE, FileKind
from upbit_auto_trading.data_layer.storage.making_files import create_file

IMPATIENT = replace(SETTINGS_FILE, busy_timeout_ms=50)
PUT = text("INSERT INTO ui_state VALUES (:name, :state)")


def make(folder: Path, kind: FileKind = IMPATIENT) -> Path:
    path = folder / f"{kind.name}.sqlite3"
    create_file(path, kind, FakeClock())
    return path


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(make(tmp_path), IMPATIENT)
    yield engine
    close_engine(engine)


def names(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(connection.execute(text("SELECT name FROM ui_state ORDER BY name")).scalars())


@pytest.mark.parametrize(
    ("kind", "synchronous"),
    [(SETTINGS_FILE, 2), (STRATEGIES_FILE, 2), (MARKET_DATA_FILE, 1)],
    ids=lambda kind: str(kind),
)
def test_the_rules_of_a_connection(tmp_path: Path, kind: FileKind, synchronous: int) -> None:
    engine = open_engine(make(tmp_path, kind), kind)
    with reading(engine) as connection:
        rules = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "trusted_schema", "fullfsync")
        }
    close_engine(engine)
    assert rules == {
        "journal_mode": "wal",
        "synchronous": synchronous,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "trusted_schema": 0,
        "fullfsync": 1,
    }


def test_a_file_in_a_folder_with_any_name_opens(tmp_path: Path) -> None:
    folder = tmp_path / "한글 폴더 #1?mode=memory&x=%41 'q'"
    folder.mkdir()
    path = make(folder)
    engine = open_engine(path, IMPATIENT)
    assert path_of(engine) == path
    assert names(engine) == []
    close_engine(engine)
    assert [place.name for place in folder.iterdir()] == ["settings.sqlite3"]


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(DriveFailed):
        open_engine(tmp_path / "settings.sqlite3", IMPATIENT)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_nothing_and_the_next_one_works(engine: Engine) -> None:
    with pytest.raises(InvariantBroken), writing(engine) as connection:  # noqa: PT012 - the block is the transaction
        connection.execute(PUT, {"name": "a", "state": b"1"})
        connection.exec_driver_sql("CREATE TABLE half_made (a)")
        connection.execute(PUT, {"name": "a", "state": b"2"})
    with pytest.raises(KeyError), writing(engine) as connection:  # noqa: PT012
        connection.execute(PUT, {"name": "b", "state": b"1"})
        raise KeyError("b")
    with writing(engine) as connection:
        connection.execute(PUT, {"name": "c", "state": b"1"})
    assert names(engine) == ["c"]
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE name='half_made'").scalar() == 0


def test_another_thread_is_refused_and_harms_nothing(engine: Engine) -> None:
    refused: list[BaseException] = []

    def intrude() -> None:
        for step in (lambda: names(engine), lambda: close_engine(engine)):
            try:
                step()
            except InvariantBroken as error:
                refused.append(error)

    thread = threading.Thread(target=intrude, name="intruder")
    thread.start()
    thread.join()
    assert len(refused) == 2
    assert all("intruder" in str(error) for error in refused)
    assert names(engine) == []


def test_a_transaction_inside_a_transaction_is_a_bug(engine: Engine) -> None:
    with pytest.raises(InvariantBroken, match="inside"), writing(engine), reading(engine):
        pass
    assert names(engine) == []


def test_closing_empties_the_log_although_another_connection_stays_open(tmp_path: Path) -> None:
    path = make(tmp_path)
    engine = open_engine(path, IMPATIENT)
    with closing(sqlite3.connect(path)) as other:
        other.execute("SELECT count(*) FROM ui_state").fetchone()
        with writing(engine) as connection:
            connection.execute(PUT, {"name": "a", "state": b"1"})
        assert Path(f"{path}-wal").stat().st_size > 0
        close_engine(engine)
        assert Path(f"{path}-wal").stat().st_size == 0
        alone = tmp_path / "copied alone.sqlite3"
        alone.write_bytes(path.read_bytes())
        with closing(sqlite3.connect(alone)) as copy:
            assert copy.execute("SELECT name FROM ui_state").fetchall() == [("a",)]


def test_readers_do_not_wait_for_a_writer_but_writers_do(engine: Engine) -> None:
    with closing(sqlite3.connect(path_of(engine), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert names(engine) == []
        with pytest.raises(DatabaseBusy) as caught, writing(engine):
            pass
        other.execute("ROLLBACK")
    assert caught.value.path == str(path_of(engine))
    assert caught.value.__cause__ is not None
    with writing(engine) as connection:
        connection.execute(PUT, {"name": "a", "state": b"1"})
    assert names(engine) == ["a"]


def fill_up(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(PUT, {"name": "half", "state": b"1"})
        connection.execute(PUT, {"name": "large", "state": b"x" * 8_000_000})


@pytest.mark.claims("error:DiskFull")
def test_a_full_disk_rolls_back_and_keeps_what_was_confirmed() -> None:
    with small_disk(2_000_000) as folder:
        engine = open_engine(make(folder), IMPATIENT)
        with writing(engine) as connection:
            connection.execute(PUT, {"name": "confirmed", "state": b"1"})
        with pytest.raises(DiskFull) as caught:
            fill_up(engine)
        assert caught.value.path == str(path_of(engine))
        assert names(engine) == ["confirmed"]
        with writing(engine) as connection:
            connection.execute(PUT, {"name": "room again", "state": b"1"})
        assert names(engine) == ["confirmed", "room again"]
        close_engine(engine)


def test_a_file_that_may_not_grow_counts_as_a_full_disk(engine: Engine) -> None:
    """SQLite says "I/O error" here, as it does for a quota: only writing tells why."""
    with file_size_limit(30_000), pytest.raises(DiskFull):
        fill_up(engine)
    assert names(engine) == []


def test_a_page_limit_counts_as_a_full_disk(engine: Engine) -> None:
    with pytest.raises(DiskFull), writing(engine) as connection:  # noqa: PT012
        connection.exec_driver_sql("PRAGMA max_page_count=60")
        connection.execute(PUT, {"name": "large", "state": b"x" * 8_000_000})
    assert names(engine) == []


@pytest.mark.claims("error:DatabaseDamaged")
def test_a_damaged_page_is_named_when_it_is_met(tmp_path: Path) -> None:
    path = make(tmp_path)
    engine = open_engine(path, IMPATIENT)
    with writing(engine) as connection:
        for number in range(200):
            connection.execute(PUT, {"name": f"{number:04}", "state": b"x" * 500})
    close_engine(engine)
    content = bytearray(path.read_bytes())
    content[-40_000:-20_000] = b"\xa5" * 20_000
    path.write_bytes(content)
    engine = open_engine(path, IMPATIENT)
    with pytest.raises(DatabaseDamaged) as caught, reading(engine) as connection:
        connection.execute(text("SELECT name, state FROM ui_state")).all()
    assert caught.value.path == str(path)
    close_engine(engine)
