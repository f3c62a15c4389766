"""One theme for the session; each test starts dark, Korean, at 100 % and with motion."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication

from upbit_auto_trading.ui.design import theme as theme_module
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.design.tokens import ThemeName
from upbit_auto_trading.utils.bilingual_text import Language

# The offscreen platform says this about every window and popup; it concerns no widget of ours.
_OFFSCREEN_NOTE = r"This plugin does not support (propagateSizeHints|raise|grabbing)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(_OFFSCREEN_NOTE))


@pytest.fixture(scope="session")
def _session_theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


@pytest.fixture(autouse=True)
def theme(_session_theme: Theme, monkeypatch: pytest.MonkeyPatch) -> Iterator[Theme]:
    monkeypatch.setattr(theme_module, "_theme", _session_theme)
    language_state().set_language(Language.KOREAN)
    _session_theme.apply(ThemeName.DARK)
    yield _session_theme
    language_state().set_language(Language.KOREAN)
