"""The peer of our streams: the same frames by the same library, each read by ``json.loads``, and that is all.

``python -m tests.bench.bare_listener URL FRAMES`` connects and says so, subscribes when it is sent a line, and after so
many frames prints how many seconds of the processor they took.
"""

from __future__ import annotations

import asyncio
import json
import sys
from time import process_time

from websockets.asyncio.client import connect


async def main(url: str, count: int) -> None:
    # as our own client opens it: nothing is compressed, and no pings
    async with connect(url, compression=None, ping_interval=None, max_queue=64, proxy=None) as socket:
        print("connected", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        await socket.send("[]")
        began = process_time()
        for _ in range(count):
            json.loads(await socket.recv(decode=False))
        print(process_time() - began, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
