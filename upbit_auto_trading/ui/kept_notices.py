"""What was to be told while no window was open: kept in the user's settings until one is, oldest first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from upbit_auto_trading.ui.notices import NoticeLevel
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.business_logic.ports.stores import UiStateStore

#: the name under which ``UiStateStore`` keeps them
STORED_AS = "untold-notices"
#: the bell shows no more; the oldest go
_MOST = 200


@dataclass(frozen=True, slots=True)
class KeptNotice:
    happened_at: datetime
    level: NoticeLevel
    title: Text
    body: Text
    #: code of the market whose chart shows more; empty: none
    market: str = ""


def keep_notice(store: UiStateStore, notice: KeptNotice) -> None:
    """In the storage thread."""
    kept = (*_read(store.read(STORED_AS)), notice)[-_MOST:]
    store.write(STORED_AS, json.dumps([_tree(one) for one in kept], ensure_ascii=False).encode())


def take_notices(store: UiStateStore) -> tuple[KeptNotice, ...]:
    """In the storage thread: told once, so they are kept no longer."""
    kept = _read(store.read(STORED_AS))
    if kept:
        store.write(STORED_AS, b"[]")
    return kept


def _tree(notice: KeptNotice) -> dict[str, Any]:
    return {
        "at": notice.happened_at.isoformat(),
        "level": notice.level.value,
        "title": [notice.title.ko, notice.title.en],
        "body": [notice.body.ko, notice.body.en],
        "market": notice.market,
    }


def _read(saved: bytes | None) -> tuple[KeptNotice, ...]:
    """What of it can be read."""
    try:
        trees = json.loads(saved or b"[]")
    except ValueError:
        return ()
    read = (_notice(tree) for tree in trees) if isinstance(trees, list) else ()
    return tuple(one for one in read if one is not None)


def _notice(tree: Any) -> KeptNotice | None:
    try:
        happened_at = datetime.fromisoformat(tree["at"])
        title, body = (Text(str(tree[part][0]), str(tree[part][1])) for part in ("title", "body"))
        return KeptNotice(happened_at, NoticeLevel(tree["level"]), title, body, str(tree["market"]))
    except (KeyError, TypeError, ValueError, IndexError):
        return None
