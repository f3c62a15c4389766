"""Lets market time pass: plays the market in small real steps, and never holds requests up for long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Final

from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace
from upbit_auto_trading.data_layer.practice_exchange.world import PracticeWorld

#: real seconds
INTERVAL: Final = 0.02
BUDGET: Final = 0.008
#: what is late leaves requests so much time between two turns
BREATH: Final = 0.002
#: who is later than this stops running after lost time
PATIENCE: Final = 1.0
_STRIDE = timedelta(minutes=1)
_TURNS_A_LOOK_BACK = 8


class Pump:
    def __init__(self, world: PracticeWorld, flush: Callable[[], None]) -> None:
        self._world = world
        self._flush = flush
        self._task: asyncio.Task[None] | None = None
        #: how often the wanted speed was too much for this machine
        self.times_late = 0

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        self._world.clock.forgive()
        for turn in count():
            is_done = self._turn()
            self._flush()
            if is_done or turn % _TURNS_A_LOOK_BACK == 0:  # the present comes before the past
                next(self._world.looking_back, None)
            await asyncio.sleep(INTERVAL if is_done else BREATH)

    def _turn(self) -> bool:
        """Whether market time is where it should be."""
        clock = self._world.clock
        if clock.pace in (Pace.PAUSED, Pace.LOCK_STEP):
            return True
        began = clock.real.monotonic()
        due = clock.due()
        to = clock.now() + _STRIDE if due is None else due
        arrived = self._world.play(to, lambda: clock.real.monotonic() - began < BUDGET)
        if due is None:
            return False
        is_late = not arrived and (due - clock.now()).total_seconds() > PATIENCE * clock.speed
        if is_late and not clock.follows_present:  # who follows the present catches up with it, however late
            self.times_late += 1
            clock.forgive()
        return arrived
