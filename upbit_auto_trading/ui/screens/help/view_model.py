"""Which pages there are, and their text in one language; glossary and keys come from their declarations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from upbit_auto_trading.ui.design import glossary
from upbit_auto_trading.ui.design.keys import SHORTCUTS, KeyMap
from upbit_auto_trading.utils.bilingual_text import Language, Text
from upbit_auto_trading.utils.hangul_search import match_rank

GLOSSARY = "glossary"
KEYS = "keys"
PAGES: tuple[tuple[str, Text], ...] = (
    ("start", Text("처음이라면", "Starting out")),
    ("dashboard", Text("대시보드", "Dashboard")),
    ("market", Text("시장", "Market")),
    ("chart", Text("차트", "Chart")),
    ("backtest", Text("백테스트", "Backtest")),
    ("practice", Text("연습", "Practice")),
    ("monitor", Text("모니터", "Monitor")),
    ("settings", Text("설정", "Settings")),
    ("troubleshooting", Text("문제가 생기면", "When something is wrong")),
    (KEYS, Text("단축키", "Keys")),
    (GLOSSARY, Text("용어", "Glossary")),
)
_KEYS_HEAD = Text("| 키 | 하는 일 |\n|---|---|", "| keys | effect |\n|---|---|")
_WORDS_HEAD = Text("| 용어 | English | 뜻 |\n|---|---|---|", "| term | 한국어 | meaning |\n|---|---|---|")


@dataclass(frozen=True, slots=True)
class HelpState:
    page: str = "start"
    words: str = ""
    #: ids of the pages that hold the words, in their order
    found: tuple[str, ...] = tuple(page for page, _title in PAGES)


class HelpViewModel(QObject):
    state_changed = pyqtSignal(object)

    def __init__(
        self,
        texts: Path,
        keys: Callable[[], KeyMap],
        usable_shortcuts: Callable[[], tuple[str, ...]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._texts = texts
        self._keys = keys
        self._usable = usable_shortcuts
        self._state = HelpState()

    @property
    def state(self) -> HelpState:
        return self._state

    def show(self, page: str) -> None:
        if page in dict(PAGES):
            self._change(replace(self._state, page=page))

    def search(self, words: str, language: Language) -> None:
        """Pages whose title or text holds the words; the first of them is opened if the present one does not."""
        found = tuple(page for page, title in PAGES if self._holds(page, title, words, language))
        page = self._state.page if self._state.page in found or not found else found[0]
        self._change(HelpState(page, words, found))

    def text(self, page: str, language: Language) -> str:
        """Markdown."""
        title = dict(PAGES)[page].in_language(language)
        if page == KEYS:
            return f"# {title}\n\n{self._keys_table(language)}"
        if page == GLOSSARY:
            return f"# {title}\n\n{_glossary_table(language)}"
        return (self._texts / language.value / f"{page}.md").read_text(encoding="utf-8")

    def _holds(self, page: str, title: Text, words: str, language: Language) -> bool:
        if match_rank(words, title.in_language(language)) is not None:
            return True
        return words.casefold() in self.text(page, language).casefold()

    def _keys_table(self, language: Language) -> str:
        keys, usable = self._keys(), self._usable()
        rows = (
            f"| {keys.shown(shortcut.id)} | {shortcut.text.in_language(language)} |"
            for shortcut in SHORTCUTS
            if shortcut.id in usable and keys.shown(shortcut.id)
        )
        return "\n".join((_KEYS_HEAD.in_language(language), *rows))

    def _change(self, state: HelpState) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


def _glossary_table(language: Language) -> str:
    other = Language.ENGLISH if language is Language.KOREAN else Language.KOREAN
    rows = (
        f"| **{term.word.in_language(language)}** | {term.word.in_language(other)} "
        f"| {term.meaning.in_language(language)} |"
        for term in glossary.terms()
    )
    return "\n".join((_WORDS_HEAD.in_language(language), *rows))
