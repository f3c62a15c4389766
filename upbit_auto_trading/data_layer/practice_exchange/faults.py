"""Faults on request: what goes wrong, for which requests, how often.

A fault has a scope (method, path, market), a number of times and a probability with a seed, so that a run repeats.
Those of the streams are taken by the WebSocket side, the others by ``server`` and the handlers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter


class FaultKind(Enum):
    # before the request is looked at
    LATENCY = "latency"
    JITTER = "jitter"
    HANG = "hang"
    RESET_BEFORE = "reset-before"
    STATUS = "status"
    RATE_LIMITED = "rate-limited"
    BLOCKED = "blocked"
    MAINTENANCE = "maintenance"
    #: orders are refused with quota left
    OVERLOAD = "overload"
    MARKET_OFFLINE = "market-offline"
    # after it was done
    DROP_REPLY = "drop-reply"
    RESET_AFTER = "reset-after"
    GARBAGE = "garbage"
    TRUNCATED = "truncated"
    # in what is told
    CLOCK_DIFFERENCE = "clock-difference"
    MISSING_CANDLES = "missing-candles"
    # in what happens on the market
    PARTIAL_FILLS = "partial-fills"
    # on streams
    #: the handshake is answered with a status instead
    STREAM_REFUSED = "stream-refused"
    STREAM_CUT = "stream-cut"
    STREAM_HALF_OPEN = "stream-half-open"
    STREAM_TRUNCATED = "stream-truncated"
    STREAM_DUPLICATED = "stream-duplicated"
    STREAM_REORDERED = "stream-reordered"
    STREAM_DELAYED = "stream-delayed"
    STREAM_OLD_SNAPSHOT = "stream-old-snapshot"
    #: data frames are swallowed; pings are answered all the same
    STREAM_SILENT = "stream-silent"


_WITH_STATUS = (FaultKind.STATUS, FaultKind.STREAM_REFUSED)


@dataclass(frozen=True, slots=True)
class Fault:
    """``amount`` is in the kind's own unit.

    Milliseconds (latency, jitter, clock-difference, stream-delayed), a status (status, stream-refused), seconds
    (blocked, and how long a dropped or hanging reply keeps its connection), candles (missing-candles), pieces
    (partial-fills), percent kept (truncated, stream-truncated).
    """

    kind: FaultKind
    amount: int = 0
    #: of several forms; maintenance knows ``page``, ``error`` and ``hang``
    form: str = ""
    method: str | None = None
    #: with ``*`` and ``?``; a stream's is its address
    path: str = "*"
    #: a code; None: every market
    market: str | None = None
    #: None: until it is taken away
    times: int | None = None
    probability: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise InvalidParameter("probability", self.probability, "out-of-range", "0–1")
        if self.times is not None and self.times < 1:
            raise InvalidParameter("times", self.times, "out-of-range", "1–")
        if self.kind in _WITH_STATUS and not 400 <= self.amount <= 599:
            raise InvalidParameter("amount", self.amount, "out-of-range", "400–599")

    def covers(self, method: str, path: str) -> bool:
        return self.method in (None, method) and fnmatchcase(path, self.path)


@dataclass(slots=True)
class ActiveFault:
    number: int
    fault: Fault
    hits: int = 0
    _chances: random.Random = field(default_factory=random.Random, repr=False)

    def __post_init__(self) -> None:
        self._chances = random.Random(self.fault.seed)

    @property
    def is_spent(self) -> bool:
        return self.fault.times is not None and self.hits >= self.fault.times

    def happens(self) -> bool:
        """Draws, and counts where it does."""
        if self.is_spent or self._chances.random() >= self.fault.probability:
            return False
        self.hits += 1
        return True


class Faults:
    """Those in force, oldest first. Use from the server's thread alone."""

    def __init__(self) -> None:
        self._active: dict[int, ActiveFault] = {}
        self._next = 1

    def add(self, fault: Fault) -> int:
        number = self._next
        self._next += 1
        self._active[number] = ActiveFault(number, fault)
        return number

    def remove(self, number: int) -> bool:
        return self._active.pop(number, None) is not None

    def clear(self) -> None:
        self._active.clear()

    def listed(self) -> tuple[ActiveFault, ...]:
        return tuple(self._active.values())

    def take(self, *kinds: FaultKind, method: str = "*", path: str = "", market: str | None = None) -> Iterator[Fault]:
        """Each fault of these kinds that happens now; taking it is what counts.

        A fault for one market covers only what names that market.
        """
        for active in list(self._active.values()):
            fault = active.fault
            is_meant = fault.kind in kinds and fault.covers(method, path) and fault.market in (None, market)
            if is_meant and active.happens():
                yield fault

    def first(self, *kinds: FaultKind, method: str = "*", path: str = "", market: str | None = None) -> Fault | None:
        return next(self.take(*kinds, method=method, path=path, market=market), None)


def fault_from_plain(plain: Mapping[str, object]) -> Fault:
    """``{"kind": "status", "amount": 503, "path": "/v1/order*", "times": 2}``; anything odd is refused by name."""
    unknown = sorted(set(plain) - _TYPES.keys())
    if unknown:
        raise InvalidParameter(unknown[0], plain[unknown[0]], "unknown-field", ", ".join(_TYPES))
    for name, value in plain.items():
        if isinstance(value, bool) or not isinstance(value, _TYPES[name]):
            raise InvalidParameter(name, value, "wrong-type")
    try:
        kind = FaultKind(plain.get("kind"))
    except ValueError as error:
        kinds = ", ".join(one.value for one in FaultKind)
        raise InvalidParameter("kind", plain.get("kind"), "unknown-kind", kinds) from error
    rest: dict[str, Any] = {name: value for name, value in plain.items() if name != "kind"}
    if "probability" in rest:
        rest["probability"] = float(rest["probability"])
    return Fault(kind, **rest)


_TYPES: dict[str, type | tuple[type, ...]] = {
    "kind": str,
    "amount": int,
    "form": str,
    "method": (str, type(None)),
    "path": str,
    "market": (str, type(None)),
    "times": (int, type(None)),
    "probability": (int, float, Decimal),
    "seed": int,
}


def fault_to_plain(active: ActiveFault) -> dict[str, object]:
    fault = active.fault
    plain: dict[str, object] = {name: getattr(fault, name) for name in _TYPES}
    return plain | {"kind": fault.kind.value, "id": active.number, "hits": active.hits}
