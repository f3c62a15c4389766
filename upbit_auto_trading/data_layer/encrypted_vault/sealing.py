"""AES-256-GCM around the two secrets of the file: the data key, and the payload under the data key."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from upbit_auto_trading.business_logic.domain.errors import VaultDamaged
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.data_layer.encrypted_vault.file_format import (
    DATA_KEY_BYTES,
    NONCE_BYTES,
    SALT_BYTES,
    TAG_BYTES,
    Envelope,
    Header,
    authenticated_part,
    wrapping_part,
)
from upbit_auto_trading.data_layer.encrypted_vault.key_derivation import KdfCost


class KeyDoesNotFit(Exception):  # noqa: RUF100, N818 - says what happened, as every leaf does
    """The wrapped data key does not authenticate under this wrapping key. Callers say what that means."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Where a new file's wrapping key comes from, before the key itself is known."""

    source: KeySource
    cost: KdfCost
    key_id: bytes
    salt: bytes


def new_lock(source: KeySource, cost: KdfCost, key_id: bytes) -> Lock:
    return Lock(source, cost, key_id, secrets.token_bytes(SALT_BYTES))


def new_data_key() -> bytearray:
    """Mutable, so that it can be overwritten when the vault is locked."""
    return bytearray(secrets.token_bytes(DATA_KEY_BYTES))


def wrap(lock: Lock, wrapping_key: bytes, data_key: bytearray) -> Header:
    """A header that holds the wrapped data key; the payload's nonce is filled in by :func:`seal`."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE_BYTES)
    empty = b"\0" * (DATA_KEY_BYTES + TAG_BYTES)
    header = Header(lock.source, lock.cost, lock.salt, lock.key_id, nonce, empty, b"\0" * NONCE_BYTES)
    wrapped = AESGCM(wrapping_key).encrypt(nonce, bytes(data_key), wrapping_part(header))
    return replace(header, wrapped_key=wrapped)


def unwrap(header: Header, wrapping_key: bytes) -> bytearray:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return bytearray(AESGCM(wrapping_key).decrypt(header.wrapping_nonce, header.wrapped_key, wrapping_part(header)))
    except InvalidTag as error:
        raise KeyDoesNotFit("the wrapped key does not authenticate") from error


def seal(header: Header, data_key: bytearray, plain: bytes) -> Envelope:
    """A fresh nonce each time: the same data key seals every version of the payload until the lock changes."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    fresh = replace(header, payload_nonce=secrets.token_bytes(NONCE_BYTES))
    associated = authenticated_part(fresh, len(plain) + TAG_BYTES)
    return Envelope(fresh, AESGCM(data_key).encrypt(fresh.payload_nonce, plain, associated))


def unseal(envelope: Envelope, data_key: bytearray) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    associated = authenticated_part(envelope.header, len(envelope.payload))
    try:
        return AESGCM(data_key).decrypt(envelope.header.payload_nonce, envelope.payload, associated)
    except InvalidTag as error:
        raise VaultDamaged("the payload does not authenticate") from error
