"""The ticket: what it sends, what it does not send and why, and what it says of what became of it."""

from __future__ import annotations

import re
import threading
from decimal import Decimal

from tests.fakes.fake_clock import START
from tests.fakes.own_orders import update_of
from tests.fakes.practice_account import BTC, ETH
from tests.ui.screens.practice.conftest import World, texts
from upbit_auto_trading.business_logic.domain.errors import (
    ExchangeUnavailable,
    OrderNotFound,
    OrderRefused,
    OutcomeUnknown,
)
from upbit_auto_trading.business_logic.domain.order import OrderKind, OrderState, Side
from upbit_auto_trading.business_logic.domain.stream import OwnOrderChanged, Provenance
from upbit_auto_trading.data_layer.exchanges.upbit.capabilities import CLIENT_ORDER_ID_PATTERN
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.screens.practice.view_model.outcome import OutcomeKind
from upbit_auto_trading.ui.screens.practice.view_model.ticket import GIVE_UP_SECONDS
from upbit_auto_trading.ui.widgets.buttons import ButtonRole
from upbit_auto_trading.utils.bilingual_text import Language


def outcome(world: World) -> OutcomeKind | None:
    return None if world.ticket.state.outcome is None else world.ticket.state.outcome.kind


def told(world: World) -> list[str]:
    return texts(world.view.trade.ticket.outcome)


def test_a_buy_is_typed_sent_and_told(reached: World) -> None:
    ticket = reached.view.trade.ticket
    assert reached.send.toolTip() == "살 금액을 넣으세요."
    reached.type_amount("100000")
    assert ticket.amount.field.text() == "100,000"
    assert [line.value.text() for line in (ticket.first, ticket.second, ticket.third)] == [
        "50원",
        "0.001\N{NO-BREAK SPACE}BTC",
        "899,950원",
    ]
    assert (reached.send.shown_text(), reached.send.role) == ("BTC 100,000원 매수", ButtonRole.BUY)
    reached.click(reached.send)
    reached.see(lambda: outcome(reached) is OutcomeKind.FILLED)
    (sent,) = reached.connection.owner.sent
    assert (sent.side, sent.kind, sent.funds) == (Side.BUY, OrderKind.MARKET, Decimal(100_000))
    assert re.fullmatch(CLIENT_ORDER_ID_PATTERN, sent.client_order_id)
    assert told(reached) == ["연습 매수 체결", "비트코인 0.001\N{NO-BREAK SPACE}BTC · 100,000,000원"]
    assert reached.notices == ["연습 매수 체결"]
    assert threading.get_ident() not in reached.connection.owner.called_in
    language_state().set_language(Language.ENGLISH)
    assert told(reached) == ["Practice buy filled", "Bitcoin 0.001\N{NO-BREAK SPACE}BTC · 100,000,000 KRW"]
    reached.see(lambda: reached.model.state.fills)


def test_it_says_that_it_is_practice_in_shape_word_icon_and_colour(reached: World) -> None:
    ticket = reached.view.trade.ticket
    assert "연습 거래소에만 보내요. 실제 돈은 쓰지 않아요." in texts(ticket)
    assert ticket.only_practice.property("token") == "practice"


def test_shares_of_cash_and_of_coins(reached: World) -> None:
    ticket = reached.view.trade.ticket
    reached.click(ticket.shares[3])
    assert reached.ticket.state.funds == Decimal(999_500)
    assert ticket.amount.field.text() == "999,500"
    reached.click(ticket.shares[1])
    assert reached.send.shown_text() == "BTC 249,875원 매수"
    reached.choose(ticket.side, "sell")
    assert ticket.amount.isHidden()
    assert reached.send.toolTip() == "팔 비율을 고르세요."
    reached.click(ticket.shares[3])
    assert (reached.send.shown_text(), reached.send.role) == ("0.01\N{NO-BREAK SPACE}BTC 매도", ButtonRole.SELL)
    reached.click(ticket.shares[2])
    assert ticket.second.value.text() == "0.005\N{NO-BREAK SPACE}BTC"
    reached.click(reached.send)
    reached.see(lambda: outcome(reached) is OutcomeKind.FILLED)
    assert [(sent.side, sent.quantity) for sent in reached.connection.owner.sent] == [(Side.SELL, Decimal("0.005"))]
    assert told(reached)[0] == "연습 매도 체결"


