"""Frames for measuring: 300 markets of which a few trade most, spelt as the wire spells them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from tests.fakes import upbit_frames as frames

_SIZE = re.compile(r'("(?:ask|bid)_size":)0\.\d+')
MARKETS = tuple(f"KRW-M{number:03d}" for number in range(300))
#: shares of a busy minute, as captures show them: books are published on a grid of 100 ms
SHARES = {"orderbook": 0.55, "ticker": 0.27, "trade": 0.15, "candle": 0.03}


def display_frames(count: int, seed: int = 1, *, short: bool = True) -> Iterator[tuple[str, bytes]]:
    """Kind and frame. A few markets are busy, most are quiet."""
    chance = random.Random(seed)
    weights = [1 / (rank + 1) for rank in range(len(MARKETS))]
    number = 17_951_328_000_000_000
    for index in range(count):
        [code] = chance.choices(MARKETS, weights)
        [kind] = chance.choices(list(SHARES), list(SHARES.values()))
        at = frames.NOW_MS + index
        if kind == "orderbook":
            # sizes do not repeat, or compression would have too easy a time
            frame = frames.book(code, best=chance.randrange(100_000, 120_000), at=at)
            frame = _SIZE.sub(lambda found: f"{found[1]}0.{chance.randrange(10**8):08d}", frame)
        elif kind == "ticker":
            frame = frames.ticker(code, price=f"{chance.randrange(10**6, 10**8)}.00000000", at=at)
        elif kind == "trade":
            number += 1
            frame = frames.trade(code, number=number, price=f"{chance.randrange(10**6, 10**8)}.0", at=at)
        else:
            frame = frames.candle(code, volume=f"{index + 1}.82183355", at=at)
        yield kind, (frames.shortened(frame, kind) if short else frame).encode()


def order_frames(count: int, *, short: bool = True) -> list[bytes]:
    """Orders of five reports each: accepted, three fills, done."""
    made = []
    for index in range(count):
        order, step, at = f"0b1d5a86-6d07-4f11-9a3c-{index // 5:012d}", index % 5, frames.NOW_MS + index
        if step == 0:
            frame = frames.own_order(uuid=order, timestamp=at)
        elif step < 4:
            frame = frames.own_fill(order, f"t-{index}", executed=step / 8, quantity=0.125, at=at)
        else:
            frame = frames.own_order(uuid=order, state="done", executed_volume=0.375, timestamp=at)
        made.append((frames.shortened(frame, "myOrder") if short else frame).encode())
    return made
