"""One suite for every store: SQLite and memory answer alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.exc import StatementError

from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_stores import (
    MemoryEngineStateStore,
    MemoryKeyFactsStore,
    MemoryOperationsStore,
    MemoryRunStore,
    MemorySettingsStore,
    MemoryUiStateStore,
)
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.domain.exchange_key import Granted, KeyFault, Right
from upbit_auto_trading.business_logic.domain.key_facts import ExpiryStage, KeyFacts, KeyTrouble
from upbit_auto_trading.business_logic.ports.scheduler import RunResult, ScheduledRun
from upbit_auto_trading.business_logic.ports.stores import (
    LATENCY_BOUNDS_MS,
    DailyOperation,
    EngineStateStore,
    Heartbeat,
    KeyFactsStore,
    OperationsStore,
    RunStore,
    SettingsStore,
    UiStateStore,
)
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
from upbit_auto_trading.data_layer.storage.engine_state_store import SqliteEngineStateStore
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE
from upbit_auto_trading.data_layer.storage.key_facts_store import SqliteKeyFactsStore
from upbit_auto_trading.data_layer.storage.making_files import create_file
from upbit_auto_trading.data_layer.storage.operations_store import SqliteOperationsStore
from upbit_auto_trading.data_layer.storage.run_store import SqliteRunStore
from upbit_auto_trading.data_layer.storage.settings_store import SqliteSettingsStore
from upbit_auto_trading.data_layer.storage.ui_state_store import SqliteUiStateStore

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)
BUCKETS = len(LATENCY_BOUNDS_MS) + 1
HOSTILE = "'; DROP TABLE setting_values; -- 한글 \x00 \U0001f680 =cmd|' %s {0} \n"


@dataclass(frozen=True)
class Adapters:
    settings: SettingsStore
    ui_state: UiStateStore
    engine_state: EngineStateStore
    runs: RunStore
    operations: OperationsStore
    key_facts: KeyFactsStore


@pytest.fixture(params=["sqlite", "memory"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Adapters]:
    if request.param == "memory":
        yield Adapters(
            MemorySettingsStore(),
            MemoryUiStateStore(),
            MemoryEngineStateStore(),
            MemoryRunStore(),
            MemoryOperationsStore(),
            MemoryKeyFactsStore(),
        )
        return
    path = tmp_path / "settings.sqlite3"
    create_file(path, SETTINGS_FILE, FakeClock())
    engine = open_engine(path, SETTINGS_FILE)
    yield Adapters(
        SqliteSettingsStore(engine),
        SqliteUiStateStore(engine),
        SqliteEngineStateStore(engine),
        SqliteRunStore(engine),
        SqliteOperationsStore(engine),
        SqliteKeyFactsStore(engine),
    )
    close_engine(engine)


def test_settings_are_empty_at_first(stores: Adapters) -> None:
    assert stores.settings.read_all() == {}
    assert stores.settings.history() == ()


def test_a_write_says_what_changed_and_history_remembers_it(stores: Adapters) -> None:
    first = stores.settings.write({"appearance.theme": "light", "data.keep": "30"}, NOON)
    second = stores.settings.write({"appearance.theme": "dark", "data.keep": None}, LATER)

    assert [(change.setting_id, change.before, change.after) for change in first + second] == [
        ("appearance.theme", None, "light"),
        ("data.keep", None, "30"),
        ("appearance.theme", "light", "dark"),
        ("data.keep", "30", None),
    ]
    assert [change.number for change in first + second] == [1, 2, 3, 4]
    assert {change.changed_at for change in second} == {LATER}
    assert stores.settings.read_all() == {"appearance.theme": "dark"}
    assert stores.settings.history() == (first + second)[::-1]


def test_what_stays_the_same_leaves_no_line(stores: Adapters) -> None:
    stores.settings.write({"appearance.theme": "light"}, NOON)
    assert stores.settings.write({"appearance.theme": "light", "never.set": None}, LATER) == ()
    assert len(stores.settings.history()) == 1


def test_history_can_be_asked_of_one_setting_and_cut_short(stores: Adapters) -> None:
    for text in ("1", "2", "3"):
        stores.settings.write({"a": text, "b": text}, NOON)
    assert [change.after for change in stores.settings.history(setting_id="a")] == ["3", "2", "1"]
    assert [change.after for change in stores.settings.history(limit=2, setting_id="a")] == ["3", "2"]
    assert [change.number for change in stores.settings.history(limit=3)] == [6, 5, 4]


def test_texts_are_data(stores: Adapters) -> None:
    stores.settings.write({HOSTILE: HOSTILE}, NOON)
    assert stores.settings.read_all() == {HOSTILE: HOSTILE}
    assert stores.settings.history(setting_id=HOSTILE)[0].after == HOSTILE


def test_times_come_back_as_utc_to_the_microsecond(stores: Adapters) -> None:
    in_korea = datetime(2026, 11, 21, 21, 0, 0, 1, tzinfo=timezone(timedelta(hours=9)))
    stores.settings.write({"a": "1"}, in_korea)
    assert stores.settings.history()[0].changed_at == in_korea


def test_bytes_of_windows_come_back(stores: Adapters) -> None:
    assert stores.ui_state.read("main") is None
    stores.ui_state.write("main", b"\x00\xff" * 10)
    stores.ui_state.write("main", b"")
    stores.ui_state.write("chart", b"x")
    assert (stores.ui_state.read("main"), stores.ui_state.read("chart")) == (b"", b"x")


def test_a_stop_of_entries_lasts_until_it_is_lifted(stores: Adapters) -> None:
    gate = stores.engine_state
    assert gate.entries_stopped_at() is None
    gate.record_entries_stopped(NOON)
    assert gate.entries_stopped_at() == NOON
    gate.record_entries_stopped(LATER)
    assert gate.entries_stopped_at() == LATER
    gate.record_entries_resumed(LATER)
    assert gate.entries_stopped_at() is None
    gate.record_entries_resumed(LATER)
    assert gate.entries_stopped_at() is None


def test_a_run_is_followed_from_plan_to_end(stores: Adapters) -> None:
    number = stores.runs.record_planned("backup", NOON)
    assert stores.runs.newest() == (ScheduledRun("backup", NOON, None, None, None),)
    stores.runs.record_started(number, NOON)
    stores.runs.record_ended(number, LATER, "done", "3 files")
    assert stores.runs.newest() == (ScheduledRun("backup", NOON, NOON, LATER, RunResult.DONE, "3 files"),)


def test_runs_come_newest_first(stores: Adapters) -> None:
    numbers = [stores.runs.record_planned(f"job {index}", NOON) for index in range(5)]
    assert numbers == sorted(set(numbers))
    assert [run.job_id for run in stores.runs.newest(limit=2)] == ["job 4", "job 3"]


def test_a_crash_closes_what_was_open_and_nothing_else(stores: Adapters) -> None:
    done, started, _planned = (stores.runs.record_planned(name, NOON) for name in ("done", "started", "planned"))
    stores.runs.record_ended(done, NOON, "done", "")
    stores.runs.record_started(started, NOON)

    assert stores.runs.mark_interrupted(LATER) == 2
    assert stores.runs.mark_interrupted(LATER) == 0
    assert [(run.job_id, run.result, run.detail, run.ended_at) for run in stores.runs.newest()] == [
        ("planned", RunResult.FAILED, "interrupted", LATER),
        ("started", RunResult.FAILED, "interrupted", LATER),
        ("done", RunResult.DONE, "", NOON),
    ]


def test_old_runs_are_forgotten_unless_they_still_run(stores: Adapters) -> None:
    for planned_at, name in ((NOON - timedelta(microseconds=1), "old"), (NOON, "kept")):
        number = stores.runs.record_planned(name, planned_at)
        stores.runs.record_ended(number, LATER, "missed", "")
    running = stores.runs.record_planned("running", NOON - timedelta(days=1))

    assert stores.runs.forget_before(NOON) == 1
    assert [run.job_id for run in stores.runs.newest()] == ["running", "kept"]
    stores.runs.record_ended(running, LATER, "done", "")
    assert stores.runs.record_planned("next", LATER) > running
    assert stores.runs.forget_before(NOON) == 1
    assert [run.job_id for run in stores.runs.newest()] == ["next", "kept"]


@pytest.mark.claims("error:InvariantBroken")
def test_a_run_that_nobody_planned_and_an_unknown_result_are_bugs(stores: Adapters) -> None:
    number = stores.runs.record_planned("backup", NOON)
    with pytest.raises(InvariantBroken):
        stores.runs.record_started(number + 1, NOON)
    with pytest.raises(InvariantBroken):
        stores.runs.record_ended(number + 1, NOON, "done", "")
    with pytest.raises(InvariantBroken):
        stores.runs.record_ended(number, NOON, "interrupted", "")
    assert stores.runs.newest()[0].result is None


def test_heartbeats_come_newest_first(stores: Adapters) -> None:
    beats = [Heartbeat(NOON + timedelta(minutes=index), index % 2 == 0, index, 1, 0) for index in range(4)]
    for beat in beats:
        stores.operations.record_heartbeat(beat)
    again = Heartbeat(beats[0].beat_at, False, 9, 9, 9)
    stores.operations.record_heartbeat(again)
    assert stores.operations.newest_heartbeats(limit=2) == (beats[3], beats[2])
    assert stores.operations.newest_heartbeats() == (beats[3], beats[2], beats[1], again)


def counted(day: str, operation: str, count: int = 1, bucket: int = 0) -> DailyOperation:
    counts = tuple(count if index == bucket else 0 for index in range(BUCKETS))
    return DailyOperation(day, operation, count, count // 2, counts)


def test_counters_add_up_within_a_day(stores: Adapters) -> None:
    stores.operations.add_daily((counted("2026-11-21", "save", 2), counted("2026-11-21", "load", 1)))
    stores.operations.add_daily((counted("2026-11-21", "save", 4, bucket=BUCKETS - 1), counted("2026-11-22", "save")))
    summed = DailyOperation("2026-11-21", "save", 6, 3, (2, *(0,) * (BUCKETS - 2), 4))
    assert stores.operations.daily("2026-11-21") == (counted("2026-11-21", "load", 1), summed)
    assert stores.operations.daily("2026-11-20") == ()


def test_one_call_may_name_an_operation_twice(stores: Adapters) -> None:
    stores.operations.add_daily((counted("2026-11-21", "save"), counted("2026-11-21", "save")))
    assert stores.operations.daily("2026-11-21")[0].count == 2


def test_other_buckets_than_ours_are_refused_as_a_whole(stores: Adapters) -> None:
    bad = DailyOperation("2026-11-21", "load", 1, 0, (1,))
    with pytest.raises(InvariantBroken):
        stores.operations.add_daily((counted("2026-11-21", "save"), bad))
    assert stores.operations.daily("2026-11-21") == ()


def test_the_old_is_forgotten_at_the_korean_day(stores: Adapters) -> None:
    midnight_in_korea = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    for moment in (midnight_in_korea - timedelta(microseconds=1), midnight_in_korea):
        stores.operations.record_heartbeat(Heartbeat(moment, True, 1, 0, 0))
    stores.operations.add_daily((counted("2026-11-20", "save"), counted("2026-11-21", "save")))

    assert stores.operations.forget_before(midnight_in_korea) == 2
    assert [beat.beat_at for beat in stores.operations.newest_heartbeats()] == [midnight_in_korea]
    assert stores.operations.daily("2026-11-20") == ()
    assert len(stores.operations.daily("2026-11-21")) == 1
    assert stores.operations.forget_before(midnight_in_korea) == 0


FACTS = KeyFacts(
    "key-1",
    checked_at=NOON,
    expires_at=LATER,
    rights=((Right.VIEW_BALANCES, Granted.YES), (Right.WITHDRAW, Granted.CANNOT_BE_CHECKED)),
    fault=KeyFault.ADDRESS_NOT_ALLOWED,
    pocket=HOSTILE,
    trouble=KeyTrouble.LIMITED,
    tried_at=LATER,
    withdraw_box_confirmed_at=NOON,
    warned=ExpiryStage.EXPIRED,
)


def test_facts_of_keys_come_back_whole(stores: Adapters) -> None:
    assert stores.key_facts.read_all() == {}
    bare = KeyFacts(HOSTILE)
    stores.key_facts.write(FACTS)
    stores.key_facts.write(bare)
    assert stores.key_facts.read_all() == {"key-1": FACTS, HOSTILE: bare}


def test_newer_facts_of_a_key_take_the_place_of_older_ones(stores: Adapters) -> None:
    stores.key_facts.write(FACTS)
    stores.key_facts.write(KeyFacts("key-1", rights=((Right.MAKE_ORDERS, Granted.NO),)))
    stores.key_facts.write(replace(FACTS, credential_id="key-2", warned=ExpiryStage.MONTH))
    known = stores.key_facts.read_all()
    assert known["key-1"] == KeyFacts("key-1", rights=((Right.MAKE_ORDERS, Granted.NO),))
    assert known["key-2"].warned is ExpiryStage.MONTH


def test_facts_go_with_their_key_and_no_others(stores: Adapters) -> None:
    stores.key_facts.write(FACTS)
    stores.key_facts.write(KeyFacts("key-2"))
    stores.key_facts.forget("key-1")
    stores.key_facts.forget("key-1")
    assert stores.key_facts.read_all() == {"key-2": KeyFacts("key-2")}


def test_a_time_without_a_zone_is_no_fact(stores: Adapters) -> None:
    with pytest.raises((ValueError, StatementError)):
        stores.key_facts.write(KeyFacts("key-1", expires_at=NOON.replace(tzinfo=None)))
    assert stores.key_facts.read_all() == {}
