"""What only a vault over a real file can get wrong: other machines, left-overs, old keys, replaced files."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_keyring import MemoryKeyring, used_keyring
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.errors import (
    DiskFull,
    InvalidParameter,
    KeyStoreMissing,
    KeyStoreUnavailable,
    StorageError,
    VaultDamaged,
    VaultFromAnotherMachine,
    VaultLocked,
    VaultMissing,
)
from upbit_auto_trading.business_logic.ports.credentials import KeySource, VaultState
from upbit_auto_trading.data_layer import owner_only_files
from upbit_auto_trading.data_layer.encrypted_vault.entry_rules import MOST_CREDENTIALS
from upbit_auto_trading.data_layer.encrypted_vault.file_format import LARGEST_FILE
from upbit_auto_trading.data_layer.encrypted_vault.key_derivation import ARGON2ID_COST, SCRYPT_COST, KdfCost, KdfId
from upbit_auto_trading.data_layer.encrypted_vault.vault import EncryptedVault, key_file_beside
from upbit_auto_trading.utils.secret import Secret

CHEAP = KdfCost(KdfId.ARGON2ID, (64 * 1024, 1, 1))
PASSPHRASE = Secret("the right passphrase")
SECRET = Secret("secret-key-value")


class ReluctantKeyring(MemoryKeyring):
    """Keeps and gives, and refuses to forget for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.refuses = False

    def delete_password(self, service: str, username: str) -> None:
        if self.refuses:
            raise OSError(5, "locked")
        super().delete_password(service, username)


@pytest.fixture
def key_store() -> Iterator[ReluctantKeyring]:
    backend = ReluctantKeyring()
    with used_keyring(backend):
        yield backend


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings" / "api_credentials.enc"


def vault_at(path: Path, cost: KdfCost | None = CHEAP) -> EncryptedVault:
    return EncryptedVault(path, path.parent.parent / "damaged", FakeClock(), passphrase_cost=cost)


def made(path: Path, source: KeySource) -> EncryptedVault:
    vault = vault_at(path)
    vault.create(source, PASSPHRASE if source is KeySource.PASSPHRASE else None)
    vault.add("upbit", "main", Secret("access-key-value"), SECRET)
    return vault


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits are POSIX")
@pytest.mark.parametrize("source", list(KeySource))
def test_every_file_of_it_is_its_owners_alone(path: Path, key_store: ReluctantKeyring, source: KeySource) -> None:
    made(path, source)
    vault_at(path).unlock(PASSPHRASE)
    files = list(path.parent.iterdir())
    assert path in files
    assert all(owner_only_files.is_owner_only(file) for file in files)


@pytest.mark.claims("error:VaultFromAnotherMachine")
def test_on_another_machine_a_key_store_knows_nothing(path: Path, key_store: ReluctantKeyring) -> None:
    made(path, KeySource.SYSTEM_KEY_STORE)
    with used_keyring(MemoryKeyring()), pytest.raises(VaultFromAnotherMachine):
        vault_at(path).unlock()
    with used_keyring(key_store):
        vault_at(path).unlock()


def test_a_key_store_that_is_gone_is_not_called_another_machine(path: Path, key_store: ReluctantKeyring) -> None:
    made(path, KeySource.SYSTEM_KEY_STORE)
    from keyring.backends import fail

    with used_keyring(fail.Keyring()), pytest.raises(KeyStoreMissing):
        vault_at(path).unlock()


def test_copied_without_its_key_file_it_asks_for_the_keys_again(path: Path, tmp_path: Path) -> None:
    made(path, KeySource.KEY_FILE)
    copy = tmp_path / "copy" / "settings" / path.name
    copy.parent.mkdir(parents=True)
    shutil.copy(path, copy)
    vault = vault_at(copy)
    with pytest.raises(VaultFromAnotherMachine):
        vault.unlock()
    name = vault.set_aside()
    assert (tmp_path / "copy" / "damaged" / name).read_bytes() == path.read_bytes()
    assert vault.state() is VaultState.EMPTY
    vault.create(KeySource.KEY_FILE)


def test_copied_with_a_passphrase_it_opens_anywhere(path: Path, tmp_path: Path) -> None:
    made(path, KeySource.PASSPHRASE)
    copy = tmp_path / "copy" / "settings" / path.name
    copy.parent.mkdir(parents=True)
    shutil.copy(path, copy)
    vault_at(copy).unlock(PASSPHRASE)


def test_a_key_of_the_right_name_that_does_not_fit_is_damage(path: Path, key_store: ReluctantKeyring) -> None:
    made(path, KeySource.SYSTEM_KEY_STORE)
    (place,) = key_store.entries
    key_store.entries[place] = "A" * 43 + "="
    with pytest.raises(VaultDamaged):
        vault_at(path).unlock()


