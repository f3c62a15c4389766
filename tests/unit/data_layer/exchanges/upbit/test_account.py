"""Orders and balances over real sockets."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from time import perf_counter
from typing import Any

import pytest

from tests.fakes import upbit_payloads as payloads
from tests.fakes.scripted_exchange import CUT, SILENT, Answer, Received, answer, refusal
from tests.log_guard import LogGuard
from tests.unit.data_layer.exchanges.upbit.conftest import World
from upbit_auto_trading.business_logic.domain.errors import (
    ExchangeUnavailable,
    InvalidParameter,
    KeyRejected,
    MarketUnknown,
    OrderNotFound,
    OrderRefused,
    OutcomeUnknown,
)
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import (
    OrderKind,
    OrderReference,
    OrderRequest,
    OrderState,
    Replacement,
    SelfMatch,
    Side,
    TimeInForce,
    best_buy,
    best_sell,
    limit_order,
    market_buy,
    market_sell,
)
from upbit_auto_trading.business_logic.ports.exchange import CancelScope

BTC = Market("upbit", "KRW-BTC")
PRICE, QUANTITY, FUNDS = Decimal("118000000.00"), Decimal("1E-3"), Decimal(10000)
NOW = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)


def reference(number: int) -> OrderReference:
    return OrderReference(BTC, order_id=payloads.order_id(number))


def ours(number: int) -> OrderReference:
    return OrderReference(BTC, client_order_id=f"cli-{number:04}")


def limit(force: TimeInForce, self_match: SelfMatch | None = None) -> OrderRequest:
    return limit_order(
        "cli-1", BTC, Side.SELL, price=PRICE, quantity=QUANTITY, time_in_force=force, self_match=self_match
    )


IOC, FOK = TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.FILL_OR_KILL
LIMIT_BODY = {"side": "ask", "ord_type": "limit", "price": "118000000", "volume": "0.001"}


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        (limit(TimeInForce.UNTIL_CANCELLED), LIMIT_BODY),
        (limit(IOC), {**LIMIT_BODY, "time_in_force": "ioc"}),
        (limit(FOK), {**LIMIT_BODY, "time_in_force": "fok"}),
        (limit(TimeInForce.POST_ONLY), {**LIMIT_BODY, "time_in_force": "post_only"}),
        (limit(IOC, SelfMatch.CANCEL_MAKER), {**LIMIT_BODY, "time_in_force": "ioc", "smp_type": "cancel_maker"}),
        (limit(IOC, SelfMatch.CANCEL_TAKER), {**LIMIT_BODY, "time_in_force": "ioc", "smp_type": "cancel_taker"}),
        (limit(IOC, SelfMatch.REDUCE_BOTH), {**LIMIT_BODY, "time_in_force": "ioc", "smp_type": "reduce"}),
        (limit(IOC, SelfMatch.ALLOW), {**LIMIT_BODY, "time_in_force": "ioc", "smp_type": "none"}),
        (market_buy("cli-1", BTC, funds=FUNDS), {"side": "bid", "ord_type": "price", "price": "10000"}),
        (market_sell("cli-1", BTC, quantity=QUANTITY), {"side": "ask", "ord_type": "market", "volume": "0.001"}),
        (
            best_buy("cli-1", BTC, funds=FUNDS, time_in_force=IOC),
            {"side": "bid", "ord_type": "best", "price": "10000", "time_in_force": "ioc"},
        ),
        (
            best_buy("cli-1", BTC, funds=FUNDS, time_in_force=FOK),
            {"side": "bid", "ord_type": "best", "price": "10000", "time_in_force": "fok"},
        ),
        (
            best_sell("cli-1", BTC, quantity=QUANTITY, time_in_force=IOC),
            {"side": "ask", "ord_type": "best", "volume": "0.001", "time_in_force": "ioc"},
        ),
        (
            best_sell("cli-1", BTC, quantity=QUANTITY, time_in_force=FOK),
            {"side": "ask", "ord_type": "best", "volume": "0.001", "time_in_force": "fok"},
        ),
    ],
)
def test_every_valid_order_as_the_sheet_wants_it(world: World, request_: OrderRequest, body: dict[str, str]) -> None:
    world.server.on("POST", "/v1/orders", answer(payloads.order(7, identifier="cli-1"), 201))
    placed = world.account.place(request_)
    assert world.server.requests[0].json == {"market": "KRW-BTC", **body, "identifier": "cli-1"}
    assert (placed.order_id, placed.client_order_id, placed.market) == (payloads.order_id(7), "cli-1", BTC)
    assert placed.accepted_at == datetime(2026, 11, 18, 5, 20, 31, tzinfo=UTC)
    assert (request_.side, request_.kind, request_.time_in_force) in world.exchange.capabilities.orders


def test_a_taken_order_may_leave_out_all_but_its_number(world: World) -> None:
    world.server.on("POST", "/v1/orders", answer({"uuid": "x"}, 200))
    assert world.account.place(limit(IOC)).order_id == "x"


@pytest.mark.parametrize("wrong", ["", "a b", "x" * 65, "한글", "a&b", "a=b"])
def test_an_identifier_that_cannot_travel_is_refused_before_anything_is_sent(world: World, wrong: str) -> None:
    with pytest.raises(InvalidParameter):
        world.account.place(market_buy(wrong, BTC, funds=FUNDS))
    with pytest.raises(InvalidParameter):
        world.account.place(market_buy("cli-1", Market("bithumb", "KRW-BTC"), funds=FUNDS))
    assert world.server.requests == []


@pytest.mark.claims("error:OrderRefused")
def test_a_check_uses_no_identifier_up(world: World) -> None:
    world.server.on("POST", "/v1/orders/test", answer(payloads.order(1), 201))
    world.account.check(limit(IOC))
    assert "identifier" not in world.server.requests[0].json
    world.server.on("POST", "/v1/orders/test", refusal(400, "under_min_total_ask"))
    with pytest.raises(OrderRefused):
        world.account.check(limit(IOC))
    world.server.on("POST", "/v1/orders/test", refusal(403, "market_offline"))
    with pytest.raises(ExchangeUnavailable) as caught:
        world.account.check(limit(IOC))
    assert caught.value.detail == "market_offline"
    assert len(world.server.requests) == 3


def test_balances_and_terms(world: World) -> None:
    world.server.on("GET", "/v1/accounts", answer([payloads.ACCOUNT_KRW, payloads.ACCOUNT_BTC]))
    world.server.on("GET", "/v1/orders/chance", answer(payloads.CHANCE))
    assert [balance.currency for balance in world.account.balances()] == ["KRW", "BTC"]
    assert world.account.order_terms(BTC).minimum_funds == 5000
    assert world.server.requests[1].values == {"market": "KRW-BTC"}
    world.server.on("GET", "/v1/orders/chance", refusal(400, "notfoundmarket"))
    with pytest.raises(MarketUnknown):
        world.account.order_terms(BTC)


@pytest.mark.claims("error:OrderNotFound")
def test_one_order_by_either_number(world: World, expected_log: LogGuard) -> None:
    expected_log.expect("could not be read")
    world.server.on("GET", "/v1/order", answer(payloads.order(3)))
    assert world.account.order(reference(3)).client_order_id == "cli-0003"
    assert world.account.order(ours(3)).order_id == payloads.order_id(3)
    assert [request.values for request in world.server.requests] == [
        {"uuid": payloads.order_id(3)},
        {"identifier": "cli-0003"},
    ]
    with pytest.raises(ExchangeUnavailable):
        world.account.order(reference(4))
    with pytest.raises(ExchangeUnavailable):
        world.account.order(ours(4))
    world.server.on("GET", "/v1/order", refusal(404, "order_not_found"))
    with pytest.raises(OrderNotFound):
        world.account.order(reference(3))


def test_orders_by_number_in_hundreds(world: World) -> None:
    def existing(request: Received) -> Answer:
        assert len({name for name, _value in request.pairs}) == 1, "numbers of one kind only"
        numbers = [int(value[-4:]) for _name, value in request.pairs]
        assert len(numbers) <= 100
        return answer([payloads.order(number, state="done") for number in numbers if number % 2])

    world.server.on("GET", "/v1/orders/uuids", existing)
    found = world.account.orders(
        [*(reference(number) for number in range(150)), *(ours(number) for number in (151, 152))]
    )
    assert {order.order_id for order in found} == {payloads.order_id(number) for number in range(1, 152, 2)}
    assert [len(request.pairs) for request in world.server.requests] == [100, 50, 2]
    assert world.server.requests[0].pairs[0][0] == "uuids[]"
    assert world.account.orders([]) == ()


def test_an_unreadable_order_must_not_look_like_one_that_does_not_exist(world: World, expected_log: LogGuard) -> None:
    expected_log.expect("could not be read")
    world.server.on("GET", "/v1/orders/uuids", answer([payloads.order(1), payloads.order(2, side="up")]))
    with pytest.raises(ExchangeUnavailable):
        world.account.orders([reference(1), reference(2)])


# open orders


class OpenOrders:
    """Newest first in pages of 100. ``ends`` takes orders away after the first page was read."""

    def __init__(self, count: int, ends: int = 0) -> None:
        self.orders = [
            payloads.order(number, created_at=(NOW + timedelta(seconds=number)).isoformat()) for number in range(count)
        ]
        self.ends = ends

    def __call__(self, request: Received) -> Answer:
        values = request.values
        page, size = int(values["page"]), int(values["limit"])
        assert size <= 100
        newest_first = self.orders[::-1]
        found = newest_first[(page - 1) * size : page * size]
        if page == 1 and self.ends:
            self.orders = self.orders[: -self.ends]
            self.ends = 0
        return answer(found)


def test_open_orders_of_every_page_oldest_first(world: World) -> None:
    world.server.on("GET", "/v1/orders/open", OpenOrders(250))
    found = world.account.open_orders()
    assert [order.order_id for order in found] == [payloads.order_id(number) for number in range(250)]


def test_an_order_that_ends_between_two_pages_hides_no_other(world: World) -> None:
    world.server.on("GET", "/v1/orders/open", OpenOrders(150, ends=30))
    found = {order.order_id for order in world.account.open_orders()}
    assert found >= {payloads.order_id(number) for number in range(120)}


def test_orders_that_watch_are_asked_for_unless_unwanted(world: World) -> None:
    world.server.on("GET", "/v1/orders/open", answer([payloads.order(1, state="watch")]))
    assert world.account.open_orders(BTC)[0].state is OrderState.WATCHING
    world.account.open_orders(with_watching=False)
    states = [[value for name, value in request.pairs if name == "states[]"] for request in world.server.requests]
    assert states == [["wait", "watch"], ["wait"]]
    assert "market" not in world.server.requests[1].values


# closed orders


class ClosedOrders:
    """Section 4.6: at most seven days and a thousand orders an answer, no pages."""

    def __init__(self, created: list[datetime]) -> None:
        self.created = created
        self.windows: list[tuple[datetime, datetime]] = []

    def __call__(self, request: Received) -> Answer:
        values = request.values
        begin, end = (datetime.fromtimestamp(int(values[name]) / 1000, UTC) for name in ("start_time", "end_time"))
        if end - begin > timedelta(days=7):
            return refusal(400, "invalid_parameter")
        assert values["order_by"] == "asc"
        self.windows.append((begin, end))
        found = [number for number, created in enumerate(self.created) if begin <= created <= end]
        return answer(
            [
                payloads.order(number, state="done", created_at=self.created[number].isoformat())
                for number in found[: min(int(values["limit"]), 1000)]
            ]
        )


def test_closed_orders_window_by_window(world: World) -> None:
    server = ClosedOrders([NOW + timedelta(hours=5) * number for number in range(100)])
    world.server.on("GET", "/v1/orders/closed", server)
    start, end = NOW + timedelta(hours=10), NOW + timedelta(days=20)
    found = world.account.closed_orders(start, end, BTC)
    assert [order.created_at for order in found] == [one for one in server.created if start <= one < end]
    assert len(server.windows) == 3
    assert world.server.requests[0].values["market"] == "KRW-BTC"
    assert world.account.closed_orders(end, start) == ()


def test_more_closed_orders_than_fit_into_an_answer(world: World) -> None:
    """Twelve an hour fill the answer three times; some share a second across the edge of an answer."""
    created = [NOW + timedelta(seconds=number // 7) for number in range(2_500)]
    server = ClosedOrders(created)
    world.server.on("GET", "/v1/orders/closed", server)
    found = world.account.closed_orders(NOW, NOW + timedelta(days=1))
    assert len(found) == 2_500
    assert len(server.windows) == 3


def test_the_whole_second_of_the_start_belongs_to_it(world: World) -> None:
    """The exchange tells whole seconds: an order made right after the start would look as if it were older."""
    server = ClosedOrders([NOW])
    world.server.on("GET", "/v1/orders/closed", server)
    assert len(world.account.closed_orders(NOW + timedelta(milliseconds=900), NOW + timedelta(seconds=9))) == 1


# cancels


def test_a_cancel_is_accepted_and_sent_once(world: World) -> None:
    world.server.on("DELETE", "/v1/order", answer(payloads.order(1)))
    world.account.cancel(reference(1))
    world.account.cancel(ours(1))
    first, second = world.server.requests
    assert (first.values, second.values) == ({"uuid": payloads.order_id(1)}, {"identifier": "cli-0001"})
    assert first.body == b"", "a body would be refused"
    world.server.on("DELETE", "/v1/order", CUT)
    with pytest.raises(OutcomeUnknown) as caught:
        world.account.cancel(ours(1))
    assert caught.value.client_order_id == "cli-0001"
    for status, name in ((404, "order_not_found"), (400, "already_done")):
        world.server.on("DELETE", "/v1/order", refusal(status, name))
        with pytest.raises(OrderNotFound):
            world.account.cancel(reference(1))
    assert len(world.server.requests) == 5


def test_a_cancel_is_repeated_until_the_order_has_ended(world: World) -> None:
    cancels = iter([CUT, refusal(500, "server_error"), answer(payloads.order(1)), refusal(404, "order_not_found")])
    states = iter(["wait", "wait", "wait", "cancel"])
    world.server.on("DELETE", "/v1/order", lambda _request: next(cancels))
    world.server.on("GET", "/v1/order", lambda _request: answer(payloads.order(1, state=next(states))))
    order = world.account.cancel_until_final(ours(1), timedelta(seconds=10))
    assert order.state is OrderState.CANCELLED
    assert [request.method for request in world.server.requests] == ["DELETE", "GET"] * 4


def test_whoever_ended_the_order_it_is_final(world: World) -> None:
    world.server.on("DELETE", "/v1/order", refusal(404, "order_not_found"))
    world.server.on("GET", "/v1/order", answer(payloads.order(1, state="done", executed_volume="0.001")))
    assert world.account.cancel_until_final(reference(1), timedelta(seconds=10)).state is OrderState.DONE


def test_an_order_that_does_not_end_in_time_stays_unknown(world: World, expected_log: LogGuard) -> None:
    expected_log.expect("could not be read", at_least=0)
    world.server.on("DELETE", "/v1/order", answer(payloads.order(1)))
    world.server.on("GET", "/v1/order", answer(payloads.order(1)))
    with pytest.raises(OutcomeUnknown):
        world.account.cancel_until_final(ours(1), timedelta(seconds=0.3))
    assert len(world.server.requests) >= 2
    world.server.on("GET", "/v1/order", refusal(404, "order_not_found"))
    with pytest.raises(OutcomeUnknown):
        world.account.cancel_until_final(ours(1), timedelta(seconds=0.2))


def test_a_silent_exchange_does_not_outlast_the_limit(world: World) -> None:
    world.server.on("DELETE", "/v1/order", SILENT)
    world.server.on("GET", "/v1/order", SILENT)
    began = perf_counter()
    with pytest.raises(OutcomeUnknown):
        world.account.cancel_until_final(ours(1), timedelta(seconds=0.5))
    assert perf_counter() - began < 2.5


def test_a_key_that_is_refused_ends_the_repeating(world: World) -> None:
    world.server.on("DELETE", "/v1/order", refusal(401, "expired_access_key"))
    with pytest.raises(KeyRejected):
        world.account.cancel_until_final(ours(1), timedelta(seconds=10))
    assert len(world.server.requests) == 1


def test_many_cancels_in_twenties(world: World) -> None:
    def cancel(request: Received) -> Answer:
        assert len({name for name, _value in request.pairs}) == 1
        numbers = [int(value[-4:]) for _name, value in request.pairs]
        assert len(numbers) <= 20
        return answer(payloads.cancelled([one for one in numbers if one % 5], [one for one in numbers if one % 5 == 0]))

    world.server.on("DELETE", "/v1/orders/uuids", cancel)
    given = [*(reference(number) for number in range(1, 31)), *(ours(number) for number in range(31, 34)), reference(1)]
    report = world.account.cancel_many(given)
    assert len(world.server.requests) == 3
    assert set(report.refused) == {reference(number) for number in range(5, 31, 5)}
    assert set(report.accepted) == set(given) - set(report.refused)


def test_what_is_not_named_in_the_answer_was_not_accepted(world: World, expected_log: LogGuard) -> None:
    expected_log.expect("could not be read")
    said = payloads.cancelled([1])
    said["success"]["orders"].append({"uuid": 5})
    world.server.on("DELETE", "/v1/orders/uuids", answer(said))
    report = world.account.cancel_many([reference(1), reference(2)])
    assert (report.accepted, report.refused) == ((reference(1),), (reference(2),))


def test_one_chunk_that_fails_does_not_keep_the_others(world: World) -> None:
    answers = iter([CUT, answer(payloads.cancelled([25]))])
    world.server.on("DELETE", "/v1/orders/uuids", lambda _request: next(answers))
    with pytest.raises(OutcomeUnknown):
        world.account.cancel_many([reference(number) for number in range(25)])
    assert len(world.server.requests) == 2


def test_all_cancels_go_on_while_answers_are_full(world: World) -> None:
    answers = iter([payloads.cancelled(list(range(300))), payloads.cancelled(list(range(300, 310)), [999])])
    world.server.on("DELETE", "/v1/orders/open", lambda _request: answer(next(answers)))
    report = world.account.cancel_all(CancelScope(side=Side.BUY, quotes=("KRW", "BTC"), excluded=(BTC,)))
    assert len(report.accepted) == 310
    assert report.refused == (reference(999),)
    assert [request.values for request in world.server.requests] == [
        {"cancel_side": "bid", "quote_currencies": "KRW,BTC", "excluded_pairs": "KRW-BTC", "count": "300"}
    ] * 2


def test_all_cancels_end_where_nothing_moves(world: World) -> None:
    world.server.on("DELETE", "/v1/orders/open", answer(payloads.cancelled([], list(range(300)))))
    report = world.account.cancel_all(CancelScope())
    assert len(report.refused) == 300
    assert [request.values for request in world.server.requests] == [{"cancel_side": "all", "count": "300"}]


def test_all_cancels_of_named_markets(world: World) -> None:
    world.server.on("DELETE", "/v1/orders/open", answer(payloads.cancelled([1])))
    scope = CancelScope(
        side=Side.SELL,
        markets=(BTC, Market("upbit", "KRW-ETH"), Market("upbit", "BTC-ETH")),
        quotes=("KRW",),
        excluded=(Market("upbit", "KRW-ETH"),),
    )
    world.account.cancel_all(scope)
    assert world.server.requests[0].values == {"cancel_side": "ask", "pairs": "KRW-BTC", "count": "300"}
    nothing = CancelScope(markets=(BTC,), excluded=(BTC,))
    assert world.account.cancel_all(nothing).accepted == ()
    assert len(world.server.requests) == 1


def test_more_excluded_markets_than_a_request_takes(world: World) -> None:
    world.server.on(
        "GET",
        "/v1/orders/open",
        answer([payloads.order(1), payloads.order(2, market="KRW-C01"), payloads.order(3, side="ask")]),
    )
    world.server.on("DELETE", "/v1/orders/uuids", answer(payloads.cancelled([1])))
    excluded = tuple(Market("upbit", f"KRW-C{number:02}") for number in range(21))
    report = world.account.cancel_all(CancelScope(side=Side.BUY, excluded=excluded))
    assert report.accepted == (reference(1),)
    assert world.server.requests[-1].values == {"uuids[]": payloads.order_id(1)}


@pytest.mark.parametrize(
    ("new", "body"),
    [
        (
            Replacement("cli-2", OrderKind.LIMIT, PRICE, None),
            {"new_ord_type": "limit", "new_price": "118000000", "new_volume": "remain_only"},
        ),
        (
            Replacement("cli-2", OrderKind.LIMIT, PRICE, QUANTITY, time_in_force=TimeInForce.POST_ONLY),
            {
                "new_ord_type": "limit",
                "new_price": "118000000",
                "new_volume": "0.001",
                "new_time_in_force": "post_only",
            },
        ),
        (
            Replacement("cli-2", OrderKind.MARKET, None, None, FUNDS),
            {"new_ord_type": "price", "new_price": "10000"},
        ),
        (Replacement("cli-2", OrderKind.MARKET, None, QUANTITY), {"new_ord_type": "market", "new_volume": "0.001"}),
        (
            Replacement("cli-2", OrderKind.BEST, None, QUANTITY, None, IOC, SelfMatch.CANCEL_TAKER),
            {
                "new_ord_type": "best",
                "new_volume": "0.001",
                "new_time_in_force": "ioc",
                "new_smp_type": "cancel_taker",
            },
        ),
    ],
)
def test_an_order_is_replaced_in_one_request(world: World, new: Replacement, body: dict[str, str]) -> None:
    said = {**payloads.order(1), "new_order_uuid": payloads.order_id(2), "new_order_identifier": "cli-2"}
    for status in (200, 201):
        world.server.answers(answer(said, status))
        assert world.account.replace(reference(1), new) == payloads.order_id(2)
    expected: dict[str, Any] = {"prev_order_uuid": payloads.order_id(1), **body, "new_identifier": "cli-2"}
    assert world.server.requests[0].json == expected
    assert next(iter(json.loads(world.server.requests[0].body))) == "prev_order_uuid"


def test_an_order_that_is_gone_cannot_be_replaced(world: World, expected_log: LogGuard) -> None:
    expected_log.expect("could not be read")
    new = Replacement("cli-2", OrderKind.LIMIT, PRICE, None)
    world.server.answers(refusal(404, "order_not_found"), answer(payloads.order(1), 201))
    with pytest.raises(OrderNotFound):
        world.account.replace(ours(1), new)
    assert world.server.requests[0].json["prev_order_identifier"] == "cli-0001"
    with pytest.raises(OutcomeUnknown):
        world.account.replace(ours(1), new)


def test_states_of_wallets(world: World) -> None:
    unknown = {"currency": "XRP", "wallet_state": "on_holiday", "net_type": None}
    world.server.on("GET", "/v1/status/wallet", answer([payloads.WALLET, unknown]))
    states = world.account.wallet_states()
    assert [(one.currency, one.network, one.state) for one in states] == [
        ("BTC", "BTC", "working"),
        ("XRP", None, "on_holiday"),
    ]
