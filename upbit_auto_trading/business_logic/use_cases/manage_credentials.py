"""Everything that touches the keys, each with its line in the security journal: done and failed tries alike.

A line says what happened to which key (identifier, exchange, label, last four signs), never a key or a passphrase.
Failed tries carry ``result=failed`` and the name of the error. A key is shown only after its line was written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, TradingAppError
from upbit_auto_trading.business_logic.ports.credentials import (
    Credential,
    CredentialSummary,
    CredentialVault,
    KeySource,
    SecurityEvent,
    SecurityJournal,
    VaultState,
)
from upbit_auto_trading.utils.secret import Secret, looks_like_secret

_Result = TypeVar("_Result")
_LONGEST_SHOWN = 60
_LEFT_OUT = "[left out]"


def create_vault(
    vault: CredentialVault, journal: SecurityJournal, source: KeySource, passphrase: Secret | None = None
) -> None:
    details = {"key_source": source.value}
    _try(journal, SecurityEvent.VAULT_CREATED, details, lambda: vault.create(source, passphrase))
    journal.append(SecurityEvent.VAULT_CREATED, details)


def unlock_vault(vault: CredentialVault, journal: SecurityJournal, passphrase: Secret | None = None) -> None:
    _try(journal, SecurityEvent.UNLOCK_FAILED, {}, lambda: vault.unlock(passphrase))
    journal.append(SecurityEvent.UNLOCK_SUCCEEDED, _source_of(vault))


def lock_vault(vault: CredentialVault, journal: SecurityJournal, reason: str = "user") -> None:
    """``reason``: ``user``, ``idle`` or ``stop``. Locking what is locked leaves no line."""
    if vault.state() is not VaultState.OPEN:
        return
    vault.lock()
    journal.append(SecurityEvent.VAULT_LOCKED, {"reason": reason})


def change_key_source(
    vault: CredentialVault, journal: SecurityJournal, source: KeySource, passphrase: Secret | None = None
) -> None:
    """Also a new passphrase: from passphrase to passphrase."""

    def change() -> dict[str, str]:
        before = vault.key_source()
        vault.change_key_source(source, passphrase)
        return {"key_source": source.value, "key_source_before": before.value if before is not None else ""}

    details = _try(journal, SecurityEvent.KEY_SOURCE_CHANGED, {"key_source": source.value}, change)
    journal.append(SecurityEvent.KEY_SOURCE_CHANGED, details)


def add_key(
    vault: CredentialVault,
    journal: SecurityJournal,
    exchange: str,
    label: str,
    access_key: Secret,
    secret_key: Secret,
) -> CredentialSummary:
    tried = {"exchange": _shown(exchange), "label": _shown(label)}
    summary = _try(journal, SecurityEvent.KEY_ADDED, tried, lambda: vault.add(exchange, label, access_key, secret_key))
    journal.append(SecurityEvent.KEY_ADDED, _summary_details(summary))
    return summary


def rename_key(vault: CredentialVault, journal: SecurityJournal, credential_id: str, label: str) -> None:
    def rename() -> dict[str, str]:
        before = _summary(vault, credential_id)
        vault.rename(credential_id, label)
        after = _summary(vault, credential_id)
        return {**_summary_details(after), "before": _shown(before.label), "after": _shown(after.label)}

    tried = {"credential": _shown(credential_id), "label": _shown(label)}
    journal.append(SecurityEvent.KEY_RENAMED, _try(journal, SecurityEvent.KEY_RENAMED, tried, rename))


def replace_key(
    vault: CredentialVault, journal: SecurityJournal, credential_id: str, access_key: Secret, secret_key: Secret
) -> CredentialSummary:
    """Label and identity stay, so whatever refers to the key goes on."""

    def replace() -> tuple[CredentialSummary, dict[str, str]]:
        before = _summary(vault, credential_id)
        after = vault.replace(credential_id, access_key, secret_key)
        endings = {"before": before.access_key_ending, "after": after.access_key_ending}
        return after, {**_summary_details(after), **endings}

    tried = {"credential": _shown(credential_id)}
    summary, details = _try(journal, SecurityEvent.KEY_REPLACED, tried, replace)
    journal.append(SecurityEvent.KEY_REPLACED, details)
    return summary


def remove_key(vault: CredentialVault, journal: SecurityJournal, credential_id: str) -> None:
    def remove() -> dict[str, str]:
        leaving = _summary(vault, credential_id)
        vault.remove(credential_id)
        return _summary_details(leaving)

    tried = {"credential": _shown(credential_id)}
    journal.append(SecurityEvent.KEY_REMOVED, _try(journal, SecurityEvent.KEY_REMOVED, tried, remove))


def show_key(vault: CredentialVault, journal: SecurityJournal, credential_id: str) -> Credential:
    """For the eyes of the user. What cannot be written down is not shown."""
    tried = {"credential": _shown(credential_id)}
    credential = _try(journal, SecurityEvent.KEY_SHOWN, tried, lambda: vault.reveal(credential_id))
    journal.append(SecurityEvent.KEY_SHOWN, _summary_details(credential.summary))
    return credential


def set_vault_aside(vault: CredentialVault, journal: SecurityJournal) -> str:
    """For a file that cannot be opened any more; returns the name under which it is kept."""
    name = _try(journal, SecurityEvent.VAULT_SET_ASIDE, {}, vault.set_aside)
    journal.append(SecurityEvent.VAULT_SET_ASIDE, {"file": name})
    return name


def _try(
    journal: SecurityJournal, event: SecurityEvent, tried: Mapping[str, str], action: Callable[[], _Result]
) -> _Result:
    """Runs ``action``; a failure is written down and raised again."""
    try:
        return action()
    except TradingAppError as error:
        failure = {**tried, "result": "failed", "error": type(error).__name__}
        if isinstance(error, InvalidParameter):
            failure["reason"] = error.reason
        journal.append(event, failure)
        raise


def _source_of(vault: CredentialVault) -> dict[str, str]:
    source = vault.key_source()
    return {"key_source": source.value if source is not None else ""}


def _summary(vault: CredentialVault, credential_id: str) -> CredentialSummary:
    for summary in vault.summaries():
        if summary.id == credential_id:
            return summary
    raise InvalidParameter("credential_id", credential_id, "unknown")


def _summary_details(summary: CredentialSummary) -> dict[str, str]:
    return {
        "credential": summary.id,
        "exchange": _shown(summary.exchange),
        "label": _shown(summary.label),
        "access_key_ending": summary.access_key_ending,
    }


def _shown(text: str) -> str:
    """A refused text may be anything, also a key pasted into the wrong field."""
    stripped = text.strip()
    if len(stripped) > _LONGEST_SHOWN or not stripped.isprintable() or looks_like_secret(stripped):
        return _LEFT_OUT
    return stripped
