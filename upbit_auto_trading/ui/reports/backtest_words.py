"""The words for a backtest: what it assumed, what it came to, what it cannot know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings, Outcome
from upbit_auto_trading.business_logic.use_cases.backtest_report import BacktestReport, CandleSource
from upbit_auto_trading.ui.design.formats import (
    NOTHING,
    duration,
    full_time,
    in_kst,
    money,
    percent,
    quantity,
    ratio,
    signed_money,
    signed_percent,
)
from upbit_auto_trading.utils.bilingual_text import Language, Text

#: of each kind; the rest is counted
MOST_NAMED: Final = 5
_UNKNOWN_QUOTE: Final = ""
_CODE: Final = re.compile(r"[A-Z]{3,5}-[A-Z0-9]{1,15}")

ASSUMPTION_TITLES: Final = {
    "cash": Text("시작 금액", "Starting cash"),
    "fee": Text("수수료", "Fee"),
    "slippage": Text("슬리피지", "Slippage"),
    "spread": Text("호가 차이", "Spread"),
    "latency": Text("지연", "Latency"),
    "volume": Text("거래량 제한", "Limited by volume"),
    "limits": Text("지정가 체결", "Limit orders"),
    "inside": Text("캔들 안의 순서", "Inside a candle"),
    "rules": Text("거래소 규칙", "Rules of the exchange"),
}
_FEE_BY_DATE: Final = Text("{fee} (그날의 마켓 규칙)", "{fee} (the market's own on each day)")
_FEE_CHANGED: Final = Text("{fee}부터, 기간 중에 바뀜", "from {fee} on, changed during the run")
_NONE: Final = Text("없음", "none")
_CANDLES: Final = Text("캔들 {count}개", "{count} candles")
_SHARE: Final = Text("캔들 거래량의 {share}까지", "up to {share} of a candle's volume")
_UNLIMITED: Final = Text("없음 (수량과 관계없이 체결)", "none (any quantity is filled)")
_THROUGH: Final = Text("가격이 지나갈 때만 체결", "filled only where the price goes through them")
_TOUCH: Final = Text("가격이 닿으면 체결", "filled where the price touches them")
_FINER: Final = Text("{unit} 캔들로 순서를 앎", "ordered by candles of {unit}")
_PATH: Final = Text("시가 → 저가 → 고가 → 종가로 봄", "taken as open → low → high → close")
_RULES: Final = Text("호가 단위와 최소 주문은 그날의 규칙대로", "ticks and minimum orders as on each day")
_NO_RULES: Final = Text("호가 단위와 최소 주문 없음", "no ticks, no minimum order")
_OFFERED: Final = Text(
    "지정가에 닿은 캔들 {touched}개, 지나간 캔들 {through}개",
    "Candles that touched a waiting limit order: {touched}; that went through it: {through}",
)

FIGURES: Final = {
    "final_equity": Text("최종 평가금액", "Final equity"),
    "return": Text("수익률", "Return"),
    "yearly": Text("연 수익률", "Yearly return"),
    "drawdown": Text("최대 낙폭", "Max drawdown"),
    "longest": Text("가장 긴 낙폭", "Longest drawdown"),
    "sharpe": Text("샤프 비율", "Sharpe ratio"),
    "trades": Text("거래", "Trades"),
    "win_rate": Text("승률", "Win rate"),
    "profit_factor": Text("총이익 / 총손실", "Profit factor"),
    "payoff": Text("손익비", "Payoff ratio"),
    "held": Text("평균 보유", "Average holding time"),
    "exposure": Text("보유한 시간", "Time in the market"),
    "fees": Text("낸 수수료", "Fees paid"),
    "buy_and_hold": Text("단순 보유", "Buy and hold"),
    "hold_drawdown": Text("단순 보유의 최대 낙폭", "Max drawdown of buy and hold"),
}
_OPEN: Final = Text("{count} (보유 중 {open}개 별도)", "{count} (and {open} still open)")

CANNOT_KNOW: Final = (
    Text(
        "캔들 안에서 가격이 움직인 길은 알 수 없습니다. 손절과 목표에 함께 닿은 캔들은 손절로 계산했습니다.",
        "How the price moved inside a candle is not known; where a candle touches both, the stop counts first.",
    ),
    Text(
        "내 주문이 가격을 움직였을 몫과 호가 잔량은 들어 있지 않습니다.",
        "What your own orders would have done to the price, and the depth of the book, are not in it.",
    ),
    Text(
        "지금까지 상장되어 있는 종목만 골랐다면 결과가 실제보다 좋아 보입니다.",
        "Markets that were chosen because they are still listed make a result look better than it was.",
    ),
    Text(
        "같은 캔들로 여러 번 고친 전략은 그 캔들에만 맞을 수 있습니다.",
        "A strategy that was changed again and again on the same candles may fit only them.",
    ),
    Text(
        "지난 기간에 이런 결과를 냈을 것이라는 계산이며, 앞으로를 말하지 않습니다.",
        "It would have done this in the past, which says nothing about what comes.",
    ),
)

_DERIVED: Final = Text(
    "{name}: {finer} 캔들로 {unit} 캔들을 만들고 캔들 안의 순서도 그것으로 정함",
    "{name}: candles of {unit} are made of {finer}, which also tell what happened first inside them.",
)
_JUMPS: Final = Text(
    "{name}: 앞뒤와 크게 다른 캔들 {count}개, 처음: {first}",
    "{name}: {count} candles lie far from both neighbours, the first at {first}.",
)
_OTHER_UNIT: Final = Text(
    "{own} 캔들용으로 쓴 전략을 {unit} 캔들에서 돌림",
    "The strategy was written for candles of {own}; it ran on those of {unit}.",
)
_SHORT_WARM_UP: Final = Text(
    "{name}: 예열에 쓸 앞쪽 캔들이 모자라 {first}부터 결정함",
    "{name}: too few candles lie before the range to warm up on; decisions begin at {first}.",
)
_STILL_OPEN: Final = Text(
    "끝까지 보유한 포지션 {count}개는 마지막 종가로 평가함",
    "Positions still open at the end, valued at the last close: {count}.",
)
_NO_ENTRY: Final = Text("한 번도 사지 않음", "It never bought anything.")
_NEVER_HELD: Final = Text(
    "규칙 ‘{rule}’에서 한 번도 맞지 않은 조건: {condition}",
    "In the rule “{rule}” this condition never held: {condition}",
)
_NEVER_TOGETHER: Final = Text(
    "규칙 ‘{rule}’의 조건이 함께 맞은 캔들 없음: {conditions}",
    "In the rule “{rule}” the conditions held on some candles, but never together: {conditions}",
)
_HELD_BUT: Final = Text(
    "규칙 ‘{rule}’{이/가} 캔들 {count}개에서 맞았지만 체결된 주문 없음: {why}",
    "The rule “{rule}” held on {count} candles, but came to no order that was filled: {why}",
)
_TIMES: Final = Text("{condition} ({count}번)", "{condition} ({count} times)")
OUTCOMES: Final = {
    Outcome.ORDERED: Text("주문", "ordered"),
    Outcome.DONE: Text("실행", "done"),
    Outcome.PREVENTED: Text("위험 규칙이 막음", "prevented by a brake"),
    Outcome.WAITED: Text("한도 때문에 기다림", "waited for its limits"),
    Outcome.OUTRANKED: Text("다른 규칙이 먼저", "another rule came first"),
    Outcome.TOO_SMALL: Text("살 수 없는 크기", "no size that can be bought"),
    Outcome.UNFILLED: Text("체결되지 않음", "never filled"),
}


def quote_of(report: BacktestReport) -> str:
    """Empty where the candles are of nobody's market."""
    codes = (source.market for source in report.sources if _CODE.fullmatch(source.market.code))
    return next((market.quote for market in codes), _UNKNOWN_QUOTE)


