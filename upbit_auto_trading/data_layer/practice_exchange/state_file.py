"""What survives the end of the practice exchange, also one by kill -9: balances, orders, fills, used ids, the time.

``FILE`` holds a whole state, ``FILE.journal`` one line for each change since. A line is handed to the system before
anybody is told of the change, so a killed process loses nothing that it confirmed; ``sync`` makes it last through a
power cut as well. Lines that the whole state holds already are passed over by their number.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, NewerSchema
from upbit_auto_trading.business_logic.domain.market import MarketState
from upbit_auto_trading.business_logic.simulation.virtual_events import (
    BalancesMoved,
    BookChanged,
    MarketStateChanged,
    PublicTrade,
    VirtualEvent,
)
from upbit_auto_trading.business_logic.simulation.virtual_order import VirtualOrder
from upbit_auto_trading.business_logic.simulation.virtual_state import VirtualState
from upbit_auto_trading.data_layer.durable_files import sync_folder, translated_os_error, write_whole
from upbit_auto_trading.data_layer.practice_exchange.state_changes import Change, with_changes
from upbit_auto_trading.data_layer.practice_exchange.world import PracticeWorld

FORMAT: Final = "upbit-autotrader/practice-state"
VERSION: Final = 1
#: the journal becomes a whole state again from this size on
LARGEST_JOURNAL: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class KeptState:
    now: datetime
    #: of the built-in markets
    seed: int
    exchange: VirtualState
    #: of the newest change that is in it
    number: int = 0
    format: str = FORMAT
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class _Head:
    format: str = ""
    version: int = 0


def read_state(path: Path) -> KeptState | None:
    """As it was when the process ended; None where there is no file. Raises InputError and StorageError."""
    try:
        whole = path.read_bytes() if path.exists() else None
        journal = _journal_of(path)
        lines = journal.read_bytes() if journal.exists() else b""
    except OSError as error:
        raise translated_os_error(error, path) from error
    if whole is None:
        return None
    state = _decoded(path, whole)
    changes = [change for change in _changes(path, lines) if change.number > state.number]
    if not changes:
        return state
    newest = changes[-1]
    return KeptState(newest.at, state.seed, with_changes(state.exchange, changes), newest.number)


def _decoded(path: Path, whole: bytes) -> KeptState:
    try:
        head = msgspec.json.decode(whole, type=_Head)
        if head.format == FORMAT and head.version > VERSION:
            raise NewerSchema(str(path), f"version {head.version}")
        state = msgspec.json.decode(whole, type=KeptState)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidParameter("state", str(path), "not-a-state-file") from error
    if state.format != FORMAT:
        raise InvalidParameter("state", str(path), "not-a-state-file")
    return state


def _changes(path: Path, lines: bytes) -> Iterable[Change]:
    """A line that a kill cut short was confirmed to nobody."""
    whole_lines, _newline, _rest = lines.rpartition(b"\n")
    for line in whole_lines.splitlines():
        try:
            yield msgspec.json.decode(line, type=Change)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise InvalidParameter("state", str(_journal_of(path)), "not-a-state-file") from error


def _journal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.journal")


class StateKeeper:
    """Keeps what a world changes. One process a file."""

    def __init__(
        self, path: Path, world: PracticeWorld, seed: int, number: int, *, largest_journal: int = LARGEST_JOURNAL
    ) -> None:
        self._largest_journal = largest_journal
        self._path = path
        self._world = world
        self._seed = seed
        self._number = number
        self._unwritten: list[VirtualEvent] = []
        self._unwritten_ids: list[tuple[str, str]] = []
        self._time_kept = world.clock.now()
        self._is_synced = True
        journal = _journal_of(path)
        try:
            self._journal = os.open(journal, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
        except OSError as error:
            raise translated_os_error(error, journal) from error
        self.write_whole()
        world.keep = self._keep
        world.keep_client_id = self._keep_client_id
        world.keep_whole = self.write_whole

    def write_whole(self) -> None:
        """The state of this moment; the journal begins anew."""
        state = KeptState(self._world.clock.now(), self._seed, self._world.exchange.state(), self._number)
        try:
            write_whole(self._path, msgspec.json.encode(state))
            os.ftruncate(self._journal, 0)
            sync_folder(self._path.parent)
        except OSError as error:
            raise translated_os_error(error, self._path) from error
        self._unwritten.clear()
        self._unwritten_ids.clear()
        self._time_kept = state.now
        self._size = 0

    def keep_time(self) -> None:
        """Now and then, so that a quiet market does not go back far."""
        if self._world.clock.now() != self._time_kept:
            self._append()

    def sync(self) -> None:
        """From any thread: what was written lasts through a power cut too."""
        if not self._is_synced:
            self._is_synced = True
            with suppress(OSError):  # closed meanwhile; the end writes the whole state
                os.fsync(self._journal)

    def close(self) -> None:
        self._world.keep = None
        self._world.keep_client_id = None
        self._world.keep_whole = None
        try:
            self.write_whole()
        finally:
            os.close(self._journal)

    def _keep(self, events: Sequence[VirtualEvent]) -> None:
        if all(isinstance(event, PublicTrade | BookChanged) for event in events):
            return
        self._unwritten += events
        self._append()
        if self._size > self._largest_journal:
            self.write_whole()

    def _keep_client_id(self, account_id: str, client_order_id: str) -> None:
        self._unwritten_ids.append((account_id, client_order_id))
        self._append()

    def _append(self) -> None:
        """What could not be written goes with the next line: it happened, though nobody was told."""
        now = self._world.clock.now()
        line = msgspec.json.encode(_change(self._number + 1, now, self._unwritten, self._unwritten_ids)) + b"\n"
        try:
            _write_all(self._journal, line)
        except OSError as error:
            raise translated_os_error(error, _journal_of(self._path)) from error
        self._number += 1
        self._size += len(line)
        self._time_kept = now
        self._unwritten.clear()
        self._unwritten_ids.clear()
        self._is_synced = False


def _write_all(handle: int, content: bytes) -> None:
    """All of it or nothing: a part that a full disk took would spoil the next line."""
    end = os.lseek(handle, 0, os.SEEK_END)
    written = 0
    try:
        while written < len(content):
            written += os.write(handle, content[written:])
    except OSError:
        os.ftruncate(handle, end)
        raise


def _change(number: int, at: datetime, events: Iterable[VirtualEvent], used: Iterable[tuple[str, str]]) -> Change:
    orders: dict[str, VirtualOrder] = {}
    balances: dict[str, dict[str, Balance]] = {}
    states: dict[str, MarketState] = {}
    numbers: dict[str, int] = {}
    for event in events:
        if isinstance(event, BalancesMoved):
            moved = balances.setdefault(event.account_id, {})
            moved.update((balance.currency, balance) for balance in event.balances)
        elif isinstance(event, MarketStateChanged):
            states[event.market.code] = event.state
        elif isinstance(event, PublicTrade):
            numbers[event.market.code] = event.number
        elif not isinstance(event, BookChanged):
            orders[event.order.order_id] = event.order
    kept_balances = {account: tuple(moved.values()) for account, moved in balances.items()}
    return Change(number, at, tuple(orders.values()), kept_balances, states, numbers, tuple(used))
