"""What every vault promises, whatever its key comes from: one suite for the real one and for the fake."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_vault import FakeVault
from tests.fakes.memory_keyring import MemoryKeyring, used_keyring
from upbit_auto_trading.business_logic.domain.errors import (
    InvalidParameter,
    VaultExists,
    VaultLocked,
    VaultMissing,
    WrongPassword,
)
from upbit_auto_trading.business_logic.ports.credentials import CredentialVault, KeySource, VaultState
from upbit_auto_trading.data_layer.encrypted_vault.key_derivation import KdfCost, KdfId
from upbit_auto_trading.data_layer.encrypted_vault.vault import EncryptedVault
from upbit_auto_trading.utils.secret import Secret

CHEAP = KdfCost(KdfId.ARGON2ID, (64 * 1024, 1, 1))
PASSPHRASE = Secret("비밀번호 열두 자")
OTHER = Secret("another passphrase")
ACCESS, SECRET = Secret("access-key-0123456789abcdefgh"), Secret("secret-key-9876543210zyxwvuts")


@dataclass
class Case:
    """A vault, the way to protect it, and the same vault as a new process would see it."""

    vault: CredentialVault
    source: KeySource
    passphrase: Secret | None
    clock: FakeClock
    restarted: Callable[[], CredentialVault]

    def create(self) -> CredentialVault:
        self.vault.create(self.source, self.passphrase)
        return self.vault

    def with_a_key(self, label: str = "주 계좌") -> str:
        return self.vault.add("upbit", label, ACCESS, SECRET).id


@pytest.fixture
def keyring_backend() -> Iterator[MemoryKeyring]:
    backend = MemoryKeyring()
    with used_keyring(backend):
        yield backend


@pytest.fixture(
    params=[(made, source) for made in ("real", "fake") for source in KeySource],
    ids=lambda case: f"{case[0]}-{case[1].value}",
)
def case(request: pytest.FixtureRequest, tmp_path: Path, keyring_backend: MemoryKeyring) -> Case:
    made, source = request.param
    clock = FakeClock()
    passphrase = PASSPHRASE if source is KeySource.PASSPHRASE else None
    if made == "fake":
        fake = FakeVault(clock)

        def locked() -> CredentialVault:
            fake.lock()
            return fake

        return Case(fake, source, passphrase, clock, locked)

    def opened() -> CredentialVault:
        return EncryptedVault(
            tmp_path / "settings" / "api_credentials.enc", tmp_path / "damaged", clock, passphrase_cost=CHEAP
        )

    return Case(opened(), source, passphrase, clock, opened)


def test_a_new_vault_is_empty_then_open_then_locked(case: Case) -> None:
    assert case.vault.state() is VaultState.EMPTY
    assert case.vault.key_source() is None
    assert case.vault.summaries() == ()
    case.create()
    assert case.vault.state() is VaultState.OPEN
    assert case.vault.key_source() is case.source
    case.vault.lock()
    case.vault.lock()
    assert case.vault.state() is VaultState.LOCKED


@pytest.mark.claims("error:VaultExists")
def test_a_vault_is_never_created_over_another(case: Case) -> None:
    case.create()
    case.with_a_key()
    with pytest.raises(VaultExists):
        case.vault.create(case.source, case.passphrase)
    assert len(case.vault.summaries()) == 1


@pytest.mark.claims("error:VaultMissing")
def test_nothing_can_be_done_before_there_is_a_vault(case: Case) -> None:
    with pytest.raises(VaultMissing):
        case.vault.unlock(PASSPHRASE)
    with pytest.raises(VaultMissing):
        case.vault.set_aside()
    with pytest.raises(VaultLocked):
        case.with_a_key()
    with pytest.raises(VaultLocked):
        case.vault.change_key_source(KeySource.KEY_FILE)


@pytest.mark.claims("error:VaultLocked")
def test_nothing_can_be_done_with_a_locked_vault(case: Case) -> None:
    case.create()
    identifier = case.with_a_key()
    case.vault.lock()
    tries: list[Callable[[], object]] = [
        case.vault.summaries,
        case.with_a_key,
        lambda: case.vault.reveal(identifier),
        lambda: case.vault.rename(identifier, "x"),
        lambda: case.vault.replace(identifier, NEW_ACCESS, NEW_SECRET),
        lambda: case.vault.remove(identifier),
        lambda: case.vault.change_key_source(KeySource.KEY_FILE),
    ]
    for one in tries:
        with pytest.raises(VaultLocked):
            one()


def test_keys_come_back_after_a_restart(case: Case) -> None:
    case.create()
    first = case.vault.add(" upbit ", " 주 계좌\n", Secret(f"  {ACCESS.reveal()}\n"), Secret(f"{SECRET.reveal()} "))
    case.clock.advance(60)
    second = case.vault.add("binance", "주 계좌", ACCESS, SECRET)
    again = case.restarted()
    assert again.state() is VaultState.LOCKED
    again.unlock(case.passphrase)
    assert again.summaries() == (first, second)
    assert (first.exchange, first.label, first.access_key_ending) == ("upbit", "주 계좌", "efgh")
    assert second.added_at - first.added_at == timedelta(minutes=1)
    shown = again.reveal(first.id)
    assert shown.summary == first
    assert (shown.access_key, shown.secret_key) == (ACCESS, SECRET)


NEW_ACCESS, NEW_SECRET = Secret("access-key-of-next-year-wxyz"), Secret("secret-key-of-next-year")


def test_a_replaced_key_keeps_identity_and_label(case: Case) -> None:
    case.create()
    other, identifier = case.vault.add("binance", "b", ACCESS, SECRET), case.with_a_key()
    case.clock.advance(60)
    replaced = case.vault.replace(identifier, Secret(f" {NEW_ACCESS.reveal()}\n"), NEW_SECRET)
    assert (replaced.id, replaced.exchange, replaced.label) == (identifier, "upbit", "주 계좌")
    assert (replaced.access_key_ending, replaced.added_at) == ("wxyz", case.clock.now())
    again = case.restarted()
    again.unlock(case.passphrase)
    assert again.summaries() == (other, replaced)
    shown = again.reveal(identifier)
    assert (shown.access_key, shown.secret_key) == (NEW_ACCESS, NEW_SECRET)
    assert again.reveal(other.id).access_key == ACCESS


def test_the_same_access_key_may_come_again_with_another_secret(case: Case) -> None:
    case.create()
    identifier = case.with_a_key()
    case.vault.replace(identifier, ACCESS, NEW_SECRET)
    assert case.vault.reveal(identifier).secret_key == NEW_SECRET


@pytest.mark.parametrize(
    ("identifier", "access", "secret", "reason"),
    [
        ("nobody", NEW_ACCESS, NEW_SECRET, "unknown"),
        (None, Secret("third-access-key"), NEW_SECRET, "key-already-stored"),
        (None, Secret(" "), NEW_SECRET, "empty"),
        (None, NEW_ACCESS, Secret("a b"), "not-printable"),
    ],
)
def test_a_refused_replacement_leaves_the_old_key(
    case: Case, identifier: str | None, access: Secret, secret: Secret, reason: str
) -> None:
    case.create()
    mine = case.with_a_key()
    case.vault.add("upbit", "another", Secret("third-access-key"), SECRET)
    with pytest.raises(InvalidParameter) as refusal:
        case.vault.replace(identifier or mine, access, secret)
    assert refusal.value.reason == reason
    kept = case.vault.reveal(mine)
    assert (kept.access_key, kept.secret_key) == (ACCESS, SECRET)


def test_renaming_and_removing_last(case: Case) -> None:
    case.create()
    kept, gone = case.with_a_key(), case.vault.add("bithumb", "b", ACCESS, SECRET).id
    case.vault.rename(kept, " 두 번째 ")
    case.vault.rename(kept, "두 번째")
    case.vault.remove(gone)
    again = case.restarted()
    again.unlock(case.passphrase)
    assert [(one.id, one.label) for one in again.summaries()] == [(kept, "두 번째")]
    for change in (lambda: again.rename(gone, "x"), lambda: again.remove(gone), lambda: again.reveal(gone)):
        with pytest.raises(InvalidParameter) as refusal:
            change()
        assert refusal.value.reason == "unknown"


@pytest.mark.parametrize(
    ("exchange", "label", "access", "secret", "name", "reason"),
    [
        ("upbit", "주 계좌", "another-access-key", "s", "label", "label-taken"),
        ("upbit", unicodedata.normalize("NFD", "주 계좌"), "another-access-key", "s", "label", "label-taken"),
        ("upbit", "MAIN", "another-access-key", "s", "label", "label-taken"),
        ("upbit", "new", ACCESS.reveal(), "s", "access_key", "key-already-stored"),
        ("upbit", " \n", "a", "s", "label", "empty"),
        ("upbit", "x" * 61, "a", "s", "label", "too-long"),
        ("upbit", "a\u202eb", "a", "s", "label", "not-printable"),
        ("upbit", "Zq3kV81mX0pLw92ncJd7uTya", "a", "s", "label", "looks-like-a-key"),
        (" ", "new", "a", "s", "exchange", "empty"),
        ("upbit", "new", "\t", "s", "access_key", "empty"),
        ("upbit", "new", "a", "", "secret_key", "empty"),
        ("upbit", "new", "a b", "s", "access_key", "not-printable"),
        ("upbit", "new", "a", "s\u200b", "secret_key", "not-printable"),
        ("upbit", "new", "a", "s" * 4_097, "secret_key", "too-long"),
    ],
)
def test_what_cannot_be_stored_is_refused_with_a_reason(
    case: Case, exchange: str, label: str, access: str, secret: str, name: str, reason: str
) -> None:
    case.create()
    case.with_a_key()
    case.vault.add("upbit", "Main", Secret("third-access-key"), SECRET)
    with pytest.raises(InvalidParameter) as refusal:
        case.vault.add(exchange, label, Secret(access), Secret(secret))
    assert (refusal.value.name, refusal.value.reason) == (name, reason)
    assert len(case.vault.summaries()) == 2


def test_a_taken_label_is_refused_when_renaming(case: Case) -> None:
    case.create()
    identifier = case.with_a_key()
    case.vault.add("upbit", "main", Secret("third-access-key"), SECRET)
    with pytest.raises(InvalidParameter, match="label-taken"):
        case.vault.rename(identifier, "Main")


@pytest.mark.parametrize("target", list(KeySource), ids=lambda source: source.value)
def test_changing_the_key_source_keeps_the_keys(case: Case, target: KeySource) -> None:
    case.create()
    identifier = case.with_a_key()
    new = OTHER if target is KeySource.PASSPHRASE else None
    case.vault.change_key_source(target, new)
    assert case.vault.key_source() is target
    again = case.restarted()
    again.unlock(new)
    assert again.reveal(identifier).secret_key == SECRET


@pytest.mark.parametrize(
    ("passphrase", "reason"), [(None, "required"), ("1234567", "too-short"), ("x" * 1_025, "too-long")]
)
def test_a_useless_passphrase_changes_nothing(case: Case, passphrase: str | None, reason: str) -> None:
    chosen = None if passphrase is None else Secret(passphrase)
    with pytest.raises(InvalidParameter, match=reason):
        case.vault.create(KeySource.PASSPHRASE, chosen)
    assert case.vault.state() is VaultState.EMPTY
    case.create()
    with pytest.raises(InvalidParameter, match=reason):
        case.vault.change_key_source(KeySource.PASSPHRASE, chosen)
    assert case.vault.key_source() is case.source


def test_hangul_opens_in_either_spelling(case: Case) -> None:
    decomposed = Secret(unicodedata.normalize("NFD", PASSPHRASE.reveal()))
    assert decomposed != PASSPHRASE
    case.vault.create(KeySource.PASSPHRASE, decomposed)
    case.restarted().unlock(PASSPHRASE)


@pytest.mark.claims("error:WrongPassword")
def test_wrong_tries_slow_down_also_over_restarts(case: Case) -> None:
    case.vault.create(KeySource.PASSPHRASE, PASSPHRASE)
    delays = []
    for _try in range(12):
        vault = case.restarted()
        with pytest.raises(WrongPassword) as refusal:
            vault.unlock(OTHER)
        assert vault.state() is VaultState.LOCKED
        until = refusal.value.retry_at
        delays.append(0 if until is None else (until - case.clock.now()).total_seconds())
        if until is not None:
            case.clock.advance(delays[-1] - 0.5)
            with pytest.raises(WrongPassword) as early:
                case.restarted().unlock(PASSPHRASE)
            assert early.value.retry_at == until
            case.clock.advance(0.5)
    assert delays == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    case.restarted().unlock(PASSPHRASE)
    with pytest.raises(WrongPassword) as fresh:
        case.restarted().unlock(OTHER)
    assert fresh.value.retry_at is None


def test_no_passphrase_is_asked_for_and_not_counted(case: Case) -> None:
    case.vault.create(KeySource.PASSPHRASE, PASSPHRASE)
    for _try in range(6):
        with pytest.raises(InvalidParameter, match="required"):
            case.restarted().unlock(None)
    case.restarted().unlock(PASSPHRASE)


def test_a_vault_set_aside_makes_room_for_a_new_one(case: Case) -> None:
    case.create()
    case.with_a_key()
    assert case.vault.set_aside()
    assert case.vault.state() is VaultState.EMPTY
    case.create()
    assert case.vault.summaries() == ()
