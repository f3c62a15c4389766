"""A backtest as one page that needs nothing else: no network, no script. What was assumed stands first.

Every text that comes from a file is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

import numpy as np

from upbit_auto_trading.business_logic.domain.backtest import Side, Trade
from upbit_auto_trading.business_logic.domain.candle_grid import following_seconds
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, moment_of
from upbit_auto_trading.business_logic.performance.drawdown import drawdowns
from upbit_auto_trading.business_logic.performance.summary import held_instead
from upbit_auto_trading.business_logic.use_cases.backtest_report import BacktestReport
from upbit_auto_trading.ui.design.formats import (
    aligned_quantities,
    compact,
    full_time,
    in_kst,
    percent,
    price,
    quantity,
    signed_percent,
)
from upbit_auto_trading.ui.reports.backtest_words import (
    CANNOT_KNOW,
    amount,
    assumptions,
    figures,
    limit_words,
    name_of_reason,
    quote_of,
    signed_amount,
)
from upbit_auto_trading.ui.reports.page_charts import Line, Mark, chart, round_values
from upbit_auto_trading.ui.reports.page_style import style_sheet
from upbit_auto_trading.utils.bilingual_text import Language, Text

#: more would make a page that no browser likes; the JSON has all
MOST_TRADES: Final = 2_000
_MOST_MARKS: Final = 600
_MOST_PRICE_CHARTS: Final = 6

_TITLE: Final = Text("백테스트", "Backtest")
_ASSUMED: Final = Text("가정", "Assumptions")
_NOTES: Final = Text("알아 둘 것", "To be noted")
_CAME_TO: Final = Text("결과", "Result")
_EQUITY: Final = Text("평가금액", "Equity")
_LEGEND: Final = Text("실선: 전략, 점선: 단순 보유", "Solid: the strategy, dashed: buy and hold")
_DRAWDOWN: Final = Text("낙폭", "Drawdown")
_PRICE: Final = Text("{market} 가격과 체결", "Price and fills of {market}")
_MARKS: Final = Text("▲ 매수, ▼ 매도", "▲ buy, ▼ sell")
_SOME_MARKS: Final = Text("▲ 매수, ▼ 매도 (체결 {all}번 가운데 {shown}번)", "▲ buy, ▼ sell ({shown} of {all} fills)")
_CANDLES: Final = Text("캔들 {count}개", "{count} candles")
_TRADES: Final = Text("거래", "Trades")
_FIRST_TRADES: Final = Text("거래 {all}개 가운데 처음 {shown}개", "The first {shown} of {all} trades")
_CANNOT: Final = Text("이 결과가 알 수 없는 것", "What this result cannot know")
_SOURCE: Final = Text("전략 SHA-256 {strategy} · 시각은 KST", "SHA-256 of the strategy {strategy} · times are KST")
_OPEN: Final = Text("보유 중", "open")
_COLUMNS: Final = (
    (Text("마켓", "Market"), True),
    (Text("진입", "Entry"), True),
    (Text("진입 이유", "Why in"), True),
    (Text("진입가", "Price in"), False),
    (Text("청산", "Exit"), True),
    (Text("청산 이유", "Why out"), True),
    (Text("청산가", "Price out"), False),
    (Text("수량", "Quantity"), False),
    (Text("수수료", "Fees"), False),
    (Text("손익", "Profit"), False),
    (Text("수익률", "Return"), False),
)


def backtest_page(report: BacktestReport, language: Language) -> str:
    """The whole document."""
    return _Page(report, language).document()


class _Page:
    def __init__(self, report: BacktestReport, language: Language) -> None:
        self._report = report
        self._language = language
        self._quote = quote_of(report)
        result = report.result
        start = int(np.searchsorted(result.moments, report.begin))
        self._seconds = result.moments[start:]
        self._equity = result.equity[start:]

    def document(self) -> str:
        name = self._report.result.name
        title = escape(name.in_language(self._language) or name.ko or name.en)
        body = "\n".join(
            (
                f"<h1>{title}</h1><p>{escape(self._range())}</p>",
                self._section(_ASSUMED, _pairs(assumptions(self._report, self._language))),
                self._notes(),
                self._section(_CAME_TO, self._cards()),
                *self._charts(),
                self._trades(),
                self._section(_CANNOT, _listed([self._words(text) for text in CANNOT_KNOW])),
                f"<footer>{self._text(_SOURCE.format(strategy=self._report.strategy_sha256))}</footer>",
            )
        )
        return (
            f'<!DOCTYPE html>\n<html lang="{self._language.value}"><head><meta charset="utf-8">'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{self._text(_TITLE)} · {title}</title><style>{style_sheet(self._language)}</style></head>"
            f"<body><main>\n{body}\n</main></body></html>\n"
        )

    def _words(self, text: Text) -> str:
        return text.in_language(self._language)

    def _text(self, text: Text) -> str:
        return escape(self._words(text))

    def _section(self, title: Text, content: str, style: str = "") -> str:
        named = f' class="{style}"' if style else ""
        return f"<section{named}><h2>{self._text(title)}</h2>{content}</section>"

    def _range(self) -> str:
        filled = [one for one in self._report.series if len(one)]
        codes = ", ".join(one.market.code for one in self._report.series)
        ends = [f"{in_kst(moment_of(int(second))):%Y-%m-%d %H:%M}" for second in (self._seconds[0], self._seconds[-1])]
        count = self._words(_CANDLES.format(count=f"{sum(len(one) for one in filled):,}"))
        return f"{codes} · {self._report.result.unit.value} · {ends[0]} – {ends[1]} KST · {count}"

    def _notes(self) -> str:
        offered = limit_words(self._report)
        notes = [*(() if offered is None else (offered,)), *self._report.warnings]
        return self._section(_NOTES, _listed([self._words(one) for one in notes]), "notes") if notes else ""

    def _cards(self) -> str:
        cards = [
            f'<div class="card"><span>{escape(title)}</span><b>{escape(value)}</b></div>'
            for title, value in figures(self._report, self._language)
        ]
        return f'<div class="cards">{"".join(cards)}</div>'

    # charts

    def _charts(self) -> Iterator[str]:
        yield self._section(_EQUITY, self._equity_chart())
        falls = -drawdowns(self._equity)
        labels = [(value, percent(value, 1)) for value in round_values(float(falls.min()), 0.0, 3)]
        drawn = chart(self._words(_DRAWDOWN), self._seconds, [Line(falls, "fall", is_area=True)], labels, height=130)
        yield self._section(_DRAWDOWN, drawn)
        for number, series in enumerate(self._report.series[:_MOST_PRICE_CHARTS]):
            if len(series):
                yield self._price_chart(number, series)

    def _equity_chart(self) -> str:
        held = held_instead(self._report.result, self._report.begin)
        lines = [Line(self._equity, "equity")]
        if held is not None:
            lines.insert(0, Line(held.equity, "held"))
        low, high = (
            float(side([edge(line.values) for line in lines])) for side, edge in ((min, np.min), (max, np.max))
        )
        drawn = chart(self._words(_EQUITY), self._seconds, lines, self._money_labels(low, high))
        return f'{drawn}<div class="legend">{self._text(_LEGEND)}</div>'

    def _price_chart(self, number: int, series: CandleSeries) -> str:
        result = self._report.result
        fills = [fill for fill in result.fills if fill.market == number]
        opened = result.series[number].opened
        marks = [
            Mark(
                int(opened[fill.row]),
                fill.price,
                fill.side is Side.BUY,
                f"{full_time(moment_of(int(opened[fill.row])))} {price(fill.price)} "
                f"{name_of_reason(self._report, fill.reason, self._language)}",
            )
            for fill in fills[:_MOST_MARKS]
        ]
        closed = following_seconds(series.opened, series.unit, result.day_start)
        labels = self._money_labels(float(series.close.min()), float(series.close.max()))
        name = _PRICE.format(market=series.market.code)
        drawn = chart(self._words(name), closed, [Line(series.close, "price")], labels, marks)
        told = _MARKS if len(fills) <= _MOST_MARKS else _SOME_MARKS.format(all=f"{len(fills):,}", shown=_MOST_MARKS)
        return self._section(name, f'{drawn}<div class="legend">{self._text(told)}</div>')

    def _money_labels(self, low: float, high: float) -> list[tuple[float, str]]:
        return [(value, compact(value, self._language)) for value in round_values(low, high)]

    # trades

    def _trades(self) -> str:
        trades = self._report.result.trades
        head = "".join(f"<th{_CLASS if is_text else ''}>{self._text(title)}</th>" for title, is_text in _COLUMNS)
        shown = trades[:MOST_TRADES]
        held = aligned_quantities([trade.quantity for trade in shown])
        rows = "".join(self._row(trade, text) for trade, text in zip(shown, held, strict=True))
        title = _TRADES
        if len(trades) > MOST_TRADES:
            title = _FIRST_TRADES.format(all=f"{len(trades):,}", shown=f"{MOST_TRADES:,}")
        return self._section(title, f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")

    def _row(self, trade: Trade, held: str) -> str:
        why_out = (
            self._words(_OPEN) if trade.is_open else name_of_reason(self._report, trade.exit_reason, self._language)
        )
        paid = trade.entry_price * trade.quantity
        cells = (
            trade.market.code,
            _minute(trade.entry_second),
            name_of_reason(self._report, trade.entry_reason, self._language),
            price(trade.entry_price) if trade.entry_price < 1 else _figures(trade.entry_price),
            _minute(trade.exit_second),
            why_out,
            price(trade.exit_price) if trade.exit_price < 1 else _figures(trade.exit_price),
            held,
            amount(trade.fees, self._language, self._quote),
            signed_amount(trade.profit, self._language, self._quote),
            signed_percent(trade.profit / paid if paid else None),
        )
        colour = "up" if trade.profit > 0 else "down" if trade.profit < 0 else ""
        return "<tr>" + "".join(self._cell(place, cell, colour) for place, cell in enumerate(cells)) + "</tr>"

    def _cell(self, place: int, cell: str, colour: str) -> str:
        is_text = _COLUMNS[place][1]
        is_coloured = bool(colour) and place >= len(_COLUMNS) - 2
        style = _CLASS if is_text else f' class="{colour}"' if is_coloured else ""
        return f"<td{style}>{escape(cell)}</td>"


_CLASS: Final = ' class="text"'


def _figures(value: float) -> str:
    """A price that may be an average: as many figures as a market shows."""
    return quantity(value, places=8 if value < 10 else 4 if value < 1_000 else 2)


def _minute(second: int) -> str:
    return f"{in_kst(moment_of(second)):%Y-%m-%d %H:%M}"


def _pairs(rows: Iterator[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(title)}</dt><dd>{escape(value)}</dd>" for title, value in rows) + "</dl>"


def _listed(lines: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"
