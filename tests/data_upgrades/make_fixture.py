"""Writes the three databases as today's code makes them into ``<version>/``; run once for each release.

python -m tests.data_upgrades.make_fixture
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading import __version__
from upbit_auto_trading.business_logic.ports.stores import LATENCY_BOUNDS_MS, DailyOperation, Heartbeat
from upbit_auto_trading.config.app_paths import AppPaths, FolderChoice
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine, writing
from upbit_auto_trading.data_layer.storage.engine_state_store import SqliteEngineStateStore
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE, files_of
from upbit_auto_trading.data_layer.storage.making_files import create_file
from upbit_auto_trading.data_layer.storage.operations_store import SqliteOperationsStore
from upbit_auto_trading.data_layer.storage.run_store import SqliteRunStore
from upbit_auto_trading.data_layer.storage.settings_store import SqliteSettingsStore
from upbit_auto_trading.data_layer.storage.ui_state_store import SqliteUiStateStore

MOMENT = datetime(2026, 11, 21, 3, 4, 5, 678_901, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def main() -> None:
    folder = Path(__file__).parent / f"version_{__version__.replace('.', '_')}"
    paths = AppPaths(folder, FolderChoice.GIVEN, folder)
    paths.data.mkdir(parents=True)
    for kind, path in files_of(paths):
        create_file(path, kind, FakeClock())
    fill(paths.settings_database)


def fill(path: Path) -> None:
    engine = open_engine(path, SETTINGS_FILE)
    settings = SqliteSettingsStore(engine)
    settings.write({"appearance.theme": "light", "appearance.language": "en"}, MOMENT)
    settings.write({"appearance.theme": None, "gone.with_the_wind": "한글 🚀"}, MOMENT + MINUTE)
    SqliteUiStateStore(engine).write("main_window", bytes(range(256)))
    SqliteEngineStateStore(engine).record_entries_stopped(MOMENT)
    runs = SqliteRunStore(engine)
    done, _open = runs.record_planned("backup", MOMENT), runs.record_planned("heartbeat", MOMENT + MINUTE)
    runs.record_started(done, MOMENT)
    runs.record_ended(done, MOMENT + MINUTE, "done", "3 files")
    operations = SqliteOperationsStore(engine)
    operations.record_heartbeat(Heartbeat(MOMENT, True, 3, 1, 2))
    counts = tuple(range(len(LATENCY_BOUNDS_MS) + 1))
    operations.add_daily((DailyOperation("2026-11-21", "storage.save", sum(counts), 4, counts),))
    with writing(engine) as connection:
        connection.exec_driver_sql(
            "INSERT INTO security_journal VALUES (1, '2026-11-21T03:04:05.678901Z', 'vault-created', '{}', '', 'ab')"
        )
    close_engine(engine)


if __name__ == "__main__":
    main()
