"""The language of the interface as observable state; views change language without being rebuilt."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.ui.design.slices import following
from upbit_auto_trading.utils.bilingual_text import Language, Text

_state: LanguageState | None = None

Words = Text | str
"""A text of ours in both languages, or data (a name, a file) that stays as it is."""


class LanguageState(QObject):
    """Made once by the composition root; a later one takes over and those bound to the first hear of it."""

    changed = pyqtSignal(object)

    def __init__(self, language: Language = Language.KOREAN, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._language = language
        global _state
        #: kept alive: whoever asked before this one was made listens to it
        self._before = _state
        if _state is not None:
            self.changed.connect(_state.changed)
        _state = self

    @property
    def current(self) -> Language:
        return self._language

    def set_language(self, language: Language) -> None:
        if language is self._language:
            return
        self._language = language
        self.changed.emit(language)


def language_state() -> LanguageState:
    return _state if _state is not None else LanguageState()


def current_language() -> Language:
    return language_state().current


def tr(text: Text) -> str:
    """The text in the language of this moment; for texts that stay on the screen use :func:`bind_text`."""
    return text.in_language(current_language())


def words(text: Words) -> str:
    return tr(text) if isinstance(text, Text) else text


class _Relay(QObject):
    """Calls back while its parent lives; owned by the parent, so that nothing else keeps either alive."""

    def __init__(self, parent: QObject, callback: Callable[[], object]) -> None:
        super().__init__(parent)
        self._owner = parent
        self._callback = callback

    @pyqtSlot()
    def call(self) -> None:
        following(self._owner, self._callback)


def calling_on(parent: QObject, signal: object, callback: Callable[[], object]) -> None:
    """Call back now and whenever the signal is emitted, as long as ``parent`` lives."""
    relay = _Relay(parent, callback)
    signal.connect(relay.call)  # type: ignore[attr-defined]  # PyQt6 has no public type for bound signals with slots
    callback()


def retranslating(widget: QObject, callback: Callable[[], object]) -> None:
    """Call back now and on every change of language while the widget lives."""
    calling_on(widget, language_state().changed, callback)


def bind_text(setter: Callable[[str], object], text: Text) -> None:
    """``bind_text(label.setText, Text(ko=…, en=…))``: set it now and on every change of language."""
    owner = getattr(setter, "__self__", None)
    if not isinstance(owner, QObject):
        raise TypeError("bind_text needs the method of a widget, such as label.setText.")
    retranslating(owner, lambda: setter(tr(text)))
