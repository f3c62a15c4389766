"""What the first paint needs: language, theme, geometry. Standard library only, and never an error.

It runs before anything was checked, so every failure gives empty values and a reason; the full start-up
looks again and explains.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from enum import Enum

from upbit_auto_trading.business_logic.domain.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    NewerSchema,
    TradingAppError,
)
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.storage.error_translation import translate
from upbit_auto_trading.data_layer.storage.file_inspection import read_known_revision, refuse_foreign_file
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE
from upbit_auto_trading.data_layer.storage.plain_connection import connect_for_reading

#: a window without its last geometry is better than one that comes late
_BUSY_TIMEOUT_MS = 50


class FirstLookProblem(Enum):
    """Why values are missing. ``OLDER`` and ``NEWER`` files are read as far as their tables allow."""

    NO_FILE = "no-file"
    OLDER = "older"
    NEWER = "newer"
    DAMAGED = "damaged"
    BUSY = "busy"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class FirstLook:
    settings: Mapping[str, str] = field(default_factory=dict)
    ui_state: Mapping[str, bytes] = field(default_factory=dict)
    problem: FirstLookProblem | None = None
    #: for the log
    detail: str = ""

    @property
    def is_revision_current(self) -> bool:
        return self.problem is None


def first_look(paths: AppPaths) -> FirstLook:
    path = paths.settings_database
    try:
        if not path.exists():
            return FirstLook(problem=FirstLookProblem.NO_FILE)
        with closing(connect_for_reading(path, _BUSY_TIMEOUT_MS)) as connection:
            refuse_foreign_file(connection, path, SETTINGS_FILE)
            problem = _problem_of_revision(connection, paths)
            settings = dict(connection.execute("SELECT setting_id, text FROM setting_values"))
            ui_state = dict(connection.execute("SELECT name, state FROM ui_state"))
    except DatabaseDamaged as error:
        return FirstLook(problem=FirstLookProblem.DAMAGED, detail=str(error))
    except (sqlite3.Error, OSError) as error:
        leaf = translate(error, path)
        return FirstLook(problem=_problem_of(leaf), detail=str(leaf or error))
    return FirstLook(settings, ui_state, problem)


def _problem_of_revision(connection: sqlite3.Connection, paths: AppPaths) -> FirstLookProblem | None:
    try:
        revision = read_known_revision(connection, paths.settings_database, SETTINGS_FILE)
    except NewerSchema:
        return FirstLookProblem.NEWER
    return None if revision == SETTINGS_FILE.head else FirstLookProblem.OLDER


def _problem_of(leaf: TradingAppError | None) -> FirstLookProblem:
    if isinstance(leaf, DatabaseBusy):
        return FirstLookProblem.BUSY
    return FirstLookProblem.DAMAGED if isinstance(leaf, DatabaseDamaged) else FirstLookProblem.UNREADABLE
