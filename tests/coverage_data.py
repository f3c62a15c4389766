"""Data of processes that a test killed while they wrote it: left out before coverage combines the rest.

A process writes its data when it ends, without a journal: one that is killed at that moment leaves a file that is
empty, cut off, or malformed anywhere. Combining warns of some of these; at others it ends half-way, so that everything
after them were lost, and files were said to be covered less than they are. So every file is read to its end first. Few
are expected; many are a loss, of which nobody should have to hear from a percentage.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

#: of all files of a run, and never fewer than so many: a few dozen processes are killed in it
MOST_SHARE, MOST_AT_LEAST = 0.02, 10
_TABLES = {"coverage_schema", "meta", "file", "context", "arc"}


def leave_out_unfinished(folder: Path, base: str) -> list[str]:
    """Removes what cannot be read from among ``base.…``; complains where that is too much."""
    files = [path for path in sorted(folder.glob(f"{base}.*")) if not path.name.endswith("-journal")]
    unfinished = {path: trouble for path in files if (trouble := trouble_of(path)) is not None}
    for path in unfinished:
        path.unlink()
        _journal_of(path).unlink(missing_ok=True)
    if unfinished:
        print(
            f"{len(unfinished)} of {len(files)} data files left out, of processes that were killed as they wrote them"
        )
    if len(unfinished) <= max(MOST_AT_LEAST, MOST_SHARE * len(files)):
        return []
    told = "; ".join(f"{path.name}: {trouble}" for path, trouble in list(unfinished.items())[:5])
    return [f"{len(unfinished)} of {len(files)} data files could not be read, which is too many: {told}"]


def trouble_of(path: Path) -> str | None:
    """None: it is whole."""
    if _journal_of(path).exists():
        return "never committed"
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
            if not tables >= _TABLES or connection.execute("SELECT version FROM coverage_schema").fetchone() is None:
                return "not written to its end"
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if found == "ok" else str(found)


def _journal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")
