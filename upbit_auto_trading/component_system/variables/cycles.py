"""Cycles by the Hilbert transform, as TA-Lib computes them. They begin anew at fixed times."""

from __future__ import annotations

from typing import ClassVar

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.component_system.declaration import choice
from upbit_auto_trading.component_system.variable import ANGLE, CENTRED, CORRELATION, COUNT, CandleVariable
from upbit_auto_trading.component_system.variables.categories import CYCLES
from upbit_auto_trading.component_system.variables.indicator import LINE, Anchored, taken_from
from upbit_auto_trading.component_system.variables.known_runs import first_move
from upbit_auto_trading.utils.bilingual_text import Text


class _Cycle(Anchored):
    category: ClassVar[Text] = CYCLES

    def _as_floats(self, *inputs: Floats) -> Floats:
        """There is no cycle before anything moved."""
        found = super()._as_floats(*inputs)
        found[: first_move(inputs)] = float("nan")
        return found


class DominantPeriod(
    _Cycle,
    id="ht-period",
    group=COUNT,
    function="HT_DCPERIOD",
    arguments={},
    title=Text("지배 주기", "Dominant cycle"),
    help=Text("값이 오르내리는 주기의 캔들 수예요.", "How many candles the strongest cycle of the values lasts."),
):
    source: CandleVariable = taken_from()


class DominantPhase(
    _Cycle,
    id="ht-phase",
    group=ANGLE,
    function="HT_DCPHASE",
    arguments={},
    title=Text("지배 주기 위상", "Phase of the cycle"),
    help=Text(
        "지배 주기의 어디에 있는지를 각도로 나타내요.", "Where in the dominant cycle the values are, as an angle."
    ),
):
    source: CandleVariable = taken_from()


class Phasor(
    _Cycle,
    id="ht-phasor",
    group=CENTRED,
    function="HT_PHASOR",
    arguments={},
    lines=("in-phase", "quadrature"),
    title=Text("주기 성분", "Phasor of the cycle"),
    help=Text("지배 주기의 동위상과 직교 성분이에요.", "The in-phase and the quadrature component of the cycle."),
):
    line: str = choice(
        "in-phase", LINE, {"in-phase": Text("동위상", "In phase"), "quadrature": Text("직교", "Quadrature")}
    )
    source: CandleVariable = taken_from()


class CycleSine(
    _Cycle,
    id="ht-sine",
    group=CORRELATION,
    function="HT_SINE",
    arguments={},
    lines=("sine", "lead"),
    title=Text("주기 사인", "Sine of the cycle"),
    help=Text(
        "지배 주기 위상의 사인과 45도 앞선 사인이에요.", "The sine of the phase of the cycle, and that 45° ahead."
    ),
):
    line: str = choice("sine", LINE, {"sine": Text("사인", "Sine"), "lead": Text("앞선 사인", "Lead sine")})
    source: CandleVariable = taken_from()


class TrendMode(
    _Cycle,
    id="ht-trend",
    group=COUNT,
    function="HT_TRENDMODE",
    arguments={},
    title=Text("추세 상태", "Trend mode"),
    help=Text("추세면 1, 주기를 따라 오르내리면 0이에요.", "1 in a trend, 0 while values go round a cycle."),
):
    source: CandleVariable = taken_from()
