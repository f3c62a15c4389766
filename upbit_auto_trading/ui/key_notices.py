"""What the daily check of a key has to tell behind the bell, in the words that the settings use. No Qt in here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from upbit_auto_trading.business_logic.domain.exchange_key import KeyFault
from upbit_auto_trading.business_logic.domain.key_facts import ExpiryStage, KeyFacts, KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import CredentialSummary
from upbit_auto_trading.business_logic.use_cases.check_keys import KeyState, days_left, missing_right, state_of
from upbit_auto_trading.ui.key_sentences import TROUBLES, KeyProblem, key_problem
from upbit_auto_trading.ui.notices import NoticeLevel
from upbit_auto_trading.utils.bilingual_text import Text

_UNNAMED = Text("잠긴 API 키: {title}", "A locked API key: {title}")
_TITLE = Text("‘{label}’ 키: {title}", "Key “{label}”: {title}")
#: told whenever a check finds them; an end has stages of its own
_TOLD = (KeyState.MAY_WITHDRAW, KeyState.REFUSED, KeyState.RIGHT_MISSING)
#: mended otherwise than by another key
_KEY_STAYS = {
    KeyFault.ADDRESS_NOT_ALLOWED.value,
    KeyFault.CLOCK_WRONG.value,
    KeyFault.OTHER.value,
    *(trouble.value for trouble in KeyTrouble),
}


@dataclass(frozen=True, slots=True)
class KeyNotice:
    credential_id: str
    #: what it is about: the same is not told twice in a run
    kind: str
    level: NoticeLevel
    title: Text
    body: Text
    #: mended by another key alone
    wants_new_key: bool


def key_notices(
    key: CredentialSummary | None, facts: KeyFacts, warning: ExpiryStage | None, now: datetime
) -> tuple[KeyNotice, ...]:
    """``warning`` as the check found it due: that is told once in the life of a key, the rest once a run.

    ``key`` is None while they are locked: then nobody knows what it is called.
    """
    found = (*_of_the_key(facts, now), *_of_the_end(facts, warning, now))
    return tuple(
        KeyNotice(
            facts.credential_id,
            kind,
            level,
            _UNNAMED.format(title=problem.title)
            if key is None
            else _TITLE.format(label=key.label, title=problem.title),
            problem.rest,
            kind not in _KEY_STAYS,
        )
        for kind, level, problem in found
    )


def _of_the_key(facts: KeyFacts, now: datetime) -> Iterator[tuple[str, NoticeLevel, KeyProblem]]:
    """Where nothing was found out, what an older check found is not repeated."""
    if facts.trouble is not None:
        yield facts.trouble.value, NoticeLevel.INFO, TROUBLES[facts.trouble]
        return
    state = state_of(facts, now)
    problem = key_problem(facts, state, None) if state in _TOLD else None
    if problem is not None:
        yield _kind(facts, state), NoticeLevel.ERROR if problem.is_grave else NoticeLevel.WARNING, problem


def _of_the_end(
    facts: KeyFacts, warning: ExpiryStage | None, now: datetime
) -> Iterator[tuple[str, NoticeLevel, KeyProblem]]:
    if warning is None:
        return
    has_ended = warning is ExpiryStage.EXPIRED
    days = None if facts.expires_at is None else days_left(facts.expires_at, now)
    problem = key_problem(facts, KeyState.EXPIRED if has_ended else KeyState.EXPIRING, days)
    assert problem is not None  # both have their words
    kind = "expired" if has_ended else f"expires-{warning.value}"
    yield kind, _LEVELS[warning], problem


_LEVELS = {
    ExpiryStage.MONTH: NoticeLevel.INFO,
    ExpiryStage.WEEK: NoticeLevel.WARNING,
    ExpiryStage.DAY: NoticeLevel.WARNING,
    ExpiryStage.EXPIRED: NoticeLevel.ERROR,
}


def _kind(facts: KeyFacts, state: KeyState) -> str:
    lacking = missing_right(facts)
    if state is KeyState.REFUSED and facts.fault is not None:
        return facts.fault.value
    return f"lacks-{lacking.value}" if state is KeyState.RIGHT_MISSING and lacking is not None else state.value
