"""Every number and time as the user reads it. Nothing else in the program formats one for the screen.

Values may be ``Decimal``, ``int``, ``float`` or None; what is not a finite number reads "–". Ratios are
fractions: ``signed_percent(0.0226)`` is "+2.26%". Dates must be aware; they are shown in KST.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import lru_cache
from typing import Final

from upbit_auto_trading.utils.bilingual_text import Language

Number = Decimal | float | int
KST: Final = timezone(timedelta(hours=9), "KST")
NOTHING: Final = "–"
MINUS: Final = "\N{MINUS SIGN}"
NO_BREAK: Final = "\N{NO-BREAK SPACE}"
FIGURE_SPACE: Final = "\N{FIGURE SPACE}"
POINT_SPACE: Final = "\N{PUNCTUATION SPACE}"
UP_MARK: Final = "▲"
DOWN_MARK: Final = "▼"

_PRECISION: Final = 80
_WIDE: Final = Context(prec=_PRECISION)
_LARGEST_EXPONENT: Final = 60
_KOREAN_STEPS: Final = ((12, "조"), (8, "억"), (4, "만"))
_ENGLISH_STEPS: Final = ((12, "T"), (9, "B"), (6, "M"), (3, "K"))
_KOREAN_UNITS: Final = {"KRW": "원"}


def exact(value: Number | None) -> Decimal | None:
    """The value as a finite Decimal; a float by its shortest form, so that 0.1 stays 0.1."""
    if value is None or isinstance(value, bool):
        return None
    result = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not result.is_finite() or (result and result.adjusted() > _LARGEST_EXPONENT):
        return None
    return result


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Half-even; a zero has no sign."""
    result = value.quantize(_unit_of(decimals), ROUND_HALF_EVEN, _WIDE)
    return result if result else abs(result)


@lru_cache(maxsize=128)
def _unit_of(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)


def _digits(value: Decimal, decimals: int, separators: bool = True) -> str:
    """Without a sign, never in scientific notation."""
    return f"{abs(rounded(value, decimals)):{',' if separators else ''}.{decimals}f}"


def _sign(value: Decimal, plus: bool) -> str:
    if value < 0:
        return MINUS
    return "+" if plus and value > 0 else ""


def decimals(value: Number | None, decimals: int = 2, signed: bool = False) -> str:
    """A plain number with a fixed count of decimals."""
    number = exact(value)
    if number is None:
        return NOTHING
    shown = rounded(number, decimals)
    return _sign(shown, signed) + _digits(shown, decimals)


def with_unit(digits: str, unit: str, language: Language) -> str:
    """원, %, and Korean measures follow at once; anything else after a space that does not break."""
    if digits == NOTHING or not unit:
        return digits
    if unit == "%":
        return digits + unit
    if language is Language.KOREAN:
        unit = _KOREAN_UNITS.get(unit, unit)
        if not unit.isascii():
            return digits + unit
    return f"{digits}{NO_BREAK}{unit}"


# money, price, quantity


def money(value: Number | None, language: Language, *, unit: bool = True, currency: str = "KRW") -> str:
    """12,847,320원 / 12,847,320 KRW."""
    digits = decimals(value, 0)
    return with_unit(digits, currency, language) if unit else digits


def signed_money(value: Number | None, language: Language, *, unit: bool = True, currency: str = "KRW") -> str:
    digits = decimals(value, 0, signed=True)
    return with_unit(digits, currency, language) if unit else digits


def decimals_of(step: Number | None) -> int:
    """How many decimals a tick has: 1000 → 0, 0.1 → 1, 0.0001 → 4."""
    number = exact(step)
    if number is None or number == 0:
        return 0
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def price(value: Number | None, tick: Number | None = None) -> str:
    """With the decimals of the tick, never fewer; a price off the grid keeps its own."""
    number = exact(value)
    if number is None:
        return NOTHING
    return decimals(number, min(max(decimals_of(tick), decimals_of(number)), _LARGEST_EXPONENT))


def quantity(value: Number | None, unit: str = "", language: Language = Language.KOREAN, places: int = 8) -> str:
    """Up to eight decimals, trailing zeros cut: 0.00319918 BTC."""
    number = exact(value)
    if number is None:
        return NOTHING
    return with_unit(_sign(rounded(number, places), plus=False) + _cut(_digits(number, places)), unit, language)


def aligned_quantities(values: Sequence[Number | None], places: int = 8) -> list[str]:
    """A column whose decimal points stand under each other, padded with spaces as wide as what is missing."""
    plain = [quantity(value, places=places) for value in values]
    longest = max((_fraction_length(text) for text in plain), default=0)
    return [padded(text, longest) for text in plain]


