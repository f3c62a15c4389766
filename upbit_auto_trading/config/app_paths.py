"""Where everything lies. Portable first: beside the program, unless that place cannot be written."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class FolderChoice(Enum):
    """Why the user folder is where it is."""

    BESIDE_PROGRAM = "beside-program"
    GIVEN = "given"
    PER_USER = "per-user"


@dataclass(frozen=True, slots=True)
class AppPaths:
    """All places of one run. ``user_root`` holds data/, logs/ and backups/."""

    user_root: Path
    choice: FolderChoice
    resources: Path

    @property
    def data(self) -> Path:
        return self.user_root / "data"

    @property
    def logs(self) -> Path:
        return self.user_root / "logs"

    @property
    def crash_reports(self) -> Path:
        return self.logs / "crashes"

    @property
    def backups(self) -> Path:
        return self.user_root / "backups"

    @property
    def settings_database(self) -> Path:
        return self.data / "settings.sqlite3"

    @property
    def strategies_database(self) -> Path:
        return self.data / "strategies.sqlite3"

    @property
    def market_data_database(self) -> Path:
        return self.data / "market_data.sqlite3"

    @property
    def credentials(self) -> Path:
        return self.data / "settings" / "api_credentials.enc"

    @property
    def practice_state(self) -> Path:
        """Balances, orders and fills of the practice exchange inside the program."""
        return self.data / "practice" / "state.json"

    @property
    def components(self) -> Path:
        return self.data / "components"

    @property
    def set_aside(self) -> Path:
        """Damaged files are moved here, never deleted."""
        return self.data / "damaged"

    @property
    def instance_lock(self) -> Path:
        return self.data / "program.lock"

    @property
    def last_end(self) -> Path:
        """How the previous run ended; missing or "running" after a crash."""
        return self.data / "last_end.json"

    def create_folders(self) -> None:
        """Raises OSError where the place cannot be written."""
        for folder in (self.data / "settings", self.components, self.crash_reports, self.backups):
            folder.mkdir(parents=True, exist_ok=True)


def program_folder() -> Path:
    """The project root from source; beside the executable, .app or .AppImage when frozen."""
    if not getattr(sys, "frozen", False):
        return Path(__file__).resolve().parents[2]
    appimage = os.environ.get("APPIMAGE")
    if appimage:
        return Path(appimage).resolve().parent
    executable = Path(sys.executable).resolve()
    bundle = next((folder for folder in executable.parents if folder.suffix == ".app"), None)
    return bundle.parent if bundle else executable.parent


def resources_folder() -> Path:
    unpacked = getattr(sys, "_MEIPASS", None)
    return Path(unpacked) / "resources" if unpacked else Path(__file__).resolve().parents[2] / "resources"


def find_app_paths(given: Path | None = None, beside: Path | None = None) -> AppPaths:
    """``--data-dir`` wins; then the program's folder if it can be written; then a per-user one."""
    if given is not None:
        return AppPaths(given.expanduser().resolve(), FolderChoice.GIVEN, resources_folder())
    portable = beside or program_folder()
    if can_be_written(portable):
        return AppPaths(portable, FolderChoice.BESIDE_PROGRAM, resources_folder())
    return AppPaths(_per_user_folder(), FolderChoice.PER_USER, resources_folder())


def can_be_written(folder: Path) -> bool:
    """Tried by writing: permission bits say little on Windows, on network drives and as root."""
    probe = folder / f".write-test-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError:
        return False
    return True


def _per_user_folder() -> Path:
    import platformdirs  # imported late: needed only where the portable place fails

    return Path(platformdirs.user_data_dir("UpbitAutoTrader", appauthor=False))
