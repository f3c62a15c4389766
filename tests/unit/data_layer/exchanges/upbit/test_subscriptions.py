from __future__ import annotations

import json

from tests.fakes.rest_answers import BTC, ETH
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.stream import Topic, TopicKind
from upbit_auto_trading.data_layer.exchanges.upbit.subscriptions import composed, is_streamed


def test_one_message_for_everything() -> None:
    topics = [
        Topic(TopicKind.TRADES, ETH),
        Topic(TopicKind.TRADES, BTC),
        Topic(TopicKind.CANDLES, BTC, CandleUnit.MINUTES_15),
        Topic(TopicKind.CANDLES, BTC, CandleUnit.SECOND),
        Topic(TopicKind.BOOKS, BTC),
    ]
    text = composed(topics, "t-1", 15)
    assert text is not None
    assert json.loads(text) == [
        {"ticket": "t-1"},
        {"type": "candle.15m", "codes": ["KRW-BTC"]},
        {"type": "candle.1s", "codes": ["KRW-BTC"]},
        {"type": "orderbook", "codes": ["KRW-BTC.15"]},
        {"type": "trade", "codes": ["KRW-BTC", "KRW-ETH"]},
        {"format": "SIMPLE"},
    ]


def test_private_types_name_no_codes() -> None:
    text = composed([Topic(TopicKind.OWN_BALANCES), Topic(TopicKind.OWN_ORDERS)], "t", 30)
    assert text is not None
    assert json.loads(text)[1:-1] == [{"type": "myAsset"}, {"type": "myOrder"}]


def test_there_is_no_message_for_nothing() -> None:
    assert composed([], "t", 30) is None


def test_what_is_pushed() -> None:
    pushed = [unit for unit in CandleUnit if is_streamed(Topic(TopicKind.CANDLES, BTC, unit))]
    assert [unit.value for unit in pushed] == ["1s", "1m", "3m", "5m", "10m", "15m", "30m", "60m", "240m"]
    assert not is_streamed(Topic(TopicKind.PRICES))
    assert is_streamed(Topic(TopicKind.OWN_ORDERS))