def padded(text: str, places: int) -> str:
    """The text of a quantity, filled up on the right to so many decimals."""
    missing = places - _fraction_length(text)
    if not places or not missing:
        return text
    return text + ("" if "." in text else POINT_SPACE) + FIGURE_SPACE * missing


def _fraction_length(text: str) -> int:
    return len(text.partition(".")[2])


def _cut(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


# percent, ratio, direction


def percent(fraction: Number | None, decimals_shown: int = 2) -> str:
    """0.468 → 46.80%; pass fewer decimals where fewer are known."""
    return _percent(fraction, decimals_shown, signed=False)


def signed_percent(fraction: Number | None, decimals_shown: int = 2) -> str:
    """+28.47% · −1.65% · 0.00%."""
    return _percent(fraction, decimals_shown, signed=True)


def _percent(fraction: Number | None, places: int, signed: bool) -> str:
    number = exact(fraction)
    if number is None:
        return NOTHING
    return decimals(number.scaleb(2), places, signed=signed) + "%"


def ratio(value: Number | None, *, difference: bool = False) -> str:
    """Two decimals; signed only as a difference."""
    return decimals(value, 2, signed=difference)


def direction(value: Number | None, places: int | None = None) -> int:
    """1, −1 or 0 for the colour and the mark; what rounds to zero has neither."""
    number = exact(value)
    if number is None:
        return 0
    if places is not None:
        number = rounded(number, places)
    return (number > 0) - (number < 0)


def direction_mark(value: Number | None, places: int | None = None) -> str:
    return {1: UP_MARK, -1: DOWN_MARK, 0: ""}[direction(value, places)]


# estimates: 만 / 억, K / M / B


def compact(value: Number | None, language: Language, *, currency: str = "", figures: int = 4) -> str:
    """Turnover, volume, axes and estimates: 3,842억 / 384.2B. Never a balance, an order or a profit."""
    number = exact(value)
    if number is None:
        return NOTHING
    steps = _KOREAN_STEPS if language is Language.KOREAN else _ENGLISH_STEPS
    significant = _significant(number, figures)
    shift, suffix = next(((shift, word) for shift, word in steps if abs(significant) >= 10**shift), (0, ""))
    scaled = significant.scaleb(-shift)
    digits = _sign(scaled, plus=False) + _cut(_digits(scaled, max(0, -_exponent(scaled))))
    if currency and language is Language.KOREAN:
        return f"{digits}{suffix}{_KOREAN_UNITS.get(currency, NO_BREAK + currency)}"
    return f"{digits}{suffix}{NO_BREAK + currency if currency else ''}"


def _significant(value: Decimal, figures: int) -> Decimal:
    if not value:
        return Decimal(0)
    with localcontext() as context:
        context.prec = _PRECISION
        step = Decimal(1).scaleb(value.adjusted() - figures + 1)
        return (value / step).quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * step


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


# clipboard and csv


def plain(value: Number | None, places: int | None = None) -> str:
    """For clipboard and csv: ASCII minus, no separators, empty where nothing is known."""
    number = exact(value)
    if number is None:
        return ""
    if places is not None:
        number = rounded(number, places)
    return f"{number:f}" if number else f"{abs(number):f}"


# time


def in_kst(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be shown.")
    return moment.astimezone(KST)


def clock(moment: datetime | None) -> str:
    """14:03:27."""
    return NOTHING if moment is None else f"{in_kst(moment):%H:%M:%S}"


def table_time(moment: datetime | None, now: datetime) -> str:
    """14:03:27 for today, 11.19 23:15 for older days, with the year once it differs."""
    if moment is None:
        return NOTHING
    then, today = in_kst(moment), in_kst(now)
    if then.date() == today.date():
        return f"{then:%H:%M:%S}"
    return f"{then:%m.%d %H:%M}" if then.year == today.year else f"{then:%Y.%m.%d %H:%M}"


def full_time(moment: datetime | None, *, zone: bool = False) -> str:
    """2026-11-20 14:03:27."""
    if moment is None:
        return NOTHING
    return f"{in_kst(moment):%Y-%m-%d %H:%M:%S}" + (f"{NO_BREAK}KST" if zone else "")


_WEEKDAYS: Final = {
    Language.KOREAN: ("월", "화", "수", "목", "금", "토", "일"),
    Language.ENGLISH: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def status_clock(moment: datetime, language: Language) -> str:
    """2026-11-20 (금) 14:03:27 KST / Fri 2026-11-20 14:03:27 KST."""
    then = in_kst(moment)
    day = _WEEKDAYS[language][then.weekday()]
    if language is Language.KOREAN:
        return f"{then:%Y-%m-%d} ({day}) {then:%H:%M:%S} KST"
    return f"{day} {then:%Y-%m-%d %H:%M:%S} KST"


def axis_clock(moment: datetime, *, seconds: bool = False) -> str:
    """14:05, or 14:05:30."""
    return f"{in_kst(moment):{'%H:%M:%S' if seconds else '%H:%M'}}"


def axis_day(moment: datetime, language: Language, *, year: bool = False) -> str:
    """Where a day begins: 11.20 (금) / Fri 11.20."""
    then = in_kst(moment)
    date, day = f"{then:{'%Y.%m.%d' if year else '%m.%d'}}", _WEEKDAYS[language][then.weekday()]
    return f"{date} ({day})" if language is Language.KOREAN else f"{day} {date}"


def axis_date(moment: datetime) -> str:
    """11.20."""
    return f"{in_kst(moment):%m.%d}"


def axis_month(moment: datetime) -> str:
    """2026.11."""
    return f"{in_kst(moment):%Y.%m}"


def axis_year(moment: datetime) -> str:
    """2026."""
    return f"{in_kst(moment):%Y}"


def age(moment: datetime | None, now: datetime, language: Language) -> str:
    """Relative under an hour, then the time itself: 3분 전 / 3 min ago."""
    if moment is None:
        return NOTHING
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds >= 3600:
        return table_time(moment, now)
    if language is Language.KOREAN:
        return f"{seconds // 60}분 전" if seconds >= 60 else f"{seconds}초 전"
    return f"{seconds // 60}{NO_BREAK}min ago" if seconds >= 60 else f"{seconds}{NO_BREAK}s ago"


_DURATION_UNITS: Final = (
    (86400, "일", "d"),
    (3600, "시간", "h"),
    (60, "분", "min"),
    (1, "초", "s"),
)


def duration(span: timedelta | float | None, language: Language, *, most: int = 2) -> str:
    """At most two units, cut, not rounded: 2시간 14분 / 2 h 14 min."""
    if span is None:
        return NOTHING
    seconds = abs(int(span.total_seconds() if isinstance(span, timedelta) else span))
    parts: list[str] = []
    for size, korean, english in _DURATION_UNITS:
        count, seconds = divmod(seconds, size)
        if not count and not parts and size > 1:
            continue
        if count or (size == 1 and not parts):
            parts.append(f"{count}{korean}" if language is Language.KOREAN else f"{count}{NO_BREAK}{english}")
        most -= 1
        if not most:
            break
    return NO_BREAK.join(parts)


def remaining(seconds: float | None, language: Language) -> str:
    """약 2분 남음 / about 2 min left; one unit, since it is an estimate."""
    if seconds is None:
        return ""
    whole = max(1, round(seconds)) if seconds < 60 else round(seconds / 60) * 60
    span = duration(whole, language, most=1)
    return f"약{NO_BREAK}{span} 남음" if language is Language.KOREAN else f"about {span} left"


def countdown(milliseconds: int, language: Language) -> str:
    """0.6초 / 0.6 s, never below zero, rounded up so that it ends with the hold."""
    tenths = max(0, -(-milliseconds // 100))
    digits = f"{tenths // 10}.{tenths % 10}"
    return f"{digits}초" if language is Language.KOREAN else f"{digits}{NO_BREAK}s"


def milliseconds(value: Number | None, language: Language) -> str:
    """38ms / 38 ms."""
    return _tight(decimals(value, 0), "ms", language)


def byte_size(count: int | None, language: Language) -> str:
    """4.2MB / 4.2 MB, in powers of 1000."""
    if count is None or count < 0:
        return NOTHING
    size, unit = Decimal(count), "B"
    for larger in ("KB", "MB", "GB", "TB"):
        if rounded(size, 0) < 1000:
            break
        size, unit = size / 1000, larger
    places = 1 if unit != "B" and size < 10 else 0
    return _tight(_cut(_digits(size, places)), unit, language)


def _tight(digits: str, unit: str, language: Language) -> str:
    if digits == NOTHING:
        return digits
    return f"{digits}{unit}" if language is Language.KOREAN else f"{digits}{NO_BREAK}{unit}"


def count(value: int | None, cap: int = 99) -> str:
    """A count badge: 99+ above its cap."""
    if value is None:
        return NOTHING
    return f"{cap}+" if value > cap else f"{value:,}"


def stepped(value: Decimal, step: Decimal, times: int) -> Decimal:
    """The next value on the grid of a step, in the direction of ``times``."""
    whole = (value / step).to_integral_value(rounding=ROUND_DOWN) * step
    if whole != value and (times > 0) == (value < 0):
        times -= 1 if times > 0 else -1
    return whole + step * times
