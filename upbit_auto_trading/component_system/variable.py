"""Variables: numbers that change with time. Bases of what is declared in ``variables/``, and what may be compared."""

from __future__ import annotations

from abc import abstractmethod
from enum import Enum
from typing import Any, ClassVar, Self

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind
from upbit_auto_trading.business_logic.ports.strategy import Columns, Number, StateView
from upbit_auto_trading.component_system.declaration import NOTHING, ComparisonGroup, Component
from upbit_auto_trading.utils.bilingual_text import Text

_PERCENT_SIGN = Text("%", "%")

PRICE = ComparisonGroup("price", Text("가격", "price"), minimum=0, decimals=None)
#: differences of prices: ATR, MACD in the quote currency
PRICE_DISTANCE = ComparisonGroup("price-distance", Text("가격 차이", "price distance"), decimals=None)
OSCILLATOR = ComparisonGroup("oscillator", Text("0–100 지표", "0–100 oscillator"), 0, 100, decimals=1)
#: from -100 to 100
CENTRED_100 = ComparisonGroup("centred-100", Text("−100–100 지표", "−100–100 oscillator"), -100, 100, decimals=1)
#: around zero without bounds, in no unit
CENTRED = ComparisonGroup("centred", Text("0 중심 지표", "zero-centred"))
#: from -1 to 1
CORRELATION = ComparisonGroup("correlation", Text("−1–1 지표", "−1–1 indicator"), -1, 1)
PERCENT = ComparisonGroup("percent", Text("퍼센트", "percent"), unit=_PERCENT_SIGN)
VOLUME = ComparisonGroup("volume", Text("거래량", "volume"), minimum=0, decimals=4)
#: sums of volume with a sign: OBV, A/D
VOLUME_FLOW = ComparisonGroup("volume-flow", Text("누적 거래량", "volume flow"), decimals=4)
MONEY = ComparisonGroup("money", Text("금액", "money"), decimals=0)
RATIO = ComparisonGroup("ratio", Text("비율", "ratio"), minimum=0, unit=Text("배", "×"))
COUNT = ComparisonGroup("count", Text("개수", "count"), minimum=0, decimals=0)
MINUTES = ComparisonGroup("minutes", Text("분", "minutes"), minimum=0, unit=Text("분", "min"), decimals=0)
#: of the KST day
TIME_OF_DAY = ComparisonGroup("time-of-day", Text("시각(분)", "minute of the day"), 0, 1439, decimals=0)
#: Monday is 1
WEEKDAY = ComparisonGroup("weekday", Text("요일", "weekday"), 1, 7, decimals=0)
#: candlestick patterns: -100 falling, 0 none, 100 rising (some tell ±200)
PATTERN = ComparisonGroup("pattern", Text("캔들 패턴", "candle pattern"), -200, 200, decimals=0)
ANGLE = ComparisonGroup("angle", Text("각도", "angle"), -360, 360, unit=Text("°", "°"))


class Drawn(Enum):
    ON_PRICE = "on the price"
    OWN_PANE = "in its own pane"
    #: as marks at candles
    MARKS = "marks"
    NOWHERE = "not drawn"


class Variable(Component):
    """What both kinds have."""

    kind = ComponentKind.VARIABLE
    group: ClassVar[ComparisonGroup | None]
    #: None: by its comparison group
    drawn: ClassVar[Drawn | None]
    __slots__ = ()

    def __init_subclass__(
        cls, *, group: ComparisonGroup | None = None, drawn: Drawn | None = None, **others: Any
    ) -> None:
        """``group`` None: that of its source."""
        super().__init_subclass__(**others)
        if others.get("id"):
            cls.group = group
            cls.drawn = drawn

    @property
    def comparison_group(self) -> ComparisonGroup:
        """That of these parameters: of an average, that of what is averaged; of MACD, that of the chosen line."""
        if self.group is not None:
            return self.group
        source: Variable = self.values["source"]
        return source.comparison_group

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """Between what its values lie whatever the market does, but for rounding, the bounds included; None: nothing is
        sure. Conditions that never hold are found by it, so a variable that keeps closer than its group says so. What
        is computed from prices or from any source can overshoot: a lower band lies below zero after a crash."""
        if self.group is None or (self.group is PRICE and self.values):
            return None, None
        return self.group.minimum, self.group.maximum

    @property
    def where_drawn(self) -> Drawn:
        if self.drawn is not None:
            return self.drawn
        return Drawn.ON_PRICE if self.comparison_group is PRICE else Drawn.OWN_PANE


class CandleVariable(Variable):
    """Implements ``MarketVariable``: a column out of candles."""

    __slots__ = ("_unit",)

    def on(self, unit: CandleUnit) -> Self:
        """With its sources, for candles of that unit."""
        self._unit = unit
        for one in self.sources:
            one.on(unit)
        return self

    @property
    def unit(self) -> CandleUnit:
        """In which ``needs`` and ``window`` count; matters to what looks back by time, not by candles."""
        unit: CandleUnit = getattr(self, "_unit", CandleUnit.MINUTE)
        return unit

    @property
    def sources(self) -> tuple[CandleVariable, ...]:
        return tuple(one for one in self.values.values() if isinstance(one, CandleVariable))

    @property
    def needs(self) -> int:
        """Those of its own, after those of its sources."""
        return self.own_needs + max((one.needs - 1 for one in self.sources), default=0)

    @property
    def window(self) -> int:
        return max(self.needs, self.own_window + max((one.window - 1 for one in self.sources), default=0))

    @property
    @abstractmethod
    def own_needs(self) -> int:
        """Values of its source up to and with the first that can have a value: 20 for a mean of 20."""

    @property
    def own_window(self) -> int:
        """More than ``own_needs`` where old candles fade instead of dropping out (EMA, RSI, ATR …)."""
        return self.own_needs

    @abstractmethod
    def compute(self, columns: Columns) -> Floats: ...


class StateVariable(Variable):
    """A number of the position or the purse; ``value`` is arithmetic that numbers and arrays take alike."""

    #: False: it changes with what other markets do
    can_be_searched: ClassVar[bool] = True
    __slots__ = ()

    @property
    def needs_position(self) -> bool:
        """Says nothing while there is none, so an entry cannot ask for it."""
        return self.declaration.id.startswith("position-")

    @abstractmethod
    def value(self, view: StateView) -> Number: ...


def fading_window(period: float) -> int:
    """Candles after which what came before weighs less than rounding, where each candle takes 2 ÷ (period + 1) of the
    rest away, as an EMA does; Wilder's smoothing of N is an EMA of 2N − 1."""
    from math import ceil, log

    kept = 1 - 2 / (period + 1)
    return 1 if kept <= 0 else ceil(log(1e-16) / log(kept)) + 1


__all__ = [
    "ANGLE", "CENTRED", "CENTRED_100", "CORRELATION", "COUNT", "MINUTES", "MONEY", "NOTHING", "OSCILLATOR",
    "PATTERN", "PERCENT", "PRICE", "PRICE_DISTANCE", "RATIO", "TIME_OF_DAY", "VOLUME", "VOLUME_FLOW", "WEEKDAY",
    "CandleVariable", "Drawn", "StateVariable", "Variable", "fading_window",
]  # fmt: skip
