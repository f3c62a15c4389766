"""Key stores for tests, set with ``keyring.set_keyring``: the machine's own is never touched."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import PasswordDeleteError


class MemoryKeyring(KeyringBackend):
    """A working key store that forgets everything with the process."""

    # Below zero, so that keyring never picks it by itself.
    priority = -2

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[(service, username)] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError("no such entry")


class FolderKeyring(MemoryKeyring):
    """Survives a killed process: each entry is a file, there or not there."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def get_password(self, service: str, username: str) -> str | None:
        place = self._folder / f"{service}.json"
        return json.loads(place.read_text())[username] if place.exists() else None

    def set_password(self, service: str, username: str, password: str) -> None:
        unfinished = self._folder / "unfinished"
        unfinished.write_text(json.dumps({username: password}))
        os.replace(unfinished, self._folder / f"{service}.json")

    def delete_password(self, service: str, username: str) -> None:
        (self._folder / f"{service}.json").unlink()

    def names(self) -> set[str]:
        return {place.stem for place in self._folder.glob("*.json")}


@contextmanager
def used_keyring(backend: KeyringBackend) -> Iterator[None]:
    """The process uses ``backend``; afterwards it has none, so that nothing reaches the machine's."""
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(fail.Keyring())
