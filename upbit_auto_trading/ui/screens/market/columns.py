"""The columns of the market list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.market import Caution, Market, MarketState
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, current_language, tr, words
from upbit_auto_trading.ui.market_views.rows import MarketRow
from upbit_auto_trading.ui.widgets.table_model import CellAction, CellKind, CellState, Column
from upbit_auto_trading.utils.bilingual_text import Text

KRW = "KRW"
AgeOf = Callable[[Market], timedelta | None]
SparkOf = Callable[[Market], Sequence[float] | None]
#: before the user sorts otherwise
FIRST_SORT = (("turnover", True),)
FIRST_HIDDEN = ("amount",)

_MARKET = Text("종목", "Market")
_PRICE = Text("현재가", "Last price")
_CHANGE = Text("전일 대비", "Change")
_AMOUNT = Text("변동폭", "Change amount")
#: short, because at 130 % the names of the markets need the room; the tip says which hours
_TURNOVER = Text("거래대금", "Turnover")
_IN_24_HOURS = Text("24시간", "24 h")
_ALERT = Text("경보", "Alert")
_TRADED = Text("체결(KST)", "At (KST)")

_DAY = Text("24시간", "24 h")
_STARS = Text("관심", "Star")
_STAR_IT = Text("관심에 담기", "Add to the watch list")
_UNSTAR_IT = Text("관심에서 빼기", "Take off the watch list")

_WARNED = Text("유의", "Warning")
_CAUTION = Text("주의", "Caution")
_CAUTIONS = Text("주의 {count}", "{count} cautions")
_WARNED_TIP = Text("거래소가 유의 종목으로 지정했어요.", "The exchange has put this market under warning.")
_CAUTION_TIP = Text("거래소의 주의: {names}", "Cautions of the exchange: {names}")
_STALE_TIP = Text("시세가 늦어요. 마지막 체결은 {time}이에요.", "Prices are late. The last trade was at {time}.")
CAUTION_NAMES = {
    Caution.PRICE_FLUCTUATION: Text("가격 급등락", "sudden price change"),
    Caution.TRADING_VOLUME: Text("거래량 급증", "sudden volume"),
    Caution.DEPOSIT_AMOUNT: Text("입금량 급증", "sudden deposits"),
    Caution.PRICE_DIFFERENCE: Text("해외와 가격 차이", "price differs from abroad"),
    Caution.FEW_ACCOUNTS: Text("소수 계정 집중", "few accounts trade it"),
    Caution.OTHER: Text("그 밖의 주의", "other"),
}
STATE_WORDS = {
    MarketState.PREVIEW: CellState(Text("거래 전", "Not yet open"), "t2", Icon.CLOCK),
    MarketState.HALTED: CellState(Text("거래 정지", "Halted"), "error", Icon.ERROR),
    MarketState.CANCEL_ONLY: CellState(Text("취소만 가능", "Cancel only"), "warning", Icon.WARNING),
    MarketState.DELISTED: CellState(Text("상장 폐지", "Delisted"), "error", Icon.ERROR),
}


#: of the column that stands first, whatever the order of the others
STAR = "star"
SPARK = "spark"


def market_columns(
    clock: Clock, age_of: AgeOf, spark_of: SparkOf, is_starred: Callable[[Market], bool]
) -> tuple[Column, ...]:
    return (
        Column(
            "market",
            _MARKET,
            value=lambda row: tr(row.name),
            suffix=lambda row: row.market.code,
            tip=lambda row: f"{tr(row.name)} {row.market.code}",
            bold=True,
            width=150,
            stretch=True,
        ),
        Column(
            SPARK,
            _DAY,
            value=lambda row: spark_of(row.market),
            text=lambda _row: "",
            kind=CellKind.SPARKLINE,
            token=lambda row: "t3" if row.is_stale else None,
            sortable=False,
            width=84,
        ),
        Column(
            "price",
            _PRICE,
            value=lambda row: row.price,
            text=lambda row: formats.price(row.price, row.tick),
            kind=CellKind.NUMBER,
            token=lambda row: "t3" if row.is_stale else None,
            flash=True,
            bold=True,
            width=100,
        ),
        Column(
            "change",
            _CHANGE,
            value=lambda row: _rounded(row.change),
            text=lambda row: formats.signed_percent(row.change),
            kind=CellKind.NUMBER,
            token=lambda row: "t3" if row.is_stale else None,
            arrow=True,
            width=84,
        ),
        Column(
            "amount",
            _AMOUNT,
            value=lambda row: row.change_amount,
            text=_amount,
            kind=CellKind.NUMBER,
            token=_direction_token,
            width=92,
        ),
        Column(
            "turnover",
            _TURNOVER,
            value=lambda row: row.turnover_24h,
            text=_turnover,
            kind=CellKind.NUMBER,
            tip=_exact_turnover,
            width=104,
        ),
        Column(
            "alert",
            _ALERT,
            value=_alert_rank,
            text=_alert_word,
            token=_alert_token,
            icon=_alert,
            tip=_alert_tip,
            width=98,
        ),
        Column(
            "traded",
            _TRADED,
            value=lambda row: row.traded_at,
            text=lambda row: _when(row, clock.now(), age_of),
            token=lambda row: "warning" if row.is_stale else "t2",
            icon=lambda row: CellState("", "warning", Icon.STALE) if row.is_stale else None,
            tip=_stale_tip,
            width=96,
        ),
        Column(
            STAR,
            _STARS,
            value=lambda row: (star_action(is_starred(row.market)),),
            text=lambda row: words(star_action(is_starred(row.market)).text),
            kind=CellKind.ACTIONS,
            sortable=False,
            width=50,
        ),
    )


def star_action(is_starred: bool) -> CellAction:
    if is_starred:
        return CellAction(STAR, _UNSTAR_IT, Icon.STARRED, token="warning")
    return CellAction(STAR, _STAR_IT, Icon.STAR, token="t3")


def _rounded(change: Decimal | None) -> Decimal | None:
    """As it is shown: what reads 0.00% has no arrow and no colour."""
    return None if change is None else formats.rounded(change, 4)


def _direction_token(row: MarketRow) -> str | None:
    if row.is_stale:
        return "t3"
    return {1: "up", -1: "down"}.get(formats.direction(row.change_amount))


def _amount(row: MarketRow) -> str:
    if row.change_amount is None:
        return formats.NOTHING
    places = max(formats.decimals_of(row.tick), formats.decimals_of(row.change_amount))
    return formats.decimals(row.change_amount, places, signed=True)


def _turnover(row: MarketRow) -> str:
    """Won needs no unit: it is what everybody counts in; other quotes say theirs."""
    currency = "" if row.market.quote == KRW else row.market.quote
    return formats.compact(row.turnover_24h, current_language(), currency=currency)


def _exact_turnover(row: MarketRow) -> Words | None:
    if row.turnover_24h is None:
        return None
    exact = formats.with_unit(formats.decimals(row.turnover_24h, 0), row.market.quote, current_language())
    return f"{tr(_IN_24_HOURS)}: {exact}"


def _when(row: MarketRow, now: datetime, age_of: AgeOf) -> str:
    """The time of the last trade; of late prices how long nothing came."""
    if row.traded_at is None:
        return formats.NOTHING
    age = age_of(row.market) if row.is_stale else None
    if age is None:
        return formats.table_time(row.traded_at, now)
    return formats.age(now - age, now, current_language())


def _stale_tip(row: MarketRow) -> Words | None:
    if not row.is_stale or row.traded_at is None:
        return None
    return _STALE_TIP.format(time=formats.full_time(row.traded_at))


# alerts


def _alert(row: MarketRow) -> CellState | None:
    if row.state in STATE_WORDS:
        return STATE_WORDS[row.state]
    if row.is_warned:
        return CellState(_WARNED, "warning", Icon.WARNING)
    if row.cautions:
        count = len(row.cautions)
        return CellState(_CAUTION if count == 1 else _CAUTIONS.format(count=count), "t2", Icon.INFO)
    return None


def _alert_rank(row: MarketRow) -> int | None:
    """The gravest first; None stands last in both directions."""
    if row.state in STATE_WORDS:
        return 0
    return 1 if row.is_warned else 2 if row.cautions else None


def _alert_word(row: MarketRow) -> Words:
    state = _alert(row)
    return formats.NOTHING if state is None else state.text


def _alert_tip(row: MarketRow) -> Words | None:
    lines = [tr(_WARNED_TIP)] if row.is_warned else []
    if row.cautions:
        names = ", ".join(tr(name) for caution, name in CAUTION_NAMES.items() if caution in row.cautions)
        lines.append(tr(_CAUTION_TIP.format(names=names)))
    return "\n".join(lines) or None


def _alert_token(row: MarketRow) -> str | None:
    state = _alert(row)
    return None if state is None else state.token