@pytest.mark.claims("error:KeyStoreMissing")
def test_without_a_key_store_nothing_is_made(path: Path) -> None:
    from keyring.backends import fail

    with used_keyring(fail.Keyring()):
        vault = vault_at(path)
        with pytest.raises(KeyStoreMissing):
            vault.create(KeySource.SYSTEM_KEY_STORE)
        assert vault.state() is VaultState.EMPTY
        assert list(path.parent.iterdir()) == []
        vault.create(KeySource.PASSPHRASE, PASSPHRASE)
        with pytest.raises(KeyStoreMissing):
            vault.change_key_source(KeySource.SYSTEM_KEY_STORE)
        assert vault.key_source() is KeySource.PASSPHRASE
        vault.add("upbit", "still open", Secret("access"), SECRET)


@pytest.mark.parametrize("target", list(KeySource))
def test_leaving_a_key_store_takes_the_entry_along(path: Path, key_store: ReluctantKeyring, target: KeySource) -> None:
    vault = made(path, KeySource.SYSTEM_KEY_STORE)
    before = set(key_store.entries)
    vault.change_key_source(target, PASSPHRASE if target is KeySource.PASSPHRASE else None)
    assert not before & set(key_store.entries)
    assert len(key_store.entries) == (1 if target is KeySource.SYSTEM_KEY_STORE else 0)
    vault_at(path).unlock(PASSPHRASE)


def test_leaving_a_key_file_removes_it(path: Path) -> None:
    vault = made(path, KeySource.KEY_FILE)
    vault.change_key_source(KeySource.PASSPHRASE, PASSPHRASE)
    assert not key_file_beside(path).exists()


def test_an_entry_that_cannot_go_now_goes_at_the_next_unlocking(
    path: Path, key_store: ReluctantKeyring, expected_log: LogGuard
) -> None:
    vault = made(path, KeySource.SYSTEM_KEY_STORE)
    key_store.refuses = True
    expected_log.expect("an old key stays in the system-key-store")
    vault.change_key_source(KeySource.PASSPHRASE, PASSPHRASE)
    assert len(key_store.entries) == 1
    key_store.refuses = False
    again = vault_at(path)
    again.unlock(PASSPHRASE)
    assert key_store.entries == {}
    assert again.reveal(again.summaries()[0].id).secret_key == SECRET


def test_the_leftover_of_a_killed_change_goes_with_its_key(path: Path, key_store: ReluctantKeyring) -> None:
    """The state in which a kill between storing the new key and replacing the file leaves things."""
    vault = made(path, KeySource.PASSPHRASE)
    before = path.read_bytes()
    vault.change_key_source(KeySource.SYSTEM_KEY_STORE)
    path.rename(path.with_name(f".{path.name}.0123abcd-new-key.new"))
    path.write_bytes(before)
    vault_at(path).unlock(PASSPHRASE)
    assert key_store.entries == {}
    assert owner_only_files.leftovers(path) == ()


def test_the_leftover_of_a_killed_save_does_not_cost_the_key(path: Path, key_store: ReluctantKeyring) -> None:
    made(path, KeySource.SYSTEM_KEY_STORE)
    shutil.copy(path, path.with_name(f".{path.name}.0123abcd.new"))
    path.with_name(f".{path.name}.4567.new").write_bytes(path.read_bytes()[:50])
    vault = vault_at(path)
    aside = vault.set_aside()
    vault.create(KeySource.PASSPHRASE, PASSPHRASE)
    assert owner_only_files.leftovers(path) == ()
    kept = vault_at(path.parent.parent / "damaged" / aside)
    kept.unlock()
    assert len(kept.summaries()) == 1


def test_changing_the_passphrase_shuts_the_old_one_out(path: Path) -> None:
    vault = made(path, KeySource.PASSPHRASE)
    before = path.read_bytes()
    vault.change_key_source(KeySource.PASSPHRASE, Secret("a new passphrase"))
    assert not set(_pieces(before)) & set(_pieces(path.read_bytes()))
    vault_at(path).unlock(Secret("a new passphrase"))


def _pieces(content: bytes) -> list[bytes]:
    """Salt, key id, nonces, wrapped key and payload in steps of 8, without the parts that say the same for all."""
    return [content[place : place + 8] for place in range(38, len(content) - 8, 8)]


def test_each_save_uses_a_new_nonce(path: Path) -> None:
    vault = made(path, KeySource.KEY_FILE)
    nonces = set()
    for number in range(20):
        vault.rename(vault.summaries()[0].id, f"name {number % 2}")
        nonces.add(path.read_bytes()[24 + 1 + 1 + 12 + 16 + 16 + 12 + 48 :][:12])
    assert len(nonces) == 20


def test_a_file_replaced_under_an_open_vault_locks_it(path: Path, tmp_path: Path) -> None:
    vault = made(path, KeySource.KEY_FILE)
    other = tmp_path / "other" / "settings" / path.name
    made(other, KeySource.KEY_FILE)
    shutil.copy(other, path)
    with pytest.raises(VaultLocked):
        vault.summaries()
    assert vault.state() is VaultState.LOCKED


