"""Everything that can go wrong, as one tree.

::

    TradingAppError
    ├── InputError             InvalidParameter, InvalidScreen(problems), InvalidStrategy(problems), WrongPassword
    ├── StorageError           the world's fault: the disk, another program, a damaged file
    │   ├── DiskFull, FolderReadOnly, PathUnusable, DatabaseBusy
    │   ├── DriveFailed, DatabaseDamaged, NewerSchema
    │   └── BackupUnusable, NothingToBackUp
    ├── VaultError             the key file: see the leaves
    ├── ExchangeError
    │   ├── ExchangeUnavailable, RateLimited(until)   nothing happened; may be tried again
    │   ├── RequestRefused(code)                      a question that it does not answer; MarketUnknown, OrderNotFound
    │   ├── OrderRefused(code)                        the exchange said no; final
    │   ├── NotSupported                              this exchange cannot do that; see its capabilities
    │   ├── KeyRejected(fault)                        stop the session, ask for keys
    │   └── OutcomeUnknown(client_order_id)           may have happened; reconcile, never resend
    ├── AnotherInstanceRuns
    ├── TooBusy                so much work waits already that more is refused
    └── InvariantBroken        ours: halt the session, keep what is open, offer a report

Bases end in ``Error``, leaves say what happened. They carry codes and values; the sentence a trader
reads is made in ``ui/error_boundary.py`` alone.
"""

from __future__ import annotations

from datetime import datetime

from upbit_auto_trading.business_logic.domain.exchange_key import KeyFault, Right
from upbit_auto_trading.business_logic.domain.screen import ScreenProblem
from upbit_auto_trading.business_logic.domain.strategy_definition import StrategyProblem


class TradingAppError(Exception):
    """Base of every error that this program raises on purpose."""


class InputError(TradingAppError):
    """What the user gave cannot be used; nothing was changed."""


class InvalidParameter(InputError):
    """A value outside its type or bounds. ``name`` says where, ``reason`` is a stable code."""

    def __init__(self, name: str, value: object, reason: str, allowed: str = "") -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.value = value
        self.reason = reason
        self.allowed = allowed


class InvalidScreen(InputError):
    """A screen that cannot be read or run; ``problems`` are all of them, at least one."""

    def __init__(self, problems: tuple[ScreenProblem, ...]) -> None:
        super().__init__("; ".join(f"{problem.place} {problem.reason}".strip() for problem in problems))
        self.problems = problems


class InvalidStrategy(InputError):
    """A strategy that cannot be read or run; ``problems`` are all of them, at least one."""

    def __init__(self, problems: tuple[StrategyProblem, ...]) -> None:
        super().__init__("; ".join(f"{problem.place} {problem.reason}".strip() for problem in problems))
        self.problems = problems


class WrongPassword(InputError):
    """The passphrase does not open the key file. ``retry_at`` is set while tries are slowed down."""

    def __init__(self, retry_at: datetime | None = None) -> None:
        super().__init__("wrong passphrase")
        self.retry_at = retry_at


class StorageError(TradingAppError):
    """A file could not be read or written. ``path`` names it."""

    def __init__(self, path: str, detail: str = "") -> None:
        super().__init__(f"{type(self).__name__}: {path} {detail}".rstrip())
        self.path = path
        self.detail = detail


class DiskFull(StorageError):
    """No room left; what was being written was rolled back."""


class FolderReadOnly(StorageError):
    """The folder or file may not be written."""


class PathUnusable(StorageError):
    """A file stands where a folder belongs or the other way round, or a name is longer than the system allows."""


class DatabaseBusy(StorageError):
    """Another program holds the file longer than we wait."""


class DriveFailed(StorageError):
    """The disk, stick or network drive answered with an error of its own."""


class DatabaseDamaged(StorageError):
    """SQLite finds the file malformed. It was, or will be, set aside and never deleted."""


class NewerSchema(StorageError):
    """The file was written by a newer version of the program."""


class BackupUnusable(StorageError):
    """The backup file cannot be restored. ``detail`` is a stable reason code.

    not-found, not-a-backup, damaged, newer-version, unexpected-content or too-large.
    """


class NothingToBackUp(StorageError):
    """The data folder holds no file of ours yet."""


class VaultError(TradingAppError):
    """The encrypted key file cannot be used."""


class VaultMissing(VaultError):
    """There is no key file yet."""


class VaultExists(VaultError):
    """A key file is there already; it is never overwritten."""


class VaultLocked(VaultError):
    """The keys have not been unlocked in this run."""


class VaultDamaged(VaultError):
    """A flipped bit: the file is whole in length but does not authenticate."""


class VaultTruncated(VaultError):
    """The file ends early."""


class VaultFromAnotherMachine(VaultError):
    """The key to this file lies in the key store of another machine or user."""


class VaultFromNewerVersion(VaultError):
    """The header names a version this program does not know."""


class KeyStoreMissing(VaultError):
    """This system has no key store that we can use: a passphrase is needed."""


class KeyStoreUnavailable(VaultError):
    """The key store is there but refused or did not answer in time; it may be locked. Try again."""


class ExchangeError(TradingAppError):
    """Between us and an exchange. ``exchange`` is its name, ``detail`` a stable code or its own word."""

    def __init__(self, exchange: str, detail: str = "") -> None:
        super().__init__(f"{type(self).__name__}: {exchange} {detail}".rstrip())
        self.exchange = exchange
        self.detail = detail


class ExchangeUnavailable(ExchangeError):
    """No connection, an error of the exchange, maintenance, an unreadable answer: nothing happened, try again."""


class RateLimited(ExchangeError):
    """The exchange, or our own count of its limits, wants us to wait until then."""

    def __init__(self, exchange: str, until: datetime, detail: str = "") -> None:
        super().__init__(exchange, detail)
        self.until = until


class RequestRefused(ExchangeError):
    """It does not answer this question; asking again would not help. ``detail`` is its code."""


class MarketUnknown(RequestRefused):
    """It has no such market, or no longer."""


class OrderNotFound(RequestRefused):
    """It has no such order, or none that can be cancelled."""


class OrderRefused(ExchangeError):
    """The exchange said no to an order; it does not exist. ``detail`` is its code."""

    def __init__(self, exchange: str, detail: str, message: str = "") -> None:
        super().__init__(exchange, detail)
        self.message = message


class NotSupported(ExchangeError):
    """This exchange cannot do that; its capabilities say so."""


class KeyRejected(ExchangeError):
    """The exchange refuses the key, or the key lacks a right."""

    def __init__(self, exchange: str, fault: KeyFault, right: Right | None = None) -> None:
        super().__init__(exchange, fault.value)
        self.fault = fault
        self.right = right


class OutcomeUnknown(ExchangeError):
    """The request may have reached the exchange; look the order up, never send it again."""

    def __init__(self, exchange: str, client_order_id: str, detail: str = "") -> None:
        super().__init__(exchange, detail)
        self.client_order_id = client_order_id


class AnotherInstanceRuns(TradingAppError):
    """The data folder is in use by a running program."""

    def __init__(self, data_folder: str, process_id: int | None) -> None:
        super().__init__(f"in use by process {process_id}: {data_folder}")
        self.data_folder = data_folder
        self.process_id = process_id
        #: its window answered when it was asked to show itself
        self.came_to_front = False


class TooBusy(TradingAppError):
    """So much work waits already that more is refused; nothing was begun."""

    def __init__(self) -> None:
        super().__init__("too much work is waiting")


class InvariantBroken(TradingAppError):
    """Something that must hold did not: a bug of ours."""
