"""Balances and orders in practice, folded; their heights and what is folded are kept."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QLabel

from tests.ui.screens.practice.conftest import World
from upbit_auto_trading.ui.screens.practice.trade_page import FILLS, ORDERS, TradePage
from upbit_auto_trading.ui.screens.practice.view import PracticeView
from upbit_auto_trading.ui.widgets.panel import FOLDED_HEIGHT, Panel

LEFT = Qt.MouseButton.LeftButton


def press(world: World, panel: Panel) -> None:
    assert panel.toggle_button is not None
    world.click(panel.toggle_button)


def shown(world: World) -> TradePage:
    world.reach()
    world.see(lambda: world.view.trade.isVisible())
    return world.view.trade


def test_orders_take_the_room_of_folded_balances(world: World) -> None:
    trade = shown(world)
    sizes = trade.splitter.sizes()
    press(world, trade.balance_panel)
    world.see(lambda: trade.splitter.sizes() == [FOLDED_HEIGHT, sum(sizes) - FOLDED_HEIGHT])
    world.hold("BTC", "2")
    assert not trade.balances.isVisible()
    assert "BTC" not in [label.text() for label in trade.balance_panel.findChildren(QLabel) if label.isVisible()]
    press(world, trade.balance_panel)
    world.see(lambda: trade.splitter.sizes() == sizes)
    world.see(lambda: trade.balances.isVisible())


def test_who_asks_for_a_list_sees_it(world: World) -> None:
    trade = shown(world)
    press(world, trade.order_panel)
    world.see(lambda: trade.splitter.sizes()[1] == FOLDED_HEIGHT)
    world.choose(trade.tabs, FILLS)
    world.see(lambda: not trade.order_panel.is_collapsed and trade.stack.isVisible())
    spot = trade.tabs.rects()[0].center().toPoint()
    world.qtbot.mouseDClick(trade.tabs, LEFT, pos=spot)
    assert not trade.order_panel.is_collapsed, "a tab is no header"
    assert trade.order_panel.toggle_button is not None
    assert trade.order_panel.toggle_button.accessibleName() == "주문과 체결 접기"
    world.choose(trade.tabs, ORDERS)
    press(world, trade.order_panel)
    world.see(lambda: trade.splitter.sizes()[1] == FOLDED_HEIGHT)
    world.qtbot.keyClick(trade.tabs, Qt.Key.Key_Right)
    assert trade.tabs.current == FILLS
    assert not trade.order_panel.is_collapsed
    world.choose(trade.tabs, ORDERS)
    press(world, trade.order_panel)
    world.see(lambda: trade.splitter.sizes()[1] == FOLDED_HEIGHT)
    world.choose(trade.tabs, ORDERS)  # the one that is chosen already
    assert not trade.order_panel.is_collapsed


def test_heights_and_what_is_folded_come_back(world: World) -> None:
    trade = shown(world)
    handle = trade.splitter.handle(1)
    assert handle is not None
    middle = handle.rect().center()
    before = trade.splitter.sizes()
    world.qtbot.mousePress(handle, LEFT, pos=middle)
    world.qtbot.mouseMove(handle, middle + QPoint(0, 12))
    world.qtbot.mouseRelease(handle, LEFT, pos=middle + QPoint(0, 12))
    sizes = trade.splitter.sizes()
    assert world.services.layouts.read_values("practice-layout")["heights"] == sizes
    press(world, trade.order_panel)
    world.see(lambda: trade.splitter.sizes() == [sum(sizes) - FOLDED_HEIGHT, FOLDED_HEIGHT])
    view = PracticeView(world.model, world.world, world.ticket, world.services)
    world.qtbot.addWidget(view)
    view.resize(world.view.size())
    world.view.hide()
    view.show()
    world.see(lambda: view.trade.isVisible())
    again = view.trade
    world.see(lambda: again.splitter.sizes() == [sum(sizes) - FOLDED_HEIGHT, FOLDED_HEIGHT])
    assert (again.balance_panel.is_collapsed, again.order_panel.is_collapsed) == (False, True)
    press(world, again.order_panel)
    world.see(lambda: again.splitter.sizes() == sizes)
    assert sizes != before
