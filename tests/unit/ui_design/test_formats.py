"""What numbers and times look like: the examples of the design language, and what must never appear."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.utils.bilingual_text import Language

KO, EN = Language.KOREAN, Language.ENGLISH
GAP = formats.NO_BREAK
NUMBERS = st.one_of(
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=Decimal("-1e15"), max_value=Decimal("1e15"), places=10
    ),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(min_value=-(10**20), max_value=10**20),
    st.none(),
)
LANGUAGES = st.sampled_from(Language)
NOON = datetime(2026, 11, 20, 5, 3, 27, tzinfo=UTC)  # 14:03:27 KST


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (formats.money(12847320, KO), "12,847,320원"),
        (formats.money(12847320, EN), f"12,847,320{GAP}KRW"),
        (formats.money(12847320, EN, unit=False), "12,847,320"),
        (formats.money(Decimal("0.5"), KO), "0원"),  # half-even
        (formats.money(Decimal("1.5"), KO), "2원"),
        (formats.price(143285000, 1000), "143,285,000"),
        (formats.price(Decimal("12.3"), Decimal("0.1")), "12.3"),
        (formats.price(12, Decimal("0.1")), "12.0"),
        (formats.price(0.0142, 0.0001), "0.0142"),
        (formats.price(Decimal("287.35"), 1), "287.35"),  # off the grid: as it is
        (formats.price(Decimal("1E+3"), 1), "1,000"),
        (formats.quantity(0.00319918, "BTC"), f"0.00319918{GAP}BTC"),
        (formats.quantity(Decimal("2.40000000")), "2.4"),
        (formats.quantity(Decimal("1E-8")), "0.00000001"),
        (formats.quantity(100), "100"),
        (formats.signed_percent(0.2847), "+28.47%"),
        (formats.signed_percent(-0.0165), "−1.65%"),
        (formats.signed_percent(0), "0.00%"),
        (formats.signed_percent(-0.00004), "0.00%"),
        (formats.percent(Decimal("0.468"), 1), "46.8%"),
        (formats.signed_money(-22275, KO), "−22,275원"),
        (formats.signed_money(284150, KO, unit=False), "+284,150"),
        (formats.signed_money(0, KO), "0원"),
        (formats.compact(384_200_000_000, KO), "3,842억"),
        (formats.compact(384_200_000_000, EN), "384.2B"),
        (formats.compact(4_410_000, KO, currency="KRW"), "441만원"),
        (formats.compact(4_410_000, EN, currency="KRW"), f"4.41M{GAP}KRW"),
        (formats.compact(11_842_000, EN), "11.84M"),
        (formats.compact(99_999, KO), "10만"),
        (formats.compact(99_995_000, KO), "1억"),
        (formats.compact(-12_340_000, KO), "−1,234만"),
        (formats.compact(950, EN), "950"),
        (formats.compact(1_234_500_000_000, KO), "1.234조"),
        (formats.ratio(1.234), "1.23"),
        (formats.ratio(1.234, difference=True), "+1.23"),
        (formats.plain(-22275), "-22275"),
        (formats.plain(Decimal("1E+3")), "1000"),
        (formats.plain(0.1), "0.1"),
        (formats.plain(None), ""),
        (formats.byte_size(4_200_000, KO), "4.2MB"),
        (formats.byte_size(243_000_000, EN), f"243{GAP}MB"),
        (formats.byte_size(999_900, EN), f"1{GAP}MB"),
        (formats.byte_size(512, KO), "512B"),
        (formats.milliseconds(38, KO), "38ms"),
        (formats.milliseconds(3, EN), f"3{GAP}ms"),
        (formats.count(120), "99+"),
        (formats.count(7), "7"),
        (formats.direction_mark(-0.00001, 2), ""),
        (formats.direction_mark(0.5), "▲"),
    ],
)
def test_the_examples(shown: str, expected: str) -> None:
    assert shown == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (formats.clock(NOON), "14:03:27"),
        (formats.full_time(NOON), "2026-11-20 14:03:27"),
        (formats.full_time(NOON, zone=True), f"2026-11-20 14:03:27{GAP}KST"),
        (formats.table_time(NOON, NOON), "14:03:27"),
        (formats.table_time(datetime(2026, 11, 19, 14, 15, tzinfo=UTC), NOON), "11.19 23:15"),
        (formats.table_time(datetime(2025, 11, 19, 14, 15, tzinfo=UTC), NOON), "2025.11.19 23:15"),
        (formats.status_clock(NOON, KO), "2026-11-20 (금) 14:03:27 KST"),
        (formats.status_clock(NOON, EN), "Fri 2026-11-20 14:03:27 KST"),
        (formats.age(NOON - timedelta(minutes=3, seconds=20), NOON, KO), "3분 전"),
        (formats.age(NOON - timedelta(seconds=12), NOON, KO), "12초 전"),
        (formats.age(NOON - timedelta(seconds=12), NOON, EN), f"12{GAP}s ago"),
        (formats.age(NOON + timedelta(seconds=5), NOON, KO), "0초 전"),  # two clocks may differ
        (formats.age(NOON - timedelta(hours=2), NOON, KO), "12:03:27"),
        (formats.duration(timedelta(hours=2, minutes=14, seconds=50), KO), f"2시간{GAP}14분"),
        (formats.duration(8040, EN), f"2{GAP}h{GAP}14{GAP}min"),
        (formats.duration(86400 + 59, KO), "1일"),
        (formats.duration(0, KO), "0초"),
        (formats.remaining(121, KO), f"약{GAP}2분 남음"),
        (formats.remaining(0.2, EN), f"about 1{GAP}s left"),
        (formats.countdown(601, KO), "0.7초"),
        (formats.countdown(-5, EN), f"0.0{GAP}s"),
    ],
)
def test_times(shown: str, expected: str) -> None:
    assert shown == expected


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        formats.clock(datetime(2026, 1, 1))


def every_format(value: object, language: Language) -> list[str]:
    number: formats.Number | None = value  # type: ignore[assignment]
    return [
        formats.money(number, language),
        formats.signed_money(number, language),
        formats.price(number, Decimal("0.01")),
        formats.quantity(number, "BTC", language),
        formats.percent(number),
        formats.signed_percent(number),
        formats.ratio(number, difference=True),
        formats.compact(number, language),
    ]


@given(NUMBERS, LANGUAGES)
def test_never_scientific_never_a_negative_zero(value: object, language: Language) -> None:
    for shown in every_format(value, language):
        digits = shown.removesuffix("BTC").removesuffix("KRW")
        assert "e" not in digits.lower()
        assert "nan" not in shown.lower()
        assert "-" not in shown  # U+2212 on the screen
        if shown.startswith(formats.MINUS):
            assert any(sign in "123456789" for sign in digits), shown
        if shown.startswith("+"):
            assert any(sign in "123456789" for sign in digits), shown


@given(NUMBERS)
def test_the_plain_form_is_ascii_and_reads_back(value: object) -> None:
    number: formats.Number | None = value  # type: ignore[assignment]
    shown = formats.plain(number)
    assert shown.isascii()
    assert "e" not in shown.lower()
    known = formats.exact(number)
    if known is None:
        assert shown == ""
    else:
        assert Decimal(shown) == known
        assert not shown.startswith("-0") or Decimal(shown) != 0


@given(st.decimals(min_value=Decimal("-1e12"), max_value=Decimal("1e12"), places=8))
def test_a_quantity_keeps_every_known_decimal(value: Decimal) -> None:
    shown = formats.quantity(value).replace(",", "").replace(formats.MINUS, "-")
    assert Decimal(shown) == value
    assert not shown.endswith(".")
    assert "." not in shown or not shown.endswith("0")


@given(st.decimals(min_value=Decimal("-1e14"), max_value=Decimal("1e14"), places=4), LANGUAGES)
def test_compact_has_four_figures_and_is_near(value: Decimal, language: Language) -> None:
    shown = formats.compact(value, language)
    digits = [sign for sign in shown if sign.isdigit()]
    figures = "".join(digits).lstrip("0")
    assert len(figures.rstrip("0")) <= 4
    sizes = {"만": 10**4, "억": 10**8, "조": 10**12, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
    size = sizes.get(shown[-1], 1)
    read = Decimal(shown.rstrip("만억조KMBT").replace(",", "").replace(formats.MINUS, "-")) * size
    assert abs(read - value) <= abs(value) / 1000


@given(st.lists(st.decimals(min_value=0, max_value=10**6, places=6), min_size=1, max_size=8))
def test_a_column_of_quantities_has_its_points_under_each_other(values: list[Decimal]) -> None:
    shown = formats.aligned_quantities(values)
    behind = {
        len(text) - max(text.find("."), text.find(formats.POINT_SPACE))
        if "." in text or formats.POINT_SPACE in text
        else 0
        for text in shown
    }
    assert len(behind) == 1


@given(st.integers(min_value=0, max_value=10**9), LANGUAGES)
def test_a_duration_has_two_units_at_most(seconds: int, language: Language) -> None:
    shown = formats.duration(seconds, language)
    parts = shown.split(formats.NO_BREAK)
    assert len(parts) <= (2 if language is KO else 4)
    assert " " not in shown


@given(
    st.decimals(min_value=-(10**6), max_value=10**6, places=4),
    st.sampled_from([Decimal(1000), Decimal(1), Decimal("0.1"), Decimal("0.0005")]),
    st.sampled_from([-10, -1, 1, 10]),
)
def test_a_step_ends_on_the_grid_in_its_direction(value: Decimal, step: Decimal, times: int) -> None:
    target = formats.stepped(value, step, times)
    assert target % step == 0
    assert (target > value) == (times > 0)
    assert abs(target - value) <= step * abs(times)


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert str(formats.rounded(Decimal("-0.004"), 2)) == "0.00"
    assert str(formats.rounded(Decimal("-0.006"), 2)) == "-0.01"
    assert formats.plain(Decimal("-0.004"), 2) == "0.00"


def test_axes_name_clock_day_month_and_year_in_kst() -> None:
    before_midnight = datetime(2026, 11, 19, 14, 59, 30, tzinfo=UTC)
    midnight = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)

    assert formats.axis_clock(before_midnight) == "23:59"
    assert formats.axis_clock(before_midnight, seconds=True) == "23:59:30"
    assert [formats.axis_day(one, KO) for one in (before_midnight, midnight)] == ["11.19 (목)", "11.20 (금)"]
    assert formats.axis_day(midnight, EN) == "Fri 11.20"
    assert formats.axis_day(midnight, EN, year=True) == "Fri 2026.11.20"
    assert formats.axis_date(midnight) == "11.20"
    assert formats.axis_month(midnight) == "2026.11"
    assert formats.axis_year(midnight) == "2026"
