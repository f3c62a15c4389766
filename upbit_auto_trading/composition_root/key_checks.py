"""The job that looks after the stored keys: each exchange is asked, and the window hears what is wrong."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, NotSupported
from upbit_auto_trading.business_logic.domain.exchange_key import KeyFault, KeyStatus
from upbit_auto_trading.business_logic.domain.key_facts import KeyTrouble
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.credentials import Credential, VaultState
from upbit_auto_trading.business_logic.ports.exchange_keys import KeyInspector
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.business_logic.use_cases.check_keys import Verdict, ask, state_of
from upbit_auto_trading.business_logic.use_cases.keep_keys import ends_while_locked, keys_to_check, record_check
from upbit_auto_trading.config.logging_setup import log_event
from upbit_auto_trading.ui.app_services import KEYS_TOPIC
from upbit_auto_trading.ui.key_notices import key_notices
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext, StorageOperation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.runtime.queued import connect_queued
from upbit_auto_trading.utils.bilingual_text import Text

_LOGGER = logging.getLogger(__name__)
_CHECKING = Text("API 키 확인", "Checking the API keys")
_LOOKING = Text("키 파일 보기", "Looking at the key file")
_STORAGE_LIMIT_SECONDS = 60.0
#: behind a backup of many candles it may have to wait
_LOOK_LIMIT_SECONDS = 3_600.0


class KeyChecks(QObject):
    """Made in the UI thread; the work is done in those of the scheduler, of operations and of storage."""

    #: KeyNotice: each kind once a run for each key, an expiry once in the life of the key
    told = pyqtSignal(object)
    #: keys lie open that did not: asked for now rather than tomorrow
    wanted = pyqtSignal()
    #: something is known that was not
    _recorded = pyqtSignal()

    def __init__(self, inspector: KeyInspector, operations: Operations, clock: Clock) -> None:
        super().__init__()
        self._inspector = inspector
        self._operations = operations
        self._clock = clock
        self._stopping = threading.Event()
        #: by identity and access key: a replaced key begins anew
        self._told: set[tuple[str, str, str]] = set()
        self._is_open = False
        connect_queued(self._recorded, self._announce)
        operations.changed.connect(self._hear_of)

    def stop(self) -> None:
        """From any thread: whoever waits for an exchange is let go."""
        self._stopping.set()

    def check_all(self) -> str:
        """In a thread of the scheduler; in a word how the keys are."""
        credentials = self._operations.ask_storage(keys_to_check, _STORAGE_LIMIT_SECONDS)
        if credentials is None:
            return self._warn_while_locked()
        states: Counter[str] = Counter()
        for credential in credentials:
            if self._stopping.is_set():
                raise Cancelled
            states[self._check(credential)] += 1
        return ", ".join(f"{state} {count}" for state, count in sorted(states.items())) or "no keys"

    def _warn_while_locked(self) -> str:
        now = self._clock.now()
        due = self._operations.ask_storage(lambda stores: ends_while_locked(stores, now), _STORAGE_LIMIT_SECONDS)
        for verdict in due:
            ends = replace(verdict.facts, rights=(), fault=None, trouble=None)
            for notice in key_notices(None, ends, verdict.warning, now):
                self.told.emit(notice)
        return "locked"

    @pyqtSlot()
    def _announce(self) -> None:
        self._operations.changed.emit(KEYS_TOPIC, None)

    @pyqtSlot(str, object)
    def _hear_of(self, topic: str, _initiator: object) -> None:
        if topic == KEYS_TOPIC:
            operation = StorageOperation(_LOOKING, lambda stores, _context: stores.vault.state())
            self._operations.submit_to_storage(operation, initiator=self, on_success=self._note_state)

    def _note_state(self, state: VaultState) -> None:
        was_open, self._is_open = self._is_open, state is VaultState.OPEN
        if self._is_open and not was_open:
            self.wanted.emit()

    def _check(self, credential: Credential) -> str:
        operation = Operation(_CHECKING, lambda context: self._look(credential, context))
        found = self._operations.ask_background(operation, _LOOK_LIMIT_SECONDS)
        if found is None:
            return "not supported"
        now = self._clock.now()
        verdict = self._operations.ask_storage(
            lambda stores: record_check(stores, credential, found, now), _STORAGE_LIMIT_SECONDS
        )
        if verdict is None:
            return "gone"
        self._recorded.emit()
        self._tell(credential, verdict)
        state = found.value if isinstance(found, KeyTrouble) else state_of(verdict.facts, now).value
        log_event(_LOGGER, logging.INFO, "key checked", exchange=credential.summary.exchange, result=state)
        return state

    def _look(self, credential: Credential, context: OperationContext) -> KeyStatus | KeyTrouble | None:
        def is_cancelled() -> bool:
            return context.is_cancelled or self._stopping.is_set()

        keys = (credential.access_key, credential.secret_key)
        try:
            return ask(self._inspector, credential.summary.exchange, *keys, is_cancelled)
        except InvalidParameter as error:
            # stored before anybody could look at it: no exchange gives keys of this form
            log_event(_LOGGER, logging.WARNING, "not a key of this exchange", reason=error.reason)
            return KeyStatus((), None, KeyFault.UNKNOWN_KEY)
        except NotSupported:
            return None

    def _tell(self, credential: Credential, verdict: Verdict) -> None:
        for notice in key_notices(credential.summary, verdict.facts, verdict.warning, self._clock.now()):
            kind = (credential.summary.id, credential.summary.access_key_ending, notice.kind)
            if kind not in self._told:
                self._told.add(kind)
                self.told.emit(notice)
