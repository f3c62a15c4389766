"""Markets are found as people call them."""

from __future__ import annotations

import pytest

from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_search import find_markets

MARKETS = tuple(
    ListedMarket(Market("upbit", code), korean, english)
    for code, korean, english in (
        ("BTC-ETH", "이더리움", "Ethereum"),
        ("KRW-BCH", "비트코인캐시", "Bitcoin Cash"),
        ("KRW-BTC", "비트코인", "Bitcoin"),
        ("KRW-BTT", "비트토렌트", "BitTorrent"),
        ("KRW-ETC", "이더리움클래식", "Ethereum Classic"),
        ("KRW-ETH", "이더리움", "Ethereum"),
    )
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ㅂㅌ", ["KRW-BCH", "KRW-BTC", "KRW-BTT"]),
        ("ㅂㅌㅋㅇ", ["KRW-BTC", "KRW-BCH"]),
        ("비트코인", ["KRW-BTC", "KRW-BCH"]),
        ("bitcoin", ["KRW-BTC", "KRW-BCH"]),
        ("btc", ["KRW-BTC", "BTC-ETH"]),
        ("BTC/KRW", ["KRW-BTC"]),
        ("krw-e", ["KRW-ETC", "KRW-ETH"]),
        ("eth", ["KRW-ETH", "BTC-ETH", "KRW-ETC"]),
        ("cash", ["KRW-BCH"]),
        ("도지", []),
    ],
)
def test_the_best_comes_first(text: str, expected: list[str]) -> None:
    found = [listed.market.code for listed in find_markets(MARKETS, text)]
    assert found == expected


def test_no_text_finds_all() -> None:
    codes = [listed.market.code for listed in find_markets(MARKETS[::-1], " ")]
    assert codes == ["KRW-BCH", "KRW-BTC", "KRW-BTT", "KRW-ETC", "KRW-ETH", "BTC-ETH"]
