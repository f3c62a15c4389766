"""The encrypted keys and the journal of everything that touches security."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from upbit_auto_trading.utils.secret import Secret


@dataclass(frozen=True, slots=True)
class CredentialSummary:
    """What may be shown of a key: never more than the last four signs of the access key."""

    id: str
    exchange: str
    label: str
    access_key_ending: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Credential:
    summary: CredentialSummary
    access_key: Secret
    secret_key: Secret


class KeySource(Enum):
    """Where the key that opens the file comes from."""

    SYSTEM_KEY_STORE = "system-key-store"
    PASSPHRASE = "passphrase"
    KEY_FILE = "key-file"


class VaultState(Enum):
    EMPTY = "empty"
    LOCKED = "locked"
    OPEN = "open"


class CredentialVault(Protocol):
    def state(self) -> VaultState: ...

    def key_source(self) -> KeySource | None:
        """``None`` while there is no file. Reads the header only."""

    def create(self, source: KeySource, passphrase: Secret | None = None) -> None: ...

    def unlock(self, passphrase: Secret | None = None) -> None:
        """Raises the leaf of VaultError, or WrongPassword, that says what is wrong."""

    def lock(self) -> None: ...

    def change_key_source(self, source: KeySource, passphrase: Secret | None = None) -> None:
        """Re-encrypts atomically: a kill leaves the old or the new file."""

    def summaries(self) -> tuple[CredentialSummary, ...]: ...

    def add(self, exchange: str, label: str, access_key: Secret, secret_key: Secret) -> CredentialSummary: ...

    def rename(self, credential_id: str, label: str) -> None: ...

    def replace(self, credential_id: str, access_key: Secret, secret_key: Secret) -> CredentialSummary:
        """Other keys under the same identity and label, atomically: a kill leaves the old ones or the new ones."""

    def reveal(self, credential_id: str) -> Credential: ...

    def remove(self, credential_id: str) -> None: ...

    def set_aside(self) -> str:
        """Moves the key file away, never deleting it, so that keys can be entered again; the new file name."""


class SecurityEvent(Enum):
    VAULT_CREATED = "vault-created"
    UNLOCK_SUCCEEDED = "unlock-succeeded"
    UNLOCK_FAILED = "unlock-failed"
    VAULT_LOCKED = "vault-locked"
    VAULT_SET_ASIDE = "vault-set-aside"
    KEY_SOURCE_CHANGED = "key-source-changed"
    KEY_ADDED = "key-added"
    KEY_SHOWN = "key-shown"
    KEY_RENAMED = "key-renamed"
    KEY_REPLACED = "key-replaced"
    KEY_REMOVED = "key-removed"
    PERMISSION_CHANGED = "permission-changed"
    ADDRESS_CHANGED = "address-changed"
    LIVE_ARMED = "live-armed"
    OVERRIDE_TYPED = "override-typed"
    LIMIT_CHANGED = "limit-changed"
    ENTRIES_STOPPED = "entries-stopped"
    ENTRIES_RESUMED = "entries-resumed"
    BACKUP_RESTORED = "backup-restored"
    COMPONENT_ALLOWED = "component-allowed"


@dataclass(frozen=True, slots=True)
class SecurityRecord:
    number: int
    happened_at: datetime
    event: SecurityEvent
    details: Mapping[str, str]
    chain_hash: str


class SecurityJournal(Protocol):
    def append(self, event: SecurityEvent, details: Mapping[str, str]) -> SecurityRecord: ...

    def newest(self, limit: int = 100) -> tuple[SecurityRecord, ...]: ...

    def first_broken_line(self) -> int | None:
        """The number of the first record whose chain does not hold; ``None`` if all do."""
