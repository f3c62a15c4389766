"""The check of a key: asked for, and what it means: what is remembered, written down, warned of, refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from upbit_auto_trading.business_logic.domain.errors import (
    ExchangeError,
    InvalidParameter,
    KeyRejected,
    NotSupported,
    RateLimited,
)
from upbit_auto_trading.business_logic.domain.exchange_key import (
    NEEDED_RIGHTS,
    Granted,
    KeyFault,
    KeyStatus,
    Right,
)
from upbit_auto_trading.business_logic.domain.key_facts import ExpiryStage, KeyFacts, KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import CredentialSummary, SecurityEvent
from upbit_auto_trading.business_logic.ports.exchange_keys import KeyInspector
from upbit_auto_trading.utils.secret import Secret

_DAY = timedelta(days=1)
_SAID = (Granted.YES, Granted.NO)
#: the nearest end first
_STAGES = (ExpiryStage.EXPIRED, ExpiryStage.DAY, ExpiryStage.WEEK, ExpiryStage.MONTH)
#: in the journal, before and after
ADDRESS_ALLOWED, ADDRESS_REFUSED = "allowed", "not-allowed"
_RANKS = {
    ExpiryStage.EXPIRED: 0,
    ExpiryStage.DAY: 1,
    ExpiryStage.WEEK: 2,
    ExpiryStage.MONTH: 3,
}


@dataclass(frozen=True, slots=True)
class JournalLine:
    event: SecurityEvent
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    facts: KeyFacts
    lines: tuple[JournalLine, ...] = ()
    #: told now, and with this remembered as told
    warning: ExpiryStage | None = None


class KeyState(Enum):
    """What is said of a key in one word."""

    NOT_CHECKED = "not-checked"
    GOOD = "good"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    RIGHT_MISSING = "right-missing"
    MAY_WITHDRAW = "may-withdraw"
    REFUSED = "refused"
    #: some rights are known, others could not be found out
    INCOMPLETE = "incomplete"


def ask(
    inspector: KeyInspector, exchange: str, access_key: Secret, secret_key: Secret, is_cancelled: Callable[[], bool]
) -> KeyStatus | KeyTrouble:
    """Waits for the network. ``InvalidParameter`` and ``NotSupported`` pass: asking again would change nothing."""
    try:
        return inspector.look_at(exchange, access_key, secret_key, is_cancelled)
    except NotSupported:
        raise
    except KeyRejected as error:
        return KeyStatus((), None, error.fault)
    except RateLimited:
        return KeyTrouble.LIMITED
    except ExchangeError:
        return KeyTrouble.UNREACHABLE


def judge(key: CredentialSummary, before: KeyFacts, found: KeyStatus | KeyTrouble, now: datetime) -> Verdict:
    """``before``: ``KeyFacts(key.id)`` where nothing is known yet."""
    if isinstance(found, KeyTrouble):
        return _with_warning(replace(before, trouble=found, tried_at=now), (), now)
    facts = replace(
        before,
        checked_at=now,
        tried_at=now,
        trouble=None,
        # a key that is refused altogether, or may not be asked about, still ends when it was said to
        expires_at=found.expires_at or before.expires_at,
        rights=_merged(before, found),
        fault=found.fault,
        pocket=found.pocket or before.pocket,
    )
    return _with_warning(facts, _lines(key, before, facts), now)


def look_at_the_calendar(facts: KeyFacts, now: datetime) -> Verdict:
    """Nobody was asked: what is known is enough to warn of the end."""
    return _with_warning(facts, (), now)


def stage_of(expires_at: datetime | None, now: datetime) -> ExpiryStage | None:
    """None: more than a month away, or not known."""
    if expires_at is None:
        return None
    left = expires_at - now
    return next((stage for stage in _STAGES if left <= stage.value * _DAY), None)


def days_left(expires_at: datetime, now: datetime) -> int:
    """Begun days: "1" is less than a day; 0 when it is over."""
    return max(0, -((now - expires_at) // _DAY))


def state_of(facts: KeyFacts | None, now: datetime) -> KeyState:
    if facts is None or facts.checked_at is None:
        return KeyState.NOT_CHECKED
    stage = stage_of(facts.expires_at, now)
    if facts.has(Right.WITHDRAW) is Granted.YES:
        return KeyState.MAY_WITHDRAW
    if facts.fault is KeyFault.EXPIRED or stage is ExpiryStage.EXPIRED:
        return KeyState.EXPIRED
    if facts.fault is not None:
        return KeyState.REFUSED
    answers = [facts.has(right) for right in NEEDED_RIGHTS]
    if Granted.NO in answers:
        return KeyState.RIGHT_MISSING
    if any(answer is not Granted.YES for answer in answers):
        return KeyState.INCOMPLETE
    return KeyState.GOOD if stage is None else KeyState.EXPIRING


def missing_right(facts: KeyFacts) -> Right | None:
    return next((right for right in NEEDED_RIGHTS if facts.has(right) is Granted.NO), None)


def check_acceptable(exchange: str, found: KeyStatus, box_is_confirmed: bool) -> None:
    """Before a key is stored. A key that may withdraw is refused, and nothing overrides that."""
    withdraw = found.has(Right.WITHDRAW)
    if withdraw is Granted.YES:
        raise InvalidParameter("access_key", None, "may-withdraw")
    if withdraw is not Granted.NO:
        check_box_confirmed(box_is_confirmed)
    if found.fault is not None:
        raise KeyRejected(exchange, found.fault)
    lacking = next((right for right in NEEDED_RIGHTS if found.has(right) is Granted.NO), None)
    if lacking is not None:
        raise KeyRejected(exchange, KeyFault.RIGHT_MISSING, lacking)


def check_box_confirmed(box_is_confirmed: bool) -> None:
    """Where the exchange does not tell, the user looked at the box on its page."""
    if not box_is_confirmed:
        raise InvalidParameter("withdraw_box", None, "withdraw-box-not-confirmed")


def key_details(key: CredentialSummary) -> dict[str, str]:
    return {
        "credential": key.id,
        "exchange": key.exchange,
        "label": key.label,
        "access_key_ending": key.access_key_ending,
    }


def _merged(before: KeyFacts, found: KeyStatus) -> tuple[tuple[Right, Granted], ...]:
    known = dict(before.rights)
    for right, answer in found.rights:
        if answer is not Granted.UNKNOWN:
            known[right] = answer
    return tuple((right, known[right]) for right in Right if right in known)


def _with_warning(facts: KeyFacts, lines: tuple[JournalLine, ...], now: datetime) -> Verdict:
    stage = ExpiryStage.EXPIRED if facts.fault is KeyFault.EXPIRED else stage_of(facts.expires_at, now)
    is_due = stage is not None and (facts.warned is None or _RANKS[stage] < _RANKS[facts.warned])
    # an end that has moved away is warned of anew when it comes near again
    return Verdict(replace(facts, warned=stage), lines, stage if is_due else None)


def _lines(key: CredentialSummary, before: KeyFacts, after: KeyFacts) -> tuple[JournalLine, ...]:
    """Nothing of a first check: there is no change in it."""
    if before.checked_at is None:
        return ()
    details = key_details(key)
    lines = [
        JournalLine(
            SecurityEvent.PERMISSION_CHANGED,
            {**details, "permission": right.value, "before": was.value, "after": after.has(right).value},
        )
        for right, was in before.rights
        if was in _SAID and after.has(right) in _SAID and after.has(right) is not was
    ]
    was_allowed, is_allowed = (facts.fault is not KeyFault.ADDRESS_NOT_ALLOWED for facts in (before, after))
    if was_allowed is not is_allowed:
        words = {True: ADDRESS_ALLOWED, False: ADDRESS_REFUSED}
        changed = {**details, "before": words[was_allowed], "after": words[is_allowed]}
        lines.append(JournalLine(SecurityEvent.ADDRESS_CHANGED, changed))
    return tuple(lines)
