"""Where the key comes from: the system's key store through keyring, and the key file."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backends import chainer, fail, null
from keyring.errors import KeyringError, KeyringLocked

from tests.fakes.memory_keyring import MemoryKeyring, used_keyring
from upbit_auto_trading.business_logic.domain.errors import (
    KeyStoreMissing,
    KeyStoreUnavailable,
    VaultDamaged,
    VaultFromAnotherMachine,
)
from upbit_auto_trading.data_layer.encrypted_vault.key_file import KeyFile
from upbit_auto_trading.data_layer.encrypted_vault.system_key_store import USER_NAME, SystemKeyStore, service_name

ID, OTHER_ID = b"i" * 16, b"o" * 16
KEY, OTHER_KEY = bytes(range(32)), bytes(range(32, 64))


class PlaintextKeyring(MemoryKeyring):
    """Stands for the plug-ins that write files."""

    __module__ = "keyrings.alt.file"


class RefusingKeyring(MemoryKeyring):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self._error


class HangingKeyring(MemoryKeyring):
    """A locked Secret Service whose dialog nobody answers."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.released, self.done = threading.Event(), threading.Event(), threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.asked.set()
        self.released.wait(20)
        self.done.set()
        return None


class ForgetfulKeyring(MemoryKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        return None


class ChainOf(chainer.ChainerBackend):
    """keyring's own chain, with its parts given."""

    __module__ = "keyring.backends.chainer"
    backends: list[MemoryKeyring] = []  # noqa: RUF012 - as keyring declares it

    def __init__(self, *backends: MemoryKeyring) -> None:
        super().__init__()
        self.backends = list(backends)


@pytest.fixture
def working() -> Iterator[MemoryKeyring]:
    backend = MemoryKeyring()
    with used_keyring(backend):
        yield backend


def test_the_key_store_keeps_gives_and_forgets(working: MemoryKeyring) -> None:
    store = SystemKeyStore()
    store.put(ID, KEY)
    store.put(OTHER_ID, OTHER_KEY)
    assert (store.get(ID), store.get(OTHER_ID)) == (KEY, OTHER_KEY)
    store.discard(ID)
    store.discard(ID)
    with pytest.raises(VaultFromAnotherMachine):
        store.get(ID)
    assert store.get(OTHER_ID) == OTHER_KEY
    assert store.check_usable()


@pytest.mark.parametrize("text", ["not base64!", "YWJj", "가"])
def test_an_entry_that_somebody_changed_is_damage(working: MemoryKeyring, text: str) -> None:
    working.set_password(service_name(ID), USER_NAME, text)
    with pytest.raises(VaultDamaged):
        SystemKeyStore().get(ID)


@pytest.mark.parametrize("backend", [fail.Keyring(), null.Keyring(), PlaintextKeyring(), ChainOf(PlaintextKeyring())])
def test_a_place_that_keeps_nothing_safely_is_no_key_store(backend: MemoryKeyring) -> None:
    with used_keyring(backend):
        for call in (SystemKeyStore().check_usable, lambda: SystemKeyStore().put(ID, KEY)):
            with pytest.raises(KeyStoreMissing):
                call()


def test_of_a_chain_the_first_safe_one_is_used() -> None:
    plain, safe = PlaintextKeyring(), MemoryKeyring()
    with used_keyring(ChainOf(plain, safe)):
        SystemKeyStore().put(ID, KEY)
    assert safe.entries
    assert not plain.entries


@pytest.mark.parametrize("error", [KeyringLocked("x"), KeyringError("x"), OSError(5, "x"), RuntimeError("x")])
def test_a_refusal_is_not_taken_for_a_missing_key(error: Exception) -> None:
    with used_keyring(RefusingKeyring(error)), pytest.raises(KeyStoreUnavailable) as refusal:
        SystemKeyStore().get(ID)
    assert refusal.value.__cause__ is error


def test_an_unforeseen_failure_reaches_the_crash_hook_and_the_caller() -> None:
    told: list[type[BaseException]] = []
    before = threading.excepthook
    threading.excepthook = lambda arguments: told.append(arguments.exc_type)
    try:
        with used_keyring(RefusingKeyring(LookupError("x"))), pytest.raises(KeyStoreUnavailable, match="unforeseen"):
            SystemKeyStore().get(ID)
    finally:
        threading.excepthook = before
    assert told == [LookupError]


@pytest.mark.claims("error:KeyStoreUnavailable")
def test_a_key_store_that_hangs_is_left_behind() -> None:
    backend = HangingKeyring()
    with used_keyring(backend), pytest.raises(KeyStoreUnavailable, match="no answer"):
        SystemKeyStore(bound_seconds=0.05).get(ID)
    assert backend.asked.is_set()
    backend.released.set()
    assert backend.done.wait(20)


def test_a_key_store_that_forgets_is_not_trusted() -> None:
    with used_keyring(ForgetfulKeyring()), pytest.raises(KeyStoreUnavailable, match="did not keep"):
        SystemKeyStore().put(ID, KEY)


def test_the_key_file_keeps_gives_and_forgets(tmp_path: Path) -> None:
    path = tmp_path / "api_credentials.key"
    KeyFile(path).put(ID, KEY)
    KeyFile(path).put(OTHER_ID, OTHER_KEY)
    assert (KeyFile(path).get(ID), KeyFile(path).get(OTHER_ID)) == (KEY, OTHER_KEY)
    KeyFile(path).discard(ID)
    KeyFile(path).discard(ID)
    with pytest.raises(VaultFromAnotherMachine):
        KeyFile(path).get(ID)
    KeyFile(path).discard(OTHER_ID)
    assert not path.exists()
    with pytest.raises(VaultFromAnotherMachine):
        KeyFile(path).get(OTHER_ID)


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits are POSIX")
def test_the_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "api_credentials.key"
    before = os.umask(0)
    try:
        KeyFile(path).put(ID, KEY)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"null", b"\xff\xfe", b"[" * 60_000, b'{"format": "upbit-autotrader/key-file"}', b"x" * 99_999],
)
def test_an_unreadable_key_file_is_damage_and_is_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "api_credentials.key"
    path.write_bytes(content)
    with pytest.raises(VaultDamaged):
        KeyFile(path).get(ID)
    KeyFile(path).put(ID, KEY)
    assert KeyFile(path).get(ID) == KEY
    assert (tmp_path / "api_credentials.key.damaged").read_bytes() == content
