"""State of the key vault: whether it is open, which keys lie in it, one shown key, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.errors import (
    InvalidParameter,
    VaultDamaged,
    VaultFromAnotherMachine,
    VaultFromNewerVersion,
    VaultLocked,
    VaultTruncated,
    WrongPassword,
)
from upbit_auto_trading.business_logic.ports.credentials import (
    Credential,
    CredentialSummary,
    KeySource,
    VaultState,
)
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.business_logic.use_cases import manage_credentials
from upbit_auto_trading.config.settings import LOCK_AFTER_MINUTES
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.error_boundary import ErrorMessage, explain
from upbit_auto_trading.ui.runtime.operation import Operation, StorageOperation
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.secret import Secret

TOPIC = "vault"
SHOWN_SECONDS = 30
_TICK_MS = 1_000
_UNUSABLE = (VaultDamaged, VaultTruncated, VaultFromAnotherMachine, VaultFromNewerVersion)

_LOOKING = Text("키 파일 보기", "Looking at the key file")
_ASKING_KEY_STORE = Text("시스템 키 저장소 찾기", "Looking for the system key store")


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
class VaultViewState:
    phase: Phase = Phase.LOADING
    source: KeySource | None = None
    #: ``None`` until the system has answered
    key_store_is_usable: bool | None = None
    keys: tuple[CredentialSummary, ...] = ()
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


@dataclass(frozen=True, slots=True)
class _Look:
    state: VaultState
    source: KeySource | None
    keys: tuple[CredentialSummary, ...]


class VaultViewModel(QObject):
    state_changed = pyqtSignal(object)
    #: an action was answered, well or not: the journal has grown; carries its name and whether it worked
    answered = pyqtSignal(str, bool)

    def __init__(self, services: AppServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._state = VaultViewState()
        self._retry_at: datetime | None = None
        self._hide_at = 0.0
        self._used_at = services.clock.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    @property
    def state(self) -> VaultViewState:
        return self._state

    def load(self) -> None:
        self._services.operations.submit_to_storage(
            StorageOperation(_LOOKING, lambda stores, _context: _look(stores)),
            initiator=self,
            on_success=self._show_look,
            on_failure=self._show_unusable,
        )

    def ask_for_key_store(self) -> None:
        """May take seconds where the system asks its user; the answer is kept for this page."""
        self._services.operations.run_in_background(
            Operation(_ASKING_KEY_STORE, lambda _context: self._services.maintenance.key_store_is_usable()),
            initiator=self,
            on_success=lambda usable: self._change(key_store_is_usable=usable),
            on_failure=lambda _error: self._change(key_store_is_usable=False),
        )

    def touch(self) -> None:
        """The user is here: the automatic lock waits anew."""
        self._used_at = self._services.clock.monotonic()

    # what the user may ask for

    def create(self, source: KeySource, passphrase: Secret | None = None) -> None:
        self._act(
            "create", lambda stores: manage_credentials.create_vault(stores.vault, stores.journal, source, passphrase)
        )

    def unlock(self, passphrase: Secret | None = None) -> None:
        self._act("unlock", lambda stores: manage_credentials.unlock_vault(stores.vault, stores.journal, passphrase))

    def lock(self, reason: str = "user") -> None:
        self._act("lock", lambda stores: manage_credentials.lock_vault(stores.vault, stores.journal, reason))

    def change_source(self, source: KeySource, passphrase: Secret | None = None) -> None:
        self._act(
            "change_source",
            lambda stores: manage_credentials.change_key_source(stores.vault, stores.journal, source, passphrase),
        )

    def add(self, exchange: str, label: str, access_key: Secret, secret_key: Secret) -> None:
        self._act(
            "add",
            lambda stores: manage_credentials.add_key(
                stores.vault, stores.journal, exchange, label, access_key, secret_key
            ),
        )

    def rename(self, credential_id: str, label: str) -> None:
        self._act(
            "rename", lambda stores: manage_credentials.rename_key(stores.vault, stores.journal, credential_id, label)
        )

    def remove(self, credential_id: str) -> None:
        self._act("remove", lambda stores: manage_credentials.remove_key(stores.vault, stores.journal, credential_id))

    def show_key(self, credential_id: str, passphrase: Secret | None = None) -> None:
        """The passphrase is asked for again where there is one; elsewhere the button was held."""

        def reveal(stores: Stores) -> Credential:
            if passphrase is not None:
                manage_credentials.unlock_vault(stores.vault, stores.journal, passphrase)
            return manage_credentials.show_key(stores.vault, stores.journal, credential_id)

        self._act("show_key", reveal, self._show_credential)

    def hide_key(self) -> None:
        self._change(shown=None)

    def set_aside(self) -> None:
        self._act(
            "set_aside",
            lambda stores: manage_credentials.set_vault_aside(stores.vault, stores.journal),
            lambda name: self._change(set_aside_as=name),
        )

    def forget_error(self) -> None:
        self._change(error=None, error_field="")

    # once a second

    @pyqtSlot()
    def tick(self) -> None:
        self._change(wait_seconds=self._seconds_to_wait())
        if self._state.shown is not None:
            left = _whole_seconds(self._hide_at - self._services.clock.monotonic())
            self._change(shown=replace(self._state.shown, seconds_left=left) if left > 0 else None)
        if self._is_left_alone():
            self.lock("idle")

    def _seconds_to_wait(self) -> int:
        if self._retry_at is None:
            return 0
        return max(0, _whole_seconds((self._retry_at - self._services.clock.now()).total_seconds()))

    def _is_left_alone(self) -> bool:
        minutes = self._services.settings.whole_number(LOCK_AFTER_MINUTES)
        if not minutes or self._state.phase is not Phase.OPEN or self._state.is_busy:
            return False
        return self._services.clock.monotonic() - self._used_at >= minutes * 60

    # asking, and being answered

    def _act(self, name: str, work: Callable[[Stores], object], then: Callable[..., None] | None = None) -> None:
        if self._state.is_busy:
            return
        self.touch()
        self._change(is_busy=True, error=None, error_field="")
        self._services.operations.submit_to_storage(
            StorageOperation(_TITLES[name], lambda stores, _context: (work(stores), _look(stores)), TOPIC),
            initiator=self,
            on_success=lambda answer: self._succeed(name, *answer, then=then),
            on_failure=lambda error: self._fail(name, error),
            on_cancelled=lambda: self._change(is_busy=False),
        )

    def _succeed(self, name: str, result: object, look: _Look, then: Callable[..., None] | None) -> None:
        self._retry_at = None
        self._change(is_busy=False, wait_seconds=0)
        self._show_look(look)
        if then is not None:
            then(result)
        self.answered.emit(name, True)

    def _fail(self, name: str, error: Exception) -> None:
        self._change(is_busy=False)
        if isinstance(error, WrongPassword):
            self._retry_at = error.retry_at
            self._change(error=explain(error), error_field="passphrase", wait_seconds=self._seconds_to_wait())
        elif isinstance(error, InvalidParameter):
            self._change(error=explain(error), error_field=error.name)
        elif isinstance(error, _UNUSABLE):
            self._show_unusable(error)
        else:
            self._change(error=explain(error), error_field="")
            if isinstance(error, VaultLocked):
                self.load()
        self.answered.emit(name, False)

    def _show_look(self, look: _Look) -> None:
        phase = _PHASES[look.state]
        shown = self._state.shown
        if shown is not None and shown.credential.summary not in look.keys:
            shown = None
        self._change(phase=phase, source=look.source, keys=look.keys, shown=shown)
        needs_key_store = phase in (Phase.EMPTY, Phase.OPEN)
        if needs_key_store and self._state.key_store_is_usable is None:
            self.ask_for_key_store()

    def _show_unusable(self, error: Exception) -> None:
        self._change(phase=Phase.UNUSABLE, error=explain(error), error_field="", keys=(), shown=None)

    def _show_credential(self, credential: Credential) -> None:
        self._hide_at = self._services.clock.monotonic() + SHOWN_SECONDS
        self._change(shown=ShownKey(credential, SHOWN_SECONDS))

    def _change(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


_PHASES = {VaultState.EMPTY: Phase.EMPTY, VaultState.LOCKED: Phase.LOCKED, VaultState.OPEN: Phase.OPEN}
_TITLES = {
    "create": Text("키 파일 만들기", "Creating the key file"),
    "unlock": Text("키 파일 열기", "Unlocking the keys"),
    "lock": Text("키 파일 잠그기", "Locking the keys"),
    "change_source": Text("키 파일 다시 암호화", "Encrypting the key file anew"),
    "add": Text("키 추가", "Adding a key"),
    "rename": Text("키 이름 바꾸기", "Renaming a key"),
    "remove": Text("키 삭제", "Removing a key"),
    "show_key": Text("키 보기", "Showing a key"),
    "set_aside": Text("키 파일 옮겨 두기", "Setting the key file aside"),
}


def _look(stores: Stores) -> _Look:
    state = stores.vault.state()
    source = stores.vault.key_source() if state is not VaultState.EMPTY else None
    return _Look(state, source, stores.vault.summaries() if state is VaultState.OPEN else ())


def _whole_seconds(seconds: float) -> int:
    """Rounded up: 0 only once the time is over."""
    return -int(-seconds // 1)
