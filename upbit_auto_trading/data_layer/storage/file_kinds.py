"""The three files, and how each is recognised. Standard library only: it is read before the first paint."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from upbit_auto_trading.config.app_paths import AppPaths


class Synchronous(Enum):
    """How far SQLite goes to the disk before a commit returns."""

    FULL = "FULL"
    NORMAL = "NORMAL"


@dataclass(frozen=True, slots=True)
class FileKind:
    """``revisions`` lists the migration history oldest first, so that a revision is judged without Alembic."""

    name: str
    #: written into bytes 68-71 of the file, so that a foreign SQLite file is recognised
    application_id: int
    revisions: tuple[str, ...]
    synchronous: Synchronous
    #: small files a user cannot get back: looked through at every start
    is_checked_at_start: bool
    #: the folder of Alembic's version files
    migrations: Path
    busy_timeout_ms: int = 5_000

    @property
    def head(self) -> str:
        return self.revisions[-1]


_MIGRATIONS = Path(__file__).parent / "migrations"

# FULL: a commit that was confirmed (an order journal, a stopped entry gate) must survive a power cut,
# and in WAL mode NORMAL only promises that after the next checkpoint.
SETTINGS_FILE = FileKind(
    "settings",
    0x5541_5431,
    ("settings_0001", "settings_0002", "settings_0003"),
    Synchronous.FULL,
    is_checked_at_start=True,
    migrations=_MIGRATIONS / "settings",
)
# FULL: hours of a user's work; it is written rarely, so the fsync costs nothing that could be felt.
STRATEGIES_FILE = FileKind(
    "strategies",
    0x5541_5432,
    ("strategies_0001", "strategies_0002", "strategies_0003"),
    Synchronous.FULL,
    is_checked_at_start=True,
    migrations=_MIGRATIONS / "strategies",
)
# NORMAL: candles can be downloaded again, and WAL keeps the file whole either way; bulk downloads gain most.
MARKET_DATA_FILE = FileKind(
    "market_data",
    0x5541_5433,
    ("market_data_0001", "market_data_0002", "market_data_0003"),
    Synchronous.NORMAL,
    is_checked_at_start=False,
    migrations=_MIGRATIONS / "market_data",
)

FILE_KINDS = (SETTINGS_FILE, STRATEGIES_FILE, MARKET_DATA_FILE)


def files_of(paths: AppPaths) -> tuple[tuple[FileKind, Path], ...]:
    """Every database of a data folder, in the order in which they are prepared."""
    return (
        (SETTINGS_FILE, paths.settings_database),
        (STRATEGIES_FILE, paths.strategies_database),
        (MARKET_DATA_FILE, paths.market_data_database),
    )
