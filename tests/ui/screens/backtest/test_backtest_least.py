"""A result in the smallest client area with the largest text: chart and table keep their room, nothing is cut."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QApplication

from tests.ui.screens.backtest.conftest import World
from tests.ui.test_every_screen import cut_cells, cut_off, sideways
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Shell, ThemeName
from upbit_auto_trading.utils.bilingual_text import Language


@pytest.mark.parametrize(("language", "theme"), [("ko", ThemeName.LIGHT), ("en", ThemeName.DARK)])
def test_a_result_has_its_room(reached: World, language: str, theme: ThemeName, request: pytest.FixtureRequest) -> None:
    def as_before() -> None:
        language_state().set_language(Language.KOREAN)
        current_theme().apply(ThemeName.DARK)

    request.addfinalizer(as_before)
    reached.run()
    language_state().set_language(Language(language))
    current_theme().apply(theme, text_scale=130)
    reached.view.resize(1208, 566)
    reached.click(reached.view.result.drawdown)
    result = reached.view.result
    reached.see(lambda: result.chart.width() >= Shell.CHART_LEAST and result.table.width() >= Shell.TABLE_LEAST)
    reached.view.grab()
    reached.see(lambda: not (cut_off(reached.view) + cut_cells(reached.view) + sideways(reached.view)))


def test_columns_that_gave_way_to_other_words_come_back(reached: World, request: pytest.FixtureRequest) -> None:
    request.addfinalizer(lambda: language_state().set_language(Language.KOREAN))
    reached.run()
    table = reached.view.result.table

    def hidden() -> list[str]:
        return [column.key for place, column in enumerate(table.rows_model.columns) if table.isColumnHidden(place)]

    differed = False
    for width in range(1_000, 1_300, 20):
        reached.view.resize(width, 640)
        reached.view.grab()
        QApplication.processEvents()
        reached.view.resize(width + 1, 640)
        before = hidden()
        language_state().set_language(Language.ENGLISH)
        reached.view.grab()
        QApplication.processEvents()
        reached.view.resize(width, 640)
        reached.view.resize(width + 1, 640)
        differed = differed or hidden() != before
        language_state().set_language(Language.KOREAN)
        assert hidden() == before, width
    assert differed
