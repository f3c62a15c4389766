"""The narrow list beside a chart: tabs, search by initials, keys, order, stars, small charts."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from PyQt6.QtCore import QPoint, Qt

from tests.fakes.market_data_world import summary_of
from tests.fakes.market_stage import BTC, DOGE, ETH, SOL, XRP, MarketStage
from tests.fakes.own_orders import balance_of
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.market_views.markets import CHART_MEMORY, HELD, WATCHED, MarketsViewModel
from upbit_auto_trading.ui.market_views.watch_list_panel import WatchListPanel
from upbit_auto_trading.ui.widgets.table_model import CellRole


@pytest.fixture
def panel(stage: MarketStage) -> WatchListPanel:
    return make(stage)


def make(stage: MarketStage) -> WatchListPanel:
    model = MarketsViewModel(stage.data.services, stage.services.layouts, name=CHART_MEMORY, with_screener=False)
    panel: WatchListPanel = stage.show(WatchListPanel(model, stage.services), 228, 500)
    stage.tell_prices()
    stage.see(lambda: stage.data.watch_lists.is_known)
    return panel


def codes(panel: WatchListPanel) -> list[str]:
    return [row.market.base for row in panel.rows.rows] if panel.view.isVisible() else []


def star(stage: MarketStage, *markets: Market) -> None:
    for market in markets:
        stage.data.watch_lists.toggle(market)


def test_markets_are_found_by_initials_and_chosen_with_enter(stage: MarketStage, panel: WatchListPanel) -> None:
    chosen: list[Market] = []
    panel.market_chosen.connect(chosen.append)
    assert len(codes(panel)) == 5
    stage.type(panel.search.field, "ㅂㅌ")
    assert codes(panel) == ["BTC"]
    stage.qtbot.keyClick(panel.search.field, Qt.Key.Key_Return)
    assert chosen == [BTC]
    assert panel.current == BTC
    panel.search.field.clear()
    stage.type(panel.search.field, "없는")
    assert panel.stack.currentWidget() is panel._no_match


def test_arrows_walk_from_market_to_market(stage: MarketStage, panel: WatchListPanel) -> None:
    chosen: list[Market] = []
    panel.set_current(BTC)
    panel.market_chosen.connect(chosen.append)
    panel.view.setFocus()
    stage.qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    stage.qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    stage.qtbot.keyClick(panel.view, Qt.Key.Key_Up)
    assert [market.base for market in chosen] == ["ETH", "XRP", "ETH"]
    assert panel.current == ETH


def test_a_click_chooses_also_while_prices_come(stage: MarketStage, panel: WatchListPanel) -> None:
    chosen: list[Market] = []
    panel.set_current(BTC)
    panel.market_chosen.connect(chosen.append)
    viewport = panel.view.viewport()
    assert viewport is not None
    spot = panel.view.visualRect(panel.rows.index(3, 0)).center()
    stage.qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=spot)
    stage.tell(summaries=[summary_of(BTC, "143290000", before="141500000", at=stage.now)])
    stage.qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=spot)
    assert chosen == [SOL]


def test_rows_say_price_and_change_and_flash(stage: MarketStage, panel: WatchListPanel) -> None:
    index = panel.rows.index(panel.rows.place_of(ETH), 0)
    assert index.data(Qt.ItemDataRole.DisplayRole) == "이더리움 ETH 4,872,000 −2.56%"
    stage.tell(summaries=[summary_of(ETH, "4873000", before="5000000", at=stage.now)])
    assert index.data(CellRole.FLASH) == 1
    assert index.data(Qt.ItemDataRole.DisplayRole) == "이더리움 ETH 4,873,000 −2.54%"


def test_stars_are_listed_in_the_users_order_and_moved_by_keys(stage: MarketStage, panel: WatchListPanel) -> None:
    stage.choose(panel.tabs, WATCHED)
    assert panel.stack.currentWidget() is panel._no_stars
    star(stage, XRP, BTC, DOGE)
    assert codes(panel) == ["XRP", "BTC", "DOGE"]
    panel.set_current(DOGE)
    panel.view.setFocus()
    stage.qtbot.keyClick(panel.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert codes(panel) == ["XRP", "DOGE", "BTC"]
    stage.qtbot.keyClick(panel.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    stage.qtbot.keyClick(panel.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert codes(panel) == ["DOGE", "XRP", "BTC"]
    stage.see(lambda: stage.settings.watch_lists.read().lists[0].markets == (DOGE, XRP, BTC))


def test_a_row_is_dragged_to_its_place(stage: MarketStage, panel: WatchListPanel) -> None:
    chosen: list[Market] = []
    panel.market_chosen.connect(chosen.append)
    stage.choose(panel.tabs, WATCHED)
    star(stage, XRP, BTC, DOGE)
    viewport = panel.view.viewport()
    assert viewport is not None
    rects = [panel.view.visualRect(panel.rows.index(place, 0)) for place in range(3)]
    stage.qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=rects[0].center())
    stage.qtbot.mouseMove(viewport, rects[1].center())
    stage.qtbot.mouseMove(viewport, rects[2].center() + QPoint(0, 12))
    assert panel.mover._line.isVisible()
    stage.qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=rects[2].center() + QPoint(0, 12))
    assert codes(panel) == ["BTC", "DOGE", "XRP"]
    assert not panel.mover._line.isVisible()
    stage.qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=rects[0].center())
    stage.qtbot.mouseMove(viewport, rects[1].center() + QPoint(0, 2))
    stage.qtbot.mouseMove(viewport, rects[1].center() + QPoint(0, 8))
    stage.qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=rects[1].center() + QPoint(0, 8))
    assert codes(panel) == ["DOGE", "BTC", "XRP"]
    assert chosen == []


def test_what_is_held_has_a_tab_where_that_is_known(stage: MarketStage, panel: WatchListPanel) -> None:
    assert HELD not in [tab for tab, _text in panel.tabs.options]
    held = {"SOL": balance_of("SOL", "3"), "KRW": balance_of("KRW", "100"), "ETH": balance_of("ETH", "0")}
    account = replace(stage.data.account.account, balances=MappingProxyType(held), has_all_balances=True)
    stage.data.account.show(account)
    stage.choose(panel.tabs, HELD)
    assert codes(panel) == ["SOL"]


def test_tab_and_search_come_back(stage: MarketStage, panel: WatchListPanel) -> None:
    stage.choose(panel.tabs, WATCHED)
    star(stage, BTC, ETH)
    stage.type(panel.search.field, "이더")
    panel.hide()
    again = make(stage)
    assert again.tabs.current == WATCHED
    assert codes(again) == ["ETH"]


def test_only_rows_that_are_seen_want_small_charts(stage: MarketStage, panel: WatchListPanel) -> None:
    wanted = stage.data.sparks._wanted
    assert len(wanted[panel]) == 5
    panel.hide()
    assert panel not in wanted


def test_until_the_exchange_is_reached_the_panel_says_so(stage: MarketStage, panel: WatchListPanel) -> None:
    panel._model.show_markets(())
    assert panel.stack.currentWidget() is panel._opening
