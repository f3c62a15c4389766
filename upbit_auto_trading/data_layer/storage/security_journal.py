"""The security journal: lines chained by SHA-256, and their newest line noted a second time.

Each line's hash covers the line before it, so a changed, inserted, removed or moved line breaks the chain at a
number that can be named. The newest number and hash also lie in ``file_facts``, written in the same transaction,
so that removing the last lines shows, and still shows after further lines were written.

Not detectable: someone who computes the whole chain anew and rewrites the note as well, or who puts an older copy
of the whole database in place (a restore does that honestly, and says so in a line of its own). Nothing on a
machine whose owner is the adversary could prevent that; the journal is there for accidents and for intruders in
a hurry.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, Engine, Row, Text, func, insert, select, type_coerce
from sqlalchemy.dialects.sqlite import insert as insert_or_update

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.credentials import SecurityEvent, SecurityRecord
from upbit_auto_trading.data_layer.storage.connection import reading, writing
from upbit_auto_trading.data_layer.storage.journal_details import checked_details
from upbit_auto_trading.data_layer.storage.schema.settings_tables import file_facts, security_journal
from upbit_auto_trading.data_layer.storage.stored_time import time_from_text, time_to_text

HEAD_FACT = "security_journal_head"
FIRST_PREVIOUS_HASH = "0" * 64

_log = logging.getLogger(__name__)
# The time as it lies there: a line that was tampered with may hold anything.
_LINES = select(
    security_journal.c.number,
    type_coerce(security_journal.c.happened_at, Text).label("happened_at"),
    security_journal.c.event,
    security_journal.c.details_json,
    security_journal.c.previous_hash,
    security_journal.c.chain_hash,
)


@dataclass(frozen=True, slots=True)
class _Head:
    number: int
    chain_hash: str


class SqliteSecurityJournal:
    """Implements the port ``SecurityJournal`` in settings.sqlite3; lives in the thread that owns the engine."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def append(self, event: SecurityEvent, details: Mapping[str, str]) -> SecurityRecord:
        details_json = checked_details(details)
        happened_at = self._clock.now()
        with writing(self._engine) as connection:
            last = connection.execute(select(func.max(security_journal.c.number))).scalar()
            head = _noted_head(connection)
            # Without a note the chain starts anew, visibly; with one it goes on from what was noted, so that a
            # removed last line stays a gap.
            previous_hash = head.chain_hash if head is not None else FIRST_PREVIOUS_HASH
            number = max(last or 0, head.number if head is not None else 0) + 1
            chain_hash = hash_of(previous_hash, number, time_to_text(happened_at), event.value, details_json)
            connection.execute(
                insert(security_journal).values(
                    number=number,
                    happened_at=happened_at,
                    event=event.value,
                    details_json=details_json,
                    previous_hash=previous_hash,
                    chain_hash=chain_hash,
                )
            )
            _note_head(connection, _Head(number, chain_hash))
        return SecurityRecord(number, happened_at, event, MappingProxyType(dict(details)), chain_hash)

    def newest(self, limit: int = 100) -> tuple[SecurityRecord, ...]:
        with reading(self._engine) as connection:
            rows = connection.execute(_LINES.order_by(security_journal.c.number.desc()).limit(limit)).all()
        return tuple(record for row in rows if (record := _record_of(row)) is not None)

    def first_broken_line(self) -> int | None:
        previous_hash, expected = FIRST_PREVIOUS_HASH, 1
        with reading(self._engine) as connection:
            head = _noted_head(connection)
            for row in connection.execute(_LINES.order_by(security_journal.c.number)):
                if row.number != expected:
                    return min(row.number, expected)
                computed = hash_of(previous_hash, row.number, row.happened_at, row.event, row.details_json)
                if row.previous_hash != previous_hash or row.chain_hash != computed:
                    return int(row.number)
                previous_hash, expected = row.chain_hash, expected + 1
        return _broken_at_head(head, _Head(expected - 1, previous_hash))


def hash_of(previous_hash: str, number: int, happened_at: str, event: str, details_json: str) -> str:
    # A JSON list has one spelling for each five values: nothing can be moved from one field to the next.
    line = json.dumps([previous_hash, number, happened_at, event, details_json], separators=(",", ":"))
    return hashlib.sha256(line.encode("ascii")).hexdigest()


def _broken_at_head(head: _Head | None, last: _Head) -> int | None:
    if head is None:
        return last.number or None
    if head.number > last.number:
        return last.number + 1
    if head.number < last.number:
        return head.number + 1
    return None if head.chain_hash == last.chain_hash else last.number


def _noted_head(connection: Connection) -> _Head | None:
    text = connection.execute(select(file_facts.c.value).where(file_facts.c.name == HEAD_FACT)).scalar()
    if text is None:
        return None
    try:
        document = json.loads(text)
        return _Head(int(document["number"]), str(document["chain_hash"]))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        _log.warning("the note of the newest line cannot be read: %s", type(error).__name__)
        return None


def _note_head(connection: Connection, head: _Head) -> None:
    value = json.dumps({"number": head.number, "chain_hash": head.chain_hash})
    statement = insert_or_update(file_facts).values(name=HEAD_FACT, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def _record_of(row: Row[tuple[int, str, str, str, str, str]]) -> SecurityRecord | None:
    """``None`` for a line that nobody of ours wrote; ``first_broken_line`` names it."""
    try:
        details = json.loads(row.details_json)
        happened_at: datetime = time_from_text(row.happened_at)
        event = SecurityEvent(row.event)
        if not isinstance(details, dict):
            raise TypeError("details are no object")
    except (ValueError, TypeError, RecursionError) as error:
        _log.warning("line %d of the security journal cannot be read: %s", row.number, type(error).__name__)
        return None
    shown = {str(name): str(value) for name, value in details.items()}
    return SecurityRecord(row.number, happened_at, event, MappingProxyType(shown), row.chain_hash)
