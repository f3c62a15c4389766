"""The exchanges that stored keys belong to: a look through a key, and use of one that may be replaced meanwhile."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, NotSupported, TradingAppError
from upbit_auto_trading.business_logic.domain.exchange_key import KeyStatus
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.credentials import Credential
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.composition_root.key_users import KeyUsers
from upbit_auto_trading.config.logging_setup import log_event
from upbit_auto_trading.data_layer.doctor.exchange_facts import Reached
from upbit_auto_trading.utils.secret import Secret

if TYPE_CHECKING:  # heavy: loaded with the first key
    from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange
    from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
    from upbit_auto_trading.data_layer.exchanges.upbit.shared_limits import SharedLimits
    from upbit_auto_trading.data_layer.exchanges.upbit.signing import AccessKey

_LOGGER = logging.getLogger(__name__)
UPBIT = "upbit"
#: of one question, repetitions included: somebody waits for the answer
LOOK_SECONDS = 3.0
_LOOK_EVERY_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class AccessKeys:
    access_key: Secret
    secret_key: Secret


@dataclass(slots=True)
class _Outcome:
    status: KeyStatus | None = None
    error: TradingAppError | None = None
    has_ended: threading.Event = field(default_factory=threading.Event)


class ExchangeKeys:
    """Implements the port ``KeyInspector``. Nothing is loaded and nothing is sent before a key is there."""

    def __init__(
        self,
        resources: Path,
        clock: Clock,
        upbit: UpbitAddresses | None = None,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        """``upbit``: another place that speaks its protocol. None: the exchange itself."""
        self._resources = resources
        self._clock = clock
        self._upbit = upbit
        self._look_seconds = look_seconds
        self._users = KeyUsers()
        self._lock = threading.Lock()
        self._limits: SharedLimits | None = None

    def look_at(
        self,
        exchange: str,
        access_key: Secret,
        secret_key: Secret,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> KeyStatus:
        """In a thread of its own, which whoever cancels does not wait for: a socket that is silent cannot be hurried.

        It ends with its own time-outs, seconds later, and asks nothing more.
        """
        client = self._made(exchange, AccessKeys(access_key, secret_key), self._look_seconds)
        account, outcome = client.account, _Outcome()
        assert account is not None  # made with a key

        def look() -> None:
            try:
                outcome.status = account.key_status()
            except TradingAppError as error:
                # Anything else is unforeseen: it goes on to the crash hook, and the caller hears of a failure too.
                outcome.error = error
            finally:
                outcome.has_ended.set()

        threading.Thread(target=look, name="key check", daemon=True).start()
        try:
            return _awaited(outcome, exchange, is_cancelled)
        finally:
            client.close()

    def reach(self, exchange: str = UPBIT) -> Reached:
        """Its public interface, asked once; needs no key. Raises ExchangeError."""
        client = self._made(exchange, None, self._look_seconds)
        began_at = self._clock.monotonic()
        try:
            client.market_data.markets()
            return Reached(exchange, self._clock.monotonic() - began_at, client.health().clock_difference)
        finally:
            client.close()

    @contextmanager
    def opened_with(self, credential: Credential) -> Iterator[UpbitExchange]:
        """For as long as it is needed; a replaced key is taken from the next request on, and nothing stops for it."""
        keys = AccessKeys(credential.access_key, credential.secret_key)
        exchange = self._made(credential.summary.exchange, keys)
        try:
            with self._users.using(credential.summary.id, lambda new: exchange.replace_key(_key_of(new))):
                yield exchange
        finally:
            exchange.close()

    def key_replaced(self, credential: Credential) -> None:
        """Called by whoever replaced a stored key, in whatever thread, when it is stored."""
        count = self._users.replaced(credential)
        log_event(_LOGGER, logging.INFO, "key replaced", exchange=credential.summary.exchange, count=count)

    def _made(self, exchange: str, keys: AccessKeys | None, read_seconds: float | None = None) -> UpbitExchange:
        if exchange != UPBIT:
            raise NotSupported(exchange, "no-adapter")
        from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange
        from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
        from upbit_auto_trading.data_layer.exchanges.upbit.client import READ_SECONDS
        from upbit_auto_trading.data_layer.exchanges.upbit.rules import load_rules
        from upbit_auto_trading.data_layer.exchanges.upbit.signing import AccessKey

        key = None if keys is None else AccessKey(keys.access_key, keys.secret_key)
        return UpbitExchange(
            self._upbit or UpbitAddresses(),
            self._clock,
            load_rules(self._resources, exchange),
            key,
            limiter=self._shared_limits(exchange).limiter(key),
            read_seconds=read_seconds or READ_SECONDS,
        )

    def _shared_limits(self, exchange: str) -> SharedLimits:
        """A block outlasts the look that met it."""
        from upbit_auto_trading.data_layer.exchanges.upbit.shared_limits import SharedLimits

        with self._lock:
            if self._limits is None:
                self._limits = SharedLimits(exchange, self._clock)
            return self._limits


def _key_of(credential: Credential) -> AccessKey:
    from upbit_auto_trading.data_layer.exchanges.upbit.signing import AccessKey

    return AccessKey(credential.access_key, credential.secret_key)


def _awaited(outcome: _Outcome, exchange: str, is_cancelled: Callable[[], bool]) -> KeyStatus:
    while not outcome.has_ended.wait(_LOOK_EVERY_SECONDS):
        if is_cancelled():
            raise Cancelled
    if outcome.status is not None:
        return outcome.status
    raise outcome.error or ExchangeUnavailable(exchange, "failed-unforeseen")
