"""Columns that grow at both ends, with the extremes of their blocks kept beside them.

Sixteen rows make a block, sixteen blocks one of the next level. The least or greatest of any range is then found by
looking at some dozen numbers, and a million rows are thinned to a screen by looking at a sixteenth of them.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken

Column = NDArray[Any]
Rows = NDArray[np.int64]
#: so many zeros of a kind
Make = Callable[[int, np.dtype[Any]], Column]

_BITS: Final = 4
_BLOCK: Final = 1 << _BITS
_LEVELS: Final = 3
#: rows of one block of the highest level: where a buffer is moved, it moves by whole ones of these
_WHOLE: Final = _BLOCK**_LEVELS
#: room as a share of the rows: older ones come by the thousand; memory that nobody has touched costs nothing
_FRONT_ROOM: Final = 1.0
_BACK_ROOM: Final = 0.25
#: from here on larger buffers are made
_SCARCE_FRONT: Final = 0.25
_SCARCE_BACK: Final = 0.0625
#: rows that are copied at a time: some tenths of a millisecond
_PIECE: Final = 16_384
#: bytes
_MUCH: Final = 1 << 20
#: so few pieces are moved in one go
_AT_ONCE: Final = 4
#: from so many rows a group upwards blocks are quicker than the rows themselves
_WORTH_BLOCKS: Final = 512
#: above it lane by lane is quicker than short row by short row
_FEW_BLOCKS: Final = 128


@dataclass(frozen=True, slots=True)
class Reduction:
    """What is kept of each block of one column: ``of`` is np.minimum, np.fmax, …

    ``neutral`` is what changes no result.
    """

    column: int
    of: np.ufunc
    neutral: float


class _Buffers:
    """Slots of every column, and the blocks above them."""

    def __init__(
        self, kinds: Sequence[np.dtype[Any]], reductions: Sequence[Reduction], capacity: int, make: Make
    ) -> None:
        self.reductions = reductions
        self.capacity = capacity
        self.columns: list[Column] = [make(capacity, kind) for kind in kinds]
        self.levels: list[list[Floats]] = [
            [make(capacity >> _BITS * level, np.dtype(np.float64)) for level in range(1, _LEVELS + 1)]
            for _ in reductions
        ]

    @property
    def arrays(self) -> list[Column]:
        return [*self.columns, *(level for levels in self.levels for level in levels)]

    def write(self, slot: int, columns: Sequence[Column]) -> None:
        """Without the blocks."""
        for buffer, column in zip(self.columns, columns, strict=True):
            buffer[slot : slot + len(column)] = column

    def part(self, low: int, high: int) -> list[Column]:
        return [buffer[low:high] for buffer in self.columns]

    def shift(self, low: int, high: int, by: int) -> None:
        """The slots [low, high) so many further on; piece by piece, as NumPy copies what overlaps to another place."""
        pieces = range(low, high, _PIECE)
        for begin in pieces if by < 0 else reversed(pieces):
            end = min(begin + _PIECE, high)
            self.write(begin + by, self.part(begin, end))

    def reduce(self, low: int, high: int) -> None:
        """The blocks that hold any of these slots. Those that hold others than rows are never asked as a whole."""
        for reduction, levels in zip(self.reductions, self.levels, strict=True):
            finer, start, stop = self.columns[reduction.column], low, high
            for level in levels:
                start, stop = start >> _BITS, -(-stop >> _BITS)
                within = finer[start << _BITS : stop << _BITS].reshape(-1, _BLOCK)
                level[start:stop] = _rows_reduced(reduction, within)
                finer = level


class _Move:
    """Rows on their way to larger buffers, some thousand with each change, so that no change waits for all of them."""

    def __init__(self, source: _Buffers, target: _Buffers, shift: int, start: int) -> None:
        self._source = source
        self.target = target
        #: from a slot of the source to the same row's in the target
        self.shift = shift
        #: slots of the source that the target has as they are
        self._low = self._high = start

    def note(self, low: int, high: int, start: int, stop: int) -> None:
        """The slots [low, high) are others than they were; the rows are now those at [start, stop)."""
        if high >= min(self._high, stop):
            self._high = min(self._high, low)
        elif low <= max(self._low, start):
            self._low = max(self._low, high)
        else:
            self._copy(max(low, self._low), min(high, self._high))
        if self._low >= self._high:
            self._low = self._high = min(max(low, start), stop)

    def advance(self, rows: int, start: int, stop: int) -> bool:
        """By so many; True where all are there."""
        high = min(self._high + rows, stop)
        low = max(self._low - (rows - (high - self._high)), start)
        self._copy(self._high, high)
        self._copy(low, self._low)
        self._low, self._high = low, high
        return (low, high) == (start, stop)

    def has_room(self, start: int, stop: int) -> bool:
        return start + self.shift >= _BLOCK and stop + self.shift + _BLOCK <= self.target.capacity

    def left(self, start: int, stop: int) -> int:
        return (stop - start) - (self._high - self._low)

    def _copy(self, low: int, high: int) -> None:
        if low < high:
            self.target.write(low + self.shift, self._source.part(low, high))
            self.target.reduce(low + self.shift, high + self.shift)


class GrowingColumns:
    """Row 0 is the first; changing one row or adding some at an end costs as much as those rows.

    Where the room at an end gets scarce the rows move to larger buffers, a few thousand with each change.
    """

    def __init__(self, columns: Sequence[Column], reductions: Sequence[Reduction], piece: int = _PIECE) -> None:
        """``piece``: so many rows are copied with each change while they move."""
        self._reductions = tuple(reductions)
        self._piece = piece
        self._kinds = tuple(column.dtype for column in columns)
        self._start = self._stop = 0
        self._moving: _Move | None = None
        #: of the buffers before, given back one with each change: it takes a millisecond
        self._left: list[Column] = []
        self._now = self._put_together(columns)

    def __len__(self) -> int:
        return self._stop - self._start

    def column(self, place: int) -> Column:
        """The rows as they are now, not to be written; a later change may show through."""
        rows = self._now.columns[place][self._start : self._stop]
        rows.flags.writeable = False
        return rows

    def replace_from(self, row: int, columns: Sequence[Column]) -> None:
        """What stands at ``row`` and after it becomes these."""
        self.replace_between(row, len(self), columns)

    def replace_until(self, row: int, columns: Sequence[Column]) -> None:
        """What stands before ``row`` becomes these; from 0 on they are put in front."""
        self._check(row, len(self))
        slot = self._start + row
        start = slot - len(columns[0])
        if start < _BLOCK:
            self._now = self._put_together(columns, self._now.part(slot, self._stop))
            return
        self._start = start
        self._now.write(start, columns)
        self._changed(start, slot, room=start)

    def replace_between(self, row: int, stop: int, columns: Sequence[Column]) -> None:
        """The rows [row, stop) become these; where they are more, or fewer, the shorter side of the others moves."""
        self._check(row, stop)
        slot, behind = self._start + row, self._start + stop
        end = slot + len(columns[0])
        by = end - behind
        if by and row < len(self) - stop and self._start - by >= _BLOCK:
            self._now.shift(self._start, slot, -by)
            self._start -= by
            self._now.write(slot - by, columns)
            self._changed(self._start, behind, room=self._start)
            return
        if self._stop + by + _BLOCK > self._now.capacity:
            self._now = self._put_together(
                self._now.part(self._start, slot), columns, self._now.part(behind, self._stop)
            )
            return
        if by:
            self._now.shift(behind, self._stop, by)
            self._stop += by
        self._now.write(slot, columns)
        self._changed(slot, self._stop if by else end, room=self._now.capacity - self._stop)

    def _check(self, row: int, stop: int) -> None:
        if not 0 <= row <= stop <= len(self):
            raise InvariantBroken(f"rows {row} to {stop} of {len(self)}")

    def reduced(self, which: int, first: int, last: int) -> float:
        """Of the rows [first, last); the neutral element where there are none."""
        reduction, levels = self._reductions[which], self._now.levels[which]
        low, high = self._start + first, self._start + last
        parts = [reduction.neutral]
        for values in (self._now.columns[reduction.column], *levels[:-1]):
            inner_low, inner_high = -(-low >> _BITS), high >> _BITS
            if inner_low >= inner_high:
                break
            parts += _part(reduction, values[low : inner_low << _BITS])
            parts += _part(reduction, values[inner_high << _BITS : high])
            low, high = inner_low, inner_high
        else:
            values = levels[-1]
        parts += _part(reduction, values[low:high])
        return float(reduction.of.reduce(parts))

    def grouped(self, edges: Rows, *which: int) -> list[Floats]:
        """Of the groups [edges[i], edges[i + 1]), none of them empty; exact, one array a reduction."""
        slots = edges + self._start
        if slots[-1] - slots[0] < _WORTH_BLOCKS * len(slots):
            first, firsts = slots[0], slots[:-1] - slots[0]
            chosen = (self._reductions[one] for one in which)
            return [each.of.reduceat(self._now.columns[each.column][first : slots[-1]], firsts) for each in chosen]
        return self._grouped_by_blocks(slots, which)

    def _grouped_by_blocks(self, slots: Rows, which: Sequence[int]) -> list[Floats]:
        """The whole blocks of each group, and of the block that holds an edge what lies on either side of it."""
        block_of, lane_of = slots >> _BITS, slots & (_BLOCK - 1)
        starts = np.arange(len(slots)) << _BITS
        sides = np.column_stack((starts, starts + lane_of)).ravel()
        whole = np.column_stack((np.minimum(-(-slots[:-1] >> _BITS), block_of[1:]), block_of[1:])).ravel()
        has_whole = whole[::2] < whole[1::2]
        within = np.flatnonzero(block_of[:-1] == block_of[1:])
        gathered: dict[int, Floats] = {}
        results = []
        for one in which:
            reduction, blocks = self._reductions[one], self._now.levels[one][0]
            of, rows = reduction.of, self._now.columns[reduction.column]
            if reduction.column not in gathered:
                gathered[reduction.column] = rows.reshape(-1, _BLOCK)[block_of].ravel()
            both = of.reduceat(gathered[reduction.column], sides)
            left, right = np.where(lane_of, both[::2], reduction.neutral)[1:], both[1:-1:2]
            inner = of.reduceat(blocks[: block_of[-1] + 1], whole)[::2]
            result = of(of(left, right), np.where(has_whole, inner, reduction.neutral))
            for group in within.tolist():
                result[group] = of.reduce(rows[slots[group] : slots[group + 1]])
            results.append(result)
        return results

    # growing

    def _put_together(self, *parts: Sequence[Column]) -> _Buffers:
        """One after the other, in buffers with room at both ends."""
        count = sum(len(part[0]) for part in parts)
        made, room = self._roomy(count, np.zeros)
        self._start, self._stop, self._moving = room, room + count, None
        slot = room
        for part in parts:
            made.write(slot, part)
            slot += len(part[0])
        made.reduce(self._start, self._stop)
        return made

    def _roomy(self, count: int, make: Make) -> tuple[_Buffers, int]:
        """Buffers for so many rows, and the room before the first."""
        room = _whole(count * _FRONT_ROOM)
        capacity = room + _whole(count) + _whole(count * _BACK_ROOM)
        return _Buffers(self._kinds, self._reductions, capacity, make), room

    def _changed(self, low: int, high: int, room: int) -> None:
        """The slots [low, high), at an end where so much room is left."""
        self._now.reduce(low, high)
        if self._left:
            self._left.pop()
        front, back = self._start, self._now.capacity - self._stop
        if self._moving is None or not self._moving.has_room(self._start, self._stop):
            self._moving = None
            is_scarce = front < len(self) * _SCARCE_FRONT or back < len(self) * _SCARCE_BACK
            if not is_scarce or len(self) <= _AT_ONCE * self._piece:
                return
            target, before = self._roomy(len(self), _unused)
            self._moving = _Move(self._now, target, before - self._start, self._start)
        else:
            self._moving.note(low, high, self._start, self._stop)
        # twice as fast as the room goes, so that it is done before
        share = self._moving.left(self._start, self._stop) / max(room, 1)
        rows = max(self._piece, int(2 * share * (high - low)))
        if self._moving.advance(rows, self._start, self._stop):
            self._left = self._now.arrays
            self._now, shift = self._moving.target, self._moving.shift
            self._start, self._stop, self._moving = self._start + shift, self._stop + shift, None


def _unused(count: int, kind: np.dtype[Any]) -> Column:
    """Zeros that are written a few at a time. Many come straight from the system, which finds a page when it is first
    touched: NumPy's own were used before, and are cleared at once, or Linux puts large pages together for them. Both
    took up to 50 ms; where all is written at once anyway, they are twice as fast."""
    if count * kind.itemsize < _MUCH:
        return np.zeros(count, dtype=kind)
    return np.frombuffer(mmap.mmap(-1, count * kind.itemsize), dtype=kind, count=count)


def _whole(count: float) -> int:
    """At least one more than so many, in whole blocks of the highest level."""
    return (int(count) // _WHOLE + 1) * _WHOLE


def _part(reduction: Reduction, values: Floats) -> list[float]:
    return [reduction.of.reduce(values)] if len(values) else []


def _rows_reduced(reduction: Reduction, blocks: Floats) -> Floats:
    if len(blocks) < _FEW_BLOCKS:
        return np.asarray(reduction.of.reduce(blocks, axis=1))
    result = blocks[:, 0].copy()
    for lane in range(1, _BLOCK):
        reduction.of(result, blocks[:, lane], out=result)
    return result
