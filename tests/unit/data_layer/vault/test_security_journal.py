"""A line that was changed, removed, inserted or moved is found, and stays found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.fakes.fake_clock import FakeClock
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.ports.credentials import SecurityEvent
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE
from upbit_auto_trading.data_layer.storage.schema.settings_tables import metadata
from upbit_auto_trading.data_layer.storage.security_journal import HEAD_FACT, SqliteSecurityJournal, hash_of
from upbit_auto_trading.data_layer.storage.stored_time import time_to_text

TRIGGERS = ("security_journal_keeps_lines", "security_journal_loses_nothing", "security_journal_replaces_nothing")


class Place:
    """A journal over a real file, and the hand of somebody who edits that file behind its back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        sqlite3.connect(path).close()
        self.clock = FakeClock()
        self.engine: Engine = open_engine(path, SETTINGS_FILE)
        metadata.create_all(self.engine)
        self.journal = SqliteSecurityJournal(self.engine, self.clock)

    def write(self, lines: int) -> None:
        for number in range(lines):
            self.clock.advance(1)
            self.journal.append(SecurityEvent.KEY_ADDED, {"exchange": "upbit", "label": f"계좌 {number}"})

    def edit(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            for trigger in TRIGGERS:
                connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
            for statement in statements:
                connection.execute(statement)

    def restart(self) -> None:
        close_engine(self.engine)
        self.engine = open_engine(self.path, SETTINGS_FILE)
        self.journal = SqliteSecurityJournal(self.engine, self.clock)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path / "settings.sqlite3")
    yield place
    close_engine(place.engine)


def test_an_empty_journal_is_whole(place: Place) -> None:
    assert place.journal.first_broken_line() is None
    assert place.journal.newest() == ()


def test_lines_come_back_newest_first_also_after_a_restart(place: Place) -> None:
    start = place.clock.now()
    first = place.journal.append(SecurityEvent.VAULT_CREATED, {"key_source": "passphrase"})
    place.write(3)
    place.restart()
    place.write(1)
    newest = place.journal.newest(limit=5)
    assert [record.number for record in newest] == [5, 4, 3, 2, 1]
    assert newest[-1] == first
    assert newest[0].details == {"exchange": "upbit", "label": "계좌 0"}
    assert newest[0].happened_at == start + timedelta(seconds=4)
    assert [record.number for record in place.journal.newest(limit=2)] == [5, 4]
    assert place.journal.first_broken_line() is None


@pytest.mark.parametrize(
    ("edit", "broken"),
    [
        ("UPDATE security_journal SET details_json = '{}' WHERE number = 3", 3),
        ("UPDATE security_journal SET event = 'key-removed' WHERE number = 3", 3),
        ("UPDATE security_journal SET happened_at = '2026-11-20T00:00:00.000000Z' WHERE number = 3", 3),
        ("UPDATE security_journal SET happened_at = 'yesterday' WHERE number = 1", 1),
        ("UPDATE security_journal SET chain_hash = 'x' WHERE number = 6", 6),
        ("UPDATE security_journal SET previous_hash = chain_hash WHERE number = 2", 2),
        ("DELETE FROM security_journal WHERE number = 1", 1),
        ("DELETE FROM security_journal WHERE number = 3", 3),
        ("DELETE FROM security_journal WHERE number = 6", 6),
        ("DELETE FROM security_journal WHERE number >= 5", 5),
        ("DELETE FROM security_journal", 1),
        ("UPDATE security_journal SET number = number + 1 WHERE number = 6", 6),
        ("UPDATE security_journal SET number = 0 WHERE number = 4", 0),
        (f"DELETE FROM file_facts WHERE name = '{HEAD_FACT}'", 6),
        (f"UPDATE file_facts SET value = 'x' WHERE name = '{HEAD_FACT}'", 6),
        (f"""UPDATE file_facts SET value = '{{"number": 6, "chain_hash": "x"}}' WHERE name = '{HEAD_FACT}'""", 6),
    ],
)
def test_an_edited_journal_is_found_broken_and_stays_so(
    place: Place, edit: str, broken: int, expected_log: LogGuard
) -> None:
    if "'x' WHERE name" in edit:
        expected_log.expect("the note of the newest line cannot be read")
    place.write(6)
    place.edit(edit)
    assert place.journal.first_broken_line() == broken
    place.restart()
    place.write(4)
    assert place.journal.first_broken_line() in {broken, broken + 1}


