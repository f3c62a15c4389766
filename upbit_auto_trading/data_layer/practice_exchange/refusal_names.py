"""The exchange's names for what its engine refuses: sheet 6.2."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.simulation.refusal import RefusalCode
from upbit_auto_trading.data_layer.practice_exchange.error_bodies import ApiError, exchange_error, not_in_list, refused
from upbit_auto_trading.data_layer.practice_exchange.order_wire import SIDE_NAMES

_PLAIN = {
    RefusalCode.CLIENT_ID_USED: "duplicated_identifier",
    RefusalCode.POST_ONLY_SELF_MATCH: "invalid_post_only",
    RefusalCode.KIND_NOT_ALLOWED: "not_supported_ord_type",
}


def refusal(code: RefusalCode, market: Market, side: Side) -> ApiError:
    if code is RefusalCode.MARKET_UNKNOWN:
        return not_in_list(market.code)
    if code is RefusalCode.MARKET_HALTED:
        return exchange_error(403, "market_offline")
    if code is RefusalCode.ORDER_NOT_FOUND:
        return exchange_error(404, "order_not_found")
    if code in _PLAIN:
        return refused(_PLAIN[code])
    name, message = _of_side(code, market, side)
    return refused(name, message)


def _of_side(code: RefusalCode, market: Market, side: Side) -> tuple[str, str]:
    word = SIDE_NAMES[side]
    currency = market.quote if side is Side.BUY else market.base
    if code is RefusalCode.INSUFFICIENT_FUNDS:
        return f"insufficient_funds_{word}", f"주문 가능한 금액({currency})이 부족합니다."
    if code is RefusalCode.UNDER_MINIMUM:
        return f"under_min_total_{word}", "최소주문금액 이상으로 주문해주세요"
    if code is RefusalCode.OVER_MAXIMUM:
        return f"over_{market.quote.lower()}_funds_{word}", "최대주문금액 이하로 주문해주세요"
    if code is RefusalCode.OFF_TICK:
        return f"invalid_price_{word}", "주문가격 단위를 잘못 입력하셨습니다. 확인 후 시도해주세요."
    if code is RefusalCode.BAD_QUANTITY:
        return f"invalid_volume_{word}", "주문수량 단위를 잘못 입력하셨습니다. 확인 후 시도해주세요."
    # a market order beyond the visible levels: clients report these two names
    name = "invalid_funds" if side is Side.BUY else "volume_too_large"
    return name, "호가에 있는 수량보다 많은 수량은 주문할 수 없습니다."
