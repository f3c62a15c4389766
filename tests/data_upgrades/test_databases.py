"""Databases as each release wrote them, opened by today's code: every value is still there."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.data_upgrades.make_fixture import MINUTE, MOMENT
from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.key_facts import KeyFacts
from upbit_auto_trading.business_logic.ports.scheduler import RunResult, ScheduledRun
from upbit_auto_trading.business_logic.ports.stores import LATENCY_BOUNDS_MS, DailyOperation, Heartbeat
from upbit_auto_trading.config.app_paths import AppPaths, FolderChoice
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
from upbit_auto_trading.data_layer.storage.engine_state_store import SqliteEngineStateStore
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE
from upbit_auto_trading.data_layer.storage.first_look import first_look
from upbit_auto_trading.data_layer.storage.key_facts_store import SqliteKeyFactsStore
from upbit_auto_trading.data_layer.storage.operations_store import SqliteOperationsStore
from upbit_auto_trading.data_layer.storage.run_store import SqliteRunStore
from upbit_auto_trading.data_layer.storage.settings_store import SqliteSettingsStore
from upbit_auto_trading.data_layer.storage.startup import prepare_databases
from upbit_auto_trading.data_layer.storage.ui_state_store import SqliteUiStateStore

RELEASES = sorted(Path(__file__).parent.glob("version_*"))
COUNTS = tuple(range(len(LATENCY_BOUNDS_MS) + 1))


def test_there_is_a_release_to_open() -> None:
    assert len(RELEASES) >= 1


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_todays_code_keeps_what_a_release_wrote(release: Path, tmp_path: Path) -> None:
    paths = AppPaths(tmp_path, FolderChoice.GIVEN, tmp_path)
    shutil.copytree(release / "data", paths.data)
    prepare_databases(paths, FakeClock(), lambda path: Path(shutil.copy(path, f"{path}.backup")))

    texts = {"appearance.language": "en", "gone.with_the_wind": "한글 🚀"}
    look = first_look(paths)
    assert (look.settings, look.ui_state, look.problem) == (texts, {"main_window": bytes(range(256))}, None)
    engine = open_engine(paths.settings_database, SETTINGS_FILE)
    settings = SqliteSettingsStore(engine)
    assert settings.read_all() == texts
    assert [
        (line.number, line.changed_at, line.setting_id, line.before, line.after) for line in settings.history()
    ] == [
        (4, MOMENT + MINUTE, "gone.with_the_wind", None, "한글 🚀"),
        (3, MOMENT + MINUTE, "appearance.theme", "light", None),
        (2, MOMENT, "appearance.language", None, "en"),
        (1, MOMENT, "appearance.theme", None, "light"),
    ]
    assert SqliteUiStateStore(engine).read("main_window") == bytes(range(256))
    assert SqliteEngineStateStore(engine).entries_stopped_at() == MOMENT
    assert SqliteRunStore(engine).newest() == (
        ScheduledRun("heartbeat", MOMENT + MINUTE, None, None, None),
        ScheduledRun("backup", MOMENT, MOMENT, MOMENT + MINUTE, RunResult.DONE, "3 files"),
    )
    operations = SqliteOperationsStore(engine)
    assert operations.newest_heartbeats() == (Heartbeat(MOMENT, True, 3, 1, 2),)
    assert operations.daily("2026-11-21") == (DailyOperation("2026-11-21", "storage.save", sum(COUNTS), 4, COUNTS),)
    key_facts = SqliteKeyFactsStore(engine)
    key_facts.write(KeyFacts("key-1", expires_at=MOMENT))
    assert key_facts.read_all() == {"key-1": KeyFacts("key-1", expires_at=MOMENT)}
    close_engine(engine)
    with closing(sqlite3.connect(paths.settings_database)) as connection:
        journal = connection.execute("SELECT number, event, chain_hash FROM security_journal").fetchall()
    assert journal == [(1, "vault-created", "ab")]