def amount(value: float | None, language: Language, quote: str) -> str:
    if quote in ("KRW", ""):
        return money(value, language, currency=quote or "KRW", unit=bool(quote))
    return quantity(value, quote, language)


def signed_amount(value: float, language: Language, quote: str) -> str:
    if quote in ("KRW", ""):
        return signed_money(value, language, currency=quote or "KRW", unit=bool(quote))
    return ("+" if value > 0 else "") + quantity(value, quote, language)


def assumptions(report: BacktestReport, language: Language) -> Iterator[tuple[str, str]]:
    """First of all that is said: title and value."""
    settings = report.result.settings
    told = _assumed(report, settings, language)
    for name, value in told.items():
        yield ASSUMPTION_TITLES[name].in_language(language), value.in_language(language)


def _assumed(report: BacktestReport, settings: BacktestSettings, language: Language) -> dict[str, Text]:
    cash = amount(settings.cash, language, quote_of(report))
    has_rules = any(source.has_rules for source in report.sources)
    limits = _TOUCH if settings.touching_fills else _THROUGH
    return {
        "cash": Text(cash, cash),
        "fee": _fee(report, has_rules),
        "slippage": _share_or_none(settings.slippage),
        "spread": _share_or_none(settings.spread),
        "latency": _CANDLES.format(count=settings.latency) if settings.latency else _NONE,
        "volume": _UNLIMITED
        if settings.volume_share is None
        else _SHARE.format(share=percent(settings.volume_share, 1)),
        "limits": limits,
        "inside": _inside(report.sources),
        "rules": _RULES if has_rules else _NO_RULES,
    }


