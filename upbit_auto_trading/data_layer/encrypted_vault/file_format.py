"""The bytes of the key file: what lies where, and which damage is which. Knows no cryptography but SHA-256.

Layout (big-endian), described for people in docs/key-file-format.md::

    prefix   magic 8 · version 2 · reserved 2 · total length 4 · first 8 bytes of SHA-256 over the 16 before
    header   key source 1 · KDF id 1 · KDF parameters 3×4 · salt 16 · key id 16 · wrapping nonce 12
             · wrapped data key 48 · payload nonce 12 · payload length 4
    payload  ciphertext with its 16-byte tag
    digest   SHA-256 over everything before

Prefix and digest stay as they are in every later version, so that damage is told from a newer version.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from dataclasses import dataclass
from typing import Any

from upbit_auto_trading.business_logic.domain.errors import VaultDamaged, VaultFromNewerVersion, VaultTruncated
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.data_layer.encrypted_vault.key_derivation import KdfCost, KdfId

MAGIC = b"\x89UATKEY\n"
VERSION = 1
#: far above any real file (200 keys are under 100 KB); a bigger one is not ours
LARGEST_FILE = 4 * 1024 * 1024

SALT_BYTES = 16
KEY_ID_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16
DATA_KEY_BYTES = 32

_PREFIX = struct.Struct(">8sHHI")
_PREFIX_CHECK_BYTES = 8
_PREFIX_BYTES = _PREFIX.size + _PREFIX_CHECK_BYTES
_HEADER = struct.Struct(f">BBIII{SALT_BYTES}s{KEY_ID_BYTES}s{NONCE_BYTES}s{DATA_KEY_BYTES + TAG_BYTES}s{NONCE_BYTES}sI")
# The part of the header that exists before the data key is wrapped: up to and with the wrapping nonce.
_WRAPPING_PART_BYTES = struct.calcsize(f">BBIII{SALT_BYTES}s{KEY_ID_BYTES}s{NONCE_BYTES}s")
_DIGEST_BYTES = hashlib.sha256().digest_size
_SMALLEST_FILE = _PREFIX_BYTES + _HEADER.size + TAG_BYTES + _DIGEST_BYTES

_SOURCE_NUMBERS = {KeySource.SYSTEM_KEY_STORE: 1, KeySource.PASSPHRASE: 2, KeySource.KEY_FILE: 3}
_SOURCES = {number: source for source, number in _SOURCE_NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class Header:
    """Everything that is stored in the clear, and authenticated."""

    source: KeySource
    cost: KdfCost
    salt: bytes
    key_id: bytes
    wrapping_nonce: bytes
    wrapped_key: bytes
    payload_nonce: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    header: Header
    payload: bytes

    def encode(self) -> bytes:
        body = authenticated_part(self.header, len(self.payload)) + self.payload
        return body + hashlib.sha256(body).digest()


def authenticated_part(header: Header, payload_length: int) -> bytes:
    """Prefix and header: the associated data under which the payload is sealed."""
    return _prefix(payload_length) + _header(header, payload_length)


def wrapping_part(header: Header) -> bytes:
    """The associated data under which the data key is wrapped; independent of the payload."""
    return _PREFIX.pack(MAGIC, VERSION, 0, 0) + _header(header, 0)[:_WRAPPING_PART_BYTES]


def decode(content: bytes) -> Envelope:
    """Raises VaultTruncated, VaultDamaged or VaultFromNewerVersion."""
    _check_frame(content)
    try:
        fields = _HEADER.unpack_from(content, _PREFIX_BYTES)
        header = _read_header(fields)
    except (ValueError, KeyError, struct.error) as error:
        raise VaultDamaged("a field of the header is impossible") from error
    payload = content[_PREFIX_BYTES + _HEADER.size : -_DIGEST_BYTES]
    if len(payload) != fields[-1] or len(payload) < TAG_BYTES:
        raise VaultDamaged("the payload has another length than the header says")
    return Envelope(header, payload)


def _prefix(payload_length: int) -> bytes:
    total = _PREFIX_BYTES + _HEADER.size + payload_length + _DIGEST_BYTES
    plain = _PREFIX.pack(MAGIC, VERSION, 0, total)
    return plain + hashlib.sha256(plain).digest()[:_PREFIX_CHECK_BYTES]


def _header(header: Header, payload_length: int) -> bytes:
    first, second, third = header.cost.numbers
    return _HEADER.pack(
        _SOURCE_NUMBERS[header.source],
        header.cost.id.value,
        first,
        second,
        third,
        header.salt,
        header.key_id,
        header.wrapping_nonce,
        header.wrapped_key,
        header.payload_nonce,
        payload_length,
    )


def _check_frame(content: bytes) -> None:
    if len(content) < _PREFIX_BYTES:
        if content[: len(MAGIC)] == MAGIC[: len(content)]:
            raise VaultTruncated(f"{len(content)} bytes are left")
        raise VaultDamaged("does not start like a key file")
    plain, check = content[: _PREFIX.size], content[_PREFIX.size : _PREFIX_BYTES]
    magic, version, reserved, total = _PREFIX.unpack(plain)
    # The prefix carries its own check, so that a flipped bit in the length is not taken for a missing end.
    if magic != MAGIC or not hmac.compare_digest(hashlib.sha256(plain).digest()[:_PREFIX_CHECK_BYTES], check):
        raise VaultDamaged("does not start like a key file")
    if len(content) < total:
        raise VaultTruncated(f"{len(content)} of {total} bytes are left")
    digest = hashlib.sha256(content[:-_DIGEST_BYTES]).digest()
    if len(content) > total or not hmac.compare_digest(digest, content[-_DIGEST_BYTES:]):
        raise VaultDamaged("does not match its checksum")
    if version > VERSION:
        raise VaultFromNewerVersion(f"version {version}")
    if version != VERSION or reserved or total < _SMALLEST_FILE:
        raise VaultDamaged("impossible version or length")


def _read_header(fields: tuple[Any, ...]) -> Header:
    source, kdf, first, second, third, salt, key_id, wrapping_nonce, wrapped_key, payload_nonce, _length = fields
    cost = KdfCost(KdfId(kdf), (first, second, third))
    if (_SOURCES[source] is KeySource.PASSPHRASE) != (cost.id is not KdfId.NONE):
        raise ValueError("key source and KDF do not fit together")
    return Header(_SOURCES[source], cost, salt, key_id, wrapping_nonce, wrapped_key, payload_nonce)
