"""What the section of keys shows: frozen, replaced whole with each change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from upbit_auto_trading.business_logic.domain.key_facts import KeyFacts, KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import (
    Credential,
    CredentialSummary,
    KeySource,
    VaultState,
)
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.ui.error_boundary import ErrorMessage
from upbit_auto_trading.ui.key_sentences import KeyProblem
from upbit_auto_trading.ui.screens.settings.view_model.key_rows import KeyRow
from upbit_auto_trading.utils.secret import Secret


class Phase(Enum):
    LOADING = "loading"
    EMPTY = "empty"
    LOCKED = "locked"
    OPEN = "open"
    #: damaged, cut off, from another machine or a newer version: set aside and enter again
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class ShownKey:
    credential: Credential
    seconds_left: int


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """What the form sends. ``replaces``: the identity of the stored key whose place it takes."""

    exchange: str
    label: str
    access_key: Secret
    secret_key: Secret
    box_is_confirmed: bool
    replaces: str = ""


class EntryPhase(Enum):
    FILLING = "filling"
    ASKING = "asking"
    STORING = "storing"
    #: the exchange answered, and this key is not stored
    REFUSED = "refused"
    #: the exchange could not be asked; the user may store it all the same
    NOT_FOUND_OUT = "not-found-out"


@dataclass(frozen=True, slots=True)
class EntryState:
    """The key in the open form, on its way into the vault."""

    phase: EntryPhase = EntryPhase.FILLING
    #: what the exchange said of it, and what is wrong with that
    facts: KeyFacts | None = None
    problem: KeyProblem | None = None
    #: why it said nothing
    trouble: KeyTrouble | None = None

    @property
    def is_under_way(self) -> bool:
        return self.phase in (EntryPhase.ASKING, EntryPhase.STORING)


@dataclass(frozen=True, slots=True)
class VaultViewState:
    phase: Phase = Phase.LOADING
    source: KeySource | None = None
    #: ``None`` until the system has answered
    key_store_is_usable: bool | None = None
    keys: tuple[KeyRow, ...] = ()
    is_busy: bool = False
    #: why the last action did not work, or why the file cannot be used
    error: ErrorMessage | None = None
    #: the field that the error belongs to, where it is one field's ("label", "passphrase" …)
    error_field: str = ""
    #: counts down while wrong passphrases slow the next try down
    wait_seconds: int = 0
    shown: ShownKey | None = None
    #: where the old key file went when it was set aside
    set_aside_as: str = ""
    #: the stored key about which the exchange is being asked
    checking: str = ""
    entry: EntryState = EntryState()


@dataclass(frozen=True, slots=True)
class Look:
    """What the stores said last."""

    state: VaultState
    source: KeySource | None = None
    keys: tuple[CredentialSummary, ...] = ()
    facts: Mapping[str, KeyFacts] = field(default_factory=dict)


def look(stores: Stores) -> Look:
    state = stores.vault.state()
    source = stores.vault.key_source() if state is not VaultState.EMPTY else None
    if state is not VaultState.OPEN:
        return Look(state, source)
    return Look(state, source, stores.vault.summaries(), dict(stores.key_facts.read_all()))
