"""Steps and jumps of a market that stands: in portions, so that requests and the end of the program never wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from upbit_auto_trading.business_logic.simulation.virtual_events import VirtualEvent
from upbit_auto_trading.data_layer.practice_exchange.pump import BREATH, BUDGET
from upbit_auto_trading.data_layer.practice_exchange.world import PracticeWorld


class Stepping:
    """One step at a time, since each goes on from where the one before it came to. A jump ends the step it meets."""

    def __init__(self, world: PracticeWorld, flush: Callable[[], None]) -> None:
        self._world = world
        self._flush = flush
        self._turn = asyncio.Lock()

    async def prepare(self, moment: datetime) -> None:
        """Before a jump: what each market needs there takes milliseconds, and there may be a thousand."""
        for listed in self._world.listed():
            self._world.prepare(listed.market, moment)
            await asyncio.sleep(0)

    async def prints(self, count: int) -> list[VirtualEvent]:
        events: list[VirtualEvent] = []
        async with self._turn:
            market, may_go_on = self._world.replay, self._portion()
            for _print in range(count):
                if not may_go_on():
                    await self._give_way()
                    may_go_on = self._portion()
                if self._world.replay is not market:
                    break
                events += self._world.step()
        return events

    async def until(self, moment: datetime) -> list[VirtualEvent]:
        events: list[VirtualEvent] = []
        async with self._turn:
            market = self._world.replay
            while self._world.replay is market:
                has_arrived, happened = self._world.play_some(moment, self._portion())
                events += happened
                if has_arrived:
                    break
                await self._give_way()
        return events

    def _portion(self) -> Callable[[], bool]:
        real = self._world.clock.real
        began = real.monotonic()
        return lambda: real.monotonic() - began < BUDGET

    async def _give_way(self) -> None:
        self._flush()
        await asyncio.sleep(BREATH)
