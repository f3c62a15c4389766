"""What a comparison says of the order of values, for finding conditions that can never hold together."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Value:
    """A number, or what has that key so many candles ago."""

    number: float = 0.0
    key: str = ""
    ago: int = 0

    def before(self, candles: int) -> Value:
        return replace(self, ago=self.ago + candles) if self.key else self


@dataclass(frozen=True, slots=True)
class Order:
    """``low`` is below ``high``, or not above it."""

    low: Value
    high: Value
    is_strict: bool


#: all of them are so
Way = tuple[Order, ...]
#: nothing can be said that would help
UNSAID: tuple[Way, ...] = ((),)


def below(low: Value, high: Value) -> Order:
    return Order(low, high, is_strict=True)


def not_above(low: Value, high: Value) -> Order:
    return Order(low, high, is_strict=False)
