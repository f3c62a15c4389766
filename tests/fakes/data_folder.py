"""A data folder of real SQLite files, as the program keeps them, small enough for a test."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from upbit_auto_trading.config.app_paths import AppPaths, FolderChoice, resources_folder
from upbit_auto_trading.data_layer.storage.file_kinds import FileKind, files_of


def paths_in(folder: Path) -> AppPaths:
    return AppPaths(folder, FolderChoice.GIVEN, resources_folder())


def make_data_folder(folder: Path, mark: str = "old", rows: int = 50, revision: str | None = None) -> AppPaths:
    """Three databases, one component, each holding ``mark``; an encrypted key file is up to the test."""
    paths = paths_in(folder)
    paths.create_folders()
    for kind, place in files_of(paths):
        write_database(place, kind, mark, rows, revision)
    (paths.components / "my_block.py").write_text(f"MARK = {mark!r}\n", encoding="utf-8")
    return paths


def write_database(place: Path, kind: FileKind, mark: str, rows: int = 50, revision: str | None = None) -> None:
    with closing(sqlite3.connect(place, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {kind.application_id}")
        connection.execute("BEGIN")
        connection.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT PRIMARY KEY)")
        connection.execute("DELETE FROM alembic_version")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (revision or kind.head,))
        connection.execute("CREATE TABLE IF NOT EXISTS marks (number INTEGER PRIMARY KEY, mark TEXT)")
        connection.execute("DELETE FROM marks")
        connection.executemany("INSERT INTO marks (mark) VALUES (?)", [(mark,)] * rows)
        connection.execute("COMMIT")


def mark_of(place: Path) -> set[str]:
    """All marks in a database: more than one means that two sets were mixed."""
    with closing(sqlite3.connect(place)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {row[0] for row in connection.execute("SELECT DISTINCT mark FROM marks")}


def marks_in(paths: AppPaths) -> set[str]:
    """The marks of the set that a backup holds, candles left out."""
    marks = mark_of(paths.settings_database) | mark_of(paths.strategies_database)
    component = (paths.components / "my_block.py").read_text(encoding="utf-8")
    return marks | {component.split("'")[1]}
