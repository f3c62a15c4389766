"""Out because it took too long, or because the day ends."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Group, Part, Role, Rule, Use
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.clock_choices import TIMES_OF_DAY, minute_of
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.management import management_block
from upbit_auto_trading.component_system.part_writing import all_of, any_of, compare
from upbit_auto_trading.utils.bilingual_text import Text

_DAY_MINUTES = 1440


class TimeExit(
    management_block.ManagementBlock,
    id="time-exit",
    title=Text("시간 청산", "Time exit"),
    help=Text(
        "너무 오래 들고 있거나 하루가 끝나기 전에 모두 팔아요. 하루 끝은 한국 시간이에요.",
        "Sells all once the position was held for so long, and before the day ends where that is chosen (KST).",
    ),
):
    max_minutes = declare.whole(
        1440,
        Text("최대 보유 시간", "Longest hold"),
        1,
        5_256_000,
        unit=Text("분", "min"),
        help=Text("이만큼 지나면 팔아요. 하루는 1440분이에요.", "Sold after so long; a day is 1440 minutes."),
    )
    also_at_loss = declare.switch(
        True,
        Text("손실이어도 팔기", "Also at a loss"),
        help=Text(
            "끄면 오래 들고 있어도 이익일 때만 팔아요.", "Switched off, the longest hold only sells at a profit."
        ),
    )
    day_end = declare.choice(
        "none",
        Text("하루 끝", "Day end"),
        {"none": Text("상관없어요", "does not matter")} | {time: Text(time, time) for time in TIMES_OF_DAY},
        help=Text(
            "09:00이면 업비트의 하루가 끝나기 전에, 00:00이면 자정 전에 팔아요.",
            "09:00 sells before Upbit's day ends, 00:00 before midnight.",
        ),
    )
    minutes_before = declare.whole(
        10,
        Text("그 전", "Before it"),
        1,
        720,
        unit=Text("분", "min"),
        help=Text(
            "하루 끝보다 이만큼 앞서부터 팔아요. 캔들이 이보다 길면 하루가 끝나는 때에 팔아요.",
            "Sold from so long before the day's end on; with longer candles, when the day ends.",
        ),
    )
    style = management_block.style()

    def part(self) -> Part:
        rules = [Rule("too-long", Role.EXIT, self._too_long(), self._sale(), Text("최대 보유 시간", "Longest hold"))]
        if self.day_end != "none":
            rules.append(Rule("day-end", Role.EXIT, self._day_ends(), self._sale(), Text("하루 끝", "Day end")))
        return Part(self.declaration.title, tuple(rules))

    def _sale(self) -> Use:
        return management_block.sell(self.style)

    def _too_long(self) -> Group:
        held = compare(variable_use("position-minutes"), ">=", float(self.max_minutes))
        if self.also_at_loss:
            return all_of(held)
        return all_of(held, compare(variable_use("position-profit"), ">", 0.0))

    def _day_ends(self) -> Group:
        end = minute_of(self.day_end)
        start = (end - self.minutes_before) % _DAY_MINUTES
        now = variable_use("time-of-day")
        if start <= end:
            return all_of(compare(now, "between", float(start), float(end)))
        return any_of(compare(now, ">=", float(start)), compare(now, "<=", float(end)))