def test_what_cannot_be_says_why_and_is_not_sent(reached: World) -> None:
    for amount, why in (
        ("4999", "5,000원 이상부터 주문할 수 있어요."),
        ("999501", "주문 가능 금액보다 많아요. 999,500원 이하로 줄이세요."),
    ):
        reached.type_amount(amount)
        assert not reached.send.isEnabled()
        assert reached.send.toolTip() == why
        assert why in texts(reached.view.trade.ticket)
    reached.choose(reached.view.trade.ticket.side, "sell")
    reached.ticket.choose_market(ETH)
    assert reached.send.toolTip() == "팔 ETH가 없어요."
    reached.click(reached.send)
    assert reached.connection.owner.sent == []


def test_while_entries_are_stopped_nothing_is_bought_and_selling_goes_on(reached: World) -> None:
    reached.type_amount("100000")
    assert reached.send.isEnabled()
    reached.model.show_entry_gate(START)
    why = "긴급 정지로 새 진입이 멈춰서 사지 않아요. 팔기와 취소는 할 수 있어요."
    assert (reached.send.isEnabled(), reached.send.toolTip()) == (False, why)
    assert why in texts(reached.view.trade.ticket)
    reached.click(reached.send)
    reached.ticket.send()
    assert reached.connection.owner.sent == []
    reached.choose(reached.view.trade.ticket.side, "sell")
    reached.click(reached.view.trade.ticket.shares[0])
    reached.click(reached.send)
    reached.see(lambda: outcome(reached) is OutcomeKind.FILLED)
    reached.choose(reached.view.trade.ticket.side, "buy")
    reached.model.show_entry_gate(None)
    reached.type_amount("100000")
    assert reached.send.isEnabled()


def test_a_stop_between_drawing_and_pressing_counts(reached: World) -> None:
    """The state is asked once more when it is sent, not when the button was drawn."""
    reached.type_amount("100000")
    reached.model.blockSignals(True)  # the news is there, and nobody has drawn it yet
    reached.model.show_entry_gate(START)
    reached.model.blockSignals(False)
    assert reached.send.isEnabled()
    reached.click(reached.send)
    assert reached.connection.owner.sent == []
    assert not reached.send.isEnabled()


def test_before_the_engine_has_read_the_stop_nothing_is_bought(world: World) -> None:
    world.reach()
    world.model._change(knows_entries=False)
    world.type_amount("100000")
    assert world.send.toolTip() == "긴급 정지 상태를 확인하고 있어요."


def test_one_press_sends_one_order(reached: World) -> None:
    reached.type_amount("100000")
    reached.connection.owner.may_go_on.clear()
    reached.click(reached.send)
    assert reached.send.is_busy
    reached.click(reached.send)
    reached.ticket.send()
    reached.connection.owner.may_go_on.set()
    reached.see(lambda: outcome(reached) is OutcomeKind.FILLED)
    assert len(reached.connection.owner.sent) == 1
    reached.click(reached.send)  # the second press of a double click, a little late
    assert reached.send.toolTip() == "살 금액을 넣으세요."
    assert len(reached.connection.owner.sent) == 1


def test_an_order_is_sent_whatever_else_goes_on(reached: World) -> None:
    reached.type_amount("100000")
    with reached.busy():
        reached.click(reached.send)
        reached.see(lambda: reached.connection.owner.sent)
        assert outcome(reached) is None, "reading how it went takes its turn with the rest"
    reached.see(lambda: outcome(reached) is OutcomeKind.FILLED)


def test_a_refused_order_says_that_it_does_not_exist(reached: World) -> None:
    error = OrderRefused("practice", "insufficient_funds_bid")
    reached.connection.owner.failures["place"] = [error]
    reached.type_amount("100000")
    reached.click(reached.send)
    reached.see(lambda: outcome(reached) is OutcomeKind.FAILED)
    message = explain(error)
    assert told(reached) == [
        f"연습 매수: {message.title.ko.rstrip('.')}",
        f"{message.meaning.ko} {message.mend.ko}",
    ]
    assert reached.notices == [told(reached)[0]]
    assert reached.send.isEnabled()


