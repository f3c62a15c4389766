"""What a client writes into an order, checked in the exchange's words: sheet 4.3."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import OrderKind, OrderRequest, SelfMatch, Side, TimeInForce
from upbit_auto_trading.business_logic.simulation.refusal import RefusalCode
from upbit_auto_trading.data_layer.practice_exchange.error_bodies import refused, validation
from upbit_auto_trading.data_layer.practice_exchange.order_wire import SELF_MATCHES, SIDE_NAMES, SIDES, TIMES_IN_FORCE
from upbit_auto_trading.data_layer.practice_exchange.refusal_names import refusal

#: midnight of 2026-11-09 in Korea
SELF_MATCH_SINCE: Final = datetime(2026, 11, 8, 15, tzinfo=UTC)
LONGEST_IDENTIFIER: Final = 64
#: with an exponent, as languages print small doubles
_AMOUNT = re.compile(r"\d{1,25}(\.\d{1,25})?(?P<exponent>[eE][+-]?\d{1,2})?", re.ASCII)
#: powers of ten beyond are no amount of anything
_LARGEST_POWER = 25
_KINDS = {
    "limit": OrderKind.LIMIT,
    "price": OrderKind.MARKET,
    "market": OrderKind.MARKET,
    "best": OrderKind.BEST,
}
#: which of volume and price belong to a side and type
_MEMBERS = {
    ("bid", "limit"): (True, True),
    ("ask", "limit"): (True, True),
    ("bid", "price"): (False, True),
    ("ask", "market"): (True, False),
    ("bid", "best"): (False, True),
    ("ask", "best"): (True, False),
}

Read = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class OrderForm:
    """As written; the names are those of ``POST /orders``."""

    side: Side
    order_type: str
    volume: str | None
    price: str | None
    time_in_force: str | None
    identifier: str | None
    self_match: str | None


def read_form(read: Read, side: Side | None = None, *, prefix: str = "") -> OrderForm:
    """Only what must be there and the closed sets are checked. ``prefix`` is for messages."""
    problems: list[str] = []
    if side is None:
        side = SIDES.get(read("side") or "")
        if side is None:
            problems += _problems("side", read("side"))
    order_type = read("ord_type") or ""
    if order_type not in _KINDS:
        problems += _problems(f"{prefix}ord_type", read("ord_type"))
    identifier = read("identifier")
    if identifier is not None and len(identifier) > LONGEST_IDENTIFIER:
        problems.append(f"{prefix}identifier is too long (maximum is {LONGEST_IDENTIFIER} characters)")
    if read("smp_type") not in (None, *SELF_MATCHES):
        problems.append(f"{prefix}smp_type does not have a valid value")
    if problems or side is None:
        raise validation(*problems)
    return OrderForm(
        side, order_type, read("volume"), read("price"), read("time_in_force"), identifier, read("smp_type")
    )


def _problems(name: str, written: str | None) -> list[str]:
    missing = [f"{name} is missing"] if written is None else []
    return [*missing, f"{name} does not have a valid value"]


def to_request(
    form: OrderForm, market: Market, *, prevents_self_match: bool, refuses_precision: bool, takes_exponents: bool
) -> OrderRequest:
    """``prevents_self_match``: the rule since 2026-11-09 counts."""
    _check_members(form)
    time_in_force = _time_in_force(form)
    self_match = _self_match(form, time_in_force, prevents_self_match)
    volume = _amount(form.volume, "volume", takes_exponents)
    price = _amount(form.price, "price", takes_exponents)
    kind = _KINDS[form.order_type]
    _check_positive(form, market, kind, volume, price)
    if volume is not None and refuses_precision and _decimals(volume) > 8:
        raise refusal(RefusalCode.BAD_QUANTITY, market, form.side)
    is_limit = kind is OrderKind.LIMIT
    return OrderRequest(
        client_order_id=form.identifier or "",
        market=market,
        side=form.side,
        kind=kind,
        quantity=volume,
        price=price if is_limit else None,
        funds=None if is_limit else price,
        time_in_force=time_in_force,
        self_match=self_match,
    )


def _check_members(form: OrderForm) -> None:
    """Price on a market sell, a volume on a market buy, and the like."""
    word = SIDE_NAMES[form.side]
    wanted = _MEMBERS.get((word, form.order_type))
    if wanted != (form.volume is not None, form.price is not None):
        raise refused(f"create_{word}_error", "주문 요청 값이 올바르지 않습니다.")


def _time_in_force(form: OrderForm) -> TimeInForce:
    written = form.time_in_force
    allowed = {"limit": (None, "ioc", "fok", "post_only"), "best": ("ioc", "fok")}.get(form.order_type, (None,))
    if written not in allowed:
        raise refused("invalid_time_in_force")
    if form.order_type in ("price", "market"):
        return TimeInForce.IMMEDIATE_OR_CANCEL
    return TimeInForce.UNTIL_CANCELLED if written is None else TIMES_IN_FORCE[written]


def _self_match(form: OrderForm, time_in_force: TimeInForce, prevents: bool) -> SelfMatch:
    is_post_only = time_in_force is TimeInForce.POST_ONLY
    if form.self_match is None:
        return SelfMatch.CANCEL_MAKER if prevents and not is_post_only else SelfMatch.ALLOW
    chosen = SELF_MATCHES[form.self_match]
    if chosen is SelfMatch.ALLOW and not prevents:
        raise validation("smp_type does not have a valid value")
    if is_post_only and chosen is not SelfMatch.ALLOW:
        raise refused("invalid_post_only")
    return chosen


def _amount(written: str | None, name: str, takes_exponents: bool) -> Decimal | None:
    if written is None:
        return None
    found = _AMOUNT.fullmatch(written)
    if found is None or (found["exponent"] and not takes_exponents):
        raise validation(f"{name} is invalid")
    amount = Decimal(written)
    if amount and abs(amount.adjusted()) > _LARGEST_POWER:
        raise validation(f"{name} is invalid")
    return amount or Decimal(0)


def _check_positive(
    form: OrderForm, market: Market, kind: OrderKind, volume: Decimal | None, price: Decimal | None
) -> None:
    if volume == 0:
        raise refusal(RefusalCode.BAD_QUANTITY, market, form.side)
    if price == 0:
        raise refusal(_no_price(kind), market, form.side)


def _no_price(kind: OrderKind) -> RefusalCode:
    return RefusalCode.OFF_TICK if kind is OrderKind.LIMIT else RefusalCode.UNDER_MINIMUM


def _decimals(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def prevents_self_match(position: str, now: datetime) -> bool:
    """By the switch: from the day of the change on, always, or not yet."""
    return now >= SELF_MATCH_SINCE if position == "dated" else position == "cancel_maker"
