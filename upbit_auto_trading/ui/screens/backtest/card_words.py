"""What the card of a fill or a candle says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from upbit_auto_trading.business_logic.domain.backtest import FillRow, Side
from upbit_auto_trading.business_logic.domain.explanation import RuleExplanation
from upbit_auto_trading.ui.backtest_services import FillReason, FinishedBacktest
from upbit_auto_trading.ui.charts.layers.markers import MarkerGroup, MarkerSide
from upbit_auto_trading.ui.charts.marker_card import CardChip, CardContent, CardLine, LineMark, rule_lines
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import current_language
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.reports.backtest_words import amount, quote_of, signed_amount
from upbit_auto_trading.ui.screens.backtest.result_words import (
    SIDES,
    level_names,
    minute,
    reason_name,
    shown_price,
    sizing_words,
)
from upbit_auto_trading.utils.bilingual_text import Text

_CHIP: Final = CardChip(Text("백테스트", "Backtest"), "t2", Icon.BACKTEST)
_TITLES: Final = {Side.BUY: Text("매수 체결", "Bought"), Side.SELL: Text("매도 체결", "Sold")}
_MANY: Final = {
    MarkerSide.BUY: Text("매수 {count}번", "{count} buys"),
    MarkerSide.SELL: Text("매도 {count}번", "{count} sales"),
}
_AT: Final = Text("{time} KST", "{time} KST")
_DEAL: Final = Text("{quantity} @ {price}", "{quantity} @ {price}")
_LOOKING: Final = Text("이유를 찾는 중…", "Finding out why…")
_DECIDED: Final = Text("{time} 캔들의 종가에서 결정", "Decided at the close of the candle of {time}")
_BY_LEVEL: Final = Text("{name}에 닿아서 팔았어요.", "Sold because the price reached: {name}")
_BY_RULE: Final = Text("규칙 ‘{name}’", "Rule “{name}”")
_SIZE: Final = Text("크기: {sizing} → {value} (평가금액의 {share})", "Size: {sizing} → {value} ({share} of equity)")
_PLAIN_SIZE: Final = Text("크기: {value} (평가금액의 {share})", "Size: {value} ({share} of equity)")
_TRADE: Final = Text("이 거래: {profit} ({share})", "This trade: {profit} ({share})")
_ONE_OF: Final = Text("{time}  {price}", "{time}  {price}")
_MORE: Final = Text("외 {count}번", "and {count} more")
_ZOOM: Final = Text("확대하면 하나씩 볼 수 있어요.", "Zoom in to see each of them.")
_CANDLE: Final = Text("이 캔들의 결정", "At this candle")
_NO_DECISION: Final = Text(
    "예열 중이거나 돌린 기간 밖이라 결정하지 않았어요.", "Nothing was decided here: it lies in the warm-up."
)


def group_card(group: MarkerGroup) -> CardContent:
    """Several fills under one mark."""
    lines = [CardLine(_ONE_OF.format(time=minute(one.second), price=shown_price(one.price))) for one in group.markers]
    rest = group.count - sum(one.count for one in group.markers)
    if rest > 0:
        lines.append(CardLine(_MORE.format(count=f"{rest:,}")))
    lines.append(CardLine(_ZOOM, LineMark.INFO))
    first, last = (minute(second) for second in group.seconds)
    return CardContent(
        _MANY[group.side].format(count=f"{group.count:,}"),
        group.side,
        "",
        _AT.format(time=first if first == last else f"{first} – {last}"),
        tuple(lines),
        _CHIP,
    )


def fill_card(finished: FinishedBacktest, number: int, reason: FillReason | None) -> CardContent:
    """``reason`` None: it is being found out."""
    fill = finished.report.result.fills[number]
    series = finished.report.result.series[fill.market]
    base = series.market.base if "-" in series.market.code else ""
    deal = _DEAL.format(
        quantity=formats.quantity(fill.quantity, base, current_language()), price=_with_unit(finished, fill.price)
    )
    lines = tuple(_why(finished, fill, reason)) if reason is not None else (CardLine(_LOOKING),)
    return CardContent(_TITLES[fill.side], SIDES[fill.side], _at(int(series.opened[fill.row])), deal, lines, _CHIP)


def fill_failed(finished: FinishedBacktest, number: int, error: Exception) -> CardContent:
    content = fill_card(finished, number, None)
    message = explain(error)
    lines = (CardLine(message.title, LineMark.UNKNOWN), CardLine(message.mend))
    return CardContent(content.title, content.side, content.at, content.deal, lines, _CHIP)


def candle_card(
    finished: FinishedBacktest, market: int, opened: int, explanations: tuple[RuleExplanation, ...] | None
) -> CardContent:
    lines: tuple[CardLine, ...]
    if explanations is None:
        lines = (CardLine(_LOOKING),)
    elif not explanations:
        lines = (CardLine(_NO_DECISION, LineMark.INFO),)
    else:
        lines = tuple(rule_lines(explanations))
    code = finished.report.result.series[market].market.code
    return CardContent(_CANDLE, None, _at(opened), code, lines, _CHIP)


def _with_unit(finished: FinishedBacktest, price: float) -> str:
    return formats.with_unit(shown_price(price), quote_of(finished.report), current_language())


def _at(second: int) -> Text:
    return _AT.format(time=minute(second))


def _why(finished: FinishedBacktest, fill: FillRow, reason: FillReason) -> Iterator[CardLine]:
    name = reason_name(finished, fill.reason, level_names(finished.plan))
    if reason.rules:
        yield from rule_lines(reason.rules)
        if reason.decided_at is not None:
            yield CardLine(_DECIDED.format(time=minute(reason.decided_at)), LineMark.INFO)
    elif fill.side is Side.SELL and fill.reason not in finished.report.names:
        yield CardLine(_BY_LEVEL.format(name=name), LineMark.INFO)
    else:
        yield CardLine(_BY_RULE.format(name=name), LineMark.INFO)
    if fill.side is Side.BUY:
        yield CardLine(_size(finished, fill), LineMark.INFO)
    else:
        yield CardLine(_outcome(finished, fill), LineMark.INFO)


def _size(finished: FinishedBacktest, fill: FillRow) -> Text:
    result = finished.report.result
    second = int(result.series[fill.market].opened[fill.row])
    place = int(np.searchsorted(result.moments, second)) - 1
    equity = float(result.equity[place]) if place >= 0 else result.settings.cash
    value = fill.price * fill.quantity
    named = {
        "value": amount(value, current_language(), quote_of(finished.report)),
        "share": formats.percent(value / equity if equity else None, 1),
    }
    sizing = sizing_words(finished, fill.reason)
    return _PLAIN_SIZE.format(**named) if sizing is None else _SIZE.format(sizing=sizing, **named)


def _outcome(finished: FinishedBacktest, fill: FillRow) -> Text:
    trade = finished.report.result.trades[fill.trade]
    paid = trade.entry_price * trade.quantity
    return _TRADE.format(
        profit=signed_amount(trade.profit, current_language(), quote_of(finished.report)),
        share=formats.signed_percent(trade.profit / paid if paid else None),
    )
