"""The variables that a screen can filter by; those of strategy components are added behind the same declaration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Final

from upbit_auto_trading.business_logic.domain import screen_measures as measures
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Caution, MarketState
from upbit_auto_trading.business_logic.domain.market_view import PriceSummary
from upbit_auto_trading.business_logic.domain.screen import Operator
from upbit_auto_trading.business_logic.domain.screen_variable import (
    CandleNeed,
    Choice,
    MarketFacts,
    ScreenVariable,
    Unknown,
    UnknownReason,
    Value,
    ValueKind,
)
from upbit_auto_trading.utils.bilingual_text import Text

# the newest candles are often not stored yet: a screen that wanted them would be empty after each hour's end
_WEEK_OF_HOURS = CandleNeed(CandleUnit.HOUR, timedelta(days=7), slack=timedelta(hours=6))
_WEEK_OF_DAYS = CandleNeed(CandleUnit.DAY, timedelta(days=7), slack=timedelta(days=1))
_LISTING_DAYS = 60
_MONTHS_OF_DAYS = CandleNeed(CandleUnit.DAY, timedelta(days=_LISTING_DAYS), slack=timedelta(days=1))
_NO_CAUTION = "none"
_LARGEST_MONEY = Decimal(10) ** 15

_PRICE: Final = Text("가격", "Price")
_TRADING: Final = Text("거래", "Trading")
_MOVEMENT: Final = Text("움직임", "Movement")
_LISTING: Final = Text("상장과 주의", "Listing and alerts")

_CAUTIONS = (
    Choice(_NO_CAUTION, Text("주의 없음", "No alert")),
    Choice(Caution.PRICE_FLUCTUATION.value, Text("가격 급등락", "Price fluctuation")),
    Choice(Caution.TRADING_VOLUME.value, Text("거래량 급증", "Trading volume")),
    Choice(Caution.DEPOSIT_AMOUNT.value, Text("입금량 급증", "Deposits")),
    Choice(Caution.PRICE_DIFFERENCE.value, Text("가격 차이", "Price differs elsewhere")),
    Choice(Caution.FEW_ACCOUNTS.value, Text("소수 계정 집중", "Few accounts")),
    Choice(Caution.OTHER.value, Text("그 밖의 주의", "Another alert")),
)
_STATES = (
    Choice(MarketState.TRADING.value, Text("거래 중", "Trading")),
    Choice(MarketState.PREVIEW.value, Text("거래 시작 전", "Not open yet")),
    Choice(MarketState.HALTED.value, Text("거래 정지", "Halted")),
    Choice(MarketState.CANCEL_ONLY.value, Text("취소만 가능", "Cancelling only")),
)


def _of_summary(figure: Callable[[PriceSummary], Value | Unknown]) -> Callable[[MarketFacts], Value | Unknown]:
    def compute(facts: MarketFacts) -> Value | Unknown:
        return Unknown(UnknownReason.NO_PRICE) if facts.summary is None else figure(facts.summary)

    return compute


def _change(summary: PriceSummary) -> Value | Unknown:
    if not summary.previous_close:
        return Unknown(UnknownReason.NOT_DEFINED)
    return measures.percent_of(summary.price, summary.previous_close)


def _from_high(summary: PriceSummary) -> Value | Unknown:
    return _distance(summary.price, summary.high_52w)


def _from_low(summary: PriceSummary) -> Value | Unknown:
    return _distance(summary.price, summary.low_52w)


def _distance(price: Decimal, mark: Decimal | None) -> Value | Unknown:
    return Unknown(UnknownReason.NOT_TOLD) if not mark else measures.percent_of(price, mark)


def _place_in_day(summary: PriceSummary) -> Value | Unknown:
    if summary.day_high <= summary.day_low:
        return Unknown(UnknownReason.NOT_DEFINED)
    return measures.place_in_range(summary.price, summary.day_low, summary.day_high)


def _volume_ratio(facts: MarketFacts) -> Value | Unknown:
    if facts.summary is None:
        return Unknown(UnknownReason.NO_PRICE)
    days = facts.candles(_WEEK_OF_DAYS)
    if days.unknown:
        return Unknown(UnknownReason.CANDLES_MISSING)
    mean = measures.mean_day_volume(days.series, days.span)
    return Unknown(UnknownReason.TOO_FEW_CANDLES) if mean is None else facts.summary.volume_24h / mean


def _volatility(facts: MarketFacts) -> Value | Unknown:
    hours = facts.candles(_WEEK_OF_HOURS)
    if hours.unknown:
        return Unknown(UnknownReason.CANDLES_MISSING)
    found = measures.daily_volatility(hours.series, hours.span)
    return Unknown(UnknownReason.TOO_FEW_CANDLES) if found is None else found


def _days_listed(facts: MarketFacts) -> Value | Unknown:
    """A market that appeared while we looked is known to the second; of others their first candle tells."""
    if facts.known.listed_at is not None:
        days = max((facts.now - facts.known.listed_at).days, 0)
        return Decimal(min(days, _LISTING_DAYS))
    candles = facts.candles(_MONTHS_OF_DAYS)
    if candles.unknown:
        return Unknown(UnknownReason.CANDLES_MISSING)
    if not len(candles.series):
        return Unknown(UnknownReason.TOO_FEW_CANDLES)
    since = measures.days_since_first(candles.series, candles.span, facts.now)
    return Decimal(_LISTING_DAYS) if since is None else min(since, Decimal(_LISTING_DAYS))


def _cautions(facts: MarketFacts) -> Value | Unknown:
    return frozenset(caution.value for caution in facts.known.listed.cautions) or frozenset({_NO_CAUTION})


def _state(facts: MarketFacts) -> Value | Unknown:
    told = facts.known.listed.state or (None if facts.summary is None else facts.summary.state)
    return Unknown(UnknownReason.NOT_TOLD) if told is None else frozenset({told.value})


BUILT_IN: tuple[ScreenVariable, ...] = (
    ScreenVariable(
        "price",
        Text("현재가", "Price"),
        Text("가장 최근에 거래된 가격이에요.", "The price of the newest trade."),
        _PRICE,
        ValueKind.MONEY,
        _of_summary(lambda summary: summary.price),
        Operator.AT_LEAST,
        ("1000",),
        minimum=Decimal(0),
        maximum=_LARGEST_MONEY,
        decimals=8,
    ),
    ScreenVariable(
        "change_today",
        Text("오늘 변동률", "Change today"),
        Text("거래소의 전날 종가와 견준 변동이에요.", "Against the close of the exchange's day before."),
        _PRICE,
        ValueKind.PERCENT,
        _of_summary(_change),
        Operator.AT_LEAST,
        ("3",),
        minimum=Decimal(-100),
        maximum=Decimal(100_000),
    ),
    ScreenVariable(
        "from_high_52w",
        Text("52주 최고가 대비", "From the 52-week high"),
        Text(
            "52주 최고가보다 몇 % 아래인지예요. 최고가이면 0, 20% 아래이면 -20이에요.",
            "How far the price is from the highest of 52 weeks: 0 at it, -20 when it is 20% lower.",
        ),
        _PRICE,
        ValueKind.PERCENT,
        _of_summary(_from_high),
        Operator.AT_LEAST,
        ("-10",),
        minimum=Decimal(-100),
        maximum=Decimal(100_000),
    ),
    ScreenVariable(
        "from_low_52w",
        Text("52주 최저가 대비", "From the 52-week low"),
        Text(
            "52주 최저가보다 몇 % 위인지예요. 최저가이면 0, 두 배이면 100이에요.",
            "How far the price is from the lowest of 52 weeks: 0 at it, 100 at twice as much.",
        ),
        _PRICE,
        ValueKind.PERCENT,
        _of_summary(_from_low),
        Operator.AT_MOST,
        ("10",),
        minimum=Decimal(-100),
        maximum=Decimal(1_000_000_000),
    ),
    ScreenVariable(
        "day_range_place",
        Text("오늘 고저 범위 속 위치", "Place in today's range"),
        Text("오늘의 저가에 있으면 0, 고가에 있으면 100이에요.", "0 at the low of the day, 100 at its high."),
        _PRICE,
        ValueKind.PERCENT,
        _of_summary(_place_in_day),
        Operator.AT_LEAST,
        ("80",),
        minimum=Decimal(0),
        maximum=Decimal(100),
    ),
    ScreenVariable(
        "turnover_24h",
        Text("24시간 거래대금", "24 h turnover"),
        Text("지난 24시간 동안 거래된 금액이에요.", "What was traded in the last 24 hours, in money."),
        _TRADING,
        ValueKind.MONEY,
        _of_summary(lambda summary: summary.turnover_24h),
        Operator.AT_LEAST,
        ("1000000000",),
        minimum=Decimal(0),
        maximum=_LARGEST_MONEY,
        decimals=0,
    ),
    ScreenVariable(
        "volume_ratio",
        Text("거래량 배율", "Volume ratio"),
        Text(
            "지난 24시간 거래량이 그 전 7일의 하루 평균의 몇 배인지예요.",
            "The volume of the last 24 hours against the daily mean of the 7 days before today.",
        ),
        _TRADING,
        ValueKind.RATIO,
        _volume_ratio,
        Operator.AT_LEAST,
        ("2",),
        minimum=Decimal(0),
        maximum=Decimal(1_000_000),
        candles=_WEEK_OF_DAYS,
        unit=Text("배", "×"),
    ),
    ScreenVariable(
        "volatility_7d",
        Text("7일 변동성", "7-day volatility"),
        Text(
            "지난 7일 동안 1시간마다 가격이 움직인 정도(표준편차)를 하루 기준으로 나타낸 값이에요.",
            "How much the price moved from hour to hour in 7 days (standard deviation), scaled to a day.",
        ),
        _MOVEMENT,
        ValueKind.PERCENT,
        _volatility,
        Operator.AT_LEAST,
        ("5",),
        minimum=Decimal(0),
        maximum=Decimal(100_000),
        candles=_WEEK_OF_HOURS,
        needs_summary=False,
    ),
    ScreenVariable(
        "days_listed",
        Text("상장 후 지난 날", "Days since listing"),
        Text(
            "상장한 지 며칠 되었는지예요. 60일이 넘으면 모두 60이에요.",
            "How many days ago it was listed; 60 stands for 60 and more.",
        ),
        _LISTING,
        ValueKind.NUMBER,
        _days_listed,
        Operator.AT_MOST,
        ("30",),
        minimum=Decimal(0),
        maximum=Decimal(_LISTING_DAYS),
        candles=_MONTHS_OF_DAYS,
        needs_summary=False,
        unit=Text("일", "days"),
        decimals=0,
    ),
    ScreenVariable(
        "is_warned",
        Text("거래 유의", "Under warning"),
        Text(
            "거래소가 거래 유의 종목으로 지정했는지예요. 거래 지원 종료에 앞서 자주 지정돼요.",
            "Whether the exchange has put it under warning, which often comes before a delisting.",
        ),
        _LISTING,
        ValueKind.SWITCH,
        lambda facts: facts.known.listed.is_warned,
        Operator.IS,
        ("false",),
        needs_summary=False,
    ),
    ScreenVariable(
        "caution",
        Text("주의 경보", "Alert"),
        Text("거래소가 자동으로 알리는 주의 경보예요.", "The automatic alerts of the exchange."),
        _LISTING,
        ValueKind.CHOICE,
        _cautions,
        Operator.IS,
        (_NO_CAUTION,),
        choices=_CAUTIONS,
        needs_summary=False,
    ),
    ScreenVariable(
        "state",
        Text("거래 상태", "State"),
        Text("지금 거래할 수 있는 종목인지예요.", "Whether it can be traded now."),
        _LISTING,
        ValueKind.CHOICE,
        _state,
        Operator.IS,
        (MarketState.TRADING.value,),
        choices=_STATES,
    ),
)

BY_ID: Mapping[str, ScreenVariable] = {variable.id: variable for variable in BUILT_IN}
