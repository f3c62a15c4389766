"""A process that sends what 300 markets send, at a pace it is told while it runs, as cheaply as it can.

``python -m tests.bench.paced_sender`` prints its port; each line of its input is a number of frames a second, answered
by a line of JSON: the frames and bytes sent so far. Shares and busy markets are those of ``stream_wire``; prices walk,
times are the true ones, and a few markets trade most. What is subscribed is not looked at.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from contextlib import suppress

from tests.bench.frame_sender import Sender, framed
from tests.bench.stream_wire import SHARES
from tests.fakes import upbit_frames as frames

MARKETS = ("KRW-BTC", *(f"KRW-M{number:03d}" for number in range(1, 300)))
#: frames made beforehand, sent again and again with other times
KEPT = 8_000
#: the frames' own yesterday is near it
FIRST_PRICE = 118_000_000
_STEP_SECONDS = 0.01
#: the same number of digits as a time in milliseconds, and found nowhere else
_TIME = 1_111_111_111_111
_FIRST_TRADE = 17_000_000_000_000_000


def made_frames() -> list[bytes]:
    chance = random.Random(3)
    weights = [1 / (rank + 1) for rank in range(len(MARKETS))]
    prices = {code: FIRST_PRICE + 37_000 * rank for rank, code in enumerate(MARKETS)}
    made = []
    for index in range(KEPT):
        # every market has a price, a book and a trade in the first frames
        code = MARKETS[index // 3] if index < 3 * len(MARKETS) else chance.choices(MARKETS, weights)[0]
        first = ("ticker", "orderbook", "trade")[index % 3]
        kind = first if index < 3 * len(MARKETS) else chance.choices(list(SHARES), list(SHARES.values()))[0]
        prices[code] += chance.choice((-1_000, 0, 1_000))
        price = f"{prices[code]}.00000000"
        if kind == "orderbook":
            text = frames.book(code, best=prices[code] // 1_000, at=_TIME)
        elif kind == "trade":
            text = frames.trade(code, number=_FIRST_TRADE + index, price=price, at=_TIME)
        else:
            kind, text = "ticker", frames.ticker(code, price=price, at=_TIME)
        made.append(frames.shortened(text, kind).encode())
    return made


class PacedSender(Sender):
    def __init__(self) -> None:
        super().__init__(100, 1, 1)
        self.framed = [framed(frame) for frame in made_frames()]
        self.pace = 0
        self.sent = self.sent_bytes = 0

    async def _send_orders(self, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async def _send_display(self, writer: asyncio.StreamWriter, is_bare: bool = False) -> None:
        due, at = 0.0, 0
        next_at = time.perf_counter()
        while True:
            due += self.pace * _STEP_SECONDS
            count, due = int(due), due - int(due)
            if count:
                rounds, at = at // KEPT, at + count
                first = (at - count) % KEPT
                chunk = b"".join(self.framed[first : first + count])
                chunk += b"".join(self.framed[: max(0, first + count - KEPT)])
                chunk = chunk.replace(str(_TIME).encode(), str(time.time_ns() // 1_000_000).encode())
                # a trade that is known is not told again
                chunk = chunk.replace(b"170000000000", str(170_000_000_000 + rounds).encode())
                if writer.is_closing():
                    return
                writer.write(chunk)
                with suppress(ConnectionError):
                    await writer.drain()
                self.sent, self.sent_bytes = self.sent + count, self.sent_bytes + len(chunk)
            next_at = max(next_at + _STEP_SECONDS, time.perf_counter() - 1)
            await asyncio.sleep(max(0.0, next_at - time.perf_counter()))


async def main() -> None:
    sender = PacedSender()
    server = await asyncio.start_server(sender.serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        sender.pace = int(line)
        print(json.dumps({"frames": sender.sent, "bytes": sender.sent_bytes}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
