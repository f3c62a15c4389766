"""Keys together with what is known of them: stored, replaced, removed and checked, in the storage thread."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, TradingAppError
from upbit_auto_trading.business_logic.domain.exchange_key import KeyStatus
from upbit_auto_trading.business_logic.domain.key_facts import KeyFacts, KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import Credential, CredentialSummary, VaultState
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.business_logic.use_cases import manage_credentials
from upbit_auto_trading.business_logic.use_cases.check_keys import (
    Verdict,
    check_acceptable,
    check_box_confirmed,
    judge,
    look_at_the_calendar,
)
from upbit_auto_trading.utils.secret import Secret


def add_checked(
    stores: Stores,
    exchange: str,
    label: str,
    access_key: Secret,
    secret_key: Secret,
    found: KeyStatus | KeyTrouble,
    now: datetime,
    *,
    box_is_confirmed: bool,
) -> CredentialSummary:
    """``found`` is trouble where the exchange could not be asked and the user wants the key stored all the same."""
    _check(exchange, found, box_is_confirmed)
    summary = manage_credentials.add_key(stores.vault, stores.journal, exchange, label, access_key, secret_key)
    _begin_facts(stores, summary, found, now, box_is_confirmed)
    return summary


def replace_checked(
    stores: Stores,
    credential_id: str,
    access_key: Secret,
    secret_key: Secret,
    found: KeyStatus | KeyTrouble,
    now: datetime,
    *,
    box_is_confirmed: bool,
) -> Credential:
    """The same label and identity with new keys. What was known was known of the old ones."""
    _check(_summary(stores, credential_id).exchange, found, box_is_confirmed)
    # First: an end in between leaves a key of which nothing is known, never old facts beside new keys.
    known = stores.key_facts.read_all().get(credential_id)
    stores.key_facts.forget(credential_id)
    try:
        summary = manage_credentials.replace_key(stores.vault, stores.journal, credential_id, access_key, secret_key)
    except TradingAppError:
        if known is not None:
            stores.key_facts.write(known)
        raise
    _begin_facts(stores, summary, found, now, box_is_confirmed)
    return stores.vault.reveal(credential_id)


def remove(stores: Stores, credential_id: str) -> None:
    manage_credentials.remove_key(stores.vault, stores.journal, credential_id)
    stores.key_facts.forget(credential_id)


def confirm_withdraw_box(stores: Stores, credential_id: str, now: datetime) -> None:
    facts = stores.key_facts.read_all().get(_summary(stores, credential_id).id, KeyFacts(credential_id))
    stores.key_facts.write(replace(facts, withdraw_box_confirmed_at=now))


def keys_to_check(stores: Stores) -> tuple[Credential, ...] | None:
    """None while they are locked. Facts of keys that are gone, with a key file that was set aside, go too."""
    state = stores.vault.state()
    if state is not VaultState.OPEN:
        return () if state is VaultState.EMPTY else None
    summaries = stores.vault.summaries()
    for forgotten in set(stores.key_facts.read_all()) - {summary.id for summary in summaries}:
        stores.key_facts.forget(forgotten)
    return tuple(stores.vault.reveal(summary.id) for summary in summaries)


def ends_while_locked(stores: Stores, now: datetime) -> tuple[Verdict, ...]:
    """The warnings that are due, also of keys that nobody opens for weeks; each remembered as given."""
    due = tuple(
        verdict
        for verdict in (look_at_the_calendar(facts, now) for facts in stores.key_facts.read_all().values())
        if verdict.warning is not None
    )
    for verdict in due:
        stores.key_facts.write(verdict.facts)
    return due


def record_check(stores: Stores, asked: Credential, found: KeyStatus | KeyTrouble, now: datetime) -> Verdict | None:
    """None where the key was removed or replaced while the exchange was asked, or nobody can tell any more."""
    if stores.vault.state() is not VaultState.OPEN or not _is_stored(stores, asked):
        return None
    facts = stores.key_facts.read_all().get(asked.summary.id, KeyFacts(asked.summary.id))
    verdict = judge(asked.summary, facts, found, now)
    stores.key_facts.write(verdict.facts)
    for line in verdict.lines:
        stores.journal.append(line.event, line.details)
    return verdict


def _check(exchange: str, found: KeyStatus | KeyTrouble, box_is_confirmed: bool) -> None:
    if isinstance(found, KeyTrouble):
        check_box_confirmed(box_is_confirmed)
    else:
        check_acceptable(exchange, found, box_is_confirmed)


def _begin_facts(
    stores: Stores, key: CredentialSummary, found: KeyStatus | KeyTrouble, now: datetime, box_is_confirmed: bool
) -> None:
    confirmed_at = now if box_is_confirmed else None
    facts = KeyFacts(key.id, withdraw_box_confirmed_at=confirmed_at)
    stores.key_facts.write(judge(key, facts, found, now).facts)


def _summary(stores: Stores, credential_id: str) -> CredentialSummary:
    for summary in stores.vault.summaries():
        if summary.id == credential_id:
            return summary
    raise InvalidParameter("credential_id", credential_id, "unknown")


def _is_stored(stores: Stores, asked: Credential) -> bool:
    if asked.summary.id not in {summary.id for summary in stores.vault.summaries()}:
        return False
    return stores.vault.reveal(asked.summary.id).access_key == asked.access_key
