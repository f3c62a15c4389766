"""The headings under which variables are offered."""

from upbit_auto_trading.utils.bilingual_text import Text

PRICES = Text("가격", "Prices")
AVERAGES = Text("이동평균", "Averages")
MOMENTUM = Text("모멘텀", "Momentum")
TREND = Text("추세", "Trend")
BANDS = Text("밴드와 기준선", "Bands and levels")
VOLATILITY = Text("변동성", "Volatility")
VOLUME = Text("거래량", "Volume")
PATTERNS = Text("캔들 패턴", "Candle patterns")
CYCLES = Text("주기", "Cycles")
STATISTICS = Text("통계와 계산", "Statistics and arithmetic")
CLOCK = Text("시각", "Clock")
POSITION = Text("포지션", "Position")
PURSE = Text("자금", "Purse")
