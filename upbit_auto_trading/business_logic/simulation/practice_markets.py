"""The dozen built-in markets of the practice exchange, and as many more as are wanted."""

from __future__ import annotations

from upbit_auto_trading.business_logic.simulation.market_characters import MarketCharacter

PRACTICE_MARKETS: tuple[MarketCharacter, ...] = ()


def generated_market(number: int, seed: int) -> MarketCharacter:
    """The n-th market (1 is the first): the dozen, then made-up ones (``KRW-P013``)."""
    raise NotImplementedError
