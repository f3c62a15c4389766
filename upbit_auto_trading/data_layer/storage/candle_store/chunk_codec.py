"""A chunk of candles as bytes and back, in every bit.

Prices are whole numbers of their common step: the open against the close before it, the close against its open, how
far high and low lie beyond both. So most of them need a byte or two. Volumes are whole numbers of a step of their own,
times are how many intervals were left out. Floats that are no whole numbers of any step lie there as they are.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.data_layer.storage.candle_store.columns import Columns, empty
from upbit_auto_trading.data_layer.storage.candle_store.planes import Damaged, Whole, packed, unpacked, unzigzag, zigzag
from upbit_auto_trading.data_layer.storage.candle_store.whole_numbers import Integers, Step, as_whole

_VERSION = 1
#: version, rows, first time and step of times, first price
_HEADER = struct.Struct("<BIqqq")
#: numerator and denominator of a step (0 and 0: floats as they are), and whether 32 bits hold every number
_STEP = struct.Struct("<QQB")
_NO_STEP = _STEP.pack(0, 0, 0)
_NARROW = 2**30


def encoded(columns: Columns) -> bytes:
    """All but the turnover. There must be a row, and times must rise."""
    gaps = np.diff(columns.opened)
    pace = int(np.gcd.reduce(gaps)) if len(gaps) else 1
    skipped = (np.concatenate(([pace], gaps)) // pace - 1).astype(np.uint64)
    prices, base = _encoded_prices(columns)
    head = _HEADER.pack(_VERSION, len(columns), int(columns.opened[0]), pace, base)
    body = b"".join((head, packed(skipped), prices, encoded_floats(columns.volume)))
    _prove(body, columns)
    return body


def _prove(body: bytes, columns: Columns) -> None:
    """Nothing is stored that was not read back first."""
    again = empty(len(columns), with_turnover=False)
    decode(memoryview(body), again)
    for mine, yours in zip((again.opened, *again.prices, again.volume), _bits(columns), strict=True):
        if not np.array_equal(mine.view(np.int64), yours):
            raise InvariantBroken("a chunk does not come back as it was written")


def _bits(columns: Columns) -> tuple[NDArray[np.int64], ...]:
    return tuple(column.view(np.int64) for column in (columns.opened, *columns.prices, columns.volume))


def _encoded_prices(columns: Columns) -> tuple[bytes, int]:
    found = as_whole(columns.prices)
    if found is None:
        return _NO_STEP + b"".join(packed(column.view(np.uint64)) for column in columns.prices), 0
    step, (first, high, low, last) = found
    moved = first - np.concatenate((first[:1], last[:-1]))
    beyond = (high - np.maximum(first, last), np.minimum(first, last) - low)
    if min(int(part.min()) for part in beyond) < 0:
        raise InvariantBroken("a high or low that is none came to be stored")
    largest = max(int(high.max()), int(np.abs(moved).max()) * 2)
    head = _STEP.pack(step.numerator, step.denominator, largest < _NARROW)
    signed = b"".join(packed(zigzag(part)) for part in (moved, last - first))
    return head + signed + b"".join(packed(part.view(np.uint64)) for part in beyond), int(first[0])


def encoded_floats(column: Floats) -> bytes:
    """One column: volumes, turnovers."""
    found = as_whole([column])
    if found is None:
        return _NO_STEP + packed(column.view(np.uint64))
    step, (whole,) = found
    if int(whole.min()) < 0:
        return _NO_STEP + packed(column.view(np.uint64))
    return _STEP.pack(step.numerator, step.denominator, int(whole.max()) < _NARROW) + packed(whole.view(np.uint64))


@dataclass(slots=True)
class _Place:
    """How far a body has been read."""

    body: memoryview
    at: int
    rows: int

    def unpack(self, layout: struct.Struct) -> tuple[int, ...]:
        values = layout.unpack_from(self.body, self.at)
        self.at += layout.size
        return values

    def column(self) -> Whole | None:
        found, self.at = unpacked(self.body, self.at, self.rows)
        return found


def decode(body: memoryview, result: Columns) -> None:
    """Into columns of exactly as many rows; raises Damaged."""
    try:
        version, rows, opened, pace, base = _HEADER.unpack_from(body)
        if version != _VERSION or rows != len(result):
            raise Damaged(f"version {version}, {rows} rows instead of {len(result)}")
        place = _Place(body, _HEADER.size, rows)
        _decode_times(place, opened, pace, result.opened)
        _decode_prices(place, base, result)
        _decode_floats(place, result.volume)
    except (struct.error, IndexError, ValueError) as error:
        raise Damaged(str(error)) from error


def decode_floats(body: memoryview, result: Floats) -> None:
    """Of :func:`encoded_floats`; raises Damaged."""
    try:
        _decode_floats(_Place(body, 0, len(result)), result)
    except (struct.error, IndexError, ValueError) as error:
        raise Damaged(str(error)) from error


def _decode_times(place: _Place, opened: int, pace: int, result: Integers) -> None:
    skipped = place.column()
    if skipped is None:
        result[:] = np.arange(opened, opened + pace * place.rows, pace)
        return
    steps = np.multiply(skipped, pace, dtype=np.int64)
    steps += pace
    steps[0] = opened
    np.cumsum(steps, out=result)


def _decode_prices(place: _Place, base: int, result: Columns) -> None:
    numerator, denominator, is_narrow = place.unpack(_STEP)
    if not denominator:
        for column in result.prices:
            _put_bits(place.column(), column)
        return
    step = Step(numerator, denominator)
    kind = np.int32 if is_narrow else np.int64
    moved, gained = _signed(place), _signed(place)
    change = np.add(moved, gained, dtype=kind)
    change[0] += kind(base)
    last: Whole = np.cumsum(change, dtype=kind)
    first = last - gained
    step.into(first, result.open)
    step.into(last, result.close)
    above, below = place.column(), place.column()
    step.into(_plus(np.maximum(first, last), above, kind), result.high)
    step.into(_plus(np.minimum(first, last), below, kind, -1), result.low)


def _signed(place: _Place) -> Whole:
    found = place.column()
    return np.zeros(place.rows, dtype=np.int8) if found is None else unzigzag(found)


def _plus(
    numbers: Whole,
    more: Whole | None,
    kind: type[np.int32] | type[np.int64],
    sign: int = 1,
) -> Whole:
    if more is not None:
        wide = more.astype(kind, copy=False)
        (np.add if sign > 0 else np.subtract)(numbers, wide, out=numbers)
    return numbers


def _decode_floats(place: _Place, result: Floats) -> None:
    numerator, denominator, _narrow = place.unpack(_STEP)
    found = place.column()
    if not denominator:
        _put_bits(found, result)
    elif found is None:
        result[:] = 0.0
    else:
        Step(numerator, denominator).into(found.view(np.int64) if found.itemsize == 8 else found, result)


def _put_bits(found: Whole | None, result: Floats) -> None:
    bits = result.view(np.uint64)
    if found is None:
        bits[:] = 0
    else:
        bits[:] = found
