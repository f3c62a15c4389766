"""What the practice screen shows of the exchange and the account, in every state they can be in."""

from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal

from PyQt6.QtCore import Qt

from tests.fakes.fake_clock import START
from tests.fakes.own_orders import balance_of, order_of, update_of
from tests.fakes.practice_account import BTC, ETH, FakePracticeConnection, account_events
from tests.log_guard import LogGuard
from tests.ui.screens.practice.conftest import World, cells, texts
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, OrderNotFound
from upbit_auto_trading.business_logic.domain.order import OrderState, Side
from upbit_auto_trading.business_logic.domain.stream import (
    OrdersRepaired,
    OwnBalancesChanged,
    OwnOrderChanged,
    Provenance,
    StreamState,
    Topic,
    TopicKind,
)
from upbit_auto_trading.business_logic.engine.own_account import OwnAccount
from upbit_auto_trading.config.settings import PRACTICE_SPEED
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.runtime.exchange_link import LinkPhase
from upbit_auto_trading.ui.screens.practice.view_model.state import Phase
from upbit_auto_trading.utils.bilingual_text import Language

DASH = "–"


# the states of the exchange


def test_before_it_is_open_nothing_is_claimed(world: World) -> None:
    world.link.start()
    view = world.view
    assert view.state_badge.accessibleName() == "시작하는 중"
    assert not view.pause.isEnabled()
    assert view.time.text() == "시장 –"
    assert view.stack.currentWidget() is not view.trade
    world.see(lambda: world.link.state.phase is LinkPhase.OPEN)
    assert view.trade.isVisible()
    assert view.trade.equity.value.text() == DASH
    assert not world.send.isEnabled()
    assert world.send.toolTip() == "잔고를 기다리고 있어요."


def test_what_cannot_be_started_says_so_and_is_tried_again(world: World, expected_log: LogGuard) -> None:
    expected_log.expect("could not be reached")
    world.ahead = [ExchangeUnavailable("practice", "not-started"), ExchangeUnavailable("practice", "again")]
    world.ahead.append(world.connection)
    world.link.start()
    view = world.view
    world.see(lambda: world.model.state.phase is Phase.FAILED)
    assert view.state_badge.accessibleName() == "시작하지 못함"
    page = view.stack.currentWidget()
    assert page is not None
    assert "연습 거래소를 시작하지 못했어요" in texts(page)
    assert view._error is not None
    assert "not-started" in view._error.details.toPlainText()
    world.click(view._error.retry_button)
    world.see(lambda: view._error is not None and "again" in view._error.details.toPlainText())
    world.click(view._error.retry_button)
    world.see(lambda: view.trade.isVisible())


def test_lost_streams_leave_the_values_and_say_that_they_are_old(reached: World) -> None:
    view = reached.view
    assert view.strip.isHidden()
    equity = view.trade.equity.value
    assert equity.property("token") == "t1"
    reached.connection.streams.current = {Topic(TopicKind.OWN_ORDERS): StreamState.CONNECTING}
    reached.see(view.strip.isVisible)
    assert "다시 연결하고 있어요" in view.strip.fact.text()
    assert (equity.text(), equity.property("token")) == ("2,050,000", "t3")
    assert reached.ticket.state.facts is not None
    reached.connection.streams.current = {Topic(TopicKind.OWN_ORDERS): StreamState.LIVE}
    reached.see(view.strip.isHidden)
    assert equity.property("token") == "t1"


def test_another_market_takes_nothing_over(reached: World) -> None:
    second = FakePracticeConnection()
    second.owner.held = {"KRW": balance_of("KRW", "77000")}
    second.streams.current = reached.connection.streams.current
    reached.ahead = [second]
    reached.connection.alive = False
    reached.see(lambda: reached.link.connection is second)
    assert reached.model.state.balances is None
    reached.account = OwnAccount()
    reached.tell(*account_events(second.owner))
    reached.see(lambda: reached.view.trade.equity.value.text() == "77,000")
    assert [row[0] for row in cells(reached.view.trade.balances)] == ["원화"]


# time and pace


def test_time_is_the_market_s_and_asked_for_only_while_it_is_seen(reached: World) -> None:
    assert reached.view.time.text() == "시장 2026-11-20 14:00:00 KST"
    reached.view.hide()
    asked = len(reached.connection.desk.called_in)
    assert not reached.model._pulse.isActive()
    reached.view.show()
    reached.see(lambda: len(reached.connection.desk.called_in) > asked)
    assert threading.get_ident() not in reached.connection.desk.called_in


