"""What a check of a key means: remembered, written down, warned of once, refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, KeyRejected
from upbit_auto_trading.business_logic.domain.exchange_key import Granted, KeyFault, KeyStatus, Right
from upbit_auto_trading.business_logic.domain.key_facts import ExpiryStage, KeyFacts, KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import CredentialSummary, SecurityEvent
from upbit_auto_trading.business_logic.use_cases.check_keys import (
    KeyState,
    check_acceptable,
    days_left,
    judge,
    missing_right,
    stage_of,
    state_of,
)

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = CredentialSummary("key-1", "upbit", "주 계좌", "uTya", NOW - 100 * DAY)
ALL_YES = (
    (Right.VIEW_BALANCES, Granted.YES),
    (Right.VIEW_ORDERS, Granted.YES),
    (Right.MAKE_ORDERS, Granted.YES),
    (Right.WITHDRAW, Granted.CANNOT_BE_CHECKED),
)
GOOD = KeyStatus(ALL_YES, NOW + 200 * DAY)


def status(
    fault: KeyFault | None = None, expires_at: datetime | None = GOOD.expires_at, **rights: Granted
) -> KeyStatus:
    answers = dict(ALL_YES)
    answers.update({Right[name.upper()]: answer for name, answer in rights.items()})
    return KeyStatus(tuple(answers.items()), expires_at, fault)


def refused(fault: KeyFault) -> KeyStatus:
    return KeyStatus(tuple((right, Granted.UNKNOWN) for right, _yes in ALL_YES), None, fault)


def known(found: KeyStatus = GOOD) -> KeyFacts:
    return judge(KEY, KeyFacts(KEY.id), found, NOW - DAY).facts


def test_a_first_check_is_remembered_and_changes_nothing_that_was_known() -> None:
    verdict = judge(KEY, KeyFacts(KEY.id), GOOD, NOW)
    assert verdict.facts == KeyFacts(KEY.id, checked_at=NOW, expires_at=GOOD.expires_at, rights=ALL_YES, tried_at=NOW)
    assert (verdict.lines, verdict.warning) == ((), None)


def test_what_a_check_cannot_find_out_leaves_what_was_known() -> None:
    after = judge(KEY, known(), refused(KeyFault.CLOCK_WRONG), NOW).facts
    assert (after.expires_at, after.rights, after.fault) == (GOOD.expires_at, ALL_YES, KeyFault.CLOCK_WRONG)
    assert judge(KEY, after, GOOD, NOW).facts.fault is None


@pytest.mark.parametrize("trouble", KeyTrouble)
def test_trouble_on_the_way_says_nothing_of_the_key(trouble: KeyTrouble) -> None:
    before = known()
    verdict = judge(KEY, before, trouble, NOW)
    assert verdict.facts == replace(before, trouble=trouble, tried_at=NOW)
    assert verdict.lines == ()
    assert judge(KEY, verdict.facts, GOOD, NOW).facts.trouble is None


@pytest.mark.claims("event:permission-changed")
def test_a_right_that_changed_is_written_down_with_before_and_after() -> None:
    lines = judge(KEY, known(), status(make_orders=Granted.NO), NOW).lines
    assert [(line.event, dict(line.details)) for line in lines] == [
        (
            SecurityEvent.PERMISSION_CHANGED,
            {
                "credential": "key-1",
                "exchange": "upbit",
                "label": "주 계좌",
                "access_key_ending": "uTya",
                "permission": "make-orders",
                "before": "yes",
                "after": "no",
            },
        )
    ]


@pytest.mark.parametrize("after", [Granted.UNKNOWN, Granted.CANNOT_BE_CHECKED, Granted.YES])
def test_what_was_not_found_out_is_no_change(after: Granted) -> None:
    assert judge(KEY, known(), status(make_orders=after), NOW).lines == ()


@pytest.mark.claims("event:address-changed")
def test_an_address_that_is_refused_and_allowed_again_is_written_down() -> None:
    away = judge(KEY, known(), refused(KeyFault.ADDRESS_NOT_ALLOWED), NOW)
    still = judge(KEY, away.facts, refused(KeyFault.ADDRESS_NOT_ALLOWED), NOW)
    back = judge(KEY, still.facts, GOOD, NOW)
    told = [
        [(line.event, line.details["before"], line.details["after"]) for line in verdict.lines]
        for verdict in (away, still, back)
    ]
    changed = SecurityEvent.ADDRESS_CHANGED
    assert told == [[(changed, "allowed", "not-allowed")], [], [(changed, "not-allowed", "allowed")]]


@pytest.mark.parametrize(
    ("left", "stage", "days"),
    [
        (31 * DAY, None, 31),
        (30 * DAY + timedelta(microseconds=1), None, 31),
        (30 * DAY, ExpiryStage.MONTH, 30),
        (7 * DAY + timedelta(microseconds=1), ExpiryStage.MONTH, 8),
        (7 * DAY, ExpiryStage.WEEK, 7),
        (DAY, ExpiryStage.DAY, 1),
        (timedelta(microseconds=1), ExpiryStage.DAY, 1),
        (timedelta(0), ExpiryStage.EXPIRED, 0),
        (-DAY, ExpiryStage.EXPIRED, 0),
    ],
)
def test_stages_begin_with_their_day(left: timedelta, stage: ExpiryStage | None, days: int) -> None:
    assert stage_of(NOW + left, NOW) is stage
    assert days_left(NOW + left, NOW) == days
    assert stage_of(None, NOW) is None


def test_each_stage_is_warned_of_once_also_when_nothing_could_be_asked() -> None:
    facts, told = known(status(expires_at=NOW + 40 * DAY)), []
    for day in range(50):
        found = KeyTrouble.UNREACHABLE if day % 2 else status(expires_at=NOW + 40 * DAY)
        verdict = judge(KEY, facts, found, NOW + day * DAY)
        facts = verdict.facts
        if verdict.warning is not None:
            told.append((day, verdict.warning.value))
    assert told == [(10, 30), (33, 7), (39, 1), (40, 0)]


def test_a_key_that_is_refused_as_expired_is_expired_whatever_was_known() -> None:
    verdict = judge(KEY, known(), refused(KeyFault.EXPIRED), NOW)
    assert verdict.warning is ExpiryStage.EXPIRED
    assert judge(KEY, verdict.facts, refused(KeyFault.EXPIRED), NOW + DAY).warning is None
    assert state_of(verdict.facts, NOW) is KeyState.EXPIRED


def test_an_end_that_moved_away_is_warned_of_anew() -> None:
    near = judge(KEY, known(), status(expires_at=NOW + DAY), NOW)
    far = judge(KEY, near.facts, GOOD, NOW)
    again = judge(KEY, far.facts, status(expires_at=NOW + DAY), NOW)
    assert (near.warning, far.warning, again.warning) == (ExpiryStage.DAY, None, ExpiryStage.DAY)


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (GOOD, KeyState.GOOD),
        (status(expires_at=None), KeyState.GOOD),
        (status(expires_at=NOW + 30 * DAY), KeyState.EXPIRING),
        (status(expires_at=NOW), KeyState.EXPIRED),
        (status(view_orders=Granted.NO), KeyState.RIGHT_MISSING),
        (status(view_orders=Granted.UNKNOWN), KeyState.INCOMPLETE),
        (status(withdraw=Granted.YES, expires_at=NOW), KeyState.MAY_WITHDRAW),
        (refused(KeyFault.WRONG_SECRET), KeyState.REFUSED),
        (refused(KeyFault.ADDRESS_NOT_ALLOWED), KeyState.REFUSED),
    ],
)
def test_the_state_of_a_key_in_one_word(found: KeyStatus, state: KeyState) -> None:
    assert state_of(known(found), NOW) is state


def test_a_key_that_was_never_asked_about_is_not_checked() -> None:
    assert state_of(None, NOW) is KeyState.NOT_CHECKED
    tried = judge(KEY, KeyFacts(KEY.id), KeyTrouble.UNREACHABLE, NOW).facts
    assert state_of(tried, NOW) is KeyState.NOT_CHECKED


def test_the_first_right_that_is_missing_is_named() -> None:
    assert missing_right(known()) is None
    assert missing_right(known(status(view_orders=Granted.NO, make_orders=Granted.NO))) is Right.VIEW_ORDERS


def test_a_key_that_may_withdraw_is_refused_whatever_was_confirmed() -> None:
    with pytest.raises(InvalidParameter) as refusal:
        check_acceptable("upbit", status(withdraw=Granted.YES), box_is_confirmed=True)
    assert (refusal.value.name, refusal.value.reason) == ("access_key", "may-withdraw")


def test_where_withdrawing_cannot_be_checked_the_user_has_to_look() -> None:
    with pytest.raises(InvalidParameter, match="withdraw-box-not-confirmed"):
        check_acceptable("upbit", GOOD, box_is_confirmed=False)
    check_acceptable("upbit", GOOD, box_is_confirmed=True)
    check_acceptable("upbit", status(withdraw=Granted.NO), box_is_confirmed=False)


def test_a_key_that_does_not_work_is_refused_with_its_fault() -> None:
    with pytest.raises(KeyRejected) as refusal:
        check_acceptable("upbit", refused(KeyFault.WRONG_SECRET), box_is_confirmed=True)
    assert (refusal.value.fault, refusal.value.right) == (KeyFault.WRONG_SECRET, None)
    with pytest.raises(KeyRejected) as lacking:
        check_acceptable("upbit", status(view_orders=Granted.NO), box_is_confirmed=True)
    assert (lacking.value.fault, lacking.value.right) == (KeyFault.RIGHT_MISSING, Right.VIEW_ORDERS)
