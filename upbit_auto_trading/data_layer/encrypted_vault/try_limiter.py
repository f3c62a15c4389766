"""Wrong passphrases slow the next try down, also after a restart.

Each try is counted on the disk before it is made, so that killing the program does not save one. Whoever can
delete the counter can also copy the key file and guess elsewhere: against that stands the cost of Argon2 alone.
Within one process the count is kept in memory as well.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from upbit_auto_trading.business_logic.domain.errors import StorageError, WrongPassword
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.data_layer import owner_only_files

FREE_TRIES = 3
LONGEST_DELAY_SECONDS = 60
_LARGEST = 4_096

_log = logging.getLogger(__name__)


def delay_after(failures: int) -> int:
    """Seconds to wait after so many wrong tries: 0, 0, 0, 1, 2, 4 … 60."""
    if failures <= FREE_TRIES:
        return 0
    return min(2 ** min(failures - FREE_TRIES - 1, 10), LONGEST_DELAY_SECONDS)


@dataclass(slots=True)
class _Count:
    failures: int
    #: on the monotonic clock, which nobody can set back
    wait_until: float


class TryLimiter:
    """Counts per key id, so that another key file starts afresh. The disk is read once; then memory is right."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._counts: dict[str, _Count] = {}

    def start_try(self, key_id: bytes) -> None:
        """Raises WrongPassword(retry_at), untried, while the delay lasts; otherwise counts one try."""
        count = self._recall(key_id)
        if count.wait_until > self._clock.monotonic():
            raise self.failed(key_id)
        self._keep(key_id, count.failures + 1)

    def failed(self, key_id: bytes) -> WrongPassword:
        """What to raise for a try that was wrong, or came too early."""
        left = self._recall(key_id).wait_until - self._clock.monotonic()
        return WrongPassword(self._clock.now() + timedelta(seconds=left) if left > 0 else None)

    def take_back(self, key_id: bytes) -> None:
        """The try ended for another reason than a wrong passphrase."""
        self._keep(key_id, max(0, self._recall(key_id).failures - 1))

    def succeeded(self, key_id: bytes) -> None:
        self._counts[key_id.hex()] = _Count(0, 0.0)
        try:
            owner_only_files.remove(self._path)
        except StorageError as error:
            _log.warning("the counter of wrong tries stays: %s", type(error).__name__)

    def _recall(self, key_id: bytes) -> _Count:
        name = key_id.hex()
        if name not in self._counts:
            failures, seconds_left = self._read(name)
            self._counts[name] = _Count(failures, self._clock.monotonic() + seconds_left)
        return self._counts[name]

    def _keep(self, key_id: bytes, failures: int) -> None:
        name = key_id.hex()
        self._counts[name] = _Count(failures, self._clock.monotonic() + delay_after(failures))
        document = {"version": 1, "file": name, "wrong_tries": failures, "last": self._clock.now().isoformat()}
        try:
            for leftover in owner_only_files.leftovers(self._path):
                owner_only_files.remove(leftover)
            owner_only_files.replace_owner_only(self._path, json.dumps(document).encode())
        except StorageError as error:
            # A read-only or full disk must not lock the owner out; this process still counts.
            _log.warning("wrong tries are counted in memory only: %s", type(error).__name__)

    def _read(self, name: str) -> tuple[int, float]:
        """Failures and seconds to wait; a missing or unreadable counter counts nothing."""
        try:
            document = json.loads(owner_only_files.read_bounded(self._path, _LARGEST))
            if document["file"] != name:
                return 0, 0.0
            failures = max(0, int(document["wrong_tries"]))
            since = (self._clock.now() - datetime.fromisoformat(document["last"])).total_seconds()
        except FileNotFoundError:
            return 0, 0.0
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError, StorageError) as error:
            _log.warning("the counter of wrong tries cannot be read: %s", type(error).__name__)
            return 0, 0.0
        # A clock that was set back makes "since" negative: never wait longer than the whole delay.
        return failures, min(delay_after(failures) - since, delay_after(failures))
