"""Markets, units and times as people type them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.cli.market_options import read_market, read_moment, read_span, read_unit, shown_moment
from upbit_auto_trading.cli.parsing import WrongUsage


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2025-09-01", datetime(2025, 8, 31, 15, tzinfo=UTC)),
        ("2025-09-01T09:30", datetime(2025, 9, 1, 0, 30, tzinfo=UTC)),
        ("2025-09-01 09:30:05", datetime(2025, 9, 1, 0, 30, 5, tzinfo=UTC)),
        ("2025-09-01T00:00Z", datetime(2025, 9, 1, tzinfo=UTC)),
        ("2025-09-01T00:00-05:00", datetime(2025, 9, 1, 5, tzinfo=UTC)),
        (" 2025-09-01 ", datetime(2025, 8, 31, 15, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_korean(written: str, moment: datetime) -> None:
    assert read_moment("--from", written) == moment


@pytest.mark.parametrize(
    "written", ["", "tomorrow", "2025-13-01", "20250901", "2025-W36-1", "0001-01-01", "1756684800"]
)
def test_what_is_no_time_is_named_by_its_option(written: str) -> None:
    with pytest.raises(WrongUsage) as refused:
        read_moment("--to", written)
    assert "--to" in refused.value.sentence.en


@pytest.mark.parametrize(
    ("written", "unit"),
    [("1m", CandleUnit.MINUTE), ("1M", CandleUnit.MONTH), ("1h", CandleUnit.HOUR), ("4h", CandleUnit.HOURS_4)],
)
def test_units_as_people_write_them(written: str, unit: CandleUnit) -> None:
    assert read_unit(written) is unit


@pytest.mark.parametrize("written", [None, "", "2m", "1y", "minute", "1D"])
def test_other_units_are_refused_with_those_there_are(written: str | None) -> None:
    with pytest.raises(WrongUsage) as refused:
        read_unit(written)
    assert "1s, 1m, 3m, 5m, 10m, 15m, 30m, 60m, 240m, 1d, 1w, 1M" in refused.value.sentence.ko


def test_markets_are_of_upbit_unless_it_is_said() -> None:
    assert read_market("krw-btc", None) == Market("upbit", "KRW-BTC")
    assert read_market("KRW-1INCH", "bithumb") == Market("bithumb", "KRW-1INCH")
    for code, exchange in (("BTC", None), (None, None), ("KRW-BTC", "mtgox"), ("KRW-BTC;DROP", None)):
        with pytest.raises(WrongUsage):
            read_market(code, exchange)


def test_a_range_ends_after_it_begins() -> None:
    noon = datetime(2025, 9, 1, 12, tzinfo=UTC)
    assert read_span(noon, noon.replace(hour=13)).start == noon
    with pytest.raises(WrongUsage):
        read_span(noon, noon)
    assert shown_moment(noon) == "2025-09-01 21:00"
