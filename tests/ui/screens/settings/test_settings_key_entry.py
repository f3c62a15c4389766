"""A key on its way into the vault, by hand: looked at first, and stored only if it will do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes.settings_world import SettingsWorld
from tests.ui.screens.settings.conftest import User
from tests.ui.screens.settings.security_steps import (
    ACCESS,
    SECRET,
    UNREACHABLE,
    everything_shown,
    make_vault,
    open_security,
    page,
    status,
    store_key,
)
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, RateLimited, TradingAppError
from upbit_auto_trading.business_logic.domain.exchange_key import NEEDED_RIGHTS, Granted, KeyFault, KeyStatus, Right
from upbit_auto_trading.business_logic.domain.key_facts import KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import KeySource, SecurityEvent
from upbit_auto_trading.ui.screens.settings.sections.key_entry import AddKeyDialog, KeyEntryDialog, ReplaceKeyDialog

NEW_ACCESS = "NewAccess1234567890ABCD"
NEW_SECRET = "NewSecret0987654321wxyz"


def add_dialog(user: User, *, confirmed: bool = True) -> AddKeyDialog:
    """Filled in, and not sent."""
    user.click(page(user).keys_panel.add_button)
    dialog = page(user).keys_panel.dialog
    assert isinstance(dialog, AddKeyDialog)
    user.type(dialog.label.field, "trading")
    enter_keys(user, dialog, confirmed=confirmed)
    return dialog


def replace_dialog(user: User) -> ReplaceKeyDialog:
    user.click(page(user).keys_panel.details.replace_button)
    dialog = page(user).keys_panel.dialog
    assert isinstance(dialog, ReplaceKeyDialog)
    enter_keys(user, dialog)
    return dialog


def enter_keys(user: User, dialog: KeyEntryDialog, *, confirmed: bool = True) -> None:
    user.type(dialog.access_key.field, NEW_ACCESS)
    user.type(dialog.secret_key.field, NEW_SECRET)
    if confirmed:
        user.click(dialog.box)


def send(user: User, dialog: KeyEntryDialog) -> None:
    user.click(dialog.send_button)
    user.settle()


def empty_vault(user: User, world: SettingsWorld) -> None:
    make_vault(world, KeySource.SYSTEM_KEY_STORE, keys=0)
    open_security(user)


# adding


def test_the_empty_withdraw_box_is_looked_at_before_anything_is_asked(user: User, world: SettingsWorld) -> None:
    empty_vault(user, world)
    dialog = add_dialog(user, confirmed=False)
    assert dialog.picture.isVisible()
    assert not dialog.send_button.isEnabled()
    assert "출금하기" in dialog.send_button.toolTip()
    user.click(dialog.box)
    assert dialog.send_button.isEnabled()
    assert world.inspector.asked == []


def test_a_good_key_is_stored_and_looked_at(user: User, world: SettingsWorld) -> None:
    make_vault(world, KeySource.SYSTEM_KEY_STORE, keys=2)
    open_security(user)
    end = world.clock.now() + timedelta(days=300)
    world.inspector.answer = status(end)
    send(user, add_dialog(user))

    panel = page(user).keys_panel
    assert panel.dialog is None
    assert world.inspector.asked == [("upbit", NEW_ACCESS)]
    stored = world.vault.summaries()[-1]
    assert (stored.label, stored.access_key_ending) == ("trading", "ABCD")
    facts = world.key_facts.read_all()[stored.id]
    assert facts.checked_at == facts.withdraw_box_confirmed_at == world.clock.now()
    assert facts.expires_at == end
    chosen = panel.table.current_row()
    assert chosen is not None
    assert chosen.id == stored.id
    assert panel.details.name.text() == "trading"
    assert panel.details.badge.accessibleName() == "쓸 수 있음"
    assert world.journal.events[-1] is SecurityEvent.KEY_ADDED
    assert NEW_SECRET not in everything_shown(user)
    assert NEW_ACCESS not in everything_shown(user)


REFUSED = {
    "자산조회": status(missing=Right.VIEW_BALANCES),
    "주문조회": status(missing=Right.VIEW_ORDERS),
    "주문하기": status(missing=Right.MAKE_ORDERS),
    "이 키를 몰라요": status(fault=KeyFault.UNKNOWN_KEY),
    "Access Key와 맞지 않아요": status(fault=KeyFault.WRONG_SECRET),
    "유효 기간이 끝났어요": status(fault=KeyFault.EXPIRED),
    "인터넷 주소가 키에 없어요": status(fault=KeyFault.ADDRESS_NOT_ALLOWED),
    "시계가": status(fault=KeyFault.CLOCK_WRONG),
    "받지 않았어요": status(fault=KeyFault.OTHER),
    "출금할 수 있어요": status(withdraw=Granted.YES),
}


@pytest.mark.parametrize("title", REFUSED)
def test_a_key_that_will_not_do_is_not_stored_and_says_why(user: User, world: SettingsWorld, title: str) -> None:
    empty_vault(user, world)
    dialog = add_dialog(user)
    answer = world.inspector.answer = REFUSED[title]
    send(user, dialog)

    assert world.vault.summaries() == ()
    assert dialog.isVisible()
    assert title in dialog.outcome.notice.fact.text()
    assert "저장하지 않았어요" in dialog.outcome.notice.rest.text()
    assert "키 바꾸기" not in dialog.outcome.notice.rest.text(), "there is nothing to replace yet"
    assert not dialog.note.isVisible(), "said once"
    assert not dialog.unchecked_button.isVisible(), "what the exchange said cannot be overridden"
    is_told = any(answer.has(right) in (Granted.YES, Granted.NO) for right in Right)
    assert dialog.outcome.rights.isVisible() is is_told
    if is_told:
        lacking = [right for right, line in dialog.outcome.rights.lines.items() if line.answer.text() == "없음"]
        assert lacking == [right for right in NEEDED_RIGHTS if answer.has(right) is Granted.NO]
    assert dialog.secret_key.text() == NEW_SECRET

    world.inspector.answer = status()
    assert dialog.send_button.shown_text() == "다시 확인"
    send(user, dialog)
    assert len(world.vault.summaries()) == 1
    assert page(user).keys_panel.dialog is None


def test_another_key_is_another_matter(user: User, world: SettingsWorld) -> None:
    """What was found out and confirmed of the first does not count for the second."""
    empty_vault(user, world)
    dialog = add_dialog(user)
    world.inspector.answer = status(fault=KeyFault.WRONG_SECRET)
    send(user, dialog)
    user.type(dialog.secret_key.field, "x")
    assert not dialog.outcome.isVisible()
    assert dialog.picture.isVisible()
    assert not dialog.box.isChecked()
    assert not dialog.send_button.isEnabled()


def test_another_label_is_no_other_key(user: User, world: SettingsWorld) -> None:
    empty_vault(user, world)
    dialog = add_dialog(user)
    world.inspector.answer = status(missing=Right.MAKE_ORDERS)
    send(user, dialog)
    user.type(dialog.label.field, " two")
    assert dialog.outcome.isVisible()
    assert dialog.send_button.isEnabled()


@pytest.mark.parametrize("trouble", list(KeyTrouble))
def test_offline_a_key_may_be_stored_unchecked_and_says_so(
    user: User, world: SettingsWorld, trouble: KeyTrouble
) -> None:
    empty_vault(user, world)
    limited = RateLimited("upbit", world.clock.now() + timedelta(seconds=5))
    world.inspector.answer = UNREACHABLE if trouble is KeyTrouble.UNREACHABLE else limited
    dialog = add_dialog(user)
    assert not dialog.unchecked_button.isVisible()
    send(user, dialog)
    assert world.vault.summaries() == ()
    assert "확인하지 않고" in dialog.outcome.notice.rest.text()
    user.click(dialog.unchecked_button)
    user.settle()

    panel = page(user).keys_panel
    assert panel.dialog is None
    (stored,) = world.vault.summaries()
    facts = world.key_facts.read_all()[stored.id]
    assert (facts.checked_at, facts.trouble) == (None, trouble)
    assert facts.withdraw_box_confirmed_at == world.clock.now()
    assert panel.details.badge.accessibleName() == "확인 못 함"
    assert panel.details.trouble.isVisible()


def test_whoever_does_not_wait_finds_the_form_as_it_was(user: User, world: SettingsWorld) -> None:
    empty_vault(user, world)
    dialog = add_dialog(user)
    world.inspector.hold()
    user.click(dialog.send_button)
    user.see(dialog.asking.isVisible)
    assert not dialog.access_key.isEnabled(), "what is being asked about does not change"
    assert dialog.send_button.is_busy
    user.see(lambda: world.inspector.asked)
    user.click(dialog.asking.cancel_button)
    assert not dialog.asking.isVisible()
    assert (dialog.access_key.text(), dialog.label.text()) == (NEW_ACCESS, "trading")
    assert dialog.send_button.isEnabled()
    user.settle()
    assert world.inspector.cancelled == 1
    world.inspector.let_go()
    assert world.vault.summaries() == ()
    send(user, dialog)
    assert len(world.vault.summaries()) == 1


def test_closing_the_dialog_stores_nothing_later(user: User, world: SettingsWorld) -> None:
    empty_vault(user, world)
    dialog = add_dialog(user)
    world.inspector.hold()
    user.click(dialog.send_button)
    user.see(dialog.asking.isVisible)
    user.click(dialog.cancel_button)
    world.inspector.let_go()
    user.settle()
    assert world.vault.summaries() == ()
    again = add_dialog(user)
    assert not again.asking.isVisible()
    assert not again.outcome.isVisible()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (InvalidParameter("access_key", "***", "of-practice-exchange"), "연습 거래소의 키"),
        (InvalidParameter("access_key", "***", "not-a-key"), "키의 모양이 아니에요"),
    ],
)
def test_a_key_of_another_kind_is_said_under_its_field(
    user: User, world: SettingsWorld, error: TradingAppError, words: str
) -> None:
    empty_vault(user, world)
    world.inspector.answer = error
    dialog = add_dialog(user)
    send(user, dialog)
    assert words in dialog.access_key.note.label.text()
    assert dialog.picture.isVisible()
    assert world.vault.summaries() == ()


# replacing


def with_one_key(user: User, world: SettingsWorld, found: KeyStatus | KeyTrouble | None = None) -> str:
    make_vault(world, KeySource.SYSTEM_KEY_STORE, keys=0)
    identity = store_key(world, "매매용", found, box_is_confirmed=False)
    open_security(user)
    return identity


def test_a_replaced_key_keeps_its_name_and_reaches_what_runs(user: User, world: SettingsWorld) -> None:
    identity = with_one_key(user, world, status(fault=KeyFault.EXPIRED))
    assert page(user).keys_panel.details.badge.accessibleName() == "기간 끝남"
    world.clock.advance(3600)
    dialog = replace_dialog(user)
    assert "매매용" in dialog.title.text()
    send(user, dialog)

    panel = page(user).keys_panel
    assert panel.dialog is None
    (stored,) = world.vault.summaries()
    assert (stored.id, stored.label, stored.access_key_ending) == (identity, "매매용", "ABCD")
    assert world.vault.reveal(identity).secret_key.reveal() == NEW_SECRET
    assert [told.access_key.reveal() for told in world.replaced_keys] == [NEW_ACCESS]
    facts = world.key_facts.read_all()[identity]
    assert (facts.fault, facts.checked_at) == (None, world.clock.now())
    assert facts.withdraw_box_confirmed_at == world.clock.now()
    assert panel.details.badge.accessibleName() == "쓸 수 있음"
    assert world.journal.events[-1] is SecurityEvent.KEY_REPLACED
    assert NEW_SECRET not in everything_shown(user)


def test_the_old_key_stays_until_the_new_one_will_do(user: User, world: SettingsWorld) -> None:
    identity = with_one_key(user, world, status())
    before = world.key_facts.read_all()
    world.inspector.answer = status(missing=Right.MAKE_ORDERS)
    dialog = replace_dialog(user)
    send(user, dialog)
    assert "바꾸지 않았어요" in dialog.outcome.notice.rest.text()
    assert world.vault.reveal(identity).access_key.reveal() == f"{ACCESS}0"
    assert world.vault.reveal(identity).secret_key.reveal() == f"{SECRET}0"
    assert world.replaced_keys == []
    assert world.key_facts.read_all() == before


def test_offline_the_user_may_insist_on_replacing(user: User, world: SettingsWorld) -> None:
    identity = with_one_key(user, world, status())
    world.inspector.answer = UNREACHABLE
    dialog = replace_dialog(user)
    send(user, dialog)
    assert world.replaced_keys == []
    assert dialog.unchecked_button.shown_text() == "확인하지 않고 바꾸기"
    user.click(dialog.unchecked_button)
    user.settle()
    assert world.vault.reveal(identity).access_key.reveal() == NEW_ACCESS
    assert len(world.replaced_keys) == 1
    assert world.key_facts.read_all()[identity].checked_at is None


def test_keys_that_lock_meanwhile_lose_nothing_that_was_typed(user: User, world: SettingsWorld) -> None:
    with_one_key(user, world, status())
    world.inspector.hold()
    dialog = replace_dialog(user)
    user.click(dialog.send_button)
    user.see(dialog.asking.isVisible)
    world.vault.lock()
    world.inspector.let_go()
    user.settle()
    assert world.replaced_keys == []
    assert dialog.note.isVisible()
    assert dialog.secret_key.text() == NEW_SECRET
    user.click(dialog.cancel_button)
    assert page(user).unlock_panel.isVisible()
