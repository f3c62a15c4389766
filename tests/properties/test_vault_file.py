"""A key file that was damaged anywhere, by anything, ends in the right error: never garbage, never a crash."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.errors import (
    VaultDamaged,
    VaultError,
    VaultFromNewerVersion,
    VaultTruncated,
    WrongPassword,
)
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.data_layer.encrypted_vault import file_format
from upbit_auto_trading.data_layer.encrypted_vault.key_derivation import KdfCost, KdfId
from upbit_auto_trading.data_layer.encrypted_vault.vault import EncryptedVault, key_file_beside
from upbit_auto_trading.utils.secret import Secret

CHEAP = KdfCost(KdfId.ARGON2ID, (64 * 1024, 1, 1))
PASSPHRASE = Secret("the right passphrase")


@cache
def files(source: KeySource) -> tuple[bytes, bytes]:
    """A whole vault with two keys, and its key file (empty for a passphrase)."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "api_credentials.enc"
        vault = EncryptedVault(path, Path(folder), FakeClock(), passphrase_cost=CHEAP)
        vault.create(source, PASSPHRASE)
        vault.add("upbit", "주 계좌", Secret("access-key-1"), Secret("secret-key-1"))
        vault.add("binance", "second", Secret("access-key-2"), Secret("secret-key-2"))
        key_file = key_file_beside(path)
        return path.read_bytes(), key_file.read_bytes() if key_file.exists() else b""


def open_with(content: bytes, key_file: bytes = b"", passphrase: Secret = PASSPHRASE) -> EncryptedVault:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "api_credentials.enc"
        path.write_bytes(content)
        if key_file:
            key_file_beside(path).write_bytes(key_file)
        vault = EncryptedVault(path, Path(folder), FakeClock())
        vault.unlock(passphrase)
        assert len(vault.summaries()) == 2
        return vault


def flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)


def resealed(content: bytes) -> bytes:
    """What a hostile writer does after a change: prefix check and digest are right again."""
    plain = content[:16]
    body = plain + hashlib.sha256(plain).digest()[:8] + content[24:-32]
    return body + hashlib.sha256(body).digest()


@pytest.mark.claims("error:VaultDamaged")
def test_every_single_flipped_bit_is_damage() -> None:
    content, _none = files(KeySource.PASSPHRASE)
    for bit in range(len(content) * 8):
        with pytest.raises(VaultDamaged):
            file_format.decode(flipped(content, bit))
    print(f"flipped bits: {len(content) * 8}")
    assert len(content) * 8 > 3_000


@pytest.mark.claims("error:VaultTruncated")
def test_every_cut_is_a_cut() -> None:
    content, _none = files(KeySource.PASSPHRASE)
    for length in range(len(content)):
        with pytest.raises(VaultTruncated):
            file_format.decode(content[:length])
    print(f"cuts: {len(content)}")


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_damage_is_told_from_a_wrong_passphrase(data: st.DataObject) -> None:
    content, _none = files(KeySource.PASSPHRASE)
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    for passphrase in (PASSPHRASE, Secret("a wrong passphrase")):
        with pytest.raises(VaultDamaged):
            open_with(flipped(content, bit), passphrase=passphrase)


def test_an_undamaged_file_opens_or_says_that_the_passphrase_is_wrong() -> None:
    content, _none = files(KeySource.PASSPHRASE)
    open_with(content)
    with pytest.raises(WrongPassword):
        open_with(content, passphrase=Secret("a wrong passphrase"))


@given(content=st.binary(max_size=400))
@example(b"")
@example(file_format.MAGIC)
@example(b"\x89PNG\r\n\x1a\n" + b"\0" * 300)
def test_any_bytes_are_refused(content: bytes) -> None:
    with pytest.raises((VaultDamaged, VaultTruncated)):
        file_format.decode(content)


def test_no_byte_of_the_file_is_outside_the_authentication() -> None:
    """Anybody can make the checksums right; what must hold then is the authentication, and the bounds before it."""
    content, key_file = files(KeySource.KEY_FILE)
    for place in range(len(content) - 32):
        hostile = resealed(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        if 16 <= place < 24:  # the check, which is made right again
            continue
        with pytest.raises(VaultError):
            open_with(hostile, key_file)


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_hostile_header_never_gets_through(data: st.DataObject) -> None:
    content, key_file = files(KeySource.KEY_FILE)
    changes = data.draw(st.dictionaries(st.integers(0, len(content) - 33), st.integers(0, 255), min_size=1, max_size=6))
    changed = bytearray(content)
    for place, value in changes.items():
        changed[place] = value
    hostile = resealed(bytes(changed))
    if hostile == content:
        return
    with pytest.raises((VaultError, WrongPassword)):
        open_with(hostile, key_file)


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_a_flipped_bit_in_the_key_file_is_damage(data: st.DataObject) -> None:
    content, key_file = files(KeySource.KEY_FILE)
    bit = data.draw(st.integers(0, len(key_file) * 8 - 1))
    try:
        open_with(content, flipped(key_file, bit))
    except VaultDamaged:
        return
    # The note for people and the spelling of white space and hexadecimals may change without harm.
    open_with(content, flipped(key_file, bit))


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [(2**32 - 1, 3, 4), (100 * 1024 * 1024, 3, 4), (64 * 1024, 2**31, 1), (64 * 1024, 1, 2**24), (8, 1, 1), (0, 0, 0)],
)
def test_impossible_costs_are_refused_before_they_are_paid(first: int, second: int, third: int) -> None:
    content, _none = files(KeySource.PASSPHRASE)
    numbers = b"".join(number.to_bytes(4, "big") for number in (first, second, third))
    with pytest.raises(VaultDamaged, match="impossible"):
        open_with(resealed(content[:26] + numbers + content[38:]))


@pytest.mark.claims("error:VaultFromNewerVersion")
def test_a_newer_version_is_named_and_not_guessed_at() -> None:
    content, _none = files(KeySource.PASSPHRASE)
    with pytest.raises(VaultFromNewerVersion):
        open_with(resealed(content[:9] + b"\x02" + content[10:]))


def test_a_file_of_another_length_than_it_says_is_damage() -> None:
    content, _none = files(KeySource.PASSPHRASE)
    with pytest.raises(VaultDamaged):
        file_format.decode(content + b"\0")


@given(
    entries=st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20),
            st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80),
        ),
        max_size=5,
        unique_by=(lambda entry: entry[0].casefold(), lambda entry: entry[1]),
    )
)
@settings(max_examples=30, deadline=None)
def test_what_was_added_comes_back(entries: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "settings" / "api_credentials.enc"
        vault = EncryptedVault(path, Path(folder), FakeClock())
        vault.create(KeySource.KEY_FILE)
        added = []
        for number, (label, secret) in enumerate(entries):
            added.append((vault.add("upbit", f"{number} {label}", Secret(f"access-{number}"), Secret(secret)), secret))
        again = EncryptedVault(path, Path(folder), FakeClock())
        again.unlock()
        assert again.summaries() == tuple(summary for summary, _secret in added)
        for summary, secret in added:
            assert again.reveal(summary.id).secret_key == Secret(secret)
        content = path.read_bytes()
        assert not any(len(secret) > 5 and secret.encode() in content for _summary, secret in added)
