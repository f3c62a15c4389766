"""Who uses which stored key: parts that run are given a new one without being stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from upbit_auto_trading.business_logic.ports.credentials import Credential

#: given the credential with its new keys; must neither wait nor raise
TakeKey = Callable[[Credential], None]


class KeyUsers:
    """Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users: dict[str, list[TakeKey]] = {}

    @contextmanager
    def using(self, credential_id: str, take: TakeKey) -> Iterator[None]:
        """Told of every replacement until the block ends."""
        with self._lock:
            self._users.setdefault(credential_id, []).append(take)
        try:
            yield
        finally:
            with self._lock:
                self._users[credential_id].remove(take)

    def replaced(self, credential: Credential) -> int:
        """After the new keys were stored; how many took them."""
        with self._lock:
            users = tuple(self._users.get(credential.summary.id, ()))
        for take in users:
            take(credential)
        return len(users)