def _fee(report: BacktestReport, has_rules: bool) -> Text:
    shown = percent(report.fee, 4).rstrip("%").rstrip("0").rstrip(".") + "%"
    if report.fee_changed:
        return _FEE_CHANGED.format(fee=shown)
    if report.result.settings.fee is None and has_rules:
        return _FEE_BY_DATE.format(fee=shown)
    return Text(shown, shown)


def _share_or_none(value: float) -> Text:
    return Text(percent(value, 3), percent(value, 3)) if value else _NONE


def _inside(sources: Sequence[CandleSource]) -> Text:
    units = {source.finer for source in sources}
    finer = next(iter(units))
    return _FINER.format(unit=finer.value) if len(units) == 1 and finer is not None else _PATH


def limit_words(report: BacktestReport) -> Text | None:
    """None where no limit order ever waited."""
    counts = report.result.limits
    if not counts.touched and not counts.through:
        return None
    return _OFFERED.format(touched=f"{counts.touched:,}", through=f"{counts.through:,}")


def figures(report: BacktestReport, language: Language) -> Iterator[tuple[str, str]]:
    """What it came to: title and value."""
    for name, value in _values(report, language).items():
        yield FIGURES[name].in_language(language), value


def _values(report: BacktestReport, language: Language) -> dict[str, str]:
    summary, trades, quote = report.summary, report.summary.trades, quote_of(report)
    count = f"{trades.count:,}"
    if summary.open_trades:
        count = _OPEN.format(count=count, open=summary.open_trades).in_language(language)
    return {
        "final_equity": amount(summary.final_equity, language, quote),
        "return": signed_percent(summary.total_return),
        "buy_and_hold": signed_percent(summary.held_return),
        "drawdown": percent(summary.max_drawdown),
        "hold_drawdown": percent(summary.held_max_drawdown),
        "sharpe": ratio(summary.sharpe),
        "yearly": signed_percent(summary.yearly_return),
        "trades": count,
        "win_rate": percent(trades.win_rate, 1) if trades.count else NOTHING,
        "profit_factor": ratio(trades.profit_factor),
        "payoff": ratio(trades.payoff_ratio),
        "held": duration(trades.average_held_seconds, language),
        "exposure": percent(summary.exposure, 1),
        "longest": duration(summary.longest_drawdown_seconds, language) if summary.max_drawdown else NOTHING,
        "fees": amount(summary.fees, language, quote),
    }


def name_of_reason(report: BacktestReport, reason: str, language: Language) -> str:
    named = report.names.get(reason)
    return reason if named is None else named.in_language(language) or reason


# what a reader has to know


def source_words(source: CandleSource, unit: str) -> Iterator[Text]:
    name = source.file or source.market.code
    if source.finer is not None:
        yield _DERIVED.format(name=name, finer=source.finer.value, unit=unit)
    if source.jumps:
        first = f"{in_kst(source.jumps[0]):%Y-%m-%d %H:%M} KST"
        yield _JUMPS.format(name=name, count=f"{len(source.jumps):,}", first=first)


def other_unit(own: str, unit: str) -> Text:
    return _OTHER_UNIT.format(own=own, unit=unit)


def short_warm_up(name: str, first: object) -> Text:
    return _SHORT_WARM_UP.format(name=name, first=first)


def still_open(count: int) -> Text:
    return _STILL_OPEN.format(count=count)


NO_ENTRY: Final = _NO_ENTRY


def never_held(rule: Text, condition: Text) -> Text:
    return _NEVER_HELD.format(rule=rule, condition=condition)


def never_together(rule: Text, counts: Sequence[tuple[Text, int]]) -> Text:
    told = [_TIMES.format(condition=condition, count=f"{count:,}") for condition, count in counts]
    joined = Text(" · ".join(one.ko for one in told), ", ".join(one.en for one in told))
    return _NEVER_TOGETHER.format(rule=rule, conditions=joined)


def held_but(rule: Text, count: int, outcomes: Sequence[tuple[Outcome, str, int]]) -> Text:
    told = [_because(outcome, by, times) for outcome, by, times in outcomes]
    joined = Text(" · ".join(one.ko for one in told) or _NONE.ko, ", ".join(one.en for one in told) or _NONE.en)
    return _HELD_BUT.format(rule=rule, count=f"{count:,}", why=joined)


def _because(outcome: Outcome, by: str, times: int) -> Text:
    words = OUTCOMES[outcome]
    named = f" ({by})" if by else ""
    return Text(f"{words.ko}{named} {times:,}번", f"{words.en}{named}: {times:,}")


def shown_time(second: int) -> str:
    from upbit_auto_trading.business_logic.domain.candle_series import moment_of

    return full_time(moment_of(second), zone=True)
