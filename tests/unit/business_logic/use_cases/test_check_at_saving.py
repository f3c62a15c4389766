"""A strategy is checked before it is saved, on candles that are made for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pytest

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import on_grid
from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.ports.strategy import Columns, PartPlan, StrategyPlan
from upbit_auto_trading.business_logic.use_cases.check_at_saving import check_at_saving, made_candles
from upbit_auto_trading.utils.bilingual_text import Text

NOTHING = Text("", "")


@dataclass(frozen=True)
class Shifted:
    """The close so many candles later."""

    by: int
    window: int = 1
    needs: int = 1

    @property
    def key(self) -> str:
        return f"later by {self.by}"

    def compute(self, columns: Columns) -> Floats:
        return np.append(columns.close[self.by :], np.full(min(self.by, len(columns)), np.nan))


def plan(*variables: Shifted, unit: CandleUnit = CandleUnit.MINUTE) -> StrategyPlan:
    window = max((one.window for one in variables), default=1)
    return StrategyPlan(NOTHING, unit, PartPlan(NOTHING, ()), variables=variables, window=window)


@pytest.mark.parametrize("unit", list(CandleUnit), ids=lambda unit: unit.value)
@pytest.mark.parametrize("day_start", [timedelta(0), timedelta(hours=-9)], ids=["UTC", "KST"])
def test_made_candles_can_be_those_of_an_exchange(unit: CandleUnit, day_start: timedelta) -> None:
    series = made_candles(unit, 300, day_start)
    assert 250 < len(series) < 300
    assert (np.diff(series.opened) > 0).all()
    assert on_grid(series.opened, unit, day_start).all()
    assert (series.low > 0).all()
    assert (series.low <= np.minimum(series.open, series.close)).all()
    assert (series.high >= np.maximum(series.open, series.close)).all()
    assert (series.volume > 0).all()
    assert series.equals(made_candles(unit, 300, day_start))


@pytest.mark.parametrize("unit", [CandleUnit.MINUTE, CandleUnit.DAY, CandleUnit.MONTH], ids=lambda unit: unit.value)
def test_who_looks_ahead_is_found_before_it_is_saved(unit: CandleUnit) -> None:
    report = check_at_saving(plan(Shifted(0), Shifted(1), unit=unit))
    assert {one.name for one in report.look_ahead} == {"later by 1"}
    assert report.is_every_candle
    assert check_at_saving(plan(Shifted(0), unit=unit)).is_clean


def test_a_long_warm_up_has_more_candles_up_to_a_bound() -> None:
    longer = replace(Shifted(0), window=900)
    assert check_at_saving(plan(longer)).candles > 1_700
    never = check_at_saving(plan(replace(Shifted(0), window=10**9)))
    assert never.candles < 3_000
    assert never.unchecked == ("later by 0",)
