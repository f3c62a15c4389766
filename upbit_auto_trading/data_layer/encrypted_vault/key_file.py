"""The key file beside the vault: for machines without a key store whose user knowingly wants no passphrase.

Whoever can read both files can read the keys; the file is owner-only and never goes into a backup. It may hold
two keys for a moment, the old one and the new one, so that a change of key is whole at any kill.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path

from upbit_auto_trading.business_logic.domain.errors import VaultDamaged, VaultFromAnotherMachine
from upbit_auto_trading.data_layer import owner_only_files
from upbit_auto_trading.data_layer.encrypted_vault.file_format import KEY_ID_BYTES
from upbit_auto_trading.data_layer.encrypted_vault.key_derivation import KEY_BYTES

_FORMAT = "upbit-autotrader/key-file"
_VERSION = 1
_NOTE = "Opens api_credentials.enc beside it. Keep it private; without it the stored keys are lost."
_LARGEST = 64 * 1024


class KeyFile:
    """Implements ``KeyHolder`` over one small JSON file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def put(self, key_id: bytes, key: bytes) -> None:
        self._sweep()
        try:
            keys = self._read()
        except VaultDamaged:
            # Nothing can be opened with a damaged file any more; it is kept all the same.
            owner_only_files.move_aside(self._path, self._path.with_name(f"{self._path.name}.damaged"))
            keys = {}
        self._write({**keys, key_id: key})

    def get(self, key_id: bytes) -> bytes:
        try:
            return self._read()[key_id]
        except KeyError as error:
            raise VaultFromAnotherMachine(f"{self._path.name} has no key for this file") from error

    def discard(self, key_id: bytes) -> None:
        self._sweep()
        keys = self._read()
        if keys.pop(key_id, None) is None:
            return
        if keys:
            self._write(keys)
        else:
            owner_only_files.remove(self._path)

    def _read(self) -> dict[bytes, bytes]:
        try:
            content = owner_only_files.read_bounded(self._path, _LARGEST)
        except FileNotFoundError:
            return {}
        try:
            document = json.loads(content)
            if document["format"] != _FORMAT or document["version"] != _VERSION:
                raise ValueError("another format")
            return dict(_read_entry(entry) for entry in document["keys"])
        # A deeply nested hostile document ends in RecursionError.
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise VaultDamaged(f"{self._path.name} cannot be read") from error

    def _write(self, keys: dict[bytes, bytes]) -> None:
        entries = [
            {"id": key_id.hex(), "key": base64.b64encode(key).decode(), "check": _check(key_id, key)}
            for key_id, key in keys.items()
        ]
        document = {"format": _FORMAT, "version": _VERSION, "note": _NOTE, "keys": entries}
        owner_only_files.replace_owner_only(self._path, json.dumps(document, indent=2).encode() + b"\n")

    def _sweep(self) -> None:
        for leftover in owner_only_files.leftovers(self._path):
            owner_only_files.remove(leftover)


def _read_entry(entry: dict[str, str]) -> tuple[bytes, bytes]:
    key_id, key = bytes.fromhex(entry["id"]), base64.b64decode(entry["key"], validate=True)
    if len(key_id) != KEY_ID_BYTES or len(key) != KEY_BYTES:
        raise ValueError("impossible length")
    if not hmac.compare_digest(_check(key_id, key).encode(), entry["check"].encode()):
        raise ValueError("does not match its checksum")
    return key_id, key


def _check(key_id: bytes, key: bytes) -> str:
    """Tells a flipped bit from the key of another vault. Half a hash of 32 random bytes gives nothing away."""
    return hashlib.sha256(b"upbit-autotrader key file\0" + key_id + key).hexdigest()[:32]
