"""The operating system's key store: Windows Credential Locker, macOS Keychain, Secret Service or KWallet.

A locked Secret Service may wait for an answer that never comes, and a call into it cannot be interrupted; each
call therefore runs in a thread of its own that is left behind when the time is over.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from upbit_auto_trading.business_logic.domain.errors import (
    KeyStoreMissing,
    KeyStoreUnavailable,
    VaultDamaged,
    VaultFromAnotherMachine,
)
from upbit_auto_trading.data_layer.encrypted_vault.key_derivation import KEY_BYTES

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

USER_NAME = "api_credentials"

_Answer = TypeVar("_Answer")

# Long enough for a person to type the password of the key store into its own dialog.
_DEFAULT_BOUND_SECONDS = 30.0
# "fail" and "null" keep nothing; plug-ins under "keyrings." write files, some of them in the clear, or ask on a
# terminal that a window does not have.
_UNUSABLE_MODULES = frozenset({"keyring.backends.fail", "keyring.backends.null"})
_UNUSABLE_PREFIX = "keyrings."
_CHAINER_MODULE = "keyring.backends.chainer"
# What the libraries under the backends raise; each is loaded only on the system that needs it.
_LIBRARY_ERRORS = (
    ("secretstorage.exceptions", "SecretStorageException"),
    ("jeepney.wrappers", "DBusErrorResponse"),
    ("win32ctypes.pywin32.pywintypes", "error"),
    ("pywintypes", "error"),
)


class _Outcome(Generic[_Answer]):
    def __init__(self) -> None:
        self.answer: tuple[_Answer] | None = None
        self.error: Exception | None = None


class SystemKeyStore:
    """Implements ``KeyHolder`` by ``keyring``, which is imported when the first key is asked for."""

    def __init__(self, bound_seconds: float = _DEFAULT_BOUND_SECONDS) -> None:
        self._bound_seconds = bound_seconds

    def check_usable(self) -> str:
        """The name of the key store that would be used; raises KeyStoreMissing or KeyStoreUnavailable."""
        return self._bounded(lambda backend: str(backend.name))

    def put(self, key_id: bytes, key: bytes) -> None:
        text = base64.b64encode(key).decode()
        name = service_name(key_id)

        def store(backend: KeyringBackend) -> str | None:
            backend.set_password(name, USER_NAME, text)
            return backend.get_password(name, USER_NAME)

        # Read back: a key store that forgets would make the keys unreadable for ever.
        if not hmac.compare_digest((self._bounded(store) or "").encode(), text.encode()):
            raise KeyStoreUnavailable("did not keep what was stored")

    def get(self, key_id: bytes) -> bytes:
        text = self._bounded(lambda backend: backend.get_password(service_name(key_id), USER_NAME))
        if text is None:
            raise VaultFromAnotherMachine("this key store has no key for this file")
        try:
            key = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise VaultDamaged("the entry in the key store cannot be read") from error
        if len(key) != KEY_BYTES:
            raise VaultDamaged("the entry in the key store has another length")
        return key

    def discard(self, key_id: bytes) -> None:
        name = service_name(key_id)

        def forget(backend: KeyringBackend) -> None:
            if backend.get_password(name, USER_NAME) is not None:
                backend.delete_password(name, USER_NAME)

        self._bounded(forget)

    def _bounded(self, call: Callable[[KeyringBackend], _Answer]) -> _Answer:
        """Run ``call`` in a thread and wait for so long; what key stores raise is translated here."""
        outcome: _Outcome[_Answer] = _Outcome()

        def run() -> None:
            try:
                outcome.answer = (call(_usable_backend()),)
            except _refusals() as refusal:
                # Anything else is unforeseen: it goes on to the crash hook, and the caller hears of a refusal too.
                outcome.error = refusal

        thread = threading.Thread(target=run, name="key-store", daemon=True)
        thread.start()
        thread.join(self._bound_seconds)
        if thread.is_alive():
            raise KeyStoreUnavailable(f"no answer within {self._bound_seconds:g} s")
        if outcome.answer is not None:
            return outcome.answer[0]
        if isinstance(outcome.error, KeyStoreMissing):
            raise outcome.error
        reason = "failed unforeseen" if outcome.error is None else type(outcome.error).__name__
        raise KeyStoreUnavailable(reason) from outcome.error


def service_name(key_id: bytes) -> str:
    """One service per key: Windows shuffles the entries of a service that has several users."""
    return f"Upbit AutoTrader {key_id.hex()}"


def _refusals() -> tuple[type[Exception], ...]:
    """Evaluated only when something was raised, so that nothing is imported for it."""
    from keyring.errors import KeyringError

    loaded = ((sys.modules.get(module), name) for module, name in _LIBRARY_ERRORS)
    foreign = tuple(getattr(module, name) for module, name in loaded if module is not None)
    return (KeyStoreMissing, KeyringError, OSError, RuntimeError, ValueError, *foreign)


def _usable_backend() -> KeyringBackend:
    import keyring

    chosen = keyring.get_keyring()
    candidates: list[KeyringBackend] = [chosen]
    if type(chosen).__module__ == _CHAINER_MODULE:
        candidates = list(getattr(chosen, "backends"))  # noqa: B009 - only the chainer has them
    for backend in candidates:
        module = type(backend).__module__
        if module not in _UNUSABLE_MODULES and not module.startswith(_UNUSABLE_PREFIX):
            return backend
    raise KeyStoreMissing(f"{type(chosen).__module__} keeps nothing safely")
