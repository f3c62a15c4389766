"""A stage with markets for each test; Korean and dark at first, and again afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.market_stage import MarketStage
from tests.ui.stopping import stop_operations
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


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Iterator[MarketStage]:
    stage = MarketStage(qtbot, tmp_path)
    yield stage
    stop_operations(stage.settings.operations)