def test_a_lost_answer_is_looked_up_and_never_sent_again(reached: World) -> None:
    owner = reached.connection.owner
    owner.failures["after place"] = [OutcomeUnknown("practice", "x")]
    owner.failures["order"] = [ExchangeUnavailable("practice", "x")]
    reached.type_amount("100000")
    reached.click(reached.send)
    reached.see(lambda: outcome(reached) is OutcomeKind.UNKNOWN)
    assert told(reached)[0] == "연습 매수 확인 중"
    assert reached.send.toolTip() == "앞 주문을 확인하고 있어요."
    reached.click(reached.send)
    reached.see(lambda: outcome(reached) is OutcomeKind.FILLED)
    (sent,) = owner.sent
    assert {reference.client_order_id for reference in owner.looked_up} == {sent.client_order_id}
    assert len(owner.looked_up) == 2
    assert not reached.ticket.state.is_unknown


def test_an_order_that_never_arrived_is_given_up_after_a_while(reached: World) -> None:
    owner = reached.connection.owner
    owner.failures["place"] = [OutcomeUnknown("practice", "x")]
    reached.type_amount("100000")
    reached.click(reached.send)
    reached.see(lambda: owner.looked_up)
    assert outcome(reached) is OutcomeKind.UNKNOWN
    reached.clock.advance(GIVE_UP_SECONDS)
    reached.see(lambda: outcome(reached) is OutcomeKind.NOT_ARRIVED)
    assert told(reached)[0] == "연습 매수 주문이 들어가지 않았어요"
    assert len(owner.sent) == 1
    assert reached.send.isEnabled()


def test_what_was_accepted_is_told_again_when_it_ends(reached: World) -> None:
    """Its first look fails or finds it open: the streams tell its end."""
    owner = reached.connection.owner
    owner.ends = OrderState.OPEN
    owner.fills = False
    owner.failures["order"] = [OrderNotFound("practice", "not yet")]
    reached.type_amount("100000")
    reached.click(reached.send)
    reached.see(lambda: outcome(reached) is OutcomeKind.ACCEPTED)
    reached.see(lambda: reached.model.order("n1") is not None)
    reached.tell(OwnOrderChanged(update_of("n1", OrderState.CANCELLED, executed="0"), Provenance.STREAM, START))
    reached.see(lambda: outcome(reached) is OutcomeKind.NOT_FILLED)


def test_the_end_of_an_accepted_order_is_told_wherever_the_user_looks(reached: World) -> None:
    owner = reached.connection.owner
    owner.ends, owner.fills = OrderState.OPEN, False
    reached.type_amount("100000")
    reached.click(reached.send)
    reached.see(lambda: outcome(reached) is OutcomeKind.ACCEPTED)
    reached.see(lambda: reached.model.order("n1") is not None)
    reached.view.hide()
    reached.tell(OwnOrderChanged(update_of("n1", OrderState.CANCELLED, executed="0"), Provenance.STREAM, START))
    reached.see(lambda: outcome(reached) is OutcomeKind.NOT_FILLED)
    assert reached.notices == ["연습 매수 체결 안 됨"]
    states: list[object] = []
    reached.model.state_changed.connect(states.append)
    reached.hold("BTC", "3")
    assert states == [], "nobody waits for anything any more"
    reached.view.show()
    assert reached.model.state.free_of("BTC") == 3


def test_prices_and_balances_that_nobody_sees_are_there_when_somebody_looks(reached: World) -> None:
    ticket, states = reached.view.trade.ticket, list[object]()
    reached.choose(ticket.side, "sell")
    reached.view.hide()
    reached.model.state_changed.connect(states.append)
    reached.ticket.state_changed.connect(states.append)
    for price in range(101_000_000, 101_010_000, 1_000):
        reached.price(BTC, Decimal(price))
    reached.hold("BTC", "2")
    assert states == []
    reached.view.show()
    assert ticket.last.value.text() == "101,009,000원"
    assert ticket.first.value.text() == "2\N{NO-BREAK SPACE}BTC"
    assert reached.model.state.coins_value is not None
    assert len(states) <= 4, "caught up at once, not step by step"


def test_a_market_that_is_chosen_changes_everything(reached: World) -> None:
    ticket = reached.view.trade.ticket
    ticket.market.chosen.emit("KRW-ETH")
    assert ticket.last.value.text() == "5,000,000원"
    reached.type_amount("100000")
    assert reached.send.shown_text() == "ETH 100,000원 매수"
    reached.click(reached.send)
    reached.see(lambda: outcome(reached) is OutcomeKind.FILLED)
    assert reached.connection.owner.sent[0].market == ETH
