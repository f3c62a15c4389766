"""A stored key with what is known of it now: one row of the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from upbit_auto_trading.business_logic.domain.exchange_key import Granted, KeyFault, KeyStatus, Right
from upbit_auto_trading.business_logic.domain.key_facts import KeyFacts
from upbit_auto_trading.business_logic.ports.credentials import CredentialSummary
from upbit_auto_trading.business_logic.use_cases.check_keys import KeyState, days_left, missing_right, state_of
from upbit_auto_trading.ui.key_sentences import KeyProblem, key_problem


@dataclass(frozen=True, slots=True)
class KeyRow:
    summary: CredentialSummary
    facts: KeyFacts
    state: KeyState
    #: begun days until it ends; None where the exchange has not told
    days_left: int | None
    #: an exchange is being asked about it at this moment
    is_being_checked: bool = False

    @property
    def id(self) -> str:
        return self.summary.id

    @property
    def fault(self) -> KeyFault | None:
        return self.facts.fault

    @property
    def missing(self) -> Right | None:
        return missing_right(self.facts)

    def has(self, right: Right) -> Granted:
        return self.facts.has(right)


def key_rows(
    summaries: Iterable[CredentialSummary], facts: Mapping[str, KeyFacts], now: datetime, checking: str
) -> tuple[KeyRow, ...]:
    return tuple(_row(summary, facts.get(summary.id), now, summary.id == checking) for summary in summaries)


def entry_problem(facts: KeyFacts, now: datetime) -> KeyProblem | None:
    """What is wrong with a key that is not stored."""
    left = None if facts.expires_at is None else days_left(facts.expires_at, now)
    return key_problem(facts, state_of(facts, now), left, is_stored=False)


def found_facts(found: KeyStatus, now: datetime) -> KeyFacts:
    """Of a key that is not stored, so that it is shown like one that is."""
    return KeyFacts(
        "",
        checked_at=now,
        expires_at=found.expires_at,
        rights=found.rights,
        fault=found.fault,
        pocket=found.pocket,
    )


def _row(summary: CredentialSummary, facts: KeyFacts | None, now: datetime, is_being_checked: bool) -> KeyRow:
    known = facts or KeyFacts(summary.id)
    left = None if known.expires_at is None else days_left(known.expires_at, now)
    return KeyRow(summary, known, state_of(facts, now), left, is_being_checked)
