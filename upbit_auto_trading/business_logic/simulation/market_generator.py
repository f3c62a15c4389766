"""Seeded markets of any length: clustering volatility, jumps, daily rhythm, minutes without trades."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.simulation.market_characters import MarketCharacter


class GeneratedMarket:
    """A ``CandleSource``; any range is made without what lies before it."""

    def __init__(self, character: MarketCharacter, rules: RuleBook, seed: int) -> None:
        raise NotImplementedError
