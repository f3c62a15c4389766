"""The trades of a run, as rows that are found again from the chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from upbit_auto_trading.business_logic.domain.backtest import Trade
from upbit_auto_trading.ui.backtest_services import FinishedBacktest
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.language import current_language, tr
from upbit_auto_trading.ui.reports.backtest_words import quote_of, signed_amount
from upbit_auto_trading.ui.screens.backtest.result_words import (
    STILL_OPEN,
    level_names,
    minute,
    reason_name,
    shown_price,
)
from upbit_auto_trading.ui.widgets.table_model import CellKind, Column
from upbit_auto_trading.utils.bilingual_text import Text

#: more rows than anybody reads; the JSON has all
MOST_ROWS: Final = 20_000
_PLACES: Final = 8
_NUMBER = Text("번호", "No.")
_MARKET = Text("종목", "Market")
_ENTRY, _EXIT = Text("진입 (KST)", "Entry (KST)"), Text("청산 (KST)", "Exit (KST)")
_ENTRY_PRICE, _EXIT_PRICE = Text("진입가", "Entry price"), Text("청산가", "Exit price")
_QUANTITY = Text("수량", "Quantity")
_PROFIT, _RETURN = Text("손익", "Profit"), Text("수익률", "Return")
_WHY_IN, _WHY_OUT = Text("진입 이유", "Entry reason"), Text("청산 이유", "Exit reason")


@dataclass(frozen=True, slots=True)
class TradeRow:
    #: from 1, by opening
    number: int
    market: str
    entry_second: int
    entry_price: float
    exit_second: int
    exit_price: float
    quantity: float
    profit: float
    quote: str
    share: float | None
    why_in: Text
    why_out: Text
    is_open: bool


def trade_rows(finished: FinishedBacktest) -> list[TradeRow]:
    levels, quote = level_names(finished.plan), quote_of(finished.report)
    trades = finished.report.result.trades[:MOST_ROWS]
    return [_row(number, trade, finished, levels, quote) for number, trade in enumerate(trades, 1)]


def _row(number: int, trade: Trade, finished: FinishedBacktest, levels: dict[str, Text], quote: str) -> TradeRow:
    paid = trade.entry_price * trade.quantity
    return TradeRow(
        number,
        trade.market.code,
        trade.entry_second,
        trade.entry_price,
        trade.exit_second,
        trade.exit_price,
        trade.quantity,
        trade.profit,
        quote,
        trade.profit / paid if paid else None,
        reason_name(finished, trade.entry_reason, levels),
        STILL_OPEN if trade.is_open else reason_name(finished, trade.exit_reason, levels),
        trade.is_open,
    )


def trade_columns() -> tuple[Column, ...]:
    return (
        Column("number", _NUMBER, lambda row: row.number, lambda row: f"{row.number:,}", CellKind.NUMBER, 48),
        Column("market", _MARKET, lambda row: row.market, width=84),
        Column("entry", _ENTRY, lambda row: row.entry_second, lambda row: minute(row.entry_second), width=140),
        Column(
            "entry_price", _ENTRY_PRICE, lambda row: row.entry_price, lambda row: shown_price(row.entry_price),
            CellKind.NUMBER, 96,
        ),
        Column("exit", _EXIT, lambda row: row.exit_second, lambda row: minute(row.exit_second), width=140),
        Column(
            "exit_price", _EXIT_PRICE, lambda row: row.exit_price, lambda row: shown_price(row.exit_price),
            CellKind.NUMBER, 96,
        ),
        Column(
            "quantity", _QUANTITY, lambda row: row.quantity,
            lambda row: formats.padded(formats.quantity(row.quantity), _PLACES), CellKind.NUMBER, 104,
        ),
        Column(
            "profit", _PROFIT, lambda row: row.profit,
            lambda row: signed_amount(row.profit, current_language(), row.quote), CellKind.NUMBER, 96, token=_token,
        ),
        Column(
            "return", _RETURN, lambda row: row.share, lambda row: formats.signed_percent(row.share),
            CellKind.NUMBER, 72, token=_token,
        ),
        Column("why_in", _WHY_IN, lambda row: tr(row.why_in), lambda row: row.why_in, width=120),
        Column("why_out", _WHY_OUT, lambda row: tr(row.why_out), lambda row: row.why_out, width=120, stretch=True),
    )  # fmt: skip


def _token(row: TradeRow) -> str | None:
    return {1: "up", -1: "down"}.get(formats.direction(row.share, 4))
