"""A place that keeps random wrapping keys by their id: the system's key store, or a key file."""

from __future__ import annotations

from typing import Protocol


class KeyHolder(Protocol):
    def put(self, key_id: bytes, key: bytes) -> None:
        """Keeps the key durably, beside those it has already."""

    def get(self, key_id: bytes) -> bytes:
        """Raises VaultFromAnotherMachine when this place has never heard of the id."""

    def discard(self, key_id: bytes) -> None:
        """Forgets the key; one that is not there is fine."""
