"""Invented names, prices and results for the gallery."""

from __future__ import annotations

from dataclasses import dataclass

from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words
from upbit_auto_trading.ui.design.tokens import Motion
from upbit_auto_trading.ui.widgets.kill_menu import KillLevel
from upbit_auto_trading.ui.widgets.navigation_rail import RailEntry
from upbit_auto_trading.ui.widgets.table_model import CellAction, CellKind, CellState, Column
from upbit_auto_trading.utils.bilingual_text import Text

LEVELS = (
    KillLevel(
        "stop",
        Text(ko="새 진입 멈춤", en="Stop entries"),
        Text(ko="보유 포지션의 보호는 계속돼요.", en="Open positions stay protected."),
    ),
    KillLevel(
        "cancel",
        Text(ko="멈추고 주문 취소", en="Stop and cancel orders"),
        Text(ko="미체결 진입 주문 2개를 취소해요.", en="Cancels 2 open entry orders."),
        Motion.HOLD_MS,
    ),
    KillLevel(
        "sell",
        Text(ko="멈추고 모두 팔기", en="Stop, cancel and sell"),
        Text(ko="포지션 4개, 약 441만원을 시장가로 팔아요.", en="Sells 4 positions (4.41M KRW)."),
        Motion.HOLD_SELL_MS,
    ),
)
LEVELS_NOTE = Text(ko="실전 2개 실행 중", en="2 live running")


@dataclass(frozen=True, slots=True)
class Quote:
    code: str
    name: Words
    price: float
    change: float
    quantity: float | None
    course: tuple[float, ...]
    state: CellState


_RISING = (3.0, 3.4, 3.2, 3.9, 3.7, 4.4, 4.2, 4.8)
_FALLING = tuple(reversed(_RISING))
_RUNNING = CellState(Text(ko="실행", en="Running"), "success", Icon.RUNNING)
_STALE = CellState(Text(ko="12초 전 시세", en="12 s old"), "warning", Icon.STALE, False)
_PAUSED = CellState(Text(ko="일시정지", en="Paused"), "warning", Icon.PAUSED)

ROWS = (
    Quote("SUI", Text(ko="수이", en="Sui"), 3412, 0.0541, 92.5, _RISING, _RUNNING),
    Quote("ETH", Text(ko="이더리움", en="Ethereum"), 4812000, 0.0286, 0.312, _RISING, _RUNNING),
    Quote("XRP", Text(ko="엑스알피(리플)", en="XRP (Ripple)"), 3214, -0.0165, 412, _FALLING, _PAUSED),
    Quote("DOGE", Text(ko="도지코인", en="Dogecoin"), 287, 0.0, None, (3.0, 3.1, 3.0), _STALE),
)
_ACTIONS = (
    CellAction("protect", Text(ko="보호", en="Protect"), Icon.PROTECTED),
    CellAction("close", Text(ko="청산", en="Close")),
)

COLUMNS = (
    Column(
        "name",
        Text(ko="종목", en="Market"),
        lambda row: row.code,
        lambda row: row.name,
        width=120,
        suffix=lambda row: row.code,
        bold=True,
    ),
    Column(
        "price",
        Text(ko="현재가", en="Price"),
        lambda row: row.price,
        lambda row: formats.price(row.price),
        CellKind.NUMBER,
        88,
        flash=True,
    ),
    Column(
        "change",
        Text(ko="전일 대비", en="Change"),
        lambda row: row.change,
        lambda row: formats.signed_percent(row.change),
        CellKind.NUMBER,
        92,
        arrow=True,
    ),
    Column(
        "quantity",
        Text(ko="수량", en="Quantity"),
        lambda row: row.quantity,
        lambda row: formats.quantity(row.quantity),
        CellKind.NUMBER,
        84,
        align_point=True,
    ),
    Column(
        "course", Text(ko="흐름", en="Course"), lambda row: row.course, None, CellKind.SPARKLINE, 76, sortable=False
    ),
    Column("state", Text(ko="상태", en="State"), lambda row: row.state, None, CellKind.STATE, 108, sortable=False),
    Column("actions", "", lambda _row: _ACTIONS, None, CellKind.ACTIONS, 104, sortable=False),
)

TOASTS = (
    (
        "success",
        Text(ko="매수 체결", en="Buy filled"),
        Text(ko="비트코인 0.0032 BTC · 143,285,000원", en="0.0032 BTC at 143,285,000 KRW"),
    ),
    (
        "warning",
        Text(ko="시세가 12초 늦어요", en="Prices are 12 s late"),
        Text(ko="새 진입을 멈췄어요. 다시 연결하고 있어요.", en="Entries are paused. Reconnecting."),
    ),
    (
        "error",
        Text(ko="주문이 거절됐어요", en="Order refused"),
        Text(ko="잔고보다 1,204원 많아요. 수량을 줄이세요.", en="1,204 KRW over the balance. Reduce it."),
    ),
    ("info", Text(ko="백업했어요", en="Backup done"), Text(ko="13:00 · 4.2MB", en="13:00 · 4.2 MB")),
)

CARD_TITLES = (
    Text(ko="평가금액", en="Equity"),
    Text(ko="오늘 손익", en="Profit today"),
    Text(ko="투자 비중", en="Exposure"),
)

RAIL = (
    RailEntry("dashboard", Text(ko="대시보드", en="Dashboard"), Icon.DASHBOARD),
    RailEntry("trading", Text(ko="매매", en="Trading"), Icon.TRADING),
    RailEntry("backtest", Text(ko="백테스트", en="Backtest"), Icon.BACKTEST),
    RailEntry("settings", Text(ko="설정", en="Settings"), Icon.SETTINGS, at_bottom=True),
)

STATUS = (
    (Text(ko="모의", en="Paper"), Icon.PAPER, "paper"),
    (Text(ko="업비트 시세 실시간 · 0.2초 전", en="Upbit live · 0.2 s ago"), Icon.CONNECTED, "t2"),
    (Text(ko="주문 한도 8/8 (초당)", en="Order limit 8/8 per second"), None, "t2"),
    (Text(ko="보호 없는 포지션 1개", en="1 position unprotected"), Icon.UNPROTECTED, "warning"),
)
