"""Short names of variables, as they stand on charts everywhere, and other words by which people look for them."""

from __future__ import annotations

from typing import Final

from upbit_auto_trading.component_system.declaration import Declaration
from upbit_auto_trading.utils.bilingual_text import Text


def _same(name: str) -> Text:
    return Text(name, name)


#: where the title is too long for the corner of a chart
SHORT: Final[dict[str, Text]] = {
    "sma": _same("SMA"),
    "ema": _same("EMA"),
    "wma": _same("WMA"),
    "dema": _same("DEMA"),
    "tema": _same("TEMA"),
    "hma": _same("HMA"),
    "rma": _same("RMA"),
    "kama": _same("KAMA"),
    "zlema": _same("ZLEMA"),
    "trima": _same("TRIMA"),
    "vwma": _same("VWMA"),
    "t3": _same("T3"),
    "mama": _same("MAMA"),
    "moving-average": Text("이동평균", "MA"),
    "bollinger": Text("볼린저", "Bollinger"),
    "keltner": Text("켈트너", "Keltner"),
    "donchian": Text("돈치안", "Donchian"),
    "ichimoku": Text("일목", "Ichimoku"),
    "stochastic": Text("스토캐스틱", "Stoch"),
    "stochastic-rsi": Text("스토캐스틱 RSI", "Stoch RSI"),
    "stochastic-momentum": _same("SMI"),
    "parabolic-sar": _same("SAR"),
    "average-difference": _same("APO"),
    "average-difference-percent": _same("PPO"),
    "cmo": _same("CMO"),
    "mfi": _same("MFI"),
    "tsi": _same("TSI"),
    "obv": _same("OBV"),
    "accumulation": _same("A/D"),
    "price-volume-trend": _same("PVT"),
    "chaikin-flow": _same("CMF"),
    "volume-oscillator": _same("PVO"),
    "detrended-price": _same("DPO"),
    "intraday-momentum": _same("IMI"),
    "vhf": _same("VHF"),
    "roc": _same("ROC"),
    "vwap": _same("VWAP"),
    "vwap-rolling": _same("VWAP"),
    "positive-volume-change": _same("PVI"),
    "negative-volume-change": _same("NVI"),
    "relative-volatility": _same("RVI"),
    "williams-r": _same("%R"),
    "historical-volatility": _same("HV"),
}
#: searched beside titles and ids
KEYWORDS: Final[dict[str, tuple[str, ...]]] = {
    "sma": ("이평선", "이동평균선", "MA", "moving average"),
    "ema": ("이평선", "이동평균선", "지수이평", "moving average"),
    "wma": ("이평선", "moving average"),
    "moving-average": ("이평선", "MA"),
    "bollinger": ("BB", "볼밴", "Bollinger Bands"),
    "keltner": ("KC",),
    "donchian": ("DC", "돈키안", "터틀", "turtle"),
    "ichimoku": ("구름대", "일목", "cloud", "선행스팬", "기준선", "전환선"),
    "rsi": ("상대강도지수", "Relative Strength Index"),
    "macd": ("맥디", "이동평균 수렴 확산"),
    "stochastic": ("스토", "슬로우", "KD"),
    "stochastic-rsi": ("스토 RSI",),
    "atr": ("평균 진폭", "Average True Range"),
    "adx": ("평균 방향성 지수", "Average Directional Index", "DMI"),
    "plus-di": ("DMI", "방향성"),
    "minus-di": ("DMI", "방향성"),
    "cci": ("상품채널지수", "Commodity Channel Index"),
    "mfi": ("자금 흐름 지수", "Money Flow Index"),
    "obv": ("온밸런스볼륨", "On Balance Volume"),
    "vwap": ("거래량 가중 평균가", "브이왑"),
    "parabolic-sar": ("파라볼릭", "PSAR"),
    "supertrend": ("슈퍼 트렌드",),
    "pivot-point": ("피봇", "지지", "저항", "support", "resistance"),
    "breakout-target": ("변돌", "래리 윌리엄스", "Larry Williams"),
    "roc": ("변화율", "Rate of change"),
    "standard-deviation": ("표준 편차", "stdev"),
    "highest": ("신고가", "최고가"),
    "lowest": ("신저가", "최저가"),
}
#: categories in the order in which people look for them; others follow
_CATEGORIES: Final = (
    "Averages",
    "Bands and levels",
    "Momentum",
    "Trend",
    "Volatility",
    "Volume",
    "Prices",
    "Cycles",
    "Statistics and arithmetic",
    "Candle patterns",
)
#: offered first to somebody who has marked nothing yet
FIRST_FAVOURITES: Final = ("sma", "ema", "bollinger", "rsi", "macd", "stochastic", "ichimoku", "vwap")


def short_title(declaration: Declaration) -> Text:
    return SHORT.get(declaration.id, declaration.title)


def category_rank(declaration: Declaration) -> int:
    named = declaration.category.en
    return _CATEGORIES.index(named) if named in _CATEGORIES else len(_CATEGORIES)
