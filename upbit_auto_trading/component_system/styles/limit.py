"""A price of one's own, and what to do when the market does not come to it."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import AfterWait, LimitBase, StyleKind, StylePlan
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.style import StyleComponent
from upbit_auto_trading.utils.bilingual_text import Text


class LimitStyle(
    StyleComponent,
    id="limit",
    title=Text("지정가", "Limit"),
    help=Text(
        "정한 가격이나 더 좋은 가격에만 체결돼요. "
        "기다려도 체결되지 않으면 취소하거나, 가격을 새로 내거나, 시장가로 바꿔요.",
        "Fills only at its price or better. If it waited in vain it is cancelled, priced again, or taken at market.",
    ),
):
    base = declare.choice(
        "close",
        Text("기준 가격", "Base price"),
        {
            "close": Text("종가", "close"),
            "best-bid": Text("가장 높은 매수 호가", "best bid"),
            "best-ask": Text("가장 낮은 매도 호가", "best ask"),
        },
        help=Text("가격을 이 값에서 세요.", "The price is counted from this."),
    )
    offset_ticks = declare.whole(
        0,
        Text("호가 차이", "Ticks away"),
        -1000,
        1000,
        unit=Text("호가", "ticks"),
        help=Text("기준보다 위면 양수, 아래면 음수예요.", "Above the base where positive, below it where negative."),
    )
    offset_percent = declare.number(
        0,
        Text("비율 차이", "Percent away"),
        -50,
        50,
        unit=Text("%", "%"),
        help=Text("기준보다 위면 양수, 아래면 음수예요.", "Above the base where positive, below it where negative."),
    )
    wait_candles = declare.whole(
        1,
        Text("기다릴 캔들", "Candles to wait"),
        0,
        10_000,
        help=Text("0이면 캔들로 세지 않아요.", "0: not counted in candles."),
    )
    wait_seconds = declare.whole(
        0,
        Text("기다릴 시간", "Seconds to wait"),
        0,
        604_800,
        unit=Text("초", "s"),
        help=Text("0이면 시간으로 세지 않아요.", "0: not counted in time."),
    )
    after = declare.choice(
        "cancel",
        Text("기다린 뒤", "After the wait"),
        {
            "cancel": Text("취소", "cancel"),
            "reprice": Text("가격을 새로 내기", "price again"),
            "market": Text("시장가로 바꾸기", "take the market"),
        },
        help=Text("기다려도 체결되지 않은 수량을 어떻게 할지 정해요.", "What becomes of what did not fill."),
    )
    most_reprices = declare.whole(
        3,
        Text("가격을 새로 낼 횟수", "Most new prices"),
        1,
        100,
        unit=Text("번", "times"),
        help=Text("이만큼 새로 낸 뒤에는 취소해요.", "After so many it is cancelled."),
    )

    def plan(self) -> StylePlan:
        after = AfterWait(self.after)
        return StylePlan(
            StyleKind.LIMIT,
            LimitBase(self.base),
            self.offset_ticks,
            float(self.offset_percent),
            self.wait_candles or None,
            self.wait_seconds or None,
            after,
            self.most_reprices if after is AfterWait.REPRICE else 0,
        )
