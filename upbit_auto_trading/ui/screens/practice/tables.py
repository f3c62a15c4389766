"""The columns of the practice screen's tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import PurePath

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.ui.screens.practice.view_model.outcome import shown_price
from upbit_auto_trading.ui.screens.practice.view_model.state import KRW, BalanceRow, OrderRow
from upbit_auto_trading.ui.screens.practice.view_model.world import BUILT_IN, SourceRow
from upbit_auto_trading.ui.widgets.table_model import CellAction, CellKind, Column, Row
from upbit_auto_trading.utils.bilingual_text import Text

CANCEL, CHOOSE_FILE, USE_BUILT_IN = "cancel", "choose-file", "built-in"
#: the name of a market, in both languages
NameOf = Callable[[Market], Text]

_ASSET = Text("자산", "Asset")
_WON = Text("원화", "Korean won")
_FREE = Text("주문 가능", "Available")
_LOCKED = Text("묶임", "Locked")
_AVERAGE = Text("평균 단가(원)", "Average (KRW)")
_VALUE = Text("평가금액(원)", "Value (KRW)")
_PROFIT = Text("수익률", "Return")
#: orders and fills say their units once, in the head of their panel
_TIME = Text("시각", "Time")
_MARKET = Text("종목", "Market")
_SIDE = Text("구분", "Side")
_PRICE = Text("가격", "Price")
_QUANTITY = Text("수량", "Quantity")
_FILLED = Text("체결률", "Filled")
_ACTION = Text("조작", "Action")
_AMOUNT = Text("금액", "Amount")
_FEE = Text("수수료", "Fee")
_CANDLES = Text("캔들", "Candles")
_NEXT = Text("다음: {source}", "Next: {source}")
_BUILT_IN = Text("내장 흐름", "Built-in path")
_FILE = Text("파일…", "File…")
_USE_BUILT_IN = Text("내장", "Built-in")
_CANCEL, _CANCELLING = Text("취소", "Cancel"), Text("취소 중", "Cancelling")
_SIDES = {
    Side.BUY: (Text("{mark} 매수", "{mark} Buy").format(mark=formats.UP_MARK), "up"),
    Side.SELL: (Text("{mark} 매도", "{mark} Sell").format(mark=formats.DOWN_MARK), "down"),
}


def balance_columns(name_of: Callable[[str], Text]) -> tuple[Column, ...]:
    return (
        Column(
            "asset",
            _ASSET,
            value=lambda row: tr(_WON) if row.currency == KRW else tr(name_of(row.currency)),
            suffix=lambda row: row.currency,
            bold=True,
            width=120,
            stretch=True,
        ),
        _number("free", _FREE, lambda row: row.free, _amount_of(lambda row: row.free), 112),
        _number("locked", _LOCKED, lambda row: row.locked, _amount_of(lambda row: row.locked), 92),
        _number("average", _AVERAGE, lambda row: row.average_price, lambda row: shown_price(row.average_price), 100),
        _number("value", _VALUE, lambda row: row.value, lambda row: _won(row.value), 100),
        Column(
            "profit",
            _PROFIT,
            value=lambda row: row.profit,
            text=lambda row: formats.signed_percent(row.profit),
            kind=CellKind.NUMBER,
            arrow=True,
            token=lambda row: None if row.profit is not None else "t3",
            width=84,
        ),
    )


def order_columns(name_of: NameOf, clock: Clock) -> tuple[Column, ...]:
    """Without a type: only limit orders stay open."""
    return (
        _time_column(lambda row: row.created_at, clock),
        _market_column(name_of),
        _side_column(),
        _number("price", _PRICE, lambda row: row.price, lambda row: formats.price(row.price), 100),
        _number("quantity", _QUANTITY, lambda row: row.quantity, lambda row: formats.quantity(row.quantity), 100),
        Column(
            "filled",
            _FILLED,
            value=lambda row: row.filled_fraction,
            text=lambda row: formats.percent(row.filled_fraction, 0),
            kind=CellKind.METER,
            width=92,
        ),
        Column("action", _ACTION, value=_order_actions, kind=CellKind.ACTIONS, width=84, sortable=False),
    )


def fill_columns(name_of: NameOf, clock: Clock) -> tuple[Column, ...]:
    return (
        _time_column(lambda row: row.at, clock),
        _market_column(name_of),
        _side_column(),
        _number("price", _PRICE, lambda row: row.average_price, lambda row: shown_price(row.average_price), 92),
        _number("quantity", _QUANTITY, lambda row: row.quantity, lambda row: formats.quantity(row.quantity), 100),
        _number("amount", _AMOUNT, lambda row: row.funds, lambda row: _won(row.funds), 84),
        _number("fee", _FEE, lambda row: row.fee, lambda row: _won(row.fee), 60),
    )


def source_columns() -> tuple[Column, ...]:
    return (
        Column(
            "market",
            _MARKET,
            value=lambda row: tr(Text(row.listed.korean_name, row.listed.english_name)),
            suffix=lambda row: row.listed.market.base,
            bold=True,
            width=130,
            stretch=True,
        ),
        Column(
            "candles",
            _CANDLES,
            value=_source,
            token=lambda row: None if row.next_file is None else "accent_text",
            tip=lambda row: row.file if row.next_file is None else row.next_file,
            width=150,
        ),
        Column("action", _ACTION, value=_source_actions, kind=CellKind.ACTIONS, width=130, sortable=False),
    )


def _source(row: SourceRow) -> str:
    """What is chosen for the next market stands in place of what runs now."""
    if row.next_file is None:
        return _file_name(row.file)
    return tr(_NEXT.format(source=_file_name(row.next_file)))


def _file_name(file: str | None) -> str:
    return PurePath(file).name if file else tr(_BUILT_IN)


def _source_actions(row: SourceRow) -> tuple[CellAction, ...]:
    is_file = row.next_file or (row.next_file is None and row.file)
    back = (CellAction(USE_BUILT_IN, _USE_BUILT_IN),) if is_file and row.next_file != BUILT_IN else ()
    return (*back, CellAction(CHOOSE_FILE, _FILE))


def _order_actions(row: OrderRow) -> tuple[CellAction, ...]:
    if row.is_being_cancelled:
        return (CellAction(CANCEL, _CANCELLING, enabled=False),)
    return (CellAction(CANCEL, _CANCEL),)


def _time_column(at: Callable[[Row], datetime], clock: Clock) -> Column:
    return Column(
        "time",
        _TIME,
        value=at,
        text=lambda row: formats.table_time(at(row), clock.now()),
        token=lambda _row: "t2",
        width=104,
    )


def _market_column(name_of: NameOf) -> Column:
    return Column(
        "market",
        _MARKET,
        value=lambda row: tr(name_of(row.market)),
        suffix=lambda row: row.market.base,
        bold=True,
        width=100,
        stretch=True,
    )


def _side_column() -> Column:
    return Column(
        "side",
        _SIDE,
        value=lambda row: row.side.value,
        text=lambda row: _SIDES[row.side][0],
        token=lambda row: _SIDES[row.side][1],
        width=60,
    )


def _number(key: str, title: Text, value: Callable[[Row], object], text: Callable[[Row], str], width: int) -> Column:
    return Column(key, title, value=value, text=text, kind=CellKind.NUMBER, width=width)


def _amount_of(value: Callable[[BalanceRow], Decimal]) -> Callable[[Row], str]:
    """Won in whole numbers, coins to the eighth decimal."""

    def shown(row: Row) -> str:
        return _won(value(row)) if row.currency == KRW else formats.quantity(value(row))

    return shown


def _won(amount: Decimal | None) -> str:
    return formats.decimals(amount, 0)