def test_the_market_stands_and_goes_on(reached: World) -> None:
    view, desk = reached.view, reached.connection.desk
    assert view.pause.shown_text() == "일시정지"
    reached.click(view.pause)
    reached.see(lambda: reached.model.state.phase is Phase.PAUSED)
    assert (view.pause.shown_text(), view.state_badge.accessibleName()) == ("계속", "일시정지")
    assert desk.moment.is_paused
    reached.click(view.pause)
    reached.see(lambda: reached.model.state.phase is Phase.RUNNING)
    assert not desk.moment.is_paused


def test_a_pace_that_could_not_be_changed_is_told(reached: World) -> None:
    reached.connection.desk.failures = [ExchangeUnavailable("practice", "control")] * 2
    reached.click(reached.view.pause)
    reached.see(lambda: any("멈춤과 진행" in title for title in reached.notices))
    reached.see(lambda: not reached.view.pause.is_busy)


def test_the_speed_is_the_setting(reached: World) -> None:
    settings = reached.services.settings
    reached.choose(reached.view.speed, "60")
    assert settings.text(PRACTICE_SPEED) == "60"
    reached.connection.desk.run(300)
    reached.see(lambda: reached.view.speed.current == "300")  # what it really does, not what was wished


# the account


def test_cards_and_balances(reached: World) -> None:
    trade = reached.view.trade
    assert texts(trade.equity)[:3] == ["연습 평가금액", "2,050,000", "원"]
    assert texts(trade.cash)[1:] == ["1,000,000", "원", "50,000원 묶임"]
    assert texts(trade.coins)[1:] == ["1,000,000", "원", "1종"]
    assert cells(trade.balances) == [
        ["원화", "1,000,000", "50,000", DASH, "1,050,000", DASH],
        ["비트코인", "0.01", "0", "90,000,000", "1,000,000", "+11.11%"],
    ]
    language_state().set_language(Language.ENGLISH)
    assert [row[0] for row in cells(trade.balances)] == ["Korean won", "Bitcoin"]


def test_a_coin_without_a_price_is_not_counted_as_nothing(reached: World) -> None:
    reached.tell(OwnBalancesChanged((balance_of("WAXP", "5"),), Provenance.STREAM, START))
    trade = reached.view.trade
    assert trade.equity.value.text() == DASH
    assert trade.equity.context.text() == "시세를 기다리는 중"
    assert cells(trade.balances)[-1] == ["WAXP", "5", "0", DASH, DASH, DASH]


def test_what_a_stream_tells_has_no_average_so_it_is_read(reached: World) -> None:
    owner = reached.connection.owner
    owner.held["BTC"] = balance_of("BTC", "0.02", average="95000000")
    reached.tell(OwnBalancesChanged((replace(owner.held["BTC"], average_price=None),), Provenance.STREAM, START))
    assert cells(reached.view.trade.balances)[1][3] == DASH
    reached.see(lambda: cells(reached.view.trade.balances)[1][3] == "95,000,000")


def test_a_balance_that_is_looked_at_is_what_the_ticket_is_about(reached: World) -> None:
    reached.ticket.choose_market(ETH)
    table = reached.view.trade.balances
    viewport = table.viewport()
    assert viewport is not None
    place = table.visualRect(table.rows_model.index(1, 0)).center()
    reached.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert reached.ticket.state.listed is not None
    assert reached.ticket.state.listed.market == BTC


def test_no_orders_and_no_fills_say_what_comes_there(reached: World) -> None:
    trade = reached.view.trade
    assert "미체결 주문이 없어요" in texts(trade.order_panel)
    reached.choose(trade.tabs, "fills")
    assert "아직 체결이 없어요" in texts(trade.order_panel)


def test_open_orders_and_fills_are_listed(reached: World) -> None:
    orders = (
        order_of("1", price="99000000", quantity="0.01", executed="0.0025", market=BTC),
        order_of(
            "2", OrderState.DONE, price="5000000", quantity="2", executed="2", side=Side.SELL, market=ETH, fee="5000"
        ),
    )
    reached.tell(OrdersRepaired(orders, START, START))
    trade = reached.view.trade
    assert cells(trade.orders)[0][1:6] == ["비트코인", "▲ 매수", "99,000,000", "0.01", "25%"]
    assert trade.open.value.text() == "1"
    reached.choose(trade.tabs, "fills")
    assert [row[1:] for row in cells(trade.fills)] == [
        ["이더리움", "▼ 매도", "5,000,000", "2", "10,000,000", "5,000"],
        ["비트코인", "▲ 매수", "99,000,000", "0.0025", "247,500", "0"],
    ]


def test_orders_that_cannot_be_read_say_so_and_are_read_again(world: World) -> None:
    world.connection.owner.failures["closed_orders"] = [ExchangeUnavailable("practice", "x")]
    world.connection.streams.current = {Topic(TopicKind.OWN_ORDERS): StreamState.LIVE}
    world.link.start()
    trade = world.view.trade
    world.see(lambda: trade._error is not None)
    assert trade._error is not None
    world.click(trade._error.retry_button)
    world.see(lambda: world.model.state.orders is not None)
    assert "미체결 주문이 없어요" in texts(trade.order_panel)


