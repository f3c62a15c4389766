"""The hours in which the strategy may enter."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import Proposal, Verdict
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.clock_choices import END_OF_DAY, TIMES_OF_DAY, kst_day_and_minute, minute_of
from upbit_auto_trading.component_system.risk_component import RiskComponent
from upbit_auto_trading.component_system.risk_rules.verdicts import judged
from upbit_auto_trading.utils.bilingual_text import Text

_PRESETS = {"always": ("00:00", END_OF_DAY), "09:00-23:00": ("09:00", "23:00")}


class TradingHours(
    RiskComponent,
    id="trading-hours",
    title=Text("거래 시간", "Trading hours"),
    help=Text(
        "한국 시간으로 이 시간과 요일에만 진입해요. 밖에서도 포지션은 계속 관리해요. "
        "자정을 넘는 시간은 시작한 날의 요일로 세요.",
        "Entries only in these hours and on these weekdays, in KST; open positions are managed on. "
        "Hours across midnight belong to the day on which they began.",
    ),
):
    hours = declare.choice(
        "09:00-23:00",
        Text("시간", "Hours"),
        {
            "always": Text("언제나", "always"),
            "09:00-23:00": Text("09:00–23:00", "09:00–23:00"),
            "own": Text("직접 정하기", "own hours"),
        },
        help=Text("직접 정하면 아래의 시각을 써요.", "Own hours use the times below."),
    )
    opens = declare.choice(
        "09:00",
        Text("시작", "From"),
        {time: Text(time, time) for time in TIMES_OF_DAY},
        help=Text("이 시각부터 진입해요.", "Entries from this time on."),
    )
    closes = declare.choice(
        "23:00",
        Text("끝", "To"),
        {time: Text(time, time) for time in (*TIMES_OF_DAY, END_OF_DAY)},
        help=Text("이 시각부터 진입하지 않아요.", "No entries from this time on."),
    )
    weekdays = declare.numbers(
        (1, 2, 3, 4, 5, 6, 7),
        Text("요일", "Weekdays"),
        1,
        7,
        help=Text("월요일이 1, 일요일이 7이에요.", "Monday is 1, Sunday is 7."),
    )

    def judge(self, proposal: Proposal) -> Verdict:
        opens, closes = (minute_of(time) for time in _PRESETS.get(self.hours, (self.opens, self.closes)))
        day, minute = kst_day_and_minute(proposal.now)
        began = day if minute >= opens or closes > opens else day - 1
        is_open = opens <= minute < closes if closes > opens else minute >= opens or minute < closes
        weekday = (began + 3) % 7 + 1  # day 0, 1 January 1970, was a Thursday
        is_allowed = not proposal.is_entry or (is_open and weekday in self.weekdays)
        return judged(proposal, is_allowed, minute, opens)
