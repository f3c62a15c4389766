"""The exchange's words for what our domain has words for, both ways."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.order import OrderKind, SelfMatch, Side, TimeInForce

WORD_OF_SIDE = {Side.BUY: "bid", Side.SELL: "ask"}
WORD_OF_TIME_IN_FORCE = {
    TimeInForce.IMMEDIATE_OR_CANCEL: "ioc",
    TimeInForce.FILL_OR_KILL: "fok",
    TimeInForce.POST_ONLY: "post_only",
}
WORD_OF_SELF_MATCH = {
    SelfMatch.CANCEL_MAKER: "cancel_maker",
    SelfMatch.CANCEL_TAKER: "cancel_taker",
    SelfMatch.REDUCE_BOTH: "reduce",
    SelfMatch.ALLOW: "none",
}
KIND_OF_WORD = {
    "limit": OrderKind.LIMIT,
    "price": OrderKind.MARKET,
    "market": OrderKind.MARKET,
    "best": OrderKind.BEST,
}
SIDE_OF_WORD = {word: side for side, word in WORD_OF_SIDE.items()}
TIME_IN_FORCE_OF_WORD = {word: force for force, word in WORD_OF_TIME_IN_FORCE.items()}
SELF_MATCH_OF_WORD = {word: choice for choice, word in WORD_OF_SELF_MATCH.items()}
