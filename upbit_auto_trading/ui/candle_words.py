"""How units of candles, their origins and what became of downloads are called, in windows and records alike."""

from __future__ import annotations

from datetime import datetime, timedelta

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Origin
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.utils.bilingual_text import Text

_CALENDAR_WORDS = {
    CandleUnit.MONTH: (Text("월", "1 month"), Text("월", "1M")),
    CandleUnit.YEAR: (Text("연", "1 year"), Text("연", "1Y")),
}
#: seconds, then in a sentence and in a row of choices; one week and one day are no "1주" and "1일"
_LENGTH_WORDS = (
    (604_800, Text("{count}주", "{count} weeks"), Text("{count}주", "{count}W")),
    (86_400, Text("{count}일", "{count} days"), Text("{count}일", "{count}D")),
    (3_600, Text("{count}시간", "{count} h"), Text("{count}시간", "{count}h")),
    (60, Text("{count}분", "{count} min"), Text("{count}분", "{count}m")),
    (1, Text("{count}초", "{count} s"), Text("{count}초", "{count}s")),
)
_ONE = {
    604_800: (Text("주", "1 week"), Text("주", "1W")),
    86_400: (Text("일", "1 day"), Text("일", "1D")),
}


def _words_of(unit: CandleUnit) -> tuple[Text, Text]:
    length = unit.length
    if length is None:
        return _CALENDAR_WORDS[unit]
    seconds = length // timedelta(seconds=1)
    whole, words, short = next(one for one in _LENGTH_WORDS if seconds % one[0] == 0)
    if seconds in _ONE:
        return _ONE[seconds]
    return words.format(count=seconds // whole), short.format(count=seconds // whole)


#: of every unit there is, by its length: an exchange may bring others
UNIT_WORDS: dict[CandleUnit, Text] = {unit: _words_of(unit)[0] for unit in CandleUnit}
#: where several stand in a row
SHORT_UNIT_WORDS: dict[CandleUnit, Text] = {unit: _words_of(unit)[1] for unit in CandleUnit}
ORIGIN_WORDS: dict[Origin, Text] = {
    Origin.EXCHANGE: Text("거래소", "exchange"),
    Origin.STREAM: Text("실시간", "live"),
    Origin.FILE: Text("파일", "file"),
    Origin.DERIVED: Text("계산", "derived"),
}
#: finest first, as units are offered and listed
UNIT_ORDER = {unit: place for place, unit in enumerate(CandleUnit)}


def short_time(moment: datetime | None) -> str:
    """2026-01-31 09:00, to the minute: what tables of ranges show."""
    return formats.NOTHING if moment is None else f"{formats.in_kst(moment):%Y-%m-%d %H:%M}"


def span_words(start: datetime | None, end: datetime | None) -> str:
    """2026-01-01 – 2026-01-31, both days included; with times of day where one of both is not midnight."""
    if start is None or end is None:
        return formats.NOTHING
    first, last = formats.in_kst(start), formats.in_kst(end)
    if (first.hour, first.minute, last.hour, last.minute) == (0, 0, 0, 0):
        return day_words(start, end)
    return f"{first:%Y-%m-%d %H:%M} – {last:%Y-%m-%d %H:%M}"


def day_words(start: datetime, end: datetime) -> str:
    """The first day and the last that belongs to it."""
    first, last = formats.in_kst(start).date(), (formats.in_kst(end) - timedelta(microseconds=1)).date()
    return f"{first}" if first == last else f"{first} – {last}"
