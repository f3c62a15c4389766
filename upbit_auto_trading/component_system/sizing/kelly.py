"""The Kelly share, from the strategy's own closed trades."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import PastTrades, SizingAsk
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.sizing.risk_per_stop import at_stop
from upbit_auto_trading.component_system.sizing.spending import PERCENT, known
from upbit_auto_trading.component_system.sizing_component import SizingComponent
from upbit_auto_trading.utils.bilingual_text import Text

_DEFINITION = Text(
    "켈리 비율 = 승률 − (1 − 승률) ÷ (평균 이익률 ÷ 평균 손실률)이고, 이 실행에서 끝난 거래로 계산해요. "
    "0 이하이면 사지 않으니, 지는 전략은 그 뒤로 진입하지 않아요.",
    "Kelly share = win rate − (1 − win rate) ÷ (mean win ÷ mean loss), of the trades closed in this run. "
    "At 0 or less nothing is bought, so a strategy that loses stops entering.",
)
_FRACTION = Text("켈리 비율에 곱해요. 절반(0.5) 이하가 흔해요.", "Multiplies the Kelly share; a half or less is usual.")
_TRADES = Text(
    "끝난 거래가 이보다 적으면 아래의 비율을 써요.", "With fewer closed trades the share below is used instead."
)


class Kelly(
    SizingComponent,
    id="kelly",
    title=Text("켈리 비율", "Kelly share"),
    help=Text(
        f"평가금액 × 배수 × 켈리 비율만큼, 한도까지만 사요. {_DEFINITION.ko}",
        f"Spends equity × fraction × Kelly share, up to the cap. {_DEFINITION.en}",
    ),
):
    fraction = declare.number(0.5, Text("켈리 배수", "Kelly fraction"), 0.01, 1, help=_FRACTION)
    cap_percent = declare.number(
        25,
        Text("한도", "Cap"),
        0.1,
        100,
        unit=PERCENT,
        help=Text("평가금액의 이 비율보다 많이 사지 않아요.", "Never more than this share of equity."),
    )
    trades = declare.whole(30, Text("필요한 거래 수", "Trades needed"), 1, 10_000, help=_TRADES)
    fallback_percent = declare.number(
        5,
        Text("그 전의 비율", "Share until then"),
        0.01,
        100,
        unit=PERCENT,
        help=Text("거래가 모일 때까지 쓸 평가금액의 비율이에요.", "Of equity, until there are enough trades."),
    )

    def funds(self, ask: SizingAsk) -> float:
        share = chosen_percent(ask.past, self.fraction, self.trades, self.fallback_percent)
        return known(ask.equity * share / 100, ask.equity * self.cap_percent / 100)


class KellyRisk(
    SizingComponent,
    id="kelly-risk",
    title=Text("켈리 위험", "Kelly risk"),
    help=Text(
        "손절에 닿으면 평가금액의 (배수 × 켈리 비율)만 잃게, 위험 한도까지만 사요. "
        f"금액 = 평가금액 × 위험 ÷ (손절까지의 거리 ÷ 가격). {_DEFINITION.ko}",
        "Sized so that the stop loses fraction × Kelly share of equity, up to the risk cap: "
        f"equity × risk ÷ (distance to the stop ÷ price). {_DEFINITION.en}",
    ),
):
    needs_stop = True
    fraction = declare.number(0.5, Text("켈리 배수", "Kelly fraction"), 0.01, 1, help=_FRACTION)
    risk_cap_percent = declare.number(
        3,
        Text("위험 한도", "Risk cap"),
        0.01,
        5,
        unit=PERCENT,
        help=Text(
            "손절에서 평가금액의 이 비율보다 많이 걸지 않아요.", "The stop never loses more of equity than this."
        ),
    )
    cap_percent = declare.number(
        100,
        Text("금액 한도", "Most to spend"),
        0.1,
        100,
        unit=PERCENT,
        help=Text("평가금액의 이 비율보다 많이 사지 않아요.", "Never more than this share of equity."),
    )
    trades = declare.whole(30, Text("필요한 거래 수", "Trades needed"), 1, 10_000, help=_TRADES)
    fallback_percent = declare.number(
        1,
        Text("그 전의 위험", "Risk until then"),
        0.01,
        5,
        unit=PERCENT,
        help=Text(
            "거래가 모일 때까지 걸 평가금액의 비율이에요.", "Of equity at the stop, until there are enough trades."
        ),
    )

    def funds(self, ask: SizingAsk) -> float:
        share = chosen_percent(ask.past, self.fraction, self.trades, self.fallback_percent)
        return at_stop(ask, min(share, self.risk_cap_percent), self.cap_percent)


def chosen_percent(past: PastTrades, fraction: float, trades: int, fallback_percent: float) -> float:
    return fallback_percent if past.count < trades else 100 * fraction * kelly_share(past)


def kelly_share(past: PastTrades) -> float:
    """From 0 to 1."""
    if not past.count or not past.average_win > 0:
        return 0.0
    won = past.wins / past.count
    return max(0.0, won - (1 - won) * past.average_loss / past.average_win)
