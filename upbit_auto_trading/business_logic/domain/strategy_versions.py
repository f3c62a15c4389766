"""Strategies as they are kept: every version that was ever saved, none of them changed afterwards."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from hashlib import sha256

from upbit_auto_trading.utils.bilingual_text import Text


class Origin(Enum):
    """How a version came to be."""

    WRITTEN = "written"
    IMPORTED = "imported"
    #: of another strategy, or one that comes with the program
    COPIED = "copied"
    RENAMED = "renamed"
    #: equal to an earlier version
    ROLLED_BACK = "rolled-back"


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What is to be kept. ``document`` is canonical JSON."""

    name: Text
    document: str
    origin: Origin
    #: it can be kept but not run, as something in it is still wrong
    is_draft: bool = False
    note: str = ""

    @property
    def fingerprint(self) -> str:
        return sha256(self.document.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class StrategyVersion:
    strategy_id: str
    #: from 1
    number: int
    saved_at: datetime
    name: Text
    document: str
    fingerprint: str
    origin: Origin
    is_draft: bool
    note: str

    @property
    def is_whole(self) -> bool:
        """Nobody changed the document behind the program's back."""
        return sha256(self.document.encode()).hexdigest() == self.fingerprint


@dataclass(frozen=True, slots=True)
class SavedStrategy:
    """``deleted_at`` is set while it lies in the bin."""

    id: str
    created_at: datetime
    current: StrategyVersion
    deleted_at: datetime | None = None

    @property
    def name(self) -> Text:
        return self.current.name


@dataclass(frozen=True, slots=True)
class BuiltInStrategy:
    """Comes with the program; it is copied to be edited."""

    id: str
    name: Text
    description: Text
    document: str


def is_same_name(one: Text, other: Text) -> bool:
    """In either language, however it was typed: two rows that look alike would be mixed up."""
    return _plain(one.ko) == _plain(other.ko) or _plain(one.en) == _plain(other.en)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()
