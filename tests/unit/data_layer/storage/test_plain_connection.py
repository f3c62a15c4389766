"""Reading a file while others use it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE
from upbit_auto_trading.data_layer.storage.making_files import create_file
from upbit_auto_trading.data_layer.storage.plain_connection import connect_for_reading, connect_for_writing


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "settings.sqlite3"
    create_file(path, SETTINGS_FILE, FakeClock())
    return path


def test_a_reader_takes_part_while_a_program_has_the_file_open(path: Path) -> None:
    """Also when the log is empty at that moment: read as immutable, a changing file looks damaged."""
    with closing(connect_for_writing(path, SETTINGS_FILE)) as running:
        running.execute("INSERT INTO engine_state VALUES ('a', '1')")
        running.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert Path(f"{path}-wal").stat().st_size == 0
        with closing(connect_for_reading(path, 50)) as reader:
            assert reader.execute("SELECT count(*) FROM engine_state").fetchone() == (1,)
            running.execute("INSERT INTO engine_state VALUES ('b', '2')")
            assert reader.execute("SELECT count(*) FROM engine_state").fetchone() == (2,)


def test_a_reader_cannot_write(path: Path) -> None:
    with closing(connect_for_reading(path, 50)) as reader, pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("INSERT INTO engine_state VALUES ('a', '1')")


def test_a_file_in_the_old_journal_mode_becomes_one_with_a_log(path: Path) -> None:
    """Restored backups arrive so."""
    with closing(sqlite3.connect(path)) as restorer:
        assert restorer.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
    with closing(connect_for_writing(path, SETTINGS_FILE)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
