"""Rows of the narrow list: painted where something else is to be seen, at once in another look, else left alone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.market_data_world import krw_markets, summary_of
from tests.fakes.market_stage import BTC, DOGE, ETH, XRP, MarketStage
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import PriceSummary
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.design.tokens import DirectionColours, ThemeName
from upbit_auto_trading.ui.market_views.list_row import ROW
from upbit_auto_trading.ui.market_views.markets import CHART_MEMORY, MarketsState, MarketsViewModel
from upbit_auto_trading.ui.market_views.rows import MarketRow
from upbit_auto_trading.ui.market_views.watch_list_panel import WatchListPanel
from upbit_auto_trading.utils.bilingual_text import Language

COUNT = 300
FAR = Market("practice", "KRW-C250")


class Listed(MarketStage):
    """300 markets with prices, in a panel wide enough for their courses."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        super().__init__(qtbot, folder)
        self.listed = krw_markets(COUNT)
        self.model = MarketsViewModel(self.data.services, self.services.layouts, name=CHART_MEMORY, with_screener=False)
        self.model.show_markets(self.listed)
        self.panel: WatchListPanel = self.show(WatchListPanel(self.model, self.services), 320, 500)
        self.told: list[tuple[MarketRow, ...]] = []
        self.states: list[MarketsState] = []
        self.tell(summaries=[self.summary(one.market, 1_000 + place) for place, one in enumerate(self.listed)])
        # their courses are read beside the window, and each that comes paints its row
        self.see(lambda: self.data.sparks.is_idle)
        QApplication.processEvents()
        self.model.prices_moved.connect(self.told.append)
        self.model.state_changed.connect(self.states.append)

    def summary(self, market: Market, price: int, turnover: int = 10**9) -> PriceSummary:
        return summary_of(market, str(price), before="1000", turnover=str(turnover), at=self.now)

    def move(self, *prices: tuple[Market, int]) -> None:
        self.tell(summaries=[self.summary(*one) for one in prices])

    def painted(self) -> int:
        """Rows, until nothing is left to be painted."""
        before = self.panel._delegate.rows_painted
        QApplication.processEvents()
        return self.panel._delegate.rows_painted - before

    def picture(self) -> QImage:
        viewport = self.panel.view.viewport()
        assert viewport is not None
        return viewport.grab().toImage()


@pytest.fixture
def listed(qtbot: QtBot, tmp_path: Path, looks: Theme) -> Iterator[Listed]:
    looks.apply(ThemeName.DARK, flash=False)
    made = Listed(qtbot, tmp_path)
    yield made
    made.panel.hide()
    stop_operations(made.settings.operations)


def test_only_rows_that_moved_and_can_be_seen_are_painted(listed: Listed) -> None:
    listed.move((BTC, 1_001), (DOGE, 1_090), (FAR, 2_000))
    assert listed.painted() == 2
    listed.move((FAR, 2_001))
    assert listed.painted() == 0
    listed.panel.view.scrollToBottom()
    listed.painted()
    assert "2,001" in str(listed.panel.rows.index(listed.panel.rows.place_of(FAR), 0).data())


def test_what_is_not_shown_paints_nothing(listed: Listed) -> None:
    """A turnover, and a change too small to be written, are told to tables that show them."""
    listed.tell(summaries=[listed.summary(BTC, 1_000, 2 * 10**9)])
    assert [row.turnover_24h for rows in listed.told for row in rows] == [Decimal(2 * 10**9)]
    assert listed.painted() == 0


def test_the_same_price_again_tells_nothing(listed: Listed) -> None:
    listed.move((BTC, 1_000))
    assert (listed.told, listed.states) == ([], [])


def test_prices_are_told_alone_and_everything_else_with_the_whole_state(listed: Listed) -> None:
    listed.move((BTC, 1_001), (FAR, 1_300))
    assert [[row.market for row in rows] for rows in listed.told] == [[BTC, FAR]]
    assert listed.states == []
    prices = {row.market: row.price for row in listed.model.state.rows}
    assert len(prices) == COUNT
    assert (prices[BTC], prices[FAR]) == (Decimal(1_001), Decimal(1_300))
    listed.move((BTC, 2_000_000))
    assert len(listed.states) == 1, "another tick of the price grid: charts write other digits"
    listed.model.search("이더")
    listed.move((BTC, 2_001_000))
    assert len(listed.told) == 1, "it is not in the list"


def test_the_pointer_paints_the_row_it_leaves_and_the_one_it_comes_to(listed: Listed) -> None:
    viewport = listed.panel.view.viewport()
    assert viewport is not None
    listed.qtbot.mouseMove(viewport, QPoint(50, ROW // 2))
    listed.painted()
    listed.qtbot.mouseMove(viewport, QPoint(50, ROW + ROW // 2))
    assert listed.painted() == 2


def test_a_longer_price_moves_the_courses_of_all(listed: Listed) -> None:
    before = listed.panel._delegate._taken
    listed.move((FAR, 123_456_789))
    assert listed.panel._delegate._taken > before
    assert listed.painted() > 5
    listed.move((FAR, 1_234))
    assert listed.panel._delegate._taken == before
    listed.move((FAR, 99_999_000))
    listed.painted()
    shorter, told = listed.panel._delegate._taken, len(listed.states)
    listed.move((FAR, 100_000_000))
    assert len(listed.states) == told, "the tick is the same"
    assert listed.panel._delegate._taken > shorter
    assert listed.painted() > 5


def test_a_row_says_its_newest_price(listed: Listed) -> None:
    before = listed.picture()
    listed.move((BTC, 1_001), (ETH, 999))
    seen = listed.picture()
    assert seen != before
    listed.panel._delegate._renew()
    assert listed.picture() == seen


def test_a_course_is_drawn_once_and_again_when_it_looks_different(listed: Listed) -> None:
    sparks, pictures = listed.data.sparks, listed.panel._delegate._pictures
    for market in (BTC, ETH, XRP):
        sparks._paths[market].closes = tuple(900.0 + place * 7 % 200 for place in range(48))
    sparks.changed.emit(frozenset((BTC, ETH, XRP)))
    assert listed.painted() == 3
    drawn = pictures.drawn
    listed.move((BTC, 1_001))
    assert (listed.painted(), pictures.drawn) == (1, drawn), "less than a quarter of a pixel"
    listed.move((BTC, 1_060))
    assert (listed.painted(), pictures.drawn) == (1, drawn + 1)


@pytest.mark.parametrize("language", list(Language))
def test_another_look_is_followed_at_once(listed: Listed, looks: Theme, language: Language) -> None:
    """As a list that is made in that look: theme, colours of rise and fall, language, size of the text."""
    for name in ThemeName:
        for directions in DirectionColours:
            for scale in (90, 130):
                listed.move((BTC, 1_001 if scale == 90 else 1_060))
                language_state().set_language(language)
                looks.apply(name, directions, scale, flash=False)
                QApplication.processEvents()
                seen = listed.picture()
                delegate = listed.panel._delegate
                delegate._renew()
                delegate._pictures._kept.clear()
                delegate.fit(listed.model.state.rows)
                assert listed.picture() == seen
