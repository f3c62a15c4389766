"""Today moved as far up as a share of yesterday's range."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Limits, Part
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.entries import entry_block
from upbit_auto_trading.component_system.part_writing import all_of, compare
from upbit_auto_trading.utils.bilingual_text import Text


class VolatilityBreakout(
    entry_block.EntryBlock,
    id="volatility-breakout",
    title=Text("변동성 돌파", "Volatility breakout"),
    help=Text(
        "종가가 오늘 시가 + k × 어제 변동 폭을 위로 넘으면 사요. 하루는 거래소의 날로 세요(업비트는 09:00부터). "
        "하루가 끝날 때 팔려면 관리 부품 '시간 청산'의 하루 끝을 함께 쓰세요.",
        "Buys when the close crosses above today's open + k × yesterday's range, by the exchange's own day "
        "(Upbit's begins at 09:00 KST). "
        "To sell at the end of the day, add the management part 'Time exit' with a day end.",
    ),
):
    k = declare.number(
        0.5,
        Text("k", "k"),
        0.05,
        3,
        help=Text("어제 변동 폭에 곱해요. 클수록 드물게 사요.", "Multiplies yesterday's range; the larger, the rarer."),
    )
    times_per_day = declare.whole(
        1,
        Text("하루 최대 횟수", "Most a day"),
        1,
        100,
        unit=Text("번", "times"),
        help=Text("한국 시간으로 하루에 이만큼만 사요.", "No more entries than this on one KST day."),
    )
    size = entry_block.size()
    style = entry_block.style()
    levels = entry_block.levels()

    def part(self) -> Part:
        target = variable_use("breakout-target", factor=float(self.k))
        when = all_of(compare(variable_use("close"), "crosses-above", target))
        return self.entry("breakout", Text("변동성 돌파", "Breakout"), when, Limits(times_per_day=self.times_per_day))
