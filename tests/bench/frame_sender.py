"""A process that replays frames at a given rate, as cheaply as it can: raw bytes over TCP, framed beforehand.

``python -m tests.bench.frame_sender RATE SECONDS ORDERS`` prints its port, sends to whoever subscribes, and prints a
line of JSON when it is done: frames, trades and order events sent, and how late it was because nobody read. Whoever
asks for a path that ends in ``/bare`` is sent the display frames too, and nobody waits for it.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import sys
from time import perf_counter

from tests.bench.stream_wire import display_frames, order_frames
from tests.fakes import upbit_frames as frames

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_STEPS = 100
#: the first digits of every time and trade number: another second is another number here, of the same length
_BEGINNING = str(frames.NOW_MS)[:8].encode()


def framed(payload: bytes) -> bytes:
    """A binary frame of a server: no mask."""
    length = len(payload)
    head = bytes((0x82, length)) if length < 126 else b"\x82\x7e" + length.to_bytes(2, "big")
    return head + payload


class Sender:
    def __init__(self, rate: int, seconds: int, orders_a_second: int) -> None:
        self.rate, self.seconds, self.orders_a_second = rate, seconds, orders_a_second
        made = list(display_frames(rate))
        self.trades_a_second = sum(kind == "trade" for kind, _ in made)
        size = rate // _STEPS
        self.steps = [b"".join(framed(frame) for _, frame in made[n * size : (n + 1) * size]) for n in range(_STEPS)]
        self.orders = [framed(frame) for frame in order_frames(orders_a_second * seconds)]
        #: behind its own time, in seconds: at worst, and when the display frames ended
        self.latest = self.late_at_the_end = 0.0
        self.done: set[str] = set()
        self.finished = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        key = next(line.split(b":", 1)[1].strip() for line in lines if line.lower().startswith(b"sec-websocket-key"))
        answer = base64.b64encode(hashlib.sha1(key + _MAGIC).digest())
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + answer + b"\r\n\r\n"
        )
        # what comes is not read: the first bytes are the subscription
        await reader.read(100)
        drain = asyncio.ensure_future(self._ignore(reader))
        path = lines[0].split()[1]
        is_private, is_bare = path.endswith(b"/private"), path.endswith(b"/bare")
        await (self._send_orders(writer) if is_private else self._send_display(writer, is_bare))
        if not is_bare:
            self.done.add("private" if is_private else "public")
        if len(self.done) == 2:
            self.finished.set()
        await drain
        writer.close()

    async def _ignore(self, reader: asyncio.StreamReader) -> None:
        while await reader.read(65_536):
            pass

    async def _send_display(self, writer: asyncio.StreamWriter, is_bare: bool = False) -> None:
        began = perf_counter()
        for second in range(self.seconds):
            beginning = str(int(_BEGINNING) + second).encode()
            for step, chunk in enumerate(self.steps):
                writer.write(chunk.replace(_BEGINNING, beginning))
                await writer.drain()
                await self._until(began + second + (step + 1) / _STEPS)
        if not is_bare:
            self.late_at_the_end = max(0.0, perf_counter() - began - self.seconds)

    async def _send_orders(self, writer: asyncio.StreamWriter) -> None:
        began = perf_counter()
        for index, frame in enumerate(self.orders):
            writer.write(frame)
            await writer.drain()
            await self._until(began + (index + 1) / self.orders_a_second)

    async def _until(self, due_at: float) -> None:
        left = due_at - perf_counter()
        self.latest = max(self.latest, -left)
        await asyncio.sleep(max(left, 0))


async def main(rate: int, seconds: int, orders_a_second: int) -> None:
    sender = Sender(rate, seconds, orders_a_second)
    server = await asyncio.start_server(sender.serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await sender.finished.wait()
    report = {
        "frames": rate * seconds,
        "trades": sender.trades_a_second * seconds,
        "orders": len(sender.orders),
        "late_at_worst": round(sender.latest, 3),
        "late_at_the_end": round(sender.late_at_the_end, 3),
    }
    print(json.dumps(report), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*(int(argument) for argument in sys.argv[1:4])))
