"""What is known of a stored key, as the section shows it, and finding out anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes.fake_clock import FakeClock
from tests.fakes.settings_world import SettingsWorld
from tests.ui.screens.settings.conftest import User
from tests.ui.screens.settings.security_steps import (
    ACCESS,
    UNREACHABLE,
    make_vault,
    open_security,
    page,
    status,
    store_key,
)
from upbit_auto_trading.business_logic.domain.errors import DiskFull, NotSupported
from upbit_auto_trading.business_logic.domain.exchange_key import Granted, KeyFault, KeyStatus, Right
from upbit_auto_trading.business_logic.domain.key_facts import KeyFacts, KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import KeySource, SecurityEvent
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.ui.screens.settings.sections.key_details import KeyDetails
from upbit_auto_trading.utils.bilingual_text import Language, Text

NOW = FakeClock().now()
FAR = NOW + timedelta(days=200)


def with_key(user: User, world: SettingsWorld, found: KeyStatus | KeyTrouble | None, *, confirmed: bool = True) -> str:
    make_vault(world, KeySource.SYSTEM_KEY_STORE, keys=0)
    identity = store_key(world, "매매용", found, box_is_confirmed=confirmed)
    open_security(user)
    return identity


def details(user: User) -> KeyDetails:
    shown = page(user).keys_panel.details
    assert shown.isVisible()
    return shown


def cell(user: User, key: str) -> str:
    model = page(user).keys_panel.table.rows_model
    place = [column.key for column in model.columns].index(key)
    return str(model.index(0, place).data())


def answers(user: User) -> list[str]:
    return [line.answer.text() for line in details(user).rights.lines.values()]


#: what was found, the word in the table and the title of what is to be done, if anything
STATES: list[tuple[KeyStatus | KeyTrouble | None, str, str]] = [
    (None, "확인 전", "아직 확인하지 않은 키"),
    (KeyTrouble.UNREACHABLE, "확인 못 함", "연결하지 못해"),
    (KeyTrouble.LIMITED, "확인 못 함", "요청이 많아"),
    (status(FAR), "쓸 수 있음", ""),
    (status(NOW + timedelta(days=30)), "30일 뒤 끝남", "30일 뒤에 키가 끝나요"),
    (status(NOW + timedelta(days=6, hours=1)), "7일 뒤 끝남", "7일 뒤에 키가 끝나요"),
    (status(NOW + timedelta(hours=23)), "하루 안에 끝남", "하루 안에 키가 끝나요"),
    (status(NOW), "기간 끝남", "유효 기간이 끝났어요"),
    (status(FAR, fault=KeyFault.EXPIRED), "기간 끝남", "유효 기간이 끝났어요"),
    (status(FAR, missing=Right.VIEW_BALANCES), "권한 부족", "‘자산조회’ 권한이 없어요"),
    (status(FAR, missing=Right.VIEW_ORDERS), "권한 부족", "‘주문조회’ 권한이 없어요"),
    (status(FAR, missing=Right.MAKE_ORDERS), "권한 부족", "‘주문하기’ 권한이 없어요"),
    (status(FAR, withdraw=Granted.YES), "출금 가능", "이 키로 출금할 수 있어요"),
    (status(FAR, fault=KeyFault.UNKNOWN_KEY), "모르는 키", "업비트가 이 키를 몰라요"),
    (status(FAR, fault=KeyFault.WRONG_SECRET), "Secret Key 다름", "맞지 않아요"),
    (status(FAR, fault=KeyFault.ADDRESS_NOT_ALLOWED), "주소 막힘", "인터넷 주소가 키에 없어요"),
    (status(FAR, fault=KeyFault.CLOCK_WRONG), "시계 다름", "시계가 업비트와 달라요"),
    (status(FAR, fault=KeyFault.OTHER), "거절됨", "받지 않았어요"),
    (status(FAR, fault=KeyFault.RIGHT_MISSING), "거절됨", "필요한 권한이 없어요"),
    (KeyStatus(((Right.VIEW_ORDERS, Granted.YES),), FAR), "일부만 확인", "일부 권한을 확인하지 못했어요"),
]


def test_each_state_is_a_word_and_what_to_do(user: User, world: SettingsWorld) -> None:
    make_vault(world, KeySource.SYSTEM_KEY_STORE, keys=0)
    for number, (found, _word, _title) in enumerate(STATES):
        store_key(world, f"key {number}", found, number=number)
    panel = open_security(user).keys_panel
    model = panel.table.rows_model
    place = [column.key for column in model.columns].index("state")
    for number, (found, word, title) in enumerate(STATES):
        panel.table.selectRow(number)
        assert details(user).name.text() == f"key {number}"
        assert model.index(number, place).data() == details(user).badge.accessibleName() == word
        explains(details(user), found, title)


def explains(shown: KeyDetails, found: KeyStatus | KeyTrouble | None, title: str) -> None:
    is_trouble = isinstance(found, KeyTrouble)
    assert shown.trouble.isVisible() is is_trouble
    box = shown.trouble if is_trouble else shown.notice
    assert box.isVisible() is bool(title)
    if title:
        assert title in box.fact.text()
        assert box.rest.text()
        assert "{" not in box.rest.text()
    if "새 키를 만들고" in box.rest.text():
        assert "‘키 바꾸기’로" in box.rest.text()


def test_rights_end_and_dates_are_told(user: User, world: SettingsWorld) -> None:
    with_key(user, world, status(FAR, missing=Right.VIEW_ORDERS, pocket="main"))
    assert answers(user) == ["있음", "없음", "있음", "확인할 수 없어요"]
    assert cell(user, "expires_at") == "2027-06-08 09:00 · 200일 남음"
    assert details(user).expires.value.text() == "2027-06-08 09:00 · 200일 남음"
    assert details(user).checked.value.text() == "2026-11-20 09:00:00"
    assert "main" in details(user).pocket.text()
    language_state().set_language(Language.ENGLISH)
    assert answers(user) == ["Granted", "Missing", "Granted", "Cannot be checked"]
    assert cell(user, "expires_at") == "2027-06-08 09:00 · 200 d left"


def test_nothing_is_known_of_a_key_that_was_not_checked(user: User, world: SettingsWorld) -> None:
    with_key(user, world, None)
    assert answers(user)[:3] == ["아직 모름"] * 3
    assert cell(user, "expires_at") == "아직 몰라요"
    assert "확인할 수 없어요" in details(user).pocket.text()


def test_the_days_go_by_while_the_page_is_open(user: User, world: SettingsWorld) -> None:
    with_key(user, world, status(NOW + timedelta(days=31)))
    assert cell(user, "state") == "쓸 수 있음"
    for seconds, word in ((86_400, "30일 뒤 끝남"), (29.5 * 86_400, "하루 안에 끝남"), (86_400, "기간 끝남")):
        world.clock.advance(seconds)
        page(user).vault.tick()
        assert cell(user, "state") == word
    assert cell(user, "expires_at").endswith("끝남")


# finding out


def test_a_key_is_checked_now(user: User, world: SettingsWorld) -> None:
    identity = with_key(user, world, status(FAR))
    world.clock.advance(60)
    world.inspector.answer = status(FAR, fault=KeyFault.ADDRESS_NOT_ALLOWED)
    world.inspector.hold()
    user.click(details(user).check_button)
    user.see(details(user).asking.isVisible)
    assert cell(user, "state") == "확인하는 중"
    assert details(user).check_button.is_busy
    assert page(user).keys_panel.rename_button.isEnabled(), "nothing else waits for it"
    world.inspector.let_go()
    user.settle()
    assert world.inspector.asked == [("upbit", f"{ACCESS}0")]
    assert cell(user, "state") == "주소 막힘"
    assert not details(user).asking.isVisible()
    assert world.key_facts.read_all()[identity].checked_at == world.clock.now()
    assert world.journal.events[-1] is SecurityEvent.ADDRESS_CHANGED
    shown = page(user).journal.table.rows_model
    assert "IP 주소 바뀜" in [shown.index(row, 1).data() for row in range(shown.rowCount())]


def test_a_check_that_is_cancelled_changes_nothing(user: User, world: SettingsWorld) -> None:
    identity = with_key(user, world, status(FAR))
    before = world.key_facts.read_all()
    world.inspector.answer = status(FAR, fault=KeyFault.OTHER)
    world.inspector.hold()
    user.click(details(user).check_button)
    user.see(lambda: world.inspector.asked)
    user.click(details(user).asking.cancel_button)
    assert cell(user, "state") == "쓸 수 있음"
    user.settle()
    world.inspector.let_go()
    assert world.inspector.cancelled == 1
    assert world.key_facts.read_all() == before
    user.click(details(user).check_button)
    user.settle()
    assert world.key_facts.read_all()[identity].fault is KeyFault.OTHER


def test_a_check_that_is_cancelled_at_once_asks_nobody(user: User, world: SettingsWorld) -> None:
    with_key(user, world, status(FAR))
    user.click(details(user).check_button)
    user.click(details(user).asking.cancel_button)
    user.settle()
    assert world.inspector.asked == []
    assert not details(user).check_button.is_busy


def test_an_answer_that_was_on_its_way_is_not_heard(user: User, world: SettingsWorld) -> None:
    with_key(user, world, status(FAR))
    before = world.key_facts.read_all()
    world.inspector.answer = status(FAR, fault=KeyFault.OTHER)
    world.inspector.hears_cancel = False
    world.inspector.hold()
    user.click(details(user).check_button)
    user.see(lambda: world.inspector.asked)
    user.click(details(user).asking.cancel_button)
    world.inspector.let_go()
    user.settle()
    assert world.key_facts.read_all() == before
    assert cell(user, "state") == "쓸 수 있음"


def test_offline_what_was_known_stays_and_is_called_older(user: User, world: SettingsWorld) -> None:
    with_key(user, world, status(NOW + timedelta(days=20)))
    world.clock.advance(3_600)
    world.inspector.answer = UNREACHABLE
    user.click(details(user).check_button)
    user.settle()
    assert cell(user, "state") == "20일 뒤 끝남"
    assert answers(user)[:3] == ["있음"] * 3
    assert details(user).trouble.isVisible()
    assert "10:00:00" in details(user).trouble.rest.text()
    world.inspector.answer = status(FAR)
    user.click(details(user).check_button)
    user.settle()
    assert not details(user).trouble.isVisible()
    assert cell(user, "state") == "쓸 수 있음"


def test_what_cannot_be_recorded_is_said(user: User, world: SettingsWorld) -> None:
    with_key(user, world, status(FAR))
    world.inspector.answer = status(FAR, missing=Right.MAKE_ORDERS)
    world.journal.next_failure = DiskFull("settings.sqlite3")
    user.click(details(user).check_button)
    user.settle()
    assert "공간" in page(user).keys_panel.error.fact.text() + page(user).keys_panel.error.rest.text()
    assert not details(user).check_button.is_busy


def test_an_exchange_that_this_version_does_not_know_is_said(user: User, world: SettingsWorld) -> None:
    with_key(user, world, None)
    world.inspector.answer = NotSupported("bithumb", "no-adapter")
    user.click(details(user).check_button)
    user.settle()
    assert page(user).keys_panel.error.isVisible()
    assert cell(user, "state") == "확인 전"


def test_a_key_that_is_removed_meanwhile_stays_removed(user: User, world: SettingsWorld) -> None:
    with_key(user, world, status(FAR))
    world.inspector.hold()
    user.click(details(user).check_button)
    user.see(lambda: world.inspector.asked)
    panel = page(user).keys_panel
    user.hold(panel.remove_button, panel.remove_button.completed)
    user.see(lambda: not world.vault.summaries())
    world.inspector.let_go()
    user.settle()
    assert world.key_facts.read_all() == {}
    assert panel.table.rows_model.rowCount() == 0
    assert not panel.details.isVisible()


def test_what_the_daily_check_finds_appears_by_itself(user: User, world: SettingsWorld) -> None:
    identity = with_key(user, world, status(FAR))
    facts = KeyFacts(identity, checked_at=NOW, expires_at=NOW - timedelta(days=1))
    world.operations.submit_to_storage(
        StorageOperation(Text("누군가", "Somebody"), lambda stores, _context: stores.key_facts.write(facts), "vault")
    )
    user.see(lambda: cell(user, "state") == "기간 끝남")


# the withdraw box


def test_the_empty_box_is_confirmed_with_its_date(user: User, world: SettingsWorld) -> None:
    identity = with_key(user, world, status(FAR), confirmed=False)
    assert "확인하지 않았어요" in details(user).confirmed.label.text()
    assert details(user).picture.isVisible()
    user.click(details(user).confirm_button)
    user.settle()
    assert world.key_facts.read_all()[identity].withdraw_box_confirmed_at == NOW
    assert "2026-11-20 09:00:00" in details(user).confirmed.label.text()
    assert answers(user)[3] == "확인할 수 없어요", "confirmed by hand is not found out"
    world.clock.advance(86_400)
    user.click(details(user).confirm_button)
    user.settle()
    assert "2026-11-21" in details(user).confirmed.label.text()


@pytest.mark.parametrize(("withdraw", "word"), [(Granted.YES, "있음"), (Granted.NO, "없음")])
def test_where_the_exchange_tells_nothing_is_to_be_confirmed(
    user: User, world: SettingsWorld, withdraw: Granted, word: str
) -> None:
    with_key(user, world, status(FAR, withdraw=withdraw))
    assert answers(user)[3] == word
    assert not details(user).confirm_button.isVisible()
    assert not details(user).confirmed.isVisible()


# choosing


def test_a_notice_leads_to_its_key(user: User, world: SettingsWorld) -> None:
    make_vault(world, KeySource.SYSTEM_KEY_STORE, keys=0)
    for number in range(3):
        store_key(world, f"key {number}", status(FAR), number=number)
    wanted = world.vault.summaries()[2].id
    user.open(f"security/{wanted}")
    user.see(lambda: page(user).vault.state.keys)
    assert details(user).name.text() == "key 2"
    user.open(f"security/{world.vault.summaries()[1].id}")
    assert details(user).name.text() == "key 1"
    user.open("security/of-a-key-that-is-gone")
    assert details(user).name.text() == "key 1"


def test_the_first_key_is_looked_at_until_another_is_chosen(user: User, world: SettingsWorld) -> None:
    make_vault(world, KeySource.SYSTEM_KEY_STORE, keys=0)
    store_key(world, "one", status(FAR))
    store_key(world, "two", status(FAR, fault=KeyFault.CLOCK_WRONG), number=1)
    open_security(user)
    assert details(user).name.text() == "one"
    page(user).keys_panel.table.selectRow(1)
    assert details(user).name.text() == "two"
    assert details(user).notice.isVisible()
    user.open("appearance")
    user.open("security")
    user.settle()
    assert details(user).name.text() == "two"
