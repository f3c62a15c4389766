"""Every value of the rules against the facts sheet, and a sentence for every way in which the file can be wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, InvariantBroken
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_rules import MarketRules
from upbit_auto_trading.config.app_paths import resources_folder
from upbit_auto_trading.data_layer.exchanges.upbit.rules import FILE, load_rules, parse_rules

BOOK = load_rules(resources_folder())
TEXT = (resources_folder() / FILE).read_text("utf-8")

BEFORE_2024 = "2023-06-01T12:00:00+09:00"
IN_2024 = "2024-06-01T12:00:00+09:00"
NOW = "2026-11-25T12:00:00+09:00"

#: sheet section 5.3: from this price on
KRW_NOW = {
    "1000000": "1000", "500000": "500", "100000": "100", "50000": "50", "10000": "10", "5000": "5", "1000": "1",
    "100": "1", "10": "0.1", "1": "0.01", "0.1": "0.001", "0.01": "0.0001", "0.001": "0.00001", "0.0001": "0.000001",
    "0.00001": "0.0000001", "0.000001": "0.00000001",
}  # fmt: skip
KRW_2024 = {
    "2000000": "1000", "1000000": "500", "500000": "100", "100000": "50", "10000": "10", "1000": "1", "100": "0.1",
    "10": "0.01", "1": "0.001", "0.1": "0.0001", "0.01": "0.00001", "0.001": "0.000001", "0.0001": "0.0000001",
    "0.00001": "0.00000001",
}  # fmt: skip
KRW_BEFORE_2024 = {
    "2000000": "1000", "1000000": "500", "500000": "100", "100000": "50", "10000": "10", "1000": "5", "100": "1",
    "10": "0.1", "1": "0.01", "0.1": "0.001", "0.05": "0.0001",
}  # fmt: skip
USDT = {
    "10": "0.01", "1": "0.001", "0.1": "0.0001", "0.01": "0.00001", "0.001": "0.000001", "0.0001": "0.0000001",
    "0.00005": "0.00000001",
}  # fmt: skip


def rules(code: str, at: str) -> MarketRules:
    return BOOK.rules(Market("upbit", code), datetime.fromisoformat(at))


def just_below(price: str) -> Decimal:
    return Decimal(price) * Decimal("0.999999999")


@pytest.mark.parametrize(
    ("code", "at", "table"),
    [
        ("KRW-BTC", NOW, KRW_NOW),
        ("KRW-BTC", "2025-07-31T02:00:00+09:00", KRW_NOW),
        ("KRW-BTC", "2025-07-31T01:59:59+09:00", KRW_2024),
        ("KRW-BTC", IN_2024, KRW_2024),
        ("KRW-BTC", "2024-01-29T00:00:00+09:00", KRW_2024),
        ("KRW-BTC", "2024-01-28T23:59:59+09:00", KRW_BEFORE_2024),
        ("KRW-BTC", BEFORE_2024, KRW_BEFORE_2024),
        ("KRW-BTC", "2010-01-01T00:00:00+09:00", KRW_BEFORE_2024),
        ("USDT-BTC", NOW, USDT),
        ("BTC-ETH", NOW, {"1000": "0.00000001", "0.00000001": "0.00000001"}),
    ],
)
def test_ticks_are_those_of_the_day(code: str, at: str, table: dict[str, str]) -> None:
    ticks = rules(code, at).ticks
    prices = list(table)
    for price, finer in zip(prices, [*prices[1:], prices[-1]], strict=True):
        assert ticks.tick_at(Decimal(price)) == Decimal(table[price]), price
        if finer != price and Decimal(price) in {band.from_price for band in ticks.bands}:
            assert ticks.tick_at(just_below(price)) == Decimal(table[finer]), f"below {price}"


def test_the_bands_are_no_more_than_the_sheets() -> None:
    for at, table in ((NOW, KRW_NOW), (IN_2024, KRW_2024), (BEFORE_2024, KRW_BEFORE_2024)):
        assert len(rules("KRW-BTC", at).ticks.bands) == len(table)
    assert len(rules("USDT-BTC", NOW).ticks.bands) == len(USDT)


@pytest.mark.parametrize("code", ["KRW-USDT", "KRW-USDC"])
def test_two_coins_had_half_won_for_a_while(code: str) -> None:
    price = Decimal("1400")
    assert rules(code, "2025-03-20T23:59:59+09:00").ticks.tick_at(price) == 1
    assert rules(code, "2025-03-21T00:00:00+09:00").ticks.tick_at(price) == Decimal("0.5")
    assert rules(code, "2025-03-21T00:00:00+09:00").ticks.tick_at(Decimal(500)) == Decimal("0.1")
    assert rules(code, NOW).ticks.tick_at(price) == 1
    assert rules(code, NOW).minimum_funds == 5000
    assert rules("KRW-XRP", "2025-03-21T00:00:00+09:00").ticks.tick_at(price) == 1


@pytest.mark.parametrize(
    ("code", "at", "minimum", "maximum"),
    [
        ("KRW-BTC", NOW, "5000", "1000000000"),
        ("BTC-ETH", NOW, "0.00005", "10"),
        ("BTC-ETH", "2025-05-06T23:59:59+09:00", "0.00005", "20"),
        ("BTC-ETH", "2025-05-07T00:00:00+09:00", "0.00005", "10"),
        ("USDT-BTC", NOW, "0.5", None),
    ],
)
def test_sizes_are_the_sheets(code: str, at: str, minimum: str, maximum: str | None) -> None:
    found = rules(code, at)
    assert found.minimum_funds == Decimal(minimum)
    assert found.maximum_funds == (None if maximum is None else Decimal(maximum))
    assert found.quantity_step == Decimal("0.00000001")


@pytest.mark.parametrize(
    ("code", "at", "maker", "taker"),
    [
        ("KRW-BTC", NOW, "0.0005", "0.0005"),
        ("KRW-BTC", BEFORE_2024, "0.0005", "0.0005"),
        ("BTC-ETH", "2026-08-28T23:59:59+09:00", "0.0025", "0.0025"),
        ("BTC-ETH", "2026-08-29T00:00:00+09:00", "0", "0.0005"),
        ("BTC-ETH", "2026-11-20T23:59:59+09:00", "0", "0.0005"),
        ("BTC-ETH", "2026-11-20T14:59:59+00:00", "0", "0.0005"),
        ("BTC-ETH", "2026-11-21T00:00:00+09:00", "0.0025", "0.0025"),
        ("USDT-BTC", "2026-08-28T23:59:59+09:00", "0.0025", "0.0025"),
        ("USDT-BTC", "2026-11-20T23:59:59+09:00", "0", "0.0005"),
        ("USDT-BTC", "2026-11-21T00:00:00+09:00", "0.0025", "0.0025"),
    ],
)
def test_fees_are_those_of_the_day(code: str, at: str, maker: str, taker: str) -> None:
    fees = rules(code, at).fees
    assert (fees.maker_buy, fees.maker_sell) == (Decimal(maker), Decimal(maker))
    assert (fees.taker_buy, fees.taker_sell) == (Decimal(taker), Decimal(taker))


def test_a_quote_without_rules_is_told() -> None:
    with pytest.raises(InvalidParameter):
        rules("EUR-BTC", NOW)


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    document = json.loads(TEXT)
    change(document)
    return json.dumps(document)


def test_an_edit_of_data_is_a_change_of_rules() -> None:
    """Sixteen coins had their own tick once; should somebody name one, it is a line of the file."""

    def edit(document: dict[str, Any]) -> None:
        document["tick_tables"]["one-won"] = [["0", "0.01"], ["100", "1"]]
        document["markets"]["KRW-XRP"] = {"ticks": [{"since": "2024-10-01T00:00:00+09:00", "table": "one-won"}]}
        document["quotes"]["KRW"]["fees"].append({"since": "2027-01-01T00:00:00+09:00", "maker": "0", "taker": "0.001"})

    book = parse_rules(changed(edit), "practice")
    ripple = Market("practice", "KRW-XRP")
    assert book.rules(ripple, datetime.fromisoformat(IN_2024)).ticks.tick_at(Decimal(500)) == Decimal("0.1")
    assert book.rules(ripple, datetime.fromisoformat("2024-10-01T00:00:00+09:00")).ticks.tick_at(Decimal(500)) == 1
    assert book.rules(ripple, datetime.fromisoformat("2027-01-01T00:00:00+09:00")).fees.taker_buy == Decimal("0.001")


def dig(document: dict[str, Any], *path: str | int) -> Any:
    found: Any = document
    for step in path:
        found = found[step]
    return found


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d.update(version=2), "format: is not version 1"),
        (lambda d: d.update(exchange="bithumb"), "exchange: 'bithumb'"),
        (lambda d: d.pop("quotes"), "the document: lacks quotes"),
        (lambda d: d.update(surprise=1), "unknown members: surprise"),
        (lambda d: d["tick_tables"].update(btc=[]), "tick_tables.btc: is not a list with entries"),
        (lambda d: d["tick_tables"].update(btc=[["1", "0.1"]]), "tick_tables.btc: does not begin at the price 0"),
        (lambda d: d["tick_tables"].update(btc=[["0", "0"]]), "tick_tables.btc[0]: 0 is not above 0"),
        (lambda d: d["tick_tables"].update(btc=[["0", 0.1]]), "tick_tables.btc[0]: Decimal('0.1') is not a number in"),
        (lambda d: d["tick_tables"].update(btc=[["0"]]), "tick_tables.btc[0]: is not a pair"),
        (
            lambda d: d["tick_tables"].update(btc=[["0", "1"], ["0", "2"]]),
            "tick_tables.btc[1]: 0 is not above the band",
        ),
        (lambda d: d["tick_tables"].update(btc=[["0", "1"], ["5", "0.1"]]), "btc[1]: the tick 0.1 is finer"),
        (lambda d: d["tick_tables"].update(btc=[["0", "1"], ["5", "2"]]), "btc[1]: 5 is not on the grid of 2"),
        (
            lambda d: dig(d, "quotes", "KRW", "ticks", 1).update(since="2024-01-29"),
            "quotes.KRW.ticks[1].since: '2024-0",
        ),
        (lambda d: dig(d, "quotes", "KRW", "ticks", 1).update(since=5), "quotes.KRW.ticks[1].since: 5 is not a moment"),
        (
            lambda d: dig(d, "quotes", "KRW", "ticks", 2).update(since="2024-01-29T00:00:00+09:00"),
            "quotes.KRW.ticks[2].since: 2024-01-29T00:00:00+09:00 is not after",
        ),
        (
            lambda d: dig(d, "quotes", "KRW", "ticks", 0).update(table="x"),
            "quotes.KRW.ticks[0].table: 'x' is not among",
        ),
        (
            lambda d: dig(d, "quotes", "BTC", "fees", 0).update(maker="5"),
            "quotes.BTC.fees[0].maker: 5 is not a fraction",
        ),
        (
            lambda d: dig(d, "quotes", "BTC", "fees", 0).update(maker="x"),
            "quotes.BTC.fees[0].maker: 'x' is not a number",
        ),
        (lambda d: dig(d, "quotes", "BTC", "fees", 0).pop("taker"), "quotes.BTC.fees[0]: lacks taker"),
        (
            lambda d: dig(d, "quotes", "BTC", "sizes", 0).update(maximum_funds="0.00001"),
            "quotes.BTC.sizes[0].maximum_funds: 0.00001 is below",
        ),
        (lambda d: d["markets"].update({"EUR-BTC": {}}), "markets.EUR-BTC: is not a market of any quote"),
        (lambda d: d.update(markets=[]), "markets: is not an object"),
    ],
)
def test_a_wrong_file_is_refused_by_a_sentence_with_the_place(
    change: Callable[[dict[str, Any]], object], sentence: str
) -> None:
    with pytest.raises(InvariantBroken) as caught:
        parse_rules(changed(change))
    assert sentence in str(caught.value)


def test_a_file_that_is_no_json_or_not_there_is_told(tmp_path: Any) -> None:
    with pytest.raises(InvariantBroken, match="are not JSON"):
        parse_rules("{")
    with pytest.raises(InvariantBroken, match=r"cannot be read: upbit\.json"):
        load_rules(tmp_path)
