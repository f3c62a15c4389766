"""What the files in a backup are called: as in the data folder. Light, because each start asks for it."""

from __future__ import annotations

import re

CREDENTIALS = "data/settings/api_credentials.enc"
CANDLES = "data/market_data.sqlite3"
DATABASES = ("data/settings.sqlite3", "data/strategies.sqlite3", CANDLES)
#: the changes since the state beside it; of another state they would ruin it
PRACTICE_JOURNAL = "data/practice/state.json.journal"
PRACTICE_STATE = "data/practice/state.json"
PRACTICE_WORLD = "data/practice/world.json"
_PRACTICE_FILES = (PRACTICE_JOURNAL, PRACTICE_STATE, PRACTICE_WORLD)
_PRACTICE_CANDLES = re.compile(r"data/practice/candles/[A-Za-z0-9_-]{1,60}\.csv(\.gz)?")
_COMPONENT = re.compile(r"data/components/[^/\\\x00-\x1f:*?\"<>|]{1,120}\.py")
_REASON = re.compile(r"[a-z][a-z0-9-]{0,31}")


def is_member_name(name: str) -> bool:
    """Only names that we write ourselves: so none can lead out of the folder."""
    return name in DATABASES or name == CREDENTIALS or _COMPONENT.fullmatch(name) is not None or is_practice_name(name)


def is_practice_name(name: str) -> bool:
    return name in _PRACTICE_FILES or _PRACTICE_CANDLES.fullmatch(name) is not None


def is_reason(text: str) -> bool:
    return _REASON.fullmatch(text) is not None
