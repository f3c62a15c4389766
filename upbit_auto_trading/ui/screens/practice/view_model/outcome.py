"""What became of an order by hand, and the sentences for it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from upbit_auto_trading.business_logic.domain.market import ListedMarket
from upbit_auto_trading.business_logic.domain.order import FilledHow, Order, Side
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.utils.bilingual_text import Language, Text


class OutcomeKind(Enum):
    #: the exchange has it; how it ended is told when it is known
    ACCEPTED = "accepted"
    FILLED = "filled"
    #: ended with something or nothing bought or sold
    PARTLY = "partly"
    NOT_FILLED = "not-filled"
    #: no answer came; it is being looked up
    UNKNOWN = "unknown"
    #: looked up long enough: the exchange never got it
    NOT_ARRIVED = "not-arrived"
    #: refused, or not sent at all
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    kind: OutcomeKind
    side: Side
    listed: ListedMarket
    order_id: str | None = None
    order: Order | None = None
    error: Exception | None = None
    waited_seconds: int = 0


def kind_of(order: Order) -> OutcomeKind:
    if not order.state.is_final:
        return OutcomeKind.ACCEPTED
    return {
        FilledHow.FULLY: OutcomeKind.FILLED,
        FilledHow.PARTLY: OutcomeKind.PARTLY,
        FilledHow.NOT_AT_ALL: OutcomeKind.NOT_FILLED,
    }[order.filled]


_BUY, _SELL = Text("매수", "buy"), Text("매도", "sell")
_TITLES = {
    OutcomeKind.ACCEPTED: Text("연습 {side} 접수", "Practice {side} accepted"),
    OutcomeKind.FILLED: Text("연습 {side} 체결", "Practice {side} filled"),
    OutcomeKind.PARTLY: Text("연습 {side} 일부 체결", "Practice {side} partly filled"),
    OutcomeKind.NOT_FILLED: Text("연습 {side} 체결 안 됨", "Practice {side} not filled"),
    OutcomeKind.UNKNOWN: Text("연습 {side} 확인 중", "Practice {side} being looked up"),
    OutcomeKind.NOT_ARRIVED: Text("연습 {side} 주문이 들어가지 않았어요", "The practice {side} did not arrive"),
    OutcomeKind.FAILED: Text("연습 {side}: {what}", "Practice {side}: {what}"),
}
_LINES = {
    OutcomeKind.ACCEPTED: Text(
        "거래소가 받았어요. 결과는 체결 목록에 나와요.", "The exchange has it. The result appears among the fills."
    ),
    OutcomeKind.NOT_FILLED: Text(
        "{name}: 살 사람이나 팔 물량이 없어 그대로 끝났어요.", "{name}: nobody was there to trade with, so it ended."
    ),
    OutcomeKind.UNKNOWN: Text(
        "거래소의 응답을 받지 못해 확인하고 있어요 ({seconds}초). 다시 보내지 않아요.",
        "The exchange did not answer. Looking it up ({seconds} s). It is not sent again.",
    ),
    OutcomeKind.NOT_ARRIVED: Text(
        "거래소에 없는 것을 확인했어요. 돈은 그대로예요. 다시 주문해도 돼요.",
        "The exchange does not have it. Your money is unchanged. You may order again.",
    ),
}
_FILLED = Text("{name} {quantity} · {price}원", "{name} {quantity} · {price} KRW")


def outcome_words(outcome: Outcome) -> tuple[Text, Text]:
    """A title and a line; both say that it was practice."""
    side = _BUY if outcome.side is Side.BUY else _SELL
    name = Text(outcome.listed.korean_name, outcome.listed.english_name)
    if outcome.kind is OutcomeKind.FAILED and outcome.error is not None:
        message = explain(outcome.error)
        what = Text(message.title.ko.rstrip("."), message.title.en.rstrip("."))
        line = Text(f"{message.meaning.ko} {message.mend.ko}", f"{message.meaning.en} {message.mend.en}")
        return _TITLES[outcome.kind].format(side=side, what=what), line
    title = _TITLES[outcome.kind].format(side=side)
    if outcome.kind in (OutcomeKind.FILLED, OutcomeKind.PARTLY) and outcome.order is not None:
        return title, _filled_line(outcome.order, name)
    return title, _LINES[outcome.kind].format(name=name, seconds=outcome.waited_seconds)


def _filled_line(order: Order, name: Text) -> Text:
    done, funds = order.executed_quantity, order.executed_funds
    average = None if funds is None else funds / done
    quantity = formats.quantity(done, order.market.base, Language.ENGLISH)
    return _FILLED.format(name=name, quantity=quantity, price=shown_price(average))


def shown_price(price: Decimal | None) -> str:
    """An average lies off the grid: as many digits as the market's prices have, and no more."""
    if price is None:
        return formats.NOTHING
    return formats.price(round(price) if price >= 1_000 else round(price, 2 if price >= 1 else 8))
