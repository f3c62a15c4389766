"""Why an exchange refused an order, and what to change: by its code, without the side that it ends with."""

from __future__ import annotations

from upbit_auto_trading.utils.bilingual_text import Text

_CHECK_THE_ORDER = Text(
    "주문 종류와 조건을 바꿔 다시 하세요.", "Change the kind of order or its conditions, then try again."
)
_LATEST = Text(
    "프로그램을 최신으로 맞추고, 또 생기면 알려 주세요.", "Bring the program up to date; report it if it comes back."
)
_WRONG_FIELDS = (Text("주문의 내용이 서로 맞지 않아요.", "The fields of the order do not fit together."), _LATEST)
_WRONG_CONDITION = (
    Text("이 주문 조건은 쓸 수 없어요.", "This condition of an order cannot be used."),
    _CHECK_THE_ORDER,
)

#: what happened, and what to do
ORDER_REFUSALS: dict[str, tuple[Text, Text]] = {
    "insufficient_funds": (
        Text("주문할 수 있는 금액이 모자라요.", "There is not enough available for this order."),
        Text("수수료까지 더한 금액을 보고 주문을 줄이세요.", "Make it smaller; the fee comes on top."),
    ),
    "under_min_total": (
        Text("최소 주문 금액보다 작아요.", "The order is below the exchange's minimum."),
        Text("금액이나 수량을 늘리세요.", "Raise its amount or quantity."),
    ),
    "over_krw_funds": (
        Text("한 번에 주문할 수 있는 금액을 넘어요.", "The order is above the exchange's maximum."),
        Text("주문을 여러 개로 나누세요.", "Split it into several orders."),
    ),
    "volume_too_large": (
        Text("한 번에 주문할 수 있는 수량을 넘어요.", "The quantity is above the exchange's maximum."),
        Text("주문을 여러 개로 나누세요.", "Split it into several orders."),
    ),
    "invalid_price": (
        Text("가격이 호가 단위에 맞지 않아요.", "The price is not on the market's tick."),
        Text("호가 단위에 맞춰 가격을 고치세요.", "Round it to the tick."),
    ),
    "invalid_volume": (
        Text("수량의 단위가 맞지 않아요.", "The quantity has too many decimals."),
        Text("소수점 아래 8자리까지만 쓰세요.", "Use at most 8 decimals."),
    ),
    "invalid_funds": (
        Text("주문 금액의 단위가 맞지 않아요.", "The amount is not one that the exchange takes."),
        Text("금액을 고쳐 다시 하세요.", "Correct it, then try again."),
    ),
    "notfoundmarket": (
        Text("거래소에 없는 종목이에요.", "The exchange has no such market."),
        Text("거래가 끝난 종목인지 확인하세요.", "See whether its trading has ended."),
    ),
    "thirdparty_agreement_required": (
        Text("이 마켓에는 거래 동의가 먼저 필요해요.", "This market asks for your consent first."),
        Text("업비트에서 이 마켓의 거래에 한 번 동의하세요.", "Give it once at Upbit, then try again."),
    ),
    "duplicated_identifier": (
        Text("이미 쓴 주문 식별자예요.", "The identifier of this order was used before."),
        Text("같은 주문이 들어가 있는지 주문 목록을 보세요.", "See in the list of orders whether it exists already."),
    ),
    "not_supported_ord_type": (
        Text("이 마켓은 이런 주문을 받지 않아요.", "This market does not take such orders."),
        _CHECK_THE_ORDER,
    ),
    "invalid_time_in_force": _WRONG_CONDITION,
    "invalid_post_only": _WRONG_CONDITION,
    "create_bid_error": _WRONG_FIELDS,
    "create_ask_error": _WRONG_FIELDS,
    "validation_error": _WRONG_FIELDS,
    "invalid_parameter": _WRONG_FIELDS,
    "bad_request": _WRONG_FIELDS,
}


def order_refusal(code: str) -> tuple[Text, Text] | None:
    """None for a code that nobody told us: the catalogue of the exchange is open."""
    return ORDER_REFUSALS.get(code) or ORDER_REFUSALS.get(code.removesuffix("_bid").removesuffix("_ask"))
