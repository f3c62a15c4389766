"""State of the key vault: whether it is open, which keys lie in it and what is known of them, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.errors import (
    InvalidParameter,
    KeyRejected,
    VaultDamaged,
    VaultFromAnotherMachine,
    VaultFromNewerVersion,
    VaultLocked,
    VaultTruncated,
    WrongPassword,
)
from upbit_auto_trading.business_logic.domain.exchange_key import KeyStatus
from upbit_auto_trading.business_logic.domain.key_facts import KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import Credential, KeySource, VaultState
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.business_logic.use_cases import keep_keys, manage_credentials
from upbit_auto_trading.config.settings import LOCK_AFTER_MINUTES
from upbit_auto_trading.ui.app_services import KEYS_TOPIC, AppServices
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.runtime.operation import Operation, StorageOperation
from upbit_auto_trading.ui.screens.settings.view_model.inspection import Inspection
from upbit_auto_trading.ui.screens.settings.view_model.key_rows import entry_problem, found_facts, key_rows
from upbit_auto_trading.ui.screens.settings.view_model.vault_state import (
    EntryPhase,
    EntryState,
    KeyEntry,
    Look,
    Phase,
    ShownKey,
    VaultViewState,
    look,
)
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.secret import Secret

TOPIC = KEYS_TOPIC
SHOWN_SECONDS = 30
_TICK_MS = 1_000
_ENTERING = ("add", "replace")
_UNUSABLE = (VaultDamaged, VaultTruncated, VaultFromAnotherMachine, VaultFromNewerVersion)

_LOOKING = Text("키 파일 보기", "Looking at the key file")
_ASKING_KEY_STORE = Text("시스템 키 저장소 찾기", "Looking for the system key store")


class VaultViewModel(QObject):
    state_changed = pyqtSignal(object)
    #: an action was answered, well or not: the journal has grown; carries its name and whether it worked
    answered = pyqtSignal(str, bool)
    #: the identity of a key that was added or replaced just now
    stored = pyqtSignal(str)

    def __init__(self, services: AppServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._state = VaultViewState()
        self._look = Look(VaultState.EMPTY)
        self._entry_inspection = Inspection(services.key_inspector, services.operations, self)
        self._check_inspection = Inspection(services.key_inspector, services.operations, self)
        self._retry_at: datetime | None = None
        self._hide_at = 0.0
        self._used_at = services.clock.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        services.operations.changed.connect(self._hear_of)

    @property
    def state(self) -> VaultViewState:
        return self._state

    def load(self) -> None:
        self._services.operations.submit_to_storage(
            StorageOperation(_LOOKING, lambda stores, _context: look(stores)),
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

    def submit(self, entry: KeyEntry) -> None:
        """The exchange is asked first; what it accepts is stored."""
        self.touch()
        self._change(entry=EntryState(EntryPhase.ASKING), error=None, error_field="")
        self._entry_inspection.ask(
            entry.exchange,
            entry.access_key,
            entry.secret_key,
            lambda found: self._take_entry(entry, found),
            lambda error: self._fail(_action_of(entry), error),
        )

    def store_unchecked(self, entry: KeyEntry) -> None:
        """The user insists, since the exchange could not be asked."""
        if self._state.entry.trouble is not None:
            self._store(entry, self._state.entry.trouble)

    def cancel_entry(self) -> None:
        self._entry_inspection.cancel()
        self._change(entry=EntryState())

    def check(self, credential_id: str) -> None:
        """A stored key, now."""
        if self._state.checking:
            return
        self.touch()
        self._change(checking=credential_id, error=None, error_field="")
        self._services.operations.submit_to_storage(
            StorageOperation(_TITLES["check"], lambda stores, _context: stores.vault.reveal(credential_id)),
            initiator=self,
            on_success=self._ask_about,
            on_failure=lambda error: self._fail("check", error),
        )

    def cancel_check(self) -> None:
        self._check_inspection.cancel()
        self._change(checking="")

    def confirm_withdraw_box(self, credential_id: str) -> None:
        now = self._services.clock.now
        self._act("confirm_box", lambda stores: keep_keys.confirm_withdraw_box(stores, credential_id, now()))

    def rename(self, credential_id: str, label: str) -> None:
        self._act(
            "rename", lambda stores: manage_credentials.rename_key(stores.vault, stores.journal, credential_id, label)
        )

    def remove(self, credential_id: str) -> None:
        self._act("remove", lambda stores: keep_keys.remove(stores, credential_id))

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

    # a key in the form

    def _take_entry(self, entry: KeyEntry, found: KeyStatus | KeyTrouble) -> None:
        if isinstance(found, KeyTrouble):
            self._change(entry=EntryState(EntryPhase.NOT_FOUND_OUT, trouble=found))
        else:
            self._store(entry, found)

    def _store(self, entry: KeyEntry, found: KeyStatus | KeyTrouble) -> None:
        """What is not acceptable is refused there, and said here."""
        now, key_replaced = self._services.clock.now, self._services.key_replaced
        facts = None if isinstance(found, KeyTrouble) else found_facts(found, now())
        self._change(entry=EntryState(EntryPhase.STORING, facts))
        began = self._act(
            _action_of(entry),
            lambda stores: _keep(stores, entry, found, now(), key_replaced),
            lambda credential_id: self.stored.emit(credential_id),
        )
        if not began:
            self._change(entry=EntryState())

    # a stored key

    def _ask_about(self, credential: Credential) -> None:
        if self._state.checking != credential.summary.id:
            return
        self._check_inspection.ask(
            credential.summary.exchange,
            credential.access_key,
            credential.secret_key,
            lambda found: self._record(credential, found),
            lambda error: self._fail("check", error),
        )

    def _record(self, credential: Credential, found: KeyStatus | KeyTrouble) -> None:
        def work(stores: Stores) -> Look:
            keep_keys.record_check(stores, credential, found, self._services.clock.now())
            return look(stores)

        self._services.operations.submit_to_storage(
            StorageOperation(_TITLES["check"], lambda stores, _context: work(stores), TOPIC),
            initiator=self,
            on_success=self._show_checked,
            on_failure=lambda error: self._fail("check", error),
        )

    def _show_checked(self, seen: Look) -> None:
        self._change(checking="")
        self._show_look(seen)
        self.answered.emit("check", True)

    # asking, and being answered

    def _act(self, name: str, work: Callable[[Stores], object], then: Callable[..., None] | None = None) -> bool:
        """False while something else is under way."""
        if self._state.is_busy:
            return False
        self.touch()
        self._change(is_busy=True, error=None, error_field="")
        self._services.operations.submit_to_storage(
            StorageOperation(_TITLES[name], lambda stores, _context: (work(stores), look(stores)), TOPIC),
            initiator=self,
            on_success=lambda answer: self._succeed(name, *answer, then=then),
            on_failure=lambda error: self._fail(name, error),
            on_cancelled=lambda: self._change(is_busy=False),
        )
        return True

    def _succeed(self, name: str, result: object, seen: Look, then: Callable[..., None] | None) -> None:
        self._retry_at = None
        self._change(is_busy=False, wait_seconds=0, entry=EntryState() if name in _ENTERING else self._state.entry)
        self._show_look(seen)
        if then is not None:
            then(result)
        self.answered.emit(name, True)

    def _fail(self, name: str, error: Exception) -> None:
        if name == "check":
            self._change(checking="")
        elif name in _ENTERING:
            self._change(is_busy=False, entry=self._refused_entry(error))
        else:
            self._change(is_busy=False)
        self._show_failure(error)
        self.answered.emit(name, False)

    def _refused_entry(self, error: Exception) -> EntryState:
        """What the exchange said stands beside the refusal that follows from it."""
        may_withdraw = isinstance(error, InvalidParameter) and error.reason == "may-withdraw"
        if isinstance(error, KeyRejected) or may_withdraw:
            entry = self._state.entry
            problem = entry_problem(entry.facts, self._services.clock.now()) if entry.facts is not None else None
            return replace(entry, phase=EntryPhase.REFUSED, problem=problem)
        return EntryState()

    def _show_failure(self, error: Exception) -> None:
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

    def _show_look(self, seen: Look) -> None:
        phase = _PHASES[seen.state]
        shown = self._state.shown
        if shown is not None and shown.credential.summary not in seen.keys:
            shown = None
        self._look = seen
        self._change(phase=phase, source=seen.source, shown=shown)
        needs_key_store = phase in (Phase.EMPTY, Phase.OPEN)
        if needs_key_store and self._state.key_store_is_usable is None:
            self.ask_for_key_store()

    @pyqtSlot(str, object)
    def _hear_of(self, topic: str, initiator: object) -> None:
        """Keys are checked by themselves too."""
        if topic == TOPIC and initiator is not self and self._state.phase is Phase.OPEN:
            self.load()

    def _show_unusable(self, error: Exception) -> None:
        self._look = Look(VaultState.LOCKED)
        self._change(phase=Phase.UNUSABLE, error=explain(error), error_field="", shown=None)

    def _show_credential(self, credential: Credential) -> None:
        self._hide_at = self._services.clock.monotonic() + SHOWN_SECONDS
        self._change(shown=ShownKey(credential, SHOWN_SECONDS))

    def _change(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        now = self._services.clock.now()
        state = replace(state, keys=key_rows(self._look.keys, self._look.facts, now, state.checking))
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
    "replace": Text("키 바꾸기", "Replacing a key"),
    "check": Text("키 확인", "Checking a key"),
    "confirm_box": Text("출금 권한 확인 남기기", "Noting that the withdraw box is empty"),
    "rename": Text("키 이름 바꾸기", "Renaming a key"),
    "remove": Text("키 삭제", "Removing a key"),
    "show_key": Text("키 보기", "Showing a key"),
    "set_aside": Text("키 파일 옮겨 두기", "Setting the key file aside"),
}


def _action_of(entry: KeyEntry) -> str:
    return "replace" if entry.replaces else "add"


def _keep(
    stores: Stores,
    entry: KeyEntry,
    found: KeyStatus | KeyTrouble,
    now: datetime,
    key_replaced: Callable[[Credential], None],
) -> str:
    keys = (entry.access_key, entry.secret_key)
    confirmed = entry.box_is_confirmed
    if entry.replaces:
        kept = keep_keys.replace_checked(stores, entry.replaces, *keys, found, now, box_is_confirmed=confirmed)
        key_replaced(kept)
        return kept.summary.id
    added = keep_keys.add_checked(stores, entry.exchange, entry.label, *keys, found, now, box_is_confirmed=confirmed)
    return added.id


def _whole_seconds(seconds: float) -> int:
    """Rounded up: 0 only once the time is over."""
    return -int(-seconds // 1)
