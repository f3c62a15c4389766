"""The language of a command: --lang, else the stored setting, else Korean."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from upbit_auto_trading.config.settings import LANGUAGE
from upbit_auto_trading.utils.bilingual_text import Language


def language_for(argv: Sequence[str]) -> Language:
    """Looked for before the words are parsed, because complaints about them have a language too."""
    wanted = _value_of("--lang", argv)
    folder = _value_of("--data-dir", argv)
    if wanted is None:
        from upbit_auto_trading.composition_root.command_line import stored_settings

        wanted = stored_settings(Path(folder) if folder else None).get(LANGUAGE.id)
    known = {language.value: language for language in Language}
    return known.get(wanted or "", Language(LANGUAGE.default))


def _value_of(option: str, argv: Sequence[str]) -> str | None:
    for index, word in enumerate(argv):
        if word == option:
            return argv[index + 1] if index + 1 < len(argv) else None
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
    return None
