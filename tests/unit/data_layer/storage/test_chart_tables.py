"""The tables of watch lists, drawings and alerts refuse what nobody of ours would write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE
from upbit_auto_trading.data_layer.storage.making_files import create_file

ALERT = {
    "id": "a",
    "exchange": "upbit",
    "code": "KRW-BTC",
    "price": "100",
    "direction": "crosses",
    "note": "",
    "repeats": 0,
    "created_at": "t",
    "fired_at": None,
    "is_on": 1,
    "side": None,
}
DRAWING = {
    "id": "d",
    "exchange": "upbit",
    "code": "KRW-BTC",
    "kind": "line",
    "points": "[]",
    "look": "{}",
    "created_at": "t",
    "changed_at": "t",
}
LIST = {"id": 1, "name": "a", "position": 0}


@pytest.fixture
def file(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = tmp_path / "settings.sqlite3"
    create_file(path, SETTINGS_FILE, FakeClock())
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        yield connection


def insert(file: sqlite3.Connection, table: str, row: dict[str, object]) -> None:
    marks = ", ".join("?" for _ in row)
    file.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))


@pytest.mark.parametrize(("table", "row"), [("alert", ALERT), ("drawing", DRAWING), ("watch_list", LIST)])
def test_an_ordinary_row_gets_in_once(file: sqlite3.Connection, table: str, row: dict[str, object]) -> None:
    insert(file, table, row)
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        insert(file, table, row)


@pytest.mark.parametrize(
    ("table", "row", "wrong"),
    [
        ("alert", ALERT, {"direction": "jumps"}),
        ("alert", ALERT, {"repeats": 2}),
        ("alert", ALERT, {"is_on": -1}),
        ("alert", ALERT, {"side": "beside"}),
        ("alert", ALERT, {"price": ""}),
        ("alert", ALERT, {"price": None}),
        ("alert", ALERT, {"id": ""}),
        ("drawing", DRAWING, {"kind": ""}),
        ("drawing", DRAWING, {"points": b"\0"}),
        ("watch_list", LIST, {"name": ""}),
        ("watch_list", LIST, {"position": -1}),
        ("watch_list", LIST, {"position": "first"}),
        ("watch_list_market", {"list_id": 7, "exchange": "upbit", "code": "KRW-BTC", "position": 0}, {}),
    ],
)
def test_nonsense_does_not(
    file: sqlite3.Connection, table: str, row: dict[str, object], wrong: dict[str, object]
) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        insert(file, table, {**row, **wrong})


def test_the_markets_of_a_list_go_with_it(file: sqlite3.Connection) -> None:
    insert(file, "watch_list", LIST)
    insert(file, "watch_list_market", {"list_id": 1, "exchange": "upbit", "code": "KRW-BTC", "position": 0})
    file.execute("DELETE FROM watch_list")
    assert file.execute("SELECT count(*) FROM watch_list_market").fetchone() == (0,)
