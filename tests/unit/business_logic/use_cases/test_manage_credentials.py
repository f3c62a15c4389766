"""Whatever happens to the keys is in the journal, tries that failed included, and never a secret."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_security_journal import FakeSecurityJournal
from tests.fakes.fake_vault import FakeVault
from upbit_auto_trading.business_logic.domain.errors import (
    DiskFull,
    InvalidParameter,
    VaultDamaged,
    VaultLocked,
    VaultMissing,
    WrongPassword,
)
from upbit_auto_trading.business_logic.ports.credentials import KeySource, SecurityEvent, VaultState
from upbit_auto_trading.business_logic.use_cases import manage_credentials as use_cases
from upbit_auto_trading.utils.secret import Secret

PASSPHRASE, WRONG = Secret("the right passphrase"), Secret("a wrong passphrase")
ACCESS, SECRET = Secret("Zq3kV81mX0pLw92ncJd7uTya"), Secret("Yp4jU72lW1oKv83mbIc6tSxz")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def vault(clock: FakeClock) -> FakeVault:
    return FakeVault(clock)


@pytest.fixture
def journal(clock: FakeClock) -> FakeSecurityJournal:
    return FakeSecurityJournal(clock)


@pytest.fixture
def key(vault: FakeVault, journal: FakeSecurityJournal) -> str:
    """An open vault with one key, its journal emptied."""
    vault.create(KeySource.PASSPHRASE, PASSPHRASE)
    identifier = vault.add("upbit", "주 계좌", ACCESS, SECRET).id
    return identifier


def lines(journal: FakeSecurityJournal) -> list[tuple[SecurityEvent, dict[str, str]]]:
    return [(record.event, dict(record.details)) for record in journal.records]


KEY_LINE = {"credential": "key-1", "exchange": "upbit", "label": "주 계좌", "access_key_ending": "uTya"}


@pytest.mark.claims(
    "event:vault-created",
    "event:unlock-succeeded",
    "event:vault-locked",
    "event:key-added",
    "event:key-shown",
    "event:key-renamed",
    "event:key-replaced",
    "event:key-source-changed",
    "event:key-removed",
    "event:vault-set-aside",
)
def test_a_life_of_a_vault_line_by_line(vault: FakeVault, journal: FakeSecurityJournal) -> None:
    use_cases.create_vault(vault, journal, KeySource.PASSPHRASE, PASSPHRASE)
    summary = use_cases.add_key(vault, journal, "upbit", "주 계좌", ACCESS, SECRET)
    use_cases.lock_vault(vault, journal, "idle")
    use_cases.lock_vault(vault, journal)
    use_cases.unlock_vault(vault, journal, PASSPHRASE)
    assert use_cases.show_key(vault, journal, summary.id).secret_key == SECRET
    use_cases.rename_key(vault, journal, summary.id, "둘째")
    assert use_cases.replace_key(vault, journal, summary.id, Secret("other-access-key-wxyz"), SECRET).id == summary.id
    use_cases.change_key_source(vault, journal, KeySource.KEY_FILE)
    use_cases.remove_key(vault, journal, summary.id)
    use_cases.set_vault_aside(vault, journal)
    renamed = {**KEY_LINE, "label": "둘째"}
    replaced = {**renamed, "access_key_ending": "wxyz"}
    assert lines(journal) == [
        (SecurityEvent.VAULT_CREATED, {"key_source": "passphrase"}),
        (SecurityEvent.KEY_ADDED, KEY_LINE),
        (SecurityEvent.VAULT_LOCKED, {"reason": "idle"}),
        (SecurityEvent.UNLOCK_SUCCEEDED, {"key_source": "passphrase"}),
        (SecurityEvent.KEY_SHOWN, KEY_LINE),
        (SecurityEvent.KEY_RENAMED, {**renamed, "before": "주 계좌", "after": "둘째"}),
        (SecurityEvent.KEY_REPLACED, {**replaced, "before": "uTya", "after": "wxyz"}),
        (SecurityEvent.KEY_SOURCE_CHANGED, {"key_source": "key-file", "key_source_before": "passphrase"}),
        (SecurityEvent.KEY_REMOVED, replaced),
        (SecurityEvent.VAULT_SET_ASIDE, {"file": "api_credentials-set-aside.enc"}),
    ]
    assert vault.state() is VaultState.EMPTY


@pytest.mark.claims("event:unlock-failed")
def test_failed_unlocking_says_why(vault: FakeVault, journal: FakeSecurityJournal) -> None:
    with pytest.raises(VaultMissing):
        use_cases.unlock_vault(vault, journal, PASSPHRASE)
    vault.create(KeySource.PASSPHRASE, PASSPHRASE)
    vault.lock()
    with pytest.raises(WrongPassword):
        use_cases.unlock_vault(vault, journal, WRONG)
    vault.next_unlock_failure = VaultDamaged("x")
    with pytest.raises(VaultDamaged):
        use_cases.unlock_vault(vault, journal, PASSPHRASE)
    assert lines(journal) == [
        (SecurityEvent.UNLOCK_FAILED, {"result": "failed", "error": name})
        for name in ("VaultMissing", "WrongPassword", "VaultDamaged")
    ]


Try = Callable[[FakeVault, FakeSecurityJournal], object]


@pytest.mark.parametrize(
    ("attempt", "event", "expected"),
    [
        (
            lambda v, j: use_cases.add_key(v, j, "upbit", "주 계좌", Secret("other"), SECRET),
            SecurityEvent.KEY_ADDED,
            {"exchange": "upbit", "label": "주 계좌", "reason": "label-taken"},
        ),
        (
            lambda v, j: use_cases.add_key(v, j, "upbit", ACCESS.reveal(), WRONG, SECRET),
            SecurityEvent.KEY_ADDED,
            {"exchange": "upbit", "label": "[left out]", "reason": "looks-like-a-key"},
        ),
        (
            lambda v, j: use_cases.rename_key(v, j, "key-1", SECRET.reveal()),
            SecurityEvent.KEY_RENAMED,
            {"credential": "key-1", "label": "[left out]", "reason": "looks-like-a-key"},
        ),
        (
            lambda v, j: use_cases.rename_key(v, j, "key-9", "x"),
            SecurityEvent.KEY_RENAMED,
            {"credential": "key-9", "label": "x", "reason": "unknown"},
        ),
        (
            lambda v, j: use_cases.replace_key(v, j, "key-1", Secret(" "), SECRET),
            SecurityEvent.KEY_REPLACED,
            {"credential": "key-1", "reason": "empty"},
        ),
        (
            lambda v, j: use_cases.remove_key(v, j, "x" * 100),
            SecurityEvent.KEY_REMOVED,
            {"credential": "[left out]", "reason": "unknown"},
        ),
        (
            lambda v, j: use_cases.show_key(v, j, "key-9"),
            SecurityEvent.KEY_SHOWN,
            {"credential": "key-9", "reason": "unknown"},
        ),
        (
            lambda v, j: use_cases.change_key_source(v, j, KeySource.PASSPHRASE, Secret("short")),
            SecurityEvent.KEY_SOURCE_CHANGED,
            {"key_source": "passphrase", "reason": "too-short"},
        ),
    ],
)
def test_failed_tries_are_written_down(
    vault: FakeVault,
    journal: FakeSecurityJournal,
    key: str,
    attempt: Try,
    event: SecurityEvent,
    expected: dict[str, str],
) -> None:
    with pytest.raises(InvalidParameter):
        attempt(vault, journal)
    assert lines(journal) == [(event, {**expected, "result": "failed", "error": "InvalidParameter"})]


def test_a_locked_vault_leaves_lines_too(vault: FakeVault, journal: FakeSecurityJournal, key: str) -> None:
    vault.lock()
    with pytest.raises(VaultLocked):
        use_cases.show_key(vault, journal, key)
    with pytest.raises(VaultLocked):
        use_cases.remove_key(vault, journal, key)
    assert [details["error"] for _event, details in lines(journal)] == ["VaultLocked", "VaultLocked"]


def test_a_key_that_cannot_be_written_down_is_not_shown(
    vault: FakeVault, journal: FakeSecurityJournal, key: str
) -> None:
    journal.next_failure = DiskFull("settings.sqlite3")
    with pytest.raises(DiskFull):
        use_cases.show_key(vault, journal, key)


def test_no_line_holds_a_secret(vault: FakeVault, journal: FakeSecurityJournal) -> None:
    test_a_life_of_a_vault_line_by_line(vault, journal)
    text = repr(journal.records)
    assert not any(secret.reveal() in text for secret in (PASSPHRASE, ACCESS, SECRET))
