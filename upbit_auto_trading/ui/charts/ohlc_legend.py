"""The first line of a chart's legend: prices, change and volume of the candle at the crosshair."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.legend import LegendLine, LegendPart
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.utils.bilingual_text import Text

_OPEN = Text("시", "O")
_HIGH = Text("고", "H")
_LOW = Text("저", "L")
_CLOSE = Text("종", "C")
_VOLUME = Text("거래량", "Vol")
OHLC = "ohlc"


def ohlc_legend(candles: CandleColumns, price_text: Callable[[float], str]) -> LegendLine:
    """The change is that of the candle itself: its close against its open."""

    def parts_at(row: int | None, *, is_short: bool = False) -> tuple[LegendPart, ...]:
        if not len(candles):
            return ()
        place = len(candles) - 1 if row is None or row >= len(candles) else row
        first, last = float(candles.open[place]), float(candles.close[place])
        token = "up" if last > first else "down" if last < first else "t1"
        change = formats.signed_percent(last / first - 1) if first else formats.NOTHING
        close = _named(_CLOSE, f"{price_text(last)} ({change})", token)
        if is_short:
            return close
        return (
            *_named(_OPEN, price_text(first)),
            *_named(_HIGH, price_text(float(candles.high[place]))),
            *_named(_LOW, price_text(float(candles.low[place]))),
            *close,
            *_named(_VOLUME, formats.quantity(float(candles.volume[place]), places=3), unit=candles.market.base),
        )

    return LegendLine(OHLC, "", parts_at, short_parts_at=partial(parts_at, is_short=True))


def _named(name: Text, text: str, token: str = "t1", unit: str = "") -> tuple[LegendPart, LegendPart]:
    return LegendPart(tr(name), "t3"), LegendPart(f"{text}\u00a0{unit}" if unit else text, token, begins=False)
