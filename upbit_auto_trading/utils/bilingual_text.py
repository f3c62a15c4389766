"""A text in the two languages of the interface, Korean first.

Declarations (settings, blocks, screens) carry both languages side by side, so that a missing
translation is a type error rather than a surprise at run time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from upbit_auto_trading.utils.korean_particles import attach_particles


class Language(Enum):
    KOREAN = "ko"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """``Text(ko="설정", en="Settings")``; values are filled in with :meth:`format`."""

    ko: str
    en: str

    @classmethod
    def said(cls, say: Callable[[Language], str]) -> Text:
        """What ``say`` makes of a value, such as an age, in each of them."""
        return cls(say(Language.KOREAN), say(Language.ENGLISH))

    def in_language(self, language: Language) -> str:
        return self.ko if language is Language.KOREAN else self.en

    def format(self, **values: object) -> Text:
        """Fill in values; a value that is itself a Text appears in the matching language.

        Korean templates may write a particle pair as ``{name}{은/는}`` … ``{이/가}``,
        ``{을/를}``, ``{으로/로}``, ``{과/와}``: the right one is chosen by the word before it.
        """
        ko = {key: value.ko if isinstance(value, Text) else value for key, value in values.items()}
        en = {key: value.en if isinstance(value, Text) else value for key, value in values.items()}
        return Text(ko=attach_particles(self.ko, ko), en=self.en.format(**en))
