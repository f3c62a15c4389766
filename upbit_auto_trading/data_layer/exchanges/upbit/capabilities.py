"""What Upbit can do."""

from __future__ import annotations

from datetime import timedelta

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.day_starts import day_start_of
from upbit_auto_trading.business_logic.domain.order import OrderKind, SelfMatch, Side, TimeInForce
from upbit_auto_trading.business_logic.domain.stream import TopicKind
from upbit_auto_trading.business_logic.ports.exchange import Capabilities

#: what each word of ``bid_types`` and ``ask_types`` allows; ``limit`` includes post-only
ORDERS_OF_TYPES: dict[str, tuple[tuple[OrderKind, TimeInForce], ...]] = {
    "limit": ((OrderKind.LIMIT, TimeInForce.UNTIL_CANCELLED), (OrderKind.LIMIT, TimeInForce.POST_ONLY)),
    "limit_ioc": ((OrderKind.LIMIT, TimeInForce.IMMEDIATE_OR_CANCEL),),
    "limit_fok": ((OrderKind.LIMIT, TimeInForce.FILL_OR_KILL),),
    "limit_post_only": ((OrderKind.LIMIT, TimeInForce.POST_ONLY),),
    "price": ((OrderKind.MARKET, TimeInForce.IMMEDIATE_OR_CANCEL),),
    "market": ((OrderKind.MARKET, TimeInForce.IMMEDIATE_OR_CANCEL),),
    "best_ioc": ((OrderKind.BEST, TimeInForce.IMMEDIATE_OR_CANCEL),),
    "best_fok": ((OrderKind.BEST, TimeInForce.FILL_OR_KILL),),
}
CANDLES_PER_PAGE = 200
CANDLE_REQUESTS_PER_SECOND = 10
TRADES_PER_PAGE = 500
BOOK_DEPTH = 30
MARKETS_PER_REQUEST = 100
ORDERS_PER_PAGE = 100
CLOSED_ORDERS_PER_PAGE = 1_000
IDS_PER_REQUEST = 100
CANCELS_PER_REQUEST = 20
CANCELS_OF_ALL_PER_REQUEST = 300
MARKETS_PER_CANCEL = 20
CLOSED_ORDERS_WINDOW = timedelta(days=7)
MOST_DAYS_AGO = 7
#: at most 64 signs; none that could be decoded differently on the road
CLIENT_ORDER_ID_PATTERN = r"[A-Za-z0-9._-]{1,64}"
#: "three months"; what is older is answered with nothing, which does not mean that nobody traded
_HISTORY_OF_SECONDS = timedelta(days=90)
_LONGER_THAN_STREAMED = (CandleUnit.DAY, CandleUnit.WEEK, CandleUnit.MONTH, CandleUnit.YEAR)

UPBIT_CAPABILITIES = Capabilities(
    orders=frozenset((side, *pair) for side in Side for pairs in ORDERS_OF_TYPES.values() for pair in pairs),
    self_match=frozenset(SelfMatch),
    candle_units=frozenset(CandleUnit),
    candle_history={CandleUnit.SECOND: _HISTORY_OF_SECONDS},
    day_start=day_start_of("upbit"),
    candles_per_page=CANDLES_PER_PAGE,
    candle_requests_per_second=CANDLE_REQUESTS_PER_SECOND,
    book_depth=BOOK_DEPTH,
    stream_topics=frozenset(TopicKind),
    stream_candle_units=frozenset(unit for unit in CandleUnit if unit not in _LONGER_THAN_STREAMED),
    client_order_id_pattern=CLIENT_ORDER_ID_PATTERN,
    can_test_orders=True,
    can_replace=True,
    can_amend=False,
    can_list_instruments=True,
    tells_rights=False,
    most_cancels_at_once=CANCELS_PER_REQUEST,
    closed_orders_window=CLOSED_ORDERS_WINDOW,
    closed_orders_by_market=False,
)
