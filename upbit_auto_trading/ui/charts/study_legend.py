"""Values of studies as words: in the legend, at the crosshair, on the axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from upbit_auto_trading.component_system.variable import Drawn
from upbit_auto_trading.ui.charts.legend import LegendLine, LegendPart
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.charts.study_lines import BuiltStudy
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.language import current_language, tr
from upbit_auto_trading.utils.bilingual_text import Text

#: figures of these are told in 만 and 억: nobody trades by the last of them
_COMPACT: Final = frozenset({"volume", "volume-flow", "money"})
#: a distance of a few steps of the market's tick says nothing without finer figures
_DISTANCE: Final = "price-distance"
_FEW_STEPS: Final = 1_000
_RISING: Final = Text("▲ 상승", "▲ rising")
_FALLING: Final = Text("▼ 하락", "▼ falling")


def legend_line(built: BuiltStudy, lines: Sequence[LineColumns], price_decimals: int) -> LegendLine:
    """Made anew when the language changes: a legend keeps words, not texts."""

    def parts_at(row: int | None) -> tuple[LegendPart, ...]:
        values = (value_at(line, row) for line in lines)
        shown = zip(values, built.lines, strict=True)
        return tuple(LegendPart(value_text(built, value, price_decimals), line.token) for value, line in shown)

    first = built.lines[0]
    return LegendLine(built.study.id, tr(built.title), parts_at, first.token, first.dash)


def value_at(line: LineColumns, row: int | None) -> float | None:
    """Of the last row where none is said; None where nothing is known there."""
    place = len(line) - 1 if row is None else row
    if not 0 <= place < len(line):
        return None
    value = float(line.values[place])
    return value if value == value else None


def value_text(built: BuiltStudy, value: float | None, price_decimals: int) -> str:
    if value is None:
        return formats.NOTHING
    if built.where is Drawn.MARKS:
        return formats.NOTHING if value == 0 else tr(_RISING if value > 0 else _FALLING)
    language = current_language()
    if built.group in _COMPACT:
        return formats.compact(value, language)
    decimals = price_decimals if built.decimals is None else built.decimals
    if built.group == _DISTANCE and abs(value) < _FEW_STEPS / 10**price_decimals:
        decimals += 2
    return formats.with_unit(formats.decimals(value, decimals), tr(built.value_unit), language)
