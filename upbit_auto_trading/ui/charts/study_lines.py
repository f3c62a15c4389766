"""A study as lines: which variables they are, how and where they are drawn, and their values, as a backtest's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats
from upbit_auto_trading.business_logic.domain.strategy_definition import Use
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.ports.strategy import MarketVariable
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import Component
from upbit_auto_trading.component_system.naming import base_of, name_of
from upbit_auto_trading.component_system.registry import Registry
from upbit_auto_trading.component_system.user_components import PREFIX
from upbit_auto_trading.component_system.variable import Drawn, Variable
from upbit_auto_trading.ui.charts.studies import LINE, Study, is_bars, problem_of
from upbit_auto_trading.ui.charts.study_names import short_title
from upbit_auto_trading.ui.design.tokens import OVERLAYS, PALETTES, ThemeName
from upbit_auto_trading.utils.bilingual_text import Text

_OF_LINE: Final = Text("{name} · {line}", "{name} · {line}")
_UNKNOWN: Final = Text("{id} (이 버전이 모름)", "{id} (not known to this version)")
#: levels at which people look, by comparison group; finer by variable
_GUIDES: Final[dict[str, tuple[float, ...]]] = {
    "oscillator": (30.0, 70.0),
    "centred-100": (0.0,),
    "centred": (0.0,),
    "correlation": (0.0,),
    "percent": (0.0,),
    "price-distance": (0.0,),
    "volume-flow": (0.0,),
    "ratio": (1.0,),
}
_GUIDES_OF: Final[dict[str, tuple[float, ...]]] = {
    "stochastic": (20.0, 80.0),
    "stochastic-rsi": (20.0, 80.0),
    "kdj": (20.0, 80.0),
    "mfi": (20.0, 80.0),
    "williams-r": (-80.0, -20.0),
    "adx": (25.0,),
    "adxr": (25.0,),
    "cci": (-100.0, 0.0, 100.0),
}
#: lines that bound what is between them
_BETWEEN: Final = (("upper", "lower"), ("span-a", "span-b"))
#: a tail over more rows than these is computed beside the window, as are the user's own components
LONGEST_TAIL: Final = 12_000
#: rows that even the slowest (Hilbert cycles) computes in 8 ms, in calls of 4, most others in a tenth of one: while
#: TA-Lib is at it the window waits. Half as many take those half as long again
PIECE: Final = 4_096


@dataclass(frozen=True, slots=True)
class StudyLine:
    variable: MarketVariable
    #: with the line's own word where there are several: "%K"
    name: Text
    token: str
    #: lengths in pen widths; empty: solid
    dash: tuple[int, ...]
    is_bars: bool


@dataclass(frozen=True, slots=True)
class BuiltStudy:
    """``problem`` is a stable reason why it has no lines; empty where it can be drawn."""

    study: Study
    title: Text
    lines: tuple[StudyLine, ...]
    where: Drawn
    #: id of what its values may be compared with
    group: str = ""
    #: figures behind the point; None: as the market's prices
    decimals: int | None = None
    value_unit: Text = Text("", "")
    #: the values always lie between these; None where nothing is sure
    bounds: tuple[float, float] | None = None
    guides: tuple[float, ...] = ()
    #: rows that decide a value: itself and those before it
    window: int = 1
    #: runs what the user wrote: never in the thread of the windows
    is_own: bool = False
    problem: str = ""

    @property
    def band(self) -> tuple[int, int] | None:
        """Places of the two lines whose room between them is tinted: of a band, or of a cloud."""
        places = {line: place for place, line in enumerate(self.study.lines)}
        found = ((places[one], places[other]) for one, other in _BETWEEN if one in places and other in places)
        return next(found, None) if self.where is Drawn.ON_PRICE else None

    @property
    def is_quick(self) -> bool:
        """Its last value is computed in a few milliseconds."""
        return not self.is_own and self.window <= LONGEST_TAIL


def built_study(registry: Registry, study: Study, unit: CandleUnit) -> BuiltStudy:
    problem = problem_of(study, registry, unit)
    if problem:
        return BuiltStudy(study, _UNKNOWN.format(id=study.use.id), (), Drawn.NOWHERE, problem=problem)
    builder = Builder(registry, unit)
    variables = [builder.market_variable(use) for use in study.uses]
    bases = [_base(one) for one in variables]
    title = _title(study, bases[0], variables[0], builder)
    lines = tuple(
        StudyLine(one, _line_name(study, base, title), *look_of(study.colour_of(place)), is_bars(study, place))
        for place, (one, base) in enumerate(zip(variables, bases, strict=True))
    )
    group = bases[0].comparison_group
    return BuiltStudy(
        study,
        title,
        lines,
        bases[0].where_drawn,
        group.id,
        group.decimals,
        group.unit,
        _sure_bounds(bases),
        _guides(bases[0]),
        max(one.window for one in variables),
        any(_is_own(use) for use in study.uses),
    )


def look_of(colour: int) -> tuple[str, tuple[int, ...]]:
    """Token and dashes of a colour number; the dashes are the same in both themes."""
    return OVERLAYS[colour - 1], PALETTES[ThemeName.DARK].overlays[colour - 1].dashes


def _base(variable: MarketVariable) -> Variable:
    found = base_of(variable)
    assert found is not None, "built of a variable"
    return found


def _title(study: Study, base: Variable, variable: MarketVariable, builder: Builder) -> Text:
    """Of several lines, without the line: "Bollinger(20, 2)"."""
    if study.lines:
        declared = next(one for one in base.declaration.parameters if one.name == LINE)
        variable = builder.market_variable(study.use.having(LINE, declared.default or ""))
    return _shortened(name_of(variable), base)


def _shortened(name: Text, base: Variable) -> Text:
    title, short = base.declaration.title, short_title(base.declaration)
    return Text(name.ko.replace(title.ko, short.ko, 1), name.en.replace(title.en, short.en, 1))


def _line_name(study: Study, base: Variable, title: Text) -> Text:
    if not study.lines:
        return title
    declared = next(one for one in base.declaration.parameters if one.name == LINE)
    return next(one.label for one in declared.choices if one.value == base.values[LINE])


def _sure_bounds(bases: Sequence[Variable]) -> tuple[float, float] | None:
    low, high = bases[0].comparison_group.minimum, bases[0].comparison_group.maximum
    if low is None or high is None or any(one.comparison_group != bases[0].comparison_group for one in bases):
        return None
    return float(low), float(high)


def _guides(base: Variable) -> tuple[float, ...]:
    return _GUIDES_OF.get(base.declaration.id, _GUIDES.get(base.comparison_group.id, ()))


def _is_own(use: Use) -> bool:
    inside = (value for _name, value in use.parameters if isinstance(value, Use))
    return use.id.startswith(PREFIX) or any(_is_own(one) for one in inside)


# values


def compute_lines(built: BuiltStudy, frame: Frame) -> tuple[Floats, ...]:
    """All rows. Studies of one chart share a frame: what two of them ask for is computed once."""
    return tuple(frame.of(line.variable) for line in built.lines)


def first_needed(built: BuiltStudy, first_row: int) -> int:
    """The first row that the value of ``first_row`` is made of: its window says how many are enough."""
    return max(0, first_row - built.window + 1)


def compute_tail(built: BuiltStudy, series: CandleSeries, first_row: int, day_start: timedelta) -> tuple[Floats, ...]:
    """The values from a row of ``series`` on, out of as few rows as decide them. As all that is declared is decided by
    its window, sums and levels of the day included, they are those of the whole, but for rounding."""
    begin = first_needed(built, first_row)
    frame = Frame(series.rows(slice(begin, None)), day_start)
    return tuple(np.asarray(values[first_row - begin :]) for values in compute_lines(built, frame))


def compute_in_pieces(
    built: BuiltStudy,
    series: CandleSeries,
    day_start: timedelta,
    between: Callable[[], None],
    piece: int = PIECE,
    first_row: int = 0,
) -> tuple[Floats, ...]:
    """The rows from ``first_row`` on, some thousand at a time: TA-Lib lets no other thread run Python while it
    computes, and a million rows would hold the window up for a second. ``between`` may raise, to give up."""
    step = max(piece, built.window)
    parts = []
    for begin in range(first_row, max(len(series), first_row + 1), step):
        between()
        parts.append(compute_tail(built, series.rows(slice(None, begin + step)), begin, day_start))
    return tuple(np.concatenate(line) for line in zip(*parts, strict=True))


# words


def line_title(component: type[Component], line: str) -> Text:
    """Of one line of several: "Bollinger bands · width"."""
    declared = next((one for one in component.declaration.parameters if one.name == LINE), None)
    word = next((one.label for one in declared.choices if one.value == line), None) if declared is not None else None
    title = component.declaration.title
    return title if word is None else _OF_LINE.format(name=title, line=word)
