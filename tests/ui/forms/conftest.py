"""Korean and dark at first, and again afterwards: the look is the program's, not a widget's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt6.QtWidgets import QApplication

from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import Theme, current_theme
from upbit_auto_trading.ui.design.tokens import ThemeName
from upbit_auto_trading.utils.bilingual_text import Language


@pytest.fixture(autouse=True)
def looks(qapp: QApplication) -> Iterator[Theme]:
    language_state().set_language(Language.KOREAN)
    theme = current_theme()
    theme.apply(ThemeName.DARK)
    yield theme
    language_state().set_language(Language.KOREAN)
    theme.apply(ThemeName.DARK)
