"""Figures of many markets at once, without holding anybody else up: one market, and then others have their turn."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.data_layer.practice_exchange.world import PracticeWorld

#: real seconds: enough for requests that wait
_BREATH = 0.003


async def looked_up(world: PracticeWorld, markets: Iterable[Market]) -> None:
    """What was looked up before costs nothing."""
    for market in markets:
        if not world.is_looked_up(market):
            world.look_up(market)
            await asyncio.sleep(_BREATH)


async def looked_up_by_code(world: PracticeWorld, codes: Iterable[str]) -> None:
    """Those that are listed; none named means all of them."""
    named = {code.upper() for code in codes}
    await looked_up(world, [one.market for one in world.listed() if not named or one.market.code in named])