def test_an_order_of_another_program_is_read_for_its_price(reached: World) -> None:
    """A report tells no price."""
    reached.connection.owner.listed["9"] = order_of("9", price="98000000", quantity="1")
    reached.tell(OwnOrderChanged(update_of("9"), Provenance.STREAM, START))
    assert cells(reached.view.trade.orders)[0][3] == DASH
    reached.see(lambda: cells(reached.view.trade.orders)[0][3] == "98,000,000")
    reached.tell(OwnOrderChanged(update_of("9", OrderState.DONE, executed="1"), Provenance.STREAM, START))
    assert cells(reached.view.trade.orders) == []


def test_an_order_that_no_reading_knows_is_not_asked_for_again_and_again(reached: World) -> None:
    reached.tell(OwnOrderChanged(update_of("gone"), Provenance.STREAM, START))
    reached.see(lambda: reached.model._unfound == {"gone"})
    reached.tell(OwnOrderChanged(update_of("gone"), Provenance.STREAM, START))
    assert not reached.model._again.isActive()


# cancelling


def open_order(world: World) -> None:
    world.connection.owner.listed["1"] = order_of("1", price="99000000", quantity="0.01")
    world.tell(OrdersRepaired((world.connection.owner.listed["1"],), START, START))


def test_a_press_cancels_once_also_while_entries_are_stopped(reached: World) -> None:
    open_order(reached)
    reached.model.show_entry_gate(START)
    reached.connection.owner.may_go_on.clear()
    reached.press_in_row(reached.view.trade.orders, 0, "cancel")
    assert reached.model.state.orders is not None
    assert reached.model.state.orders[0].is_being_cancelled
    reached.press_in_row(reached.view.trade.orders, 0, "cancel")
    reached.connection.owner.may_go_on.set()
    reached.see(lambda: reached.model.state.orders == ())
    assert [reference.order_id for reference in reached.connection.owner.cancelled] == ["1"]


def test_a_cancel_is_sent_whatever_else_goes_on(reached: World) -> None:
    open_order(reached)
    with reached.busy():
        reached.press_in_row(reached.view.trade.orders, 0, "cancel")
        reached.see(lambda: reached.connection.owner.cancelled)
    reached.see(lambda: reached.model.state.orders == ())


def test_a_cancel_that_comes_too_late_reads_how_it_ended(reached: World) -> None:
    open_order(reached)
    owner = reached.connection.owner
    owner.failures["cancel"] = [OrderNotFound("practice", "order_not_found")]
    owner.listed["1"] = order_of("1", OrderState.DONE, price="99000000", quantity="0.01", executed="0.01")
    reached.press_in_row(reached.view.trade.orders, 0, "cancel")
    reached.see(lambda: reached.model.state.orders == ())
    assert reached.notices == []


def test_a_cancel_that_fails_is_told_and_can_be_pressed_again(reached: World) -> None:
    open_order(reached)
    reached.connection.owner.failures["cancel"] = [ExchangeUnavailable("practice", "x")]
    reached.press_in_row(reached.view.trade.orders, 0, "cancel")
    reached.see(lambda: reached.notices == ["연습: 연습 주문 취소"])
    assert reached.model.state.orders is not None
    assert not reached.model.state.orders[0].is_being_cancelled


def test_nothing_that_waits_is_done_in_the_window_s_thread(reached: World) -> None:
    open_order(reached)
    reached.press_in_row(reached.view.trade.orders, 0, "cancel")
    reached.see(lambda: reached.model.state.orders == ())
    assert reached.connection.owner.called_in
    assert threading.get_ident() not in reached.connection.owner.called_in


def test_play_money_comes_by_a_press(reached: World) -> None:
    reached.view.show_place("setup")
    setup = reached.view.setup
    assert setup.money_panel.amount.field.text() == "1,000,000"
    reached.click(setup.money_panel.deposit)
    reached.see(lambda: reached.notices == ["연습 계좌에 가상 돈을 넣었어요"])
    assert reached.connection.desk.deposits == [Decimal(1_000_000)]
    setup.money_panel.amount.field.selectAll()
    reached.qtbot.keyClicks(setup.money_panel.amount.field, "5")
    reached.click(setup.money_panel.deposit)
    assert setup.money_panel.amount.has_error
    assert len(reached.connection.desk.deposits) == 1
    reached.connection.desk.failures = [ExchangeUnavailable("practice", "control")] * 3
    setup.money_panel.amount.field.selectAll()
    reached.qtbot.keyClicks(setup.money_panel.amount.field, "2000")
    reached.click(setup.money_panel.deposit)
    reached.see(lambda: reached.notices[0] == "연습: 가상 돈 넣기")
