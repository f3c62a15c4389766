"""The vault: the port ``CredentialVault`` over one encrypted file.

While it is open, memory holds the data key and nothing else: keys are decrypted for the moment they are asked for.
Used by one thread, the one that owns the storage.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from upbit_auto_trading.business_logic.domain.errors import (
    InvalidParameter,
    StorageError,
    VaultDamaged,
    VaultError,
    VaultExists,
    VaultLocked,
    VaultMissing,
)
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.credentials import (
    Credential,
    CredentialSummary,
    KeySource,
    VaultState,
)
from upbit_auto_trading.data_layer import owner_only_files
from upbit_auto_trading.data_layer.encrypted_vault import entry_rules, file_format, sealing
from upbit_auto_trading.data_layer.encrypted_vault.file_format import KEY_ID_BYTES, LARGEST_FILE, Envelope, Header
from upbit_auto_trading.data_layer.encrypted_vault.key_derivation import (
    KEY_BYTES,
    NO_DERIVATION,
    KdfCost,
    best_cost,
    check_passphrase,
    derive_key,
    normalised,
)
from upbit_auto_trading.data_layer.encrypted_vault.key_file import KeyFile
from upbit_auto_trading.data_layer.encrypted_vault.key_holder import KeyHolder
from upbit_auto_trading.data_layer.encrypted_vault.sealing import KeyDoesNotFit
from upbit_auto_trading.data_layer.encrypted_vault.stored_keys import (
    RetiredKey,
    StoredKeys,
    stored_keys_from,
    summary_of,
)
from upbit_auto_trading.data_layer.encrypted_vault.system_key_store import SystemKeyStore
from upbit_auto_trading.data_layer.encrypted_vault.try_limiter import TryLimiter
from upbit_auto_trading.utils.secret import Secret

_log = logging.getLogger(__name__)
_STAMP = "%Y%m%dT%H%M%SZ"
# Marks the unfinished write of a file under a new key, as against one that saves keys under the same.
_NEW_KEY_TAG = "-new-key"


def key_file_beside(path: Path) -> Path:
    """Where the key file lies that opens ``path``; it must never go into a backup."""
    return path.with_suffix(".key")


class EncryptedVault:
    """``path`` is ``AppPaths.credentials``, ``set_aside_folder`` is ``AppPaths.set_aside``."""

    def __init__(
        self,
        path: Path,
        set_aside_folder: Path,
        clock: Clock,
        *,
        key_store: KeyHolder | None = None,
        passphrase_cost: KdfCost | None = None,
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._path = path
        self._set_aside_folder = set_aside_folder
        self._clock = clock
        self._passphrase_cost = passphrase_cost
        self._new_id = new_id
        self._holders: Mapping[KeySource, KeyHolder] = {
            KeySource.SYSTEM_KEY_STORE: key_store or SystemKeyStore(),
            KeySource.KEY_FILE: KeyFile(key_file_beside(path)),
        }
        self._tries = TryLimiter(path.with_suffix(".tries"), clock)
        self._data_key: bytearray | None = None
        self._open_key_id = b""

    def state(self) -> VaultState:
        if self._data_key is not None:
            return VaultState.OPEN
        return VaultState.LOCKED if self._path.exists() else VaultState.EMPTY

    def key_source(self) -> KeySource | None:
        try:
            return self._read().header.source
        except VaultMissing:
            return None

    def create(self, source: KeySource, passphrase: Secret | None = None) -> None:
        if self._path.exists():
            raise VaultExists(self._path.name)
        self._sweep()
        self._write_under_new_key(source, passphrase, StoredKeys())

    def unlock(self, passphrase: Secret | None = None) -> None:
        envelope = self._read()
        self._sweep()
        data_key = self._unwrap(envelope.header, passphrase)
        keys = stored_keys_from(sealing.unseal(envelope, data_key))
        self._remember(data_key, envelope.header)
        if keys.retired:
            self._forget_retired(keys)

    def lock(self) -> None:
        if self._data_key is not None:
            self._data_key[:] = bytes(len(self._data_key))
        self._data_key = None
        self._open_key_id = b""

    def change_key_source(self, source: KeySource, passphrase: Secret | None = None) -> None:
        envelope, _data_key, keys = self._opened()
        self._sweep()
        before = envelope.header
        if before.source in self._holders:
            keys = replace(keys, retired=(*keys.retired, RetiredKey(before.source, before.key_id)))
        self._write_under_new_key(source, passphrase, keys)
        if keys.retired:
            self._forget_retired(keys)

    def summaries(self) -> tuple[CredentialSummary, ...]:
        if self.state() is VaultState.EMPTY:
            return ()
        return tuple(credential.summary for credential in self._opened()[2].credentials)

    def add(self, exchange: str, label: str, access_key: Secret, secret_key: Secret) -> CredentialSummary:
        envelope, data_key, keys = self._opened()
        exchange, label = entry_rules.checked_exchange(exchange), entry_rules.checked_label(label)
        access_key = entry_rules.checked_key("access_key", access_key)
        secret_key = entry_rules.checked_key("secret_key", secret_key)
        _check_new(keys, exchange, label, access_key)
        summary = summary_of(self._new_id(), exchange, label, access_key, self._clock.now())
        credentials = (*keys.credentials, Credential(summary, access_key, secret_key))
        self._save(envelope.header, data_key, replace(keys, credentials=credentials))
        return summary

    def rename(self, credential_id: str, label: str) -> None:
        envelope, data_key, keys = self._opened()
        before = _find(keys, credential_id)
        label = entry_rules.checked_label(label)
        others = [other.summary for other in keys.credentials if other is not before]
        entry_rules.check_label_free(before.summary.exchange, label, [(one.exchange, one.label) for one in others])
        after = replace(before, summary=replace(before.summary, label=label))
        credentials = tuple(after if one is before else one for one in keys.credentials)
        self._save(envelope.header, data_key, replace(keys, credentials=credentials))

    def replace(self, credential_id: str, access_key: Secret, secret_key: Secret) -> CredentialSummary:
        envelope, data_key, keys = self._opened()
        before = _find(keys, credential_id)
        access_key = entry_rules.checked_key("access_key", access_key)
        secret_key = entry_rules.checked_key("secret_key", secret_key)
        exchange = before.summary.exchange
        _check_key_new(tuple(one for one in keys.credentials if one is not before), exchange, access_key)
        summary = summary_of(credential_id, exchange, before.summary.label, access_key, self._clock.now())
        after = Credential(summary, access_key, secret_key)
        credentials = tuple(after if one is before else one for one in keys.credentials)
        self._save(envelope.header, data_key, replace(keys, credentials=credentials))
        return summary

    def all_without_passphrase(self) -> tuple[Credential, ...] | None:
        """To look at, beside a program that may be writing: nothing is written, swept or held open afterwards.

        None where a passphrase is needed.
        """
        envelope = self._read()
        if envelope.header.source is KeySource.PASSPHRASE:
            return None
        return stored_keys_from(sealing.unseal(envelope, self._unwrap(envelope.header, None))).credentials

    def reveal(self, credential_id: str) -> Credential:
        return _find(self._opened()[2], credential_id)

    def remove(self, credential_id: str) -> None:
        envelope, data_key, keys = self._opened()
        leaving = _find(keys, credential_id)
        credentials = tuple(one for one in keys.credentials if one is not leaving)
        self._save(envelope.header, data_key, replace(keys, credentials=credentials))

    def set_aside(self) -> str:
        if not self._path.exists():
            raise VaultMissing(self._path.name)
        self.lock()
        stamp = self._clock.now().strftime(_STAMP)
        target = self._set_aside_folder / f"{self._path.stem}-{stamp}{self._path.suffix}"
        return owner_only_files.move_aside(self._path, target).name

    # The file

    def _read(self) -> Envelope:
        try:
            content = owner_only_files.read_bounded(self._path, LARGEST_FILE)
        except FileNotFoundError as error:
            raise VaultMissing(self._path.name) from error
        if len(content) > LARGEST_FILE:
            raise VaultDamaged("far too long for a key file")
        return file_format.decode(content)

    def _opened(self) -> tuple[Envelope, bytearray, StoredKeys]:
        """The file as it is now, opened with the key we hold; VaultLocked without one."""
        if self._data_key is None:
            raise VaultLocked("not unlocked in this run")
        envelope = self._read()
        if envelope.header.key_id != self._open_key_id:
            self.lock()  # another file has taken its place, as after a restore
            raise VaultLocked("the file was replaced")
        return envelope, self._data_key, stored_keys_from(sealing.unseal(envelope, self._data_key))

    def _save(self, header: Header, data_key: bytearray, keys: StoredKeys) -> None:
        self._sweep()
        owner_only_files.replace_owner_only(self._path, sealing.seal(header, data_key, keys.to_bytes()).encode())

    def _write_under_new_key(self, source: KeySource, passphrase: Secret | None, keys: StoredKeys) -> None:
        """A whole new file: new data key, new wrapping key, new id. The holder has its key before the file is there."""
        data_key = sealing.new_data_key()
        holder = self._holders.get(source)
        key_id = secrets.token_bytes(KEY_ID_BYTES)
        if holder is None:
            secret = check_passphrase(passphrase)
            lock = sealing.new_lock(source, self._passphrase_cost or best_cost(), key_id)
            wrapping_key = derive_key(secret, lock.salt, lock.cost)
        else:
            lock = sealing.new_lock(source, NO_DERIVATION, key_id)
            wrapping_key = secrets.token_bytes(KEY_BYTES)
        envelope = sealing.seal(sealing.wrap(lock, wrapping_key, data_key), data_key, keys.to_bytes())
        is_stored = False

        def store() -> None:
            nonlocal is_stored
            if holder is not None:
                holder.put(key_id, wrapping_key)
                is_stored = True

        try:
            owner_only_files.replace_owner_only(self._path, envelope.encode(), before_replace=store, tag=_NEW_KEY_TAG)
        except (StorageError, VaultError):
            # The folder may have refused to sync after the file took its place: then its key is needed.
            if is_stored and self._key_id_of(self._path) != key_id:
                self._discard(source, key_id)
            raise
        self._remember(data_key, envelope.header)

    def _sweep(self) -> None:
        """What a kill in the middle of a write left: its file, and the new key it may have put into a holder."""
        for leftover in owner_only_files.leftovers(self._path):
            try:
                header = self._header_of(leftover) if _NEW_KEY_TAG in leftover.name else None
                if header is not None and header.key_id != self._key_id_of(self._path):
                    self._discard(header.source, header.key_id)
                owner_only_files.remove(leftover)
            except StorageError as error:
                _log.warning("an unfinished file stays: %s", type(error).__name__)

    def _key_id_of(self, path: Path) -> bytes | None:
        header = self._header_of(path)
        return header.key_id if header is not None else None

    def _header_of(self, path: Path) -> Header | None:
        try:
            return file_format.decode(owner_only_files.read_bounded(path, LARGEST_FILE)).header
        except (VaultError, FileNotFoundError):
            return None  # half-written: its key was not put anywhere yet

    # The keys to it

    def _unwrap(self, header: Header, passphrase: Secret | None) -> bytearray:
        if header.source is KeySource.PASSPHRASE:
            return self._unwrap_by_passphrase(header, passphrase)
        wrapping_key = self._holders[header.source].get(header.key_id)
        try:
            return sealing.unwrap(header, wrapping_key)
        except KeyDoesNotFit as error:
            raise VaultDamaged("the stored key has the right name and does not fit") from error

    def _unwrap_by_passphrase(self, header: Header, passphrase: Secret | None) -> bytearray:
        if passphrase is None or not passphrase:
            raise InvalidParameter("passphrase", None, "required")
        self._tries.start_try(header.key_id)
        try:
            data_key = sealing.unwrap(header, derive_key(normalised(passphrase), header.salt, header.cost))
        except KeyDoesNotFit as error:
            raise self._tries.failed(header.key_id) from error
        except VaultError:
            self._tries.take_back(header.key_id)
            raise
        self._tries.succeeded(header.key_id)
        return data_key

    def _remember(self, data_key: bytearray, header: Header) -> None:
        self.lock()
        self._data_key = data_key
        self._open_key_id = header.key_id

    def _forget_retired(self, keys: StoredKeys) -> None:
        """Keys that no longer open anything go; those that cannot go now are tried again at the next unlocking."""
        kept = tuple(key for key in keys.retired if not self._discard(key.source, key.key_id))
        if kept == keys.retired:
            return
        envelope, data_key, current = self._opened()
        try:
            self._save(envelope.header, data_key, replace(current, retired=kept))
        except StorageError as error:
            _log.warning("the note of an old key stays: %s", type(error).__name__)

    def _discard(self, source: KeySource, key_id: bytes) -> bool:
        holder = self._holders.get(source)
        if holder is None:
            return True
        try:
            holder.discard(key_id)
        except (VaultError, StorageError) as error:
            _log.warning("an old key stays in the %s: %s", source.value, type(error).__name__)
            return False
        return True


def _find(keys: StoredKeys, credential_id: str) -> Credential:
    for credential in keys.credentials:
        if credential.summary.id == credential_id:
            return credential
    raise InvalidParameter("credential_id", credential_id, "unknown")


def _check_new(keys: StoredKeys, exchange: str, label: str, access_key: Secret) -> None:
    if len(keys.credentials) >= entry_rules.MOST_CREDENTIALS:
        raise InvalidParameter("credentials", None, "too-many", str(entry_rules.MOST_CREDENTIALS))
    summaries = [one.summary for one in keys.credentials]
    entry_rules.check_label_free(exchange, label, [(one.exchange, one.label) for one in summaries])
    _check_key_new(keys.credentials, exchange, access_key)


def _check_key_new(credentials: tuple[Credential, ...], exchange: str, access_key: Secret) -> None:
    if any(one.summary.exchange == exchange and one.access_key == access_key for one in credentials):
        raise InvalidParameter("access_key", None, "key-already-stored")
