"""Serves one practice exchange on loopback until it is told to stop."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.data_layer.practice_exchange.assembly import Assembled, PracticeOptions, assemble
from upbit_auto_trading.data_layer.practice_exchange.auth import Gatekeeper
from upbit_auto_trading.data_layer.practice_exchange.call import Services
from upbit_auto_trading.data_layer.practice_exchange.control import ADDRESS as CONTROL
from upbit_auto_trading.data_layer.practice_exchange.control import ControlEndpoint, Controlled
from upbit_auto_trading.data_layer.practice_exchange.faults import Faults
from upbit_auto_trading.data_layer.practice_exchange.limits import Limits, LimitTime
from upbit_auto_trading.data_layer.practice_exchange.pump import Pump
from upbit_auto_trading.data_layer.practice_exchange.server import make_app, make_runner
from upbit_auto_trading.data_layer.practice_exchange.state_file import StateKeeper
from upbit_auto_trading.data_layer.practice_exchange.stream_hub import StreamHub
from upbit_auto_trading.data_layer.practice_exchange.stream_services import StreamServices, StreamTimes
from upbit_auto_trading.data_layer.practice_exchange.switches import Switches
from upbit_auto_trading.data_layer.practice_exchange.websocket_endpoints import ADDRESS as STREAMS
from upbit_auto_trading.data_layer.practice_exchange.websocket_endpoints import StreamEndpoints

HOST: Final = "127.0.0.1"
_BETWEEN_TIMES_KEPT: Final = 1.0


@dataclass(frozen=True, slots=True)
class ServingOptions:
    world: PracticeOptions = field(default_factory=PracticeOptions)
    #: 0: any free one
    port: int = 0
    control_token: str | None = None
    stream_times: StreamTimes = field(default_factory=StreamTimes)


#: the fields of the first line of output
Addresses = dict[str, str]


async def serve(
    options: ServingOptions, real: Clock, stopping: asyncio.Event, on_ready: Callable[[Addresses], None]
) -> None:
    """``on_ready`` once connections are accepted. Raises InputError, StorageError, and OSError for the port."""
    await serve_assembled(assemble(options.world, real), options, stopping, on_ready)


async def serve_assembled(
    assembled: Assembled, options: ServingOptions, stopping: asyncio.Event, on_ready: Callable[[Addresses], None]
) -> None:
    token = options.control_token or secrets.token_urlsafe(32)
    parts = _Parts(assembled, token, options)
    runner = make_runner(parts.app)
    await runner.setup()
    keeping: asyncio.Task[None] | None = None
    try:
        await web.TCPSite(runner, HOST, options.port).start()
        on_ready(_addresses(runner.addresses[0][1], assembled, token))
        parts.pump.start()
        if assembled.keeper is not None:
            keeping = asyncio.get_running_loop().create_task(_keep_time(assembled.keeper))
        await stopping.wait()
    finally:
        await parts.pump.stop()
        if keeping is not None:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
        await runner.cleanup()
        if assembled.keeper is not None:
            assembled.keeper.close()


class _Parts:
    """Everything between the world and the sockets."""

    def __init__(self, assembled: Assembled, token: str, options: ServingOptions) -> None:
        world = assembled.world
        has_half_ticks = options.world.stable_coin_half_tick
        switches, faults = Switches({"stable-coin-tick": "0.5" if has_half_ticks else "1"}), Faults()
        seconds = LimitTime(world.clock)
        limits = Limits(seconds)
        gatekeeper = Gatekeeper(world.keys, switches)
        streams = StreamServices(world, switches, faults, options.stream_times)
        hub = StreamHub(streams)
        self.pump = Pump(world, hub.flush)
        services = Services(world, switches, faults, limits, _later)
        controlled = Controlled(
            world,
            hub,
            self.pump,
            switches,
            faults,
            limits,
            assembled.reset,
            assembled.check_moment,
            assembled.fingerprint,
        )
        self.app = make_app(
            services,
            gatekeeper,
            (
                StreamEndpoints(streams, hub, gatekeeper, limits, seconds).add_routes,
                ControlEndpoint(controlled, token).add_routes,
            ),
        )


async def _keep_time(keeper: StateKeeper) -> None:
    while True:
        await asyncio.sleep(_BETWEEN_TIMES_KEPT)
        keeper.keep_time()
        await asyncio.to_thread(keeper.sync)


def _addresses(port: int, assembled: Assembled, token: str) -> Addresses:
    return {
        "rest_url": f"http://{HOST}:{port}",
        "websocket_url": f"ws://{HOST}:{port}{STREAMS}",
        "access_key": assembled.key.access_key,
        "secret_key": assembled.key.secret_key.reveal(),
        "control_url": f"http://{HOST}:{port}{CONTROL}",
        "control_token": token,
    }


def _later(seconds: float, action: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, action)
