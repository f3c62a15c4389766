"""Keys and what is known of them stay together, whatever happens to either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_security_journal import FakeSecurityJournal
from tests.fakes.runtime_stores import RuntimeStores
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, KeyRejected
from upbit_auto_trading.business_logic.domain.exchange_key import Granted, KeyFault, KeyStatus, Right
from upbit_auto_trading.business_logic.domain.key_facts import ExpiryStage, KeyFacts, KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import Credential, KeySource, SecurityEvent
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.business_logic.use_cases import keep_keys
from upbit_auto_trading.utils.secret import Secret

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ACCESS, SECRET = Secret("Zq3kV81mX0pLw92ncJd7uTya"), Secret("Yp4jU72lW1oKv83mbIc6tSxz")
NEW_ACCESS, NEW_SECRET = Secret("Ab5lW93nY2qMx04odKe8vUzc"), Secret("Bc6mX04oZ3rNy15peLf9wVad")
GOOD = KeyStatus(
    (
        (Right.VIEW_BALANCES, Granted.YES),
        (Right.VIEW_ORDERS, Granted.YES),
        (Right.MAKE_ORDERS, Granted.YES),
        (Right.WITHDRAW, Granted.CANNOT_BE_CHECKED),
    ),
    NOW + 20 * DAY,
)


@pytest.fixture
def world() -> RuntimeStores:
    return RuntimeStores(FakeClock(NOW))


@pytest.fixture
def stores(world: RuntimeStores) -> Iterator[Stores]:
    with world.open() as opened:
        opened.vault.create(KeySource.KEY_FILE)
        yield opened


def add(stores: Stores, found: KeyStatus | KeyTrouble = GOOD, *, box_is_confirmed: bool = True) -> Credential:
    summary = keep_keys.add_checked(
        stores, "upbit", "주 계좌", ACCESS, SECRET, found, NOW, box_is_confirmed=box_is_confirmed
    )
    return stores.vault.reveal(summary.id)


def events(journal: FakeSecurityJournal) -> list[SecurityEvent]:
    return [record.event for record in journal.records]


def test_a_checked_key_is_stored_with_what_was_found(stores: Stores) -> None:
    key = add(stores)
    facts = stores.key_facts.read_all()[key.summary.id]
    assert (facts.checked_at, facts.expires_at, facts.rights) == (NOW, GOOD.expires_at, GOOD.rights)
    assert facts.withdraw_box_confirmed_at == NOW
    assert facts.warned is ExpiryStage.MONTH  # the one who enters it sees the date: no notice on top


def test_a_key_may_be_stored_unchecked_and_says_so(stores: Stores) -> None:
    key = add(stores, KeyTrouble.UNREACHABLE)
    facts = stores.key_facts.read_all()[key.summary.id]
    assert (facts.checked_at, facts.trouble, facts.withdraw_box_confirmed_at) == (None, KeyTrouble.UNREACHABLE, NOW)


@pytest.mark.parametrize(
    ("found", "box_is_confirmed"),
    [
        (GOOD, False),
        (KeyTrouble.UNREACHABLE, False),
        (replace(GOOD, rights=((Right.WITHDRAW, Granted.YES),)), True),
        (replace(GOOD, fault=KeyFault.WRONG_SECRET), True),
    ],
)
def test_what_is_refused_leaves_nothing(stores: Stores, found: KeyStatus | KeyTrouble, box_is_confirmed: bool) -> None:
    with pytest.raises((InvalidParameter, KeyRejected)):
        add(stores, found, box_is_confirmed=box_is_confirmed)
    assert (stores.vault.summaries(), stores.key_facts.read_all()) == ((), {})


def test_a_replaced_key_is_the_same_key_of_which_nothing_old_is_known(stores: Stores) -> None:
    key = add(stores)
    found = replace(GOOD, expires_at=NOW + 365 * DAY, pocket="main")
    credential = keep_keys.replace_checked(
        stores, key.summary.id, NEW_ACCESS, NEW_SECRET, found, NOW + DAY, box_is_confirmed=True
    )
    assert (credential.summary.id, credential.summary.label) == (key.summary.id, key.summary.label)
    assert (credential.access_key, credential.secret_key) == (NEW_ACCESS, NEW_SECRET)
    facts = stores.key_facts.read_all()[key.summary.id]
    assert (facts.checked_at, facts.expires_at, facts.pocket) == (NOW + DAY, NOW + 365 * DAY, "main")
    assert (facts.warned, facts.withdraw_box_confirmed_at) == (None, NOW + DAY)


def test_the_old_key_stays_until_the_new_one_is_acceptable(stores: Stores) -> None:
    key = add(stores)
    before = stores.key_facts.read_all()
    with pytest.raises(KeyRejected):
        keep_keys.replace_checked(
            stores,
            key.summary.id,
            NEW_ACCESS,
            NEW_SECRET,
            replace(GOOD, fault=KeyFault.UNKNOWN_KEY),
            NOW,
            box_is_confirmed=True,
        )
    with pytest.raises(InvalidParameter, match="unknown"):
        keep_keys.replace_checked(stores, "key-9", NEW_ACCESS, NEW_SECRET, GOOD, NOW, box_is_confirmed=True)
    assert stores.vault.reveal(key.summary.id) == key
    assert stores.key_facts.read_all() == before


class AbruptEnd(BaseException):
    pass


def test_old_facts_never_stand_beside_new_keys(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever the program ends: right after the keys were written, nothing is known of them."""
    key = add(stores)
    replace_in_vault = stores.vault.replace

    def end_after(*arguments: object) -> None:
        replace_in_vault(*arguments)  # type: ignore[arg-type]
        raise AbruptEnd

    monkeypatch.setattr(stores.vault, "replace", end_after)
    with pytest.raises(AbruptEnd):
        keep_keys.replace_checked(stores, key.summary.id, NEW_ACCESS, NEW_SECRET, GOOD, NOW, box_is_confirmed=True)
    assert stores.vault.reveal(key.summary.id).access_key == NEW_ACCESS
    assert stores.key_facts.read_all() == {}


