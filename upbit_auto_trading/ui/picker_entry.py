"""What a component picker offers, and how it is found: plain values, without widgets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from upbit_auto_trading.ui.design.language import Words
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.hangul_search import best_rank

#: of those used last, as many as are offered first
MOST_RECENT = 8
_NOTHING = Text("", "")
#: found only in what is told about it
_IN_HELP = 4
_SHORTEST_IN_HELP = 2


@dataclass(frozen=True, slots=True)
class PickerEntry:
    """``keywords`` are searched beside title, id and category; ``note`` stands at the right of the row."""

    id: str
    title: Words
    help: Words = ""
    category: Text = _NOTHING
    keywords: tuple[str, ...] = ()
    note: Words = ""


@dataclass(frozen=True, slots=True)
class PickerMemory:
    """What the user marked, and what was used last: the newest first."""

    favourites: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()

    def used(self, entry_id: str) -> PickerMemory:
        return replace(self, recent=(entry_id, *(one for one in self.recent if one != entry_id))[:MOST_RECENT])

    def marked(self, entry_id: str, is_favourite: bool) -> PickerMemory:
        others = tuple(one for one in self.favourites if one != entry_id)
        return replace(self, favourites=(*others, entry_id) if is_favourite else others)

    def tree(self) -> dict[str, list[str]]:
        return {"favourites": list(self.favourites), "recent": list(self.recent)}


def picker_memory(tree: object, most_recent: int = MOST_RECENT) -> PickerMemory:
    """What :meth:`PickerMemory.tree` wrote; nothing where it is none."""
    known = tree if isinstance(tree, dict) else {}
    kept = {}
    for name in ("favourites", "recent"):
        listed = known.get(name)
        kept[name] = tuple(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else ()
    return PickerMemory(kept["favourites"], kept["recent"][:most_recent])


def found_entries(query: str, entries: Iterable[PickerEntry]) -> tuple[PickerEntry, ...]:
    """Best first: every word must be found, in a name before the help; among equals, their order."""
    words = query.split()
    if not words:
        return tuple(entries)
    ranked = [(_rank(words, entry), entry) for entry in entries]
    fitting = [(rank, entry) for rank, entry in ranked if rank is not None]
    return tuple(entry for _rank, entry in sorted(fitting, key=lambda pair: pair[0]))


def _rank(words: Sequence[str], entry: PickerEntry) -> int | None:
    total = 0
    for word in words:
        rank = _rank_of_word(word, entry)
        if rank is None:
            return None
        total += rank
    return total


def _rank_of_word(word: str, entry: PickerEntry) -> int | None:
    rank = best_rank(word, (*_both(entry.title), entry.id, *entry.keywords))
    if rank is not None:
        return rank
    if best_rank(word, _both(entry.category)) is not None:
        return _IN_HELP
    if len(word) >= _SHORTEST_IN_HELP and best_rank(word, _both(entry.help)) is not None:
        return _IN_HELP + 1
    return None


def _both(words: Words) -> tuple[str, ...]:
    return (words.ko, words.en) if isinstance(words, Text) else (words,)


def categories_of(entries: Iterable[PickerEntry]) -> tuple[Text, ...]:
    """In the order in which they first come."""
    return tuple(dict.fromkeys(entry.category for entry in entries if entry.category != _NOTHING))
