"""The user's component files, as they lie in data/components/. They are read here and never run."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from upbit_auto_trading.business_logic.ports.strategies import ComponentSource
from upbit_auto_trading.data_layer.durable_files import translated_os_error

_LARGEST = 1_000_000


class FolderComponents:
    """Implements ``ComponentFiles``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> tuple[ComponentSource, ...]:
        try:
            files = sorted(one for one in self._folder.glob("*.py") if one.is_file())
            return tuple(_read(file) for file in files)
        except OSError as error:
            raise translated_os_error(error, self._folder) from error


def _read(file: Path) -> ComponentSource:
    with file.open("rb") as opened:
        content = opened.read(_LARGEST + 1)
    fingerprint = sha256(content).hexdigest()
    try:
        text = None if len(content) > _LARGEST else content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = None
    return ComponentSource(file.name, text, fingerprint)