def test_facts_stay_where_the_keys_cannot_be_replaced(stores: Stores) -> None:
    key = add(stores)
    keep_keys.add_checked(stores, "upbit", "다른 키", NEW_ACCESS, NEW_SECRET, GOOD, NOW, box_is_confirmed=True)
    before = stores.key_facts.read_all()
    with pytest.raises(InvalidParameter, match="key-already-stored"):
        keep_keys.replace_checked(stores, key.summary.id, NEW_ACCESS, NEW_SECRET, GOOD, NOW, box_is_confirmed=True)
    assert stores.key_facts.read_all() == before


def test_facts_go_with_their_key(stores: Stores) -> None:
    key = add(stores)
    keep_keys.remove(stores, key.summary.id)
    assert (stores.vault.summaries(), stores.key_facts.read_all()) == ((), {})


def test_the_withdraw_box_is_confirmed_with_its_date(stores: Stores) -> None:
    key = add(stores)
    keep_keys.confirm_withdraw_box(stores, key.summary.id, NOW + DAY)
    facts = stores.key_facts.read_all()[key.summary.id]
    assert (facts.withdraw_box_confirmed_at, facts.checked_at) == (NOW + DAY, NOW)
    with pytest.raises(InvalidParameter, match="unknown"):
        keep_keys.confirm_withdraw_box(stores, "key-9", NOW)


def test_only_open_keys_can_be_checked(stores: Stores) -> None:
    key = add(stores)
    assert keep_keys.keys_to_check(stores) == (key,)
    stores.vault.lock()
    assert keep_keys.keys_to_check(stores) is None
    assert stores.key_facts.read_all().keys() == {key.summary.id}


def test_without_a_key_file_there_is_nothing_to_check_and_nothing_is_forgotten(world: RuntimeStores) -> None:
    with world.open() as stores:
        stores.key_facts.write(KeyFacts("of-a-file-that-may-come-back"))
        assert keep_keys.keys_to_check(stores) == ()
        assert len(stores.key_facts.read_all()) == 1


def test_facts_of_keys_that_are_gone_go_too(stores: Stores) -> None:
    key = add(stores)
    stores.key_facts.write(KeyFacts("of-a-file-set-aside"))
    keep_keys.keys_to_check(stores)
    assert stores.key_facts.read_all().keys() == {key.summary.id}


def test_a_check_is_recorded_with_its_lines_and_its_warning(world: RuntimeStores, stores: Stores) -> None:
    key = add(stores)
    lacking = replace(GOOD, rights=((Right.VIEW_ORDERS, Granted.NO),), expires_at=NOW + 2 * DAY)
    verdict = keep_keys.record_check(stores, key, lacking, NOW)
    assert verdict is not None
    assert verdict.warning is ExpiryStage.WEEK
    assert stores.key_facts.read_all()[key.summary.id] == verdict.facts
    assert events(world.journal) == [SecurityEvent.KEY_ADDED, SecurityEvent.PERMISSION_CHANGED]


def test_an_answer_about_a_key_that_is_gone_or_another_by_now_is_forgotten(stores: Stores) -> None:
    key = add(stores)
    keep_keys.replace_checked(stores, key.summary.id, NEW_ACCESS, NEW_SECRET, GOOD, NOW, box_is_confirmed=True)
    facts = stores.key_facts.read_all()
    assert keep_keys.record_check(stores, key, replace(GOOD, fault=KeyFault.EXPIRED), NOW) is None
    assert stores.key_facts.read_all() == facts
    keep_keys.remove(stores, key.summary.id)
    assert keep_keys.record_check(stores, key, GOOD, NOW) is None
    assert stores.key_facts.read_all() == {}


def test_an_answer_that_comes_after_locking_belongs_to_nobody(stores: Stores) -> None:
    key = add(stores)
    facts = stores.key_facts.read_all()
    stores.vault.lock()
    assert keep_keys.record_check(stores, key, replace(GOOD, fault=KeyFault.EXPIRED), NOW) is None
    assert stores.key_facts.read_all() == facts
