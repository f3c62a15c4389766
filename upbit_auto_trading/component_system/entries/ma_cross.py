"""A short average crosses above a long one."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Part
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.entries import entry_block
from upbit_auto_trading.component_system.part_writing import all_of, compare
from upbit_auto_trading.utils.bilingual_text import Text


class MaCross(
    entry_block.EntryBlock,
    id="ma-cross",
    title=Text("이동평균 교차", "Moving-average cross"),
    help=Text(
        "짧은 이동평균이 긴 이동평균을 위로 넘으면 사요. 두 기간 가운데 짧은 쪽이 짧은 평균이에요.",
        "Buys when the short average crosses above the long one. The shorter of the two periods is the short one.",
    ),
):
    average = declare.choice(
        "ema",
        Text("평균", "Average"),
        {"sma": Text("단순(SMA)", "simple (SMA)"), "ema": Text("지수(EMA)", "exponential (EMA)")},
        help=Text("지수 평균은 새 캔들에 더 빨리 따라가요.", "The exponential one follows new candles faster."),
    )
    fast = entry_block.period(20, Text("짧은 기간", "Short period"))
    slow = entry_block.period(60, Text("긴 기간", "Long period"))
    source = entry_block.source()
    size = entry_block.size()
    style = entry_block.style()
    levels = entry_block.levels()

    def part(self) -> Part:
        short, long = sorted((self.fast, self.slow))
        fast, slow = (variable_use(self.average, period=period, source=self.source) for period in (short, long))
        when = all_of(compare(fast, "crosses-above", slow))
        return self.entry("golden-cross", Text("골든 크로스", "Golden cross"), when)
