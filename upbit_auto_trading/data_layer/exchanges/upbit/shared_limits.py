"""What the exchange counts, and whom it blocks, remembered over the adapters of one program.

An adapter is made for a moment where a key is looked at. If each began to count anew, a look during a block would be
one more request that the exchange has forbidden, and make the next block longer.
"""

from __future__ import annotations

import hashlib
import threading

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.data_layer.exchanges.upbit.calls import ADDRESS_GROUPS, POCKET_GROUPS
from upbit_auto_trading.data_layer.exchanges.upbit.signing import AccessKey
from upbit_auto_trading.data_layer.transport.rate_limiter import RateLimiter


class SharedLimits:
    """Safe from any thread."""

    def __init__(self, exchange: str, clock: Clock) -> None:
        self._exchange = exchange
        self._clock = clock
        self._lock = threading.Lock()
        self._of_address = RateLimiter(exchange, clock, ADDRESS_GROUPS)
        #: by what the access key comes to: the key itself stays with whoever has it
        self._of_keys: dict[bytes, RateLimiter] = {}

    def limiter(self, key: AccessKey | None) -> RateLimiter:
        """What is counted by address is so for all of them, the rest for each key."""
        found_by = b"" if key is None else hashlib.sha256(key.access_key.reveal().encode()).digest()
        with self._lock:
            if found_by not in self._of_keys:
                self._of_keys[found_by] = RateLimiter(
                    self._exchange, self._clock, POCKET_GROUPS, beside=self._of_address
                )
            return self._of_keys[found_by]
