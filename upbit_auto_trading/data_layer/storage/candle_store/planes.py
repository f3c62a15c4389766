"""Columns of whole numbers as byte planes: all lowest bytes of a column, then all second ones, as far as it needs.

A plane is compressed only where that leaves little of it: such planes are nearly constant and quickly inflated, and the
others would cost more time than they save room. Putting raw planes together again needs no loop and hardly any time.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: A plane stays as it is unless it becomes smaller than this share of itself.
COMPRESSED_BELOW = 0.1

Unsigned = NDArray[np.uint64]
#: 32 or 64 bits
Whole = NDArray[Any]


class Damaged(Exception):
    """The bytes are not what was written."""


def packed(column: Unsigned) -> bytes:
    """How many planes, and of each its stored length (0: it is all zeros) and bytes."""
    rows = len(column)
    width = (int(column.max()).bit_length() + 7) // 8 if rows else 0
    octets = np.ascontiguousarray(column, dtype="<u8").view(np.uint8).reshape(rows, 8)
    parts = [bytes([width])]
    for place in range(width):
        plane = np.ascontiguousarray(octets[:, place])
        stored = _stored(plane)
        parts += [len(stored).to_bytes(4, "little"), stored]
    return b"".join(parts)


def _stored(plane: NDArray[np.uint8]) -> bytes:
    if not plane.any():
        return b""
    raw = plane.tobytes()
    # a look at a few of them tells what is noise, which most planes are
    sample = raw[: len(raw) // 8]
    if len(sample) > 512 and len(zlib.compress(sample, 1)) > len(sample) * COMPRESSED_BELOW * 2:
        return raw
    small = zlib.compress(raw, 6)
    return small if len(small) < len(raw) * COMPRESSED_BELOW else raw


def unpacked(body: memoryview, place: int, rows: int) -> tuple[Whole | None, int]:
    """The column in as few bytes a number as it needs, None where all are zero, and where the next one begins."""
    width = body[place]
    place += 1
    if not width:
        return None, place
    if width == 1:
        plane, place = _plane(body, place, rows)
        return plane, place
    kind = np.uint16 if width == 2 else np.uint32 if width <= 4 else np.uint64
    column = np.zeros(rows, dtype=np.dtype(kind).newbyteorder("<"))
    octets = column.view(np.uint8).reshape(rows, column.itemsize)
    for number in range(width):
        plane, place = _plane(body, place, rows)
        if plane is not None:
            octets[:, number] = plane
    return column, place


def _plane(body: memoryview, place: int, rows: int) -> tuple[NDArray[np.uint8] | None, int]:
    length = int.from_bytes(body[place : place + 4], "little")
    begin, end = place + 4, place + 4 + length
    if not length:
        return None, end
    if length == rows:
        return np.frombuffer(body[begin:end], dtype=np.uint8), end
    try:
        inflated = zlib.decompress(body[begin:end], bufsize=rows)
    except zlib.error as error:
        raise Damaged(str(error)) from error
    if len(inflated) != rows:
        raise Damaged(f"a plane of {len(inflated)} instead of {rows}")
    return np.frombuffer(inflated, dtype=np.uint8), end


def zigzag(signed: NDArray[np.int64]) -> Unsigned:
    """Small numbers of either sign become small numbers without one."""
    return ((signed << 1) ^ (signed >> 63)).view(np.uint64)


def unzigzag(column: Whole) -> Whole:
    """The rows of :func:`zigzag`, in as few bytes as they came in: each of these passes costs by the byte."""
    sign = column & 1
    np.negative(sign, out=sign)
    halved: Whole = column >> 1
    halved ^= sign
    return halved.view(np.dtype(f"i{column.itemsize}"))
