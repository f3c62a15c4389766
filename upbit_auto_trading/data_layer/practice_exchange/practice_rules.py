"""Ticks, order sizes and fees by date, from sheet 5. Written apart from those of the client."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.balance import FeeRates
from upbit_auto_trading.business_logic.domain.market_rules import MarketRules, RuleBook, TickBand, TickTable

EXCHANGE = "upbit"
_KST = timezone(timedelta(hours=9))
_STEP = Decimal("0.00000001")
_BEGINNING = datetime(2017, 9, 25, tzinfo=UTC)
_TICKS_2024 = datetime(2024, 1, 29, tzinfo=_KST)
_TICKS_2025 = datetime(2025, 7, 31, 2, tzinfo=_KST)
_USDT_2024 = datetime(2024, 8, 19, tzinfo=_KST)
_LARGEST_BTC_ORDER_2025 = datetime(2025, 5, 19, tzinfo=_KST)
_STABLE_2025 = datetime(2025, 3, 21, tzinfo=_KST)
_EVENT_FROM = datetime(2026, 8, 29, tzinfo=_KST)
_EVENT_END = datetime(2026, 11, 21, tzinfo=_KST)

_KRW_FEE = Decimal("0.0005")
_BTC_FEE = Decimal("0.0025")


def practice_rules(*, stable_coin_half_tick: bool = False) -> RuleBook:
    """``stable_coin_half_tick``: whether the 0.5 of KRW-USDT and KRW-USDC outlived July 2025."""
    of_markets: tuple[tuple[str, tuple[MarketRules, ...]], ...] = ()
    if stable_coin_half_tick:
        stable = _krw_with_half_ticks()
        of_markets = (("KRW-USDT", stable), ("KRW-USDC", stable))
    return RuleBook(EXCHANGE, (("KRW", _krw()), ("BTC", _btc()), ("USDT", _usdt())), of_markets)


def _krw() -> tuple[MarketRules, ...]:
    first = MarketRules(_BEGINNING, _KRW_TICKS_FIRST, Decimal(5_000), Decimal(1_000_000_000), _STEP, _fees(_KRW_FEE))
    return (
        first,
        replace(first, since=_TICKS_2024, ticks=_KRW_TICKS_2024),
        replace(first, since=_TICKS_2025, ticks=_KRW_TICKS_2025),
    )


def _krw_with_half_ticks() -> tuple[MarketRules, ...]:
    before = [rules for rules in _krw() if rules.since < _STABLE_2025]
    later = [rules for rules in _krw() if rules.since > _STABLE_2025]
    half = replace(before[-1], since=_STABLE_2025, ticks=_halved(before[-1].ticks))
    return (*before, half, *(replace(rules, ticks=_halved(rules.ticks)) for rules in later))


def _halved(ticks: TickTable) -> TickTable:
    """0.5 from 1,000 to 10,000."""
    kept = [band for band in ticks.bands if not 1_000 <= band.from_price < 10_000]
    above = [band for band in kept if band.from_price >= 10_000]
    below = [band for band in kept if band.from_price < 1_000]
    return TickTable((*below, TickBand(Decimal(1_000), Decimal("0.5")), *above))


def _btc() -> tuple[MarketRules, ...]:
    ticks = TickTable((TickBand(Decimal(0), _STEP),))
    first = MarketRules(_BEGINNING, ticks, Decimal("0.00005"), Decimal(20), _STEP, _fees(_BTC_FEE))
    smaller = replace(first, since=_LARGEST_BTC_ORDER_2025, maximum_funds=Decimal(10))
    return (first, smaller, *_event(smaller))


def _usdt() -> tuple[MarketRules, ...]:
    first = MarketRules(_BEGINNING, _USDT_TICKS_FIRST, Decimal("0.5"), Decimal(1_000_000), _STEP, _fees(_BTC_FEE))
    later = replace(first, since=_USDT_2024, ticks=_USDT_TICKS_2024)
    return (first, later, *_event(later))


def _event(rules: MarketRules) -> tuple[MarketRules, MarketRules]:
    """0.05 % for takers, nothing for makers who order through the interface."""
    taker = Decimal("0.0005")
    cheap = FeeRates(maker_buy=Decimal(0), taker_buy=taker, maker_sell=Decimal(0), taker_sell=taker)
    return replace(rules, since=_EVENT_FROM, fees=cheap), replace(rules, since=_EVENT_END)


def _fees(rate: Decimal) -> FeeRates:
    return FeeRates(maker_buy=rate, taker_buy=rate, maker_sell=rate, taker_sell=rate)


def _table(*bands: tuple[str, str]) -> TickTable:
    return TickTable(tuple(TickBand(Decimal(price), Decimal(tick)) for price, tick in bands))


_KRW_TICKS_2025 = _table(
    ("0", "0.00000001"), ("0.00001", "0.0000001"), ("0.0001", "0.000001"), ("0.001", "0.00001"), ("0.01", "0.0001"),
    ("0.1", "0.001"), ("1", "0.01"), ("10", "0.1"), ("100", "1"), ("1000", "1"), ("5000", "5"), ("10000", "10"),
    ("50000", "50"), ("100000", "100"), ("500000", "500"), ("1000000", "1000"),
)  # fmt: skip
_KRW_TICKS_2024 = _table(
    ("0", "0.00000001"), ("0.0001", "0.0000001"), ("0.001", "0.000001"), ("0.01", "0.00001"), ("0.1", "0.0001"),
    ("1", "0.001"), ("10", "0.01"), ("100", "0.1"), ("1000", "1"), ("10000", "10"), ("100000", "50"),
    ("500000", "100"), ("1000000", "500"), ("2000000", "1000"),
)  # fmt: skip
_KRW_TICKS_FIRST = _table(
    ("0", "0.0001"), ("0.1", "0.001"), ("1", "0.01"), ("10", "0.1"), ("100", "1"), ("1000", "5"), ("10000", "10"),
    ("100000", "50"), ("500000", "100"), ("1000000", "500"), ("2000000", "1000"),
)  # fmt: skip
_USDT_TICKS_2024 = _table(
    ("0", "0.00000001"), ("0.0001", "0.0000001"), ("0.001", "0.000001"), ("0.01", "0.00001"), ("0.1", "0.0001"),
    ("1", "0.001"), ("10", "0.01"),
)  # fmt: skip
_USDT_TICKS_FIRST = _table(("0", "0.00000001"))