def test_a_line_changed_with_all_that_stands_on_it_but_one_hash_is_found(place: Place) -> None:
    """The hash of each line covers the hash before it: one changed line asks for all later hashes anew."""
    place.write(6)
    third, second = place.journal.newest(4)[-1], place.journal.newest(5)[-1]
    happened_at = time_to_text(third.happened_at)
    forged = hash_of(second.chain_hash, 3, happened_at, "key-removed", "{}")
    place.edit(
        "UPDATE security_journal SET event = 'key-removed', details_json = '{}' WHERE number = 3",
        f"UPDATE security_journal SET chain_hash = '{forged}' WHERE number = 3",
        f"UPDATE security_journal SET previous_hash = '{forged}' WHERE number = 4",
    )
    assert place.journal.first_broken_line() == 4


def test_two_lines_that_changed_places_are_found(place: Place) -> None:
    place.write(6)
    place.edit(
        "UPDATE security_journal SET number = 99 WHERE number = 2",
        "UPDATE security_journal SET number = 2 WHERE number = 5",
        "UPDATE security_journal SET number = 5 WHERE number = 99",
    )
    assert place.journal.first_broken_line() == 2


def test_a_line_that_was_hung_on_rightly_is_found(place: Place) -> None:
    """Its hash can be computed by anybody; the note of the newest line gives it away."""
    place.write(6)
    previous = place.journal.newest(1)[0].chain_hash
    happened_at = "2026-11-20T01:00:00.000000Z"
    chain_hash = hash_of(previous, 7, happened_at, "key-added", "{}")
    place.edit(
        f"INSERT INTO security_journal VALUES (7, '{happened_at}', 'key-added', '{{}}', '{previous}', '{chain_hash}')"
    )
    assert place.journal.first_broken_line() == 7
    place.write(2)
    assert place.journal.first_broken_line() == 8


def test_unreadable_lines_are_left_out_of_what_is_shown(place: Place, expected_log: LogGuard) -> None:
    expected_log.expect("of the security journal cannot be read")
    place.write(4)
    place.edit(
        "UPDATE security_journal SET event = 'made-up' WHERE number = 1",
        "UPDATE security_journal SET details_json = '[' WHERE number = 2",
        "UPDATE security_journal SET details_json = '[]' WHERE number = 3",
    )
    assert [record.number for record in place.journal.newest()] == [4]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE security_journal SET event = 'x'",
        "DELETE FROM security_journal",
        "INSERT OR REPLACE INTO security_journal SELECT * FROM security_journal",
    ],
)
def test_the_table_itself_takes_nothing_back(place: Place, statement: str) -> None:
    place.write(2)
    with closing(sqlite3.connect(place.path)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)


@pytest.mark.parametrize(
    "details",
    [
        {"secret_key": "x"},
        {"passphrase": "x"},
        {"label": "x" * 501},
        {"label": "Zq3kV81mX0pLw92ncJd7uTya"},
        {"reason": "refused: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"},
        {"sha256": "Zq3kV81mX0pLw92ncJd7uTya"},
        {"label": 5},
    ],
)
def test_nothing_secret_gets_in(place: Place, details: dict[str, str]) -> None:
    with pytest.raises(InvariantBroken) as refusal:
        place.journal.append(SecurityEvent.KEY_ADDED, details)
    assert not any(str(value) in str(refusal.value) for value in details.values() if len(str(value)) > 1)
    assert place.journal.newest() == ()


def test_names_and_sums_of_files_get_in(place: Place) -> None:
    details = {"component": "Momentum20261121WithBreakoutFilter.py", "sha256": "0123456789abcdef" * 4}
    assert place.journal.append(SecurityEvent.COMPONENT_ALLOWED, details).details == details


def test_a_whole_line_is_written_or_none(place: Place) -> None:
    """The line and the note of it are one transaction: when the note is refused, the line goes too."""
    place.write(2)
    place.edit(
        "CREATE TRIGGER refuses BEFORE UPDATE ON file_facts BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    with pytest.raises(InvariantBroken):
        place.write(1)
    assert place.journal.first_broken_line() is None
    assert len(place.journal.newest()) == 2
