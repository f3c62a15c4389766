"""What is told of a key that was checked: in both languages, with the way to mend it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from upbit_auto_trading.business_logic.domain.exchange_key import Granted, KeyFault, Right
from upbit_auto_trading.business_logic.domain.key_facts import ExpiryStage, KeyFacts, KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import CredentialSummary
from upbit_auto_trading.ui.key_notices import KeyNotice, key_notices
from upbit_auto_trading.ui.notices import NoticeLevel

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = CredentialSummary("key-1", "upbit", "매매용 {right}", "uTya", NOW)
GOOD = KeyFacts(
    "key-1",
    checked_at=NOW,
    expires_at=NOW + 200 * DAY,
    rights=(
        (Right.VIEW_BALANCES, Granted.YES),
        (Right.VIEW_ORDERS, Granted.YES),
        (Right.MAKE_ORDERS, Granted.YES),
        (Right.WITHDRAW, Granted.CANNOT_BE_CHECKED),
    ),
)


def told(facts: KeyFacts, warning: ExpiryStage | None = None) -> KeyNotice:
    (notice,) = key_notices(KEY, facts, warning, NOW)
    return notice


def test_nothing_is_told_of_a_good_key() -> None:
    assert key_notices(KEY, GOOD, None, NOW) == ()


@pytest.mark.parametrize(
    ("left", "stage", "level", "korean", "english"),
    [
        (30 * DAY, ExpiryStage.MONTH, NoticeLevel.INFO, "30일 뒤", "in 30 days"),
        (7 * DAY, ExpiryStage.WEEK, NoticeLevel.WARNING, "7일 뒤", "in 7 days"),
        (DAY, ExpiryStage.DAY, NoticeLevel.WARNING, "하루 안에", "within a day"),
        (-DAY, ExpiryStage.EXPIRED, NoticeLevel.ERROR, "끝났어요", "has expired"),
    ],
)
def test_each_stage_of_the_end_says_how_long_and_what_to_do(
    left: timedelta, stage: ExpiryStage, level: NoticeLevel, korean: str, english: str
) -> None:
    notice = told(replace(GOOD, expires_at=NOW + left), stage)
    assert (notice.level, notice.wants_new_key) == (level, True)
    assert korean in notice.title.ko
    assert english in notice.title.en
    assert "‘키 바꾸기’" in notice.body.ko
    assert "“Replace key”" in notice.body.en


def test_the_label_is_data() -> None:
    assert told(replace(GOOD, fault=KeyFault.OTHER)).title.ko.startswith("‘매매용 {right}’ 키: ")


def test_an_end_that_was_told_before_is_not_told_by_its_state() -> None:
    assert key_notices(KEY, replace(GOOD, expires_at=NOW - DAY, fault=KeyFault.EXPIRED), None, NOW) == ()


@pytest.mark.parametrize("fault", [fault for fault in KeyFault if fault is not KeyFault.EXPIRED])
def test_every_fault_has_its_words(fault: KeyFault) -> None:
    notice = told(replace(GOOD, fault=fault))
    for text in (notice.title, notice.body):
        assert text.ko
        assert text.en
        assert not {"{", "}"} & set((text.ko + text.en).replace(KEY.label, ""))
    mends_itself = (KeyFault.ADDRESS_NOT_ALLOWED, KeyFault.CLOCK_WRONG, KeyFault.OTHER)
    assert notice.wants_new_key is (fault not in mends_itself)


def test_an_address_that_is_not_allowed_says_how_to_see_and_add_it() -> None:
    notice = told(replace(GOOD, fault=KeyFault.ADDRESS_NOT_ALLOWED))
    assert "‘내 IP 주소’" in notice.body.ko
    assert "Open API 관리" in notice.body.ko
    assert "“my IP address”" in notice.body.en


def test_a_missing_right_is_named_with_the_place_to_tick_it() -> None:
    rights = tuple((right, Granted.NO if right is Right.MAKE_ORDERS else yes) for right, yes in GOOD.rights)
    notice = told(replace(GOOD, rights=rights))
    assert (notice.level, notice.kind) == (NoticeLevel.ERROR, "lacks-make-orders")
    assert "‘주문하기’" in notice.title.ko
    assert "Open API" in notice.body.en


def test_a_key_that_may_withdraw_comes_first() -> None:
    rights = ((Right.WITHDRAW, Granted.YES), (Right.VIEW_ORDERS, Granted.NO))
    found = key_notices(KEY, replace(GOOD, rights=rights, expires_at=NOW + 6 * DAY), ExpiryStage.WEEK, NOW)
    assert [notice.kind for notice in found] == ["may-withdraw", "expires-7"]


@pytest.mark.parametrize("trouble", KeyTrouble)
def test_trouble_on_the_way_is_told_quietly_and_hides_an_older_fault(trouble: KeyTrouble) -> None:
    notice = told(replace(GOOD, trouble=trouble, fault=KeyFault.WRONG_SECRET))
    assert (notice.kind, notice.level, notice.wants_new_key) == (trouble.value, NoticeLevel.INFO, False)
    assert "업비트" in notice.title.ko
