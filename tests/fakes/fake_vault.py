"""A vault in memory: the rules of the real one, without its file, its cryptography and its waiting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

from upbit_auto_trading.business_logic.domain.errors import (
    InvalidParameter,
    TradingAppError,
    VaultExists,
    VaultLocked,
    VaultMissing,
    WrongPassword,
)
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.credentials import Credential, CredentialSummary, KeySource, VaultState
from upbit_auto_trading.data_layer.encrypted_vault import entry_rules
from upbit_auto_trading.data_layer.encrypted_vault.key_derivation import check_passphrase, normalised
from upbit_auto_trading.data_layer.encrypted_vault.stored_keys import summary_of
from upbit_auto_trading.data_layer.encrypted_vault.try_limiter import delay_after
from upbit_auto_trading.utils.secret import Secret


@dataclass(slots=True)
class _Contents:
    source: KeySource
    passphrase: Secret | None
    credentials: dict[str, Credential]


class FakeVault:
    """Implements the port ``CredentialVault``."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._contents: _Contents | None = None
        self._is_open = False
        self._numbers = count(1)
        self._failures = 0
        self._wait_until = 0.0
        #: raised by the next call of ``unlock``: a damaged file, another machine …
        self.next_unlock_failure: TradingAppError | None = None

    def state(self) -> VaultState:
        if self._is_open:
            return VaultState.OPEN
        return VaultState.EMPTY if self._contents is None else VaultState.LOCKED

    def key_source(self) -> KeySource | None:
        return None if self._contents is None else self._contents.source

    def create(self, source: KeySource, passphrase: Secret | None = None) -> None:
        if self._contents is not None:
            raise VaultExists("fake")
        self._contents = _Contents(source, self._passphrase_for(source, passphrase), {})
        self._is_open = True

    def unlock(self, passphrase: Secret | None = None) -> None:
        if self.next_unlock_failure is not None:
            failure, self.next_unlock_failure = self.next_unlock_failure, None
            raise failure
        if self._contents is None:
            raise VaultMissing("fake")
        if self._contents.passphrase is not None:
            self._check(passphrase, self._contents.passphrase)
        self._is_open = True

    def lock(self) -> None:
        self._is_open = False

    def change_key_source(self, source: KeySource, passphrase: Secret | None = None) -> None:
        contents = self._opened()
        contents.passphrase = self._passphrase_for(source, passphrase)
        contents.source = source

    def summaries(self) -> tuple[CredentialSummary, ...]:
        if self.state() is VaultState.EMPTY:
            return ()
        return tuple(credential.summary for credential in self._opened().credentials.values())

    def add(self, exchange: str, label: str, access_key: Secret, secret_key: Secret) -> CredentialSummary:
        credentials = self._opened().credentials
        exchange, label = entry_rules.checked_exchange(exchange), entry_rules.checked_label(label)
        access_key = entry_rules.checked_key("access_key", access_key)
        secret_key = entry_rules.checked_key("secret_key", secret_key)
        if len(credentials) >= entry_rules.MOST_CREDENTIALS:
            raise InvalidParameter("credentials", None, "too-many")
        entry_rules.check_label_free(exchange, label, self._labels())
        if any(one.summary.exchange == exchange and one.access_key == access_key for one in credentials.values()):
            raise InvalidParameter("access_key", None, "key-already-stored")
        summary = summary_of(f"key-{next(self._numbers)}", exchange, label, access_key, self._clock.now())
        credentials[summary.id] = Credential(summary, access_key, secret_key)
        return summary

    def rename(self, credential_id: str, label: str) -> None:
        before = self.reveal(credential_id)
        label = entry_rules.checked_label(label)
        taken = [entry for entry in self._labels() if entry != (before.summary.exchange, before.summary.label)]
        entry_rules.check_label_free(before.summary.exchange, label, taken)
        after = replace(before, summary=replace(before.summary, label=label))
        self._opened().credentials[credential_id] = after

    def replace(self, credential_id: str, access_key: Secret, secret_key: Secret) -> CredentialSummary:
        before = self.reveal(credential_id).summary
        access_key = entry_rules.checked_key("access_key", access_key)
        secret_key = entry_rules.checked_key("secret_key", secret_key)
        others = [one for one in self._opened().credentials.values() if one.summary.id != credential_id]
        if any(one.summary.exchange == before.exchange and one.access_key == access_key for one in others):
            raise InvalidParameter("access_key", None, "key-already-stored")
        summary = summary_of(credential_id, before.exchange, before.label, access_key, self._clock.now())
        self._opened().credentials[credential_id] = Credential(summary, access_key, secret_key)
        return summary

    def reveal(self, credential_id: str) -> Credential:
        credential = self._opened().credentials.get(credential_id)
        if credential is None:
            raise InvalidParameter("credential_id", credential_id, "unknown")
        return credential

    def remove(self, credential_id: str) -> None:
        self.reveal(credential_id)
        del self._opened().credentials[credential_id]

    def set_aside(self) -> str:
        if self._contents is None:
            raise VaultMissing("fake")
        self._contents = None
        self._is_open = False
        return "api_credentials-set-aside.enc"

    def _opened(self) -> _Contents:
        if self._contents is None or not self._is_open:
            raise VaultLocked("fake")
        return self._contents

    def _labels(self) -> list[tuple[str, str]]:
        return [(one.summary.exchange, one.summary.label) for one in self._opened().credentials.values()]

    def _passphrase_for(self, source: KeySource, passphrase: Secret | None) -> Secret | None:
        return check_passphrase(passphrase) if source is KeySource.PASSPHRASE else None

    def _check(self, tried: Secret | None, right: Secret) -> None:
        if tried is None or not tried:
            raise InvalidParameter("passphrase", None, "required")
        if self._wait_until <= self._clock.monotonic():
            self._failures += 1
            self._wait_until = self._clock.monotonic() + delay_after(self._failures)
            if normalised(tried) == right:
                self._failures, self._wait_until = 0, 0.0
                return
        left = self._wait_until - self._clock.monotonic()
        raise WrongPassword(self._clock.now() + timedelta(seconds=left) if left > 0 else None)
