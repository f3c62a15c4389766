"""Files written by version 1 stay readable, and lie byte for byte as docs/key-file-format.md says."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tests.fakes.fake_clock import START, FakeClock
from upbit_auto_trading.business_logic.domain.errors import VaultDamaged, VaultFromNewerVersion
from upbit_auto_trading.business_logic.ports.credentials import CredentialSummary, KeySource
from upbit_auto_trading.data_layer.encrypted_vault.stored_keys import stored_keys_from
from upbit_auto_trading.data_layer.encrypted_vault.vault import EncryptedVault, key_file_beside
from upbit_auto_trading.utils.secret import Secret

FILES = Path(__file__).parent / "version_1_files"
PASSPHRASE = "암호는 여덟 자"


def content_of(name: str) -> bytes:
    return bytes.fromhex("".join((FILES / f"{name}.hex").read_text().split()))


@pytest.mark.parametrize(
    ("name", "source"),
    [("argon2id", KeySource.PASSPHRASE), ("scrypt", KeySource.PASSPHRASE), ("key_file", KeySource.KEY_FILE)],
)
def test_todays_code_opens_it(tmp_path: Path, name: str, source: KeySource) -> None:
    path = tmp_path / "api_credentials.enc"
    path.write_bytes(content_of(name))
    if source is KeySource.KEY_FILE:
        shutil.copy(FILES / "key_file.key", key_file_beside(path))
    vault = EncryptedVault(path, tmp_path, FakeClock())
    assert vault.key_source() is source
    vault.unlock(Secret(PASSPHRASE))
    assert vault.summaries() == (CredentialSummary("0123456789abcdef", "upbit", "주 계좌", "-key", START),)
    shown = vault.reveal("0123456789abcdef")
    assert shown.access_key == Secret("version-1-access-key")
    assert shown.secret_key == Secret("version-1-secret-key")


@pytest.mark.parametrize("name", ["argon2id", "scrypt"])
def test_the_page_about_the_format_is_enough_to_read_it(name: str) -> None:
    """A reader written from the page alone, sharing no code with ours."""
    content = content_of(name)

    def number(place: int, length: int) -> int:
        return int.from_bytes(content[place : place + length], "big")

    assert content[:8] == bytes.fromhex("8955 4154 4B45 590A")
    assert (number(8, 2), number(10, 2), number(12, 4), number(24, 1)) == (1, 0, len(content), 2)
    assert hashlib.sha256(content[:16]).digest()[:8] == content[16:24]
    assert hashlib.sha256(content[:-32]).digest() == content[-32:]
    first, second, third = (number(place, 4) for place in (26, 30, 34))
    salt, material = content[38:54], PASSPHRASE.encode()
    if number(25, 1) == 1:
        argon2 = Argon2id(salt=salt, length=32, iterations=second, lanes=third, memory_cost=first)
        wrapping_key = argon2.derive(material)
    else:
        wrapping_key = Scrypt(salt=salt, length=32, n=2**first, r=second, p=third).derive(material)
    wrapped_data = content[:10] + bytes(6) + content[24:82]
    data_key = AESGCM(wrapping_key).decrypt(content[70:82], content[82:130], wrapped_data)
    assert number(142, 4) == len(content) - 146 - 32
    payload = json.loads(AESGCM(data_key).decrypt(content[130:142], content[146:-32], content[:146]))
    assert payload["retired"] == []
    assert payload["credentials"][0]["secret_key"] == "version-1-secret-key"


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        (b'{"version": 2}', VaultFromNewerVersion),
        (b"{}", VaultDamaged),
        (b"", VaultDamaged),
        (b'{"version": 1, "credentials": [{}], "retired": []}', VaultDamaged),
        (b'{"version": 1, "credentials": [], "retired": [{"source": "moon", "key_id": ""}]}', VaultDamaged),
        (b'{"version": "secret-in-the-payload"}', VaultDamaged),
    ],
)
def test_an_unreadable_payload_is_named_without_being_quoted(payload: bytes, error: type[Exception]) -> None:
    with pytest.raises(error) as refusal:
        stored_keys_from(payload)
    assert "secret" not in repr((refusal.value, refusal.value.__cause__))
