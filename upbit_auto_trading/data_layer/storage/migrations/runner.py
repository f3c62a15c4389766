"""Brings a file to its head revision in one transaction. Imported only when there is something to migrate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def history_of(versions: Path) -> ScriptDirectory:
    """The revisions in a folder. Given as a path, not as an ini option: those split at spaces and colons."""
    return ScriptDirectory(str(versions.parent), version_locations=[str(versions)])


def migrate(connection: Connection, versions: Path) -> None:
    """Runs inside the caller's transaction, so that a kill leaves the old or the new revision, whole.

    Alembic thinks that SQLite cannot roll DDL back; with explicit BEGIN (see ``plain_connection``) it can.
    """
    history = history_of(versions)
    environment = EnvironmentContext(Config(), history, fn=_steps_to_head(history), destination_rev="head")
    with environment:
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()


def _steps_to_head(
    history: ScriptDirectory,
) -> Callable[[tuple[str, ...], MigrationContext], list[RevisionStep]]:
    def steps(revision: tuple[str, ...], _context: MigrationContext) -> list[RevisionStep]:
        # what `alembic upgrade` itself calls; it takes the tuple, although it is typed for one
        return list(history._upgrade_revs("head", revision))  # type: ignore[arg-type]

    return steps
