"""A result in the smallest client area with the largest text: chart and table keep their room, nothing is cut."""

from __future__ import annotations

import pytest

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
