"""What is known of the account after each thing that the streams tell."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from tests.fakes.fake_clock import START
from tests.fakes.own_orders import balance_of, order_of, update_of
from upbit_auto_trading.business_logic.domain.events import EntriesStopped, FeedReplaced, PriceChanged
from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.business_logic.domain.order import Order, OrderState
from upbit_auto_trading.business_logic.domain.stream import (
    AccountEvent,
    OrderEventsLost,
    OrdersRepaired,
    OwnBalancesChanged,
    OwnOrderChanged,
    Provenance,
)
from upbit_auto_trading.business_logic.engine.own_account import ENDED_ORDERS_KEPT, OwnAccount, after, with_orders
from upbit_auto_trading.business_logic.engine.session import Session


def told(*events: AccountEvent) -> OwnAccount:
    account = OwnAccount()
    for event in events:
        account = after(account, event)
    return account


def balances(provenance: Provenance, *moved: tuple[str, str]) -> OwnBalancesChanged:
    return OwnBalancesChanged(tuple(balance_of(*one) for one in moved), provenance, START)


def report(number: str, state: OrderState = OrderState.OPEN, executed: str = "0") -> OwnOrderChanged:
    return OwnOrderChanged(update_of(number, state, executed=executed), Provenance.STREAM, START)


def repaired(*orders: Order) -> OrdersRepaired:
    return OrdersRepaired(orders, START, START)


def test_a_moved_balance_is_not_all_there_is() -> None:
    account = told(balances(Provenance.STREAM, ("BTC", "1")))
    assert not account.has_all_balances
    account = after(account, balances(Provenance.REPAIR, ("KRW", "5"), ("BTC", "2")))
    assert account.has_all_balances
    account = after(account, balances(Provenance.STREAM, ("BTC", "3")))
    assert {currency: one.free for currency, one in account.balances.items()} == {"KRW": 5, "BTC": 3}
    assert account.has_all_balances
    assert set(after(account, balances(Provenance.POLLED, ("KRW", "9"))).balances) == {"KRW"}


def test_a_report_of_an_unknown_order_waits_for_its_reading() -> None:
    account = told(report("1", executed="0.5"))
    assert (dict(account.orders), list(account.unread)) == ({}, ["1"])
    account = with_orders(account, (order_of("1"),))
    assert account.orders["1"].executed_quantity == Decimal("0.5")
    assert not account.unread


def test_reports_of_a_known_order_change_it_and_move_it_to_the_end() -> None:
    account = told(repaired(order_of("1"), order_of("2")), report("1", executed="0.5"))
    assert list(account.orders) == ["2", "1"]
    assert account.orders["1"].executed_quantity == Decimal("0.5")


def test_a_repair_never_turns_an_order_back_and_ends_the_loss() -> None:
    later = START + timedelta(seconds=1)
    account = told(
        repaired(order_of("1")), report("1", OrderState.DONE, "1"), OrderEventsLost(START), OrderEventsLost(later)
    )
    assert account.lost_at == START
    account = after(account, repaired(order_of("1", executed="0.5")))
    assert account.orders["1"].state is OrderState.DONE
    assert account.lost_at is None


def test_open_orders_are_all_kept_and_the_newest_of_those_that_ended() -> None:
    many = [order_of(f"d{number}", OrderState.DONE) for number in range(ENDED_ORDERS_KEPT + 10)]
    account = told(repaired(order_of("open"), *many))
    assert len(account.orders) == ENDED_ORDERS_KEPT + 1
    assert {"open", "d10", f"d{ENDED_ORDERS_KEPT + 9}"} <= set(account.orders)
    assert "d9" not in account.orders


def test_the_session_holds_the_account_and_forgets_it_with_its_feed() -> None:
    session = Session(lambda _command: None)
    session.process(EntriesStopped(START))
    session.process(PriceChanged(LastPrice(Market("practice", "KRW-BTC"), Decimal(1), Decimal(1), START)))
    for event in (
        balances(Provenance.REPAIR, ("KRW", "5")),
        repaired(order_of("1")),
        report("1"),
        OrderEventsLost(START),
    ):
        session.process(event)
    assert session.state.account.orders
    assert session.state.account.lost_at == START
    session.process(FeedReplaced())
    assert session.state.account == OwnAccount()
    assert not session.state.last_prices
    assert session.state.entries_stopped_at == START