def test_a_file_taken_away_under_an_open_vault_is_missed(path: Path) -> None:
    vault = made(path, KeySource.KEY_FILE)
    path.unlink()
    with pytest.raises(VaultMissing):
        vault.add("upbit", "x", Secret("a"), SECRET)


def test_a_giant_is_not_read_into_memory(path: Path) -> None:
    path.parent.mkdir()
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE * 1_000)
    with pytest.raises(VaultDamaged, match="too long"):
        vault_at(path).unlock()


@pytest.mark.parametrize("cost", [ARGON2ID_COST, SCRYPT_COST, None], ids=["argon2id", "scrypt", "best"])
def test_a_file_opens_by_the_costs_it_names(path: Path, cost: KdfCost | None) -> None:
    vault = vault_at(path, cost)
    vault.create(KeySource.PASSPHRASE, PASSPHRASE)
    vault_at(path, CHEAP).unlock(PASSPHRASE)


def test_locking_overwrites_the_key_in_memory(path: Path) -> None:
    vault = made(path, KeySource.KEY_FILE)
    held = vault._data_key
    assert held is not None
    assert any(held)
    vault.lock()
    assert not any(held)


def test_a_key_store_that_refuses_leaves_the_old_file(path: Path) -> None:
    class Refusing(MemoryKeyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            raise OSError(5, "locked")

    vault = made(path, KeySource.KEY_FILE)
    before = path.read_bytes()
    with used_keyring(Refusing()), pytest.raises(KeyStoreUnavailable):
        vault.change_key_source(KeySource.SYSTEM_KEY_STORE)
    assert path.read_bytes() == before
    assert owner_only_files.leftovers(path) == ()
    assert len(vault.summaries()) == 1


class HookedHolder:
    """A key store whose calls also do something to the disk around it."""

    def __init__(self) -> None:
        self.keys: dict[bytes, bytes] = {}
        self.on_put: Callable[[], None] = lambda: None
        self.on_discard: Callable[[], None] = lambda: None

    def put(self, key_id: bytes, key: bytes) -> None:
        self.keys[key_id] = key
        self.on_put()

    def get(self, key_id: bytes) -> bytes:
        return self.keys[key_id]

    def discard(self, key_id: bytes) -> None:
        self.keys.pop(key_id, None)
        self.on_discard()


def test_a_file_that_cannot_take_its_place_takes_its_key_back(path: Path) -> None:
    holder = HookedHolder()
    vault = EncryptedVault(path, path.parent, FakeClock(), key_store=holder)
    holder.on_put = lambda: shutil.rmtree(path.parent)
    with pytest.raises(StorageError):
        vault.create(KeySource.SYSTEM_KEY_STORE)
    assert holder.keys == {}
    assert vault.state() is VaultState.EMPTY


def test_a_key_is_kept_while_nobody_can_say_whether_its_file_is_in_place(path: Path) -> None:
    holder = HookedHolder()
    vault = EncryptedVault(path, path.parent, FakeClock(), key_store=holder)
    holder.on_put = lambda: (path / "in the way").mkdir(parents=True)
    with pytest.raises(StorageError):
        vault.create(KeySource.SYSTEM_KEY_STORE)
    assert len(holder.keys) == 1
    assert vault.state() is not VaultState.OPEN


def test_something_strange_among_the_leftovers_does_not_hold_up_unlocking(path: Path, expected_log: LogGuard) -> None:
    made(path, KeySource.KEY_FILE)
    strange = path.with_name(f".{path.name}.0123-new-key.new")
    strange.mkdir()
    expected_log.expect("an unfinished file stays: PathUnusable")
    vault_at(path).unlock()
    assert strange.is_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is POSIX")
def test_a_disk_that_fills_up_after_the_change_does_not_undo_it(path: Path, expected_log: LogGuard) -> None:
    """The new file is in place; the note that the old key is gone is all that could not be written."""
    import resource

    holder = HookedHolder()
    vault = EncryptedVault(path, path.parent, FakeClock(), key_store=holder)
    vault.create(KeySource.SYSTEM_KEY_STORE)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    holder.on_discard = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    expected_log.expect("the note of an old key stays: DiskFull")
    try:
        vault.change_key_source(KeySource.SYSTEM_KEY_STORE)
        with pytest.raises(DiskFull):
            vault.add("upbit", "main", Secret("access"), SECRET)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    holder.on_discard = lambda: None
    again = EncryptedVault(path, path.parent, FakeClock(), key_store=holder)
    again.unlock()
    assert again.summaries() == ()
    assert len(holder.keys) == 1


def test_there_is_an_end_to_how_many_keys_are_kept(path: Path) -> None:
    vault = vault_at(path)
    vault.create(KeySource.KEY_FILE)
    for number in range(MOST_CREDENTIALS):
        vault.add("upbit", f"key {number}", Secret(f"access-{number}"), SECRET)
    with pytest.raises(InvalidParameter, match="too-many"):
        vault.add("upbit", "one more", Secret("access-more"), SECRET)
    assert len(vault.summaries()) == MOST_CREDENTIALS
