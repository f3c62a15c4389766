"""Over any sequence of checks, failures and restarts: each stage of a key's end is told once, and none too early."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.memory_stores import MemoryKeyFactsStore
from upbit_auto_trading.business_logic.domain.exchange_key import Granted, KeyFault, KeyStatus, Right
from upbit_auto_trading.business_logic.domain.key_facts import ExpiryStage, KeyFacts, KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import CredentialSummary
from upbit_auto_trading.business_logic.use_cases.check_keys import judge, stage_of

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = BEGIN + timedelta(days=60)
KEY = CredentialSummary("key-1", "upbit", "k", "abcd", BEGIN)
RANK = [ExpiryStage.MONTH, ExpiryStage.WEEK, ExpiryStage.DAY, ExpiryStage.EXPIRED]


@dataclass(frozen=True, slots=True)
class Check:
    """``hours`` after the one before it."""

    hours: int
    found: KeyStatus | KeyTrouble


def status(fault: KeyFault | None, expires_at: datetime | None) -> KeyStatus:
    return KeyStatus(((Right.VIEW_ORDERS, Granted.YES),), expires_at, fault)


FOUND = st.one_of(
    st.just(status(None, END)),
    st.sampled_from(KeyTrouble),
    st.just(status(KeyFault.ADDRESS_NOT_ALLOWED, None)),
    st.just(status(None, None)),
)
CHECKS = st.lists(st.builds(Check, st.integers(0, 24 * 12), FOUND), min_size=1, max_size=40)


def told_by(checks: list[Check]) -> list[tuple[datetime, ExpiryStage]]:
    """Each check after a restart: nothing is known but what was stored."""
    store = MemoryKeyFactsStore()
    store.write(judge(KEY, KeyFacts(KEY.id), status(None, END), BEGIN).facts)
    now, told = BEGIN, []
    for check in checks:
        now += timedelta(hours=check.hours)
        verdict = judge(KEY, store.read_all()[KEY.id], check.found, now)
        store.write(verdict.facts)
        if verdict.warning is not None:
            told.append((now, verdict.warning))
    return told


@given(CHECKS)
def test_each_stage_is_told_at_most_once_and_in_order(checks: list[Check]) -> None:
    stages = [stage for _now, stage in told_by(checks)]
    assert stages == sorted(set(stages), key=RANK.index)


@given(CHECKS)
def test_what_is_told_is_true_at_that_moment(checks: list[Check]) -> None:
    for now, stage in told_by(checks):
        assert stage_of(END, now) is stage


@given(CHECKS)
def test_the_first_check_inside_a_stage_tells_it(checks: list[Check]) -> None:
    """However long nobody looked, and whatever could be found out then."""
    now, last, expected = BEGIN, None, []
    for check in checks:
        now += timedelta(hours=check.hours)
        stage = stage_of(END, now)
        if stage is not None and stage is not last:
            expected.append((now, stage))
            last = stage
    assert told_by(checks) == expected
