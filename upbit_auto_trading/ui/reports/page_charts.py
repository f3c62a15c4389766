"""Lines of a report as SVG: a year of minutes in some thousand points, every extreme kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats, Seconds, moment_of
from upbit_auto_trading.ui.design.formats import in_kst

_WIDTH: Final = 1_100
_LEFT: Final = 8
#: for the labels of the axis
_RIGHT: Final = 96
_TOP: Final = 12
_BOTTOM: Final = 24
#: each draws its lowest and its highest value
_COLUMNS: Final = 700
_LABELS: Final = 5
_MARK: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """``style`` is a class of the style sheet; ``is_area`` fills towards the top."""

    values: Floats
    style: str
    is_area: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    second: int
    value: float
    is_buy: bool
    #: shown by the pointer
    title: str


@dataclass(frozen=True, slots=True)
class _Scale:
    first: float
    last: float
    low: float
    high: float
    height: int

    def x(self, second: float) -> float:
        return _LEFT + (second - self.first) / max(1.0, self.last - self.first) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return _TOP + (self.high - value) / (self.high - self.low) * (self.height - _TOP - _BOTTOM)


def chart(
    title: str,
    seconds: Seconds,
    lines: Sequence[Line],
    labels: Sequence[tuple[float, str]],
    marks: Sequence[Mark] = (),
    height: int = 240,
) -> str:
    """``labels`` stand at values of the axis; the range is that of lines and labels together."""
    values = [line.values[np.isfinite(line.values)] for line in lines]
    every = np.concatenate([*values, np.array([value for value, _text in labels])])
    low, high = (float(every.min()), float(every.max())) if len(every) else (0.0, 1.0)
    if high <= low:
        low, high = low - 1, high + 1
    scale = _Scale(float(seconds[0]), float(seconds[-1]), low, high, height)
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">',
        *_axis(scale, labels),
        *_times(scale),
        *(_path(line, seconds, scale) for line in lines),
        *(_mark(mark, scale) for mark in marks),
        "</svg>",
    ]
    return "".join(parts)


def round_values(low: float, high: float, most: int = _LABELS) -> list[float]:
    """Round numbers from low to high, few enough to be read."""
    if not (np.isfinite(low) and np.isfinite(high)) or high <= low:
        return [low]
    rough = (high - low) / most
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * size for size in (1, 2, 2.5, 5, 10) if power * size >= rough)
    begin = np.ceil(low / step)
    return [float(number * step) for number in np.arange(begin, np.floor(high / step) + 1)]


def _axis(scale: _Scale, labels: Sequence[tuple[float, str]]) -> Iterator[str]:
    for value, text in labels:
        y = scale.y(value)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{_WIDTH - _RIGHT + 8}" y="{y + 4:.1f}">{escape(text)}</text>'


def _times(scale: _Scale) -> Iterator[str]:
    for second in np.linspace(scale.first, scale.last, _LABELS).tolist():
        day = in_kst(moment_of(int(second)))
        anchor = "start" if second == scale.first else "end" if second == scale.last else "middle"
        yield (
            f'<text x="{scale.x(second):.1f}" y="{scale.height - 8}" text-anchor="{anchor}">{day:%Y-%m-%d %H:%M}</text>'
        )


def _path(line: Line, seconds: Seconds, scale: _Scale) -> str:
    places = thinned(line.values)
    if not len(places):
        return ""
    points = [f"{scale.x(float(seconds[one])):.1f} {scale.y(float(line.values[one])):.1f}" for one in places.tolist()]
    drawn = "M" + "L".join(points)
    if line.is_area:
        top = scale.y(scale.high)
        drawn += f"L{scale.x(float(seconds[places[-1]])):.1f} {top:.1f}"
        drawn += f"L{scale.x(float(seconds[places[0]])):.1f} {top:.1f}Z"
    return f'<path class="{line.style}" d="{drawn}"/>'


def thinned(values: Floats) -> Seconds:
    """Places of the first, lowest, highest and last value of each column of pixels, in their order."""
    known = np.flatnonzero(np.isfinite(values))
    if len(known) <= 4 * _COLUMNS:
        return known
    edges = np.linspace(0, len(known), _COLUMNS + 1).astype(np.int64)
    kept: list[int] = []
    for begin, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = values[known[begin:end]]
        kept += sorted({begin, begin + int(part.argmin()), begin + int(part.argmax()), end - 1})
    return np.asarray(known[kept])


def _mark(mark: Mark, scale: _Scale) -> str:
    """Bought: a triangle below; sold: one above, pointing down."""
    x, y = scale.x(mark.second), scale.y(mark.value)
    tip, base = (y + 2, y + 2 + 2 * _MARK) if mark.is_buy else (y - 2, y - 2 - 2 * _MARK)
    return (
        f'<path class="{"buy" if mark.is_buy else "sell"}" d="M{x:.1f} {tip:.1f}L{x - _MARK:.1f} {base:.1f}'
        f'L{x + _MARK:.1f} {base:.1f}Z"><title>{escape(mark.title)}</title></path>'
    )
