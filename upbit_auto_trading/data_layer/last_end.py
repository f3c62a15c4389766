"""How the last run ended: a small file, "running" from the start on, so that a crash is what leaves it so."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.data_layer.durable_files import translated_os_error, write_whole

_RUNNING = "running"
_ENDED = "ended"


@dataclass(frozen=True, slots=True)
class LastEnd:
    """``reason`` and ``exit_status`` belong to an end; ``positions_unprotected`` are market codes."""

    state: str
    reason: str | None
    exit_status: int | None
    at: str
    process_id: int
    positions_unprotected: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        return self.state == _ENDED


class LastEndFile:
    """Writes ``data/last_end.json``. Call :meth:`begin` once, when the instance lock is held."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._previous: LastEnd | None = None
        self._was_unclean = False

    @property
    def previous(self) -> LastEnd | None:
        """How the run before this one ended; ``None`` where there was none or its file is unreadable."""
        return self._previous

    def was_unclean(self) -> bool:
        """The run before this one crashed, or left a file that cannot be read. False on the very first start."""
        return self._was_unclean

    def begin(self) -> None:
        """Look at the previous end, then write that we run. Raises a StorageError leaf where that fails."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            content = None  # it is replaced whole and never deleted: nothing ran here before
        except OSError as error:
            raise translated_os_error(error, self._path) from error
        if content is not None:
            self._previous = _parse(content)
            self._was_unclean = self._previous is None or not self._previous.is_clean
        self._write(_RUNNING, None, None, ())

    def end(self, reason: str, exit_status: int, positions_unprotected: tuple[str, ...] = ()) -> None:
        """``reason`` is a stable code ("user", "internal-error" …)."""
        self._write(_ENDED, reason, exit_status, positions_unprotected)

    def _write(self, state: str, reason: str | None, exit_status: int | None, positions: tuple[str, ...]) -> None:
        at = self._clock.now().isoformat(timespec="milliseconds")
        record = LastEnd(state, reason, exit_status, at, os.getpid(), positions)
        try:
            write_whole(self._path, json.dumps(asdict(record), ensure_ascii=False, indent=2).encode() + b"\n")
        except OSError as error:
            raise translated_os_error(error, self._path) from error


def read_last_end(path: Path) -> LastEnd | None:
    """For the doctor and other readers; ``None`` where there is none, or none that can be read."""
    try:
        return _parse(path.read_bytes())
    except OSError:
        return None


def _parse(content: bytes) -> LastEnd | None:
    try:
        fields = json.loads(content)
        record = LastEnd(**{**fields, "positions_unprotected": tuple(fields["positions_unprotected"])})
        datetime.fromisoformat(record.at)
    except (ValueError, TypeError, KeyError, RecursionError):  # cut off or not ours: an answer too
        return None
    return record if record.state in (_RUNNING, _ENDED) else None
