"""A result as a table."""

from __future__ import annotations

from decimal import Decimal

from tests.fakes.screened_markets import NOW, Candles, known, summary
from upbit_auto_trading.business_logic.domain.screen import Match, Screen, Sort
from upbit_auto_trading.business_logic.domain.screen_text import read_filter
from upbit_auto_trading.business_logic.domain.screen_variables import BY_ID
from upbit_auto_trading.business_logic.use_cases.run_screen import run_screen
from upbit_auto_trading.business_logic.use_cases.screen_table import screen_table
from upbit_auto_trading.utils.bilingual_text import Language

SCREEN = Screen(
    filters=(
        read_filter("is_warned is true", 0, BY_ID),
        read_filter("caution is not none", 1, BY_ID),
        read_filter("volume_ratio > 1", 2, BY_ID),
    ),
    match=Match.ANY,
    sort=Sort("price"),
)


def test_headings_have_units_and_cells_their_words() -> None:
    prices = [summary("KRW-A", price="0.01230000", turnover_24h="1234567.891"), summary("KRW-B", price="1000.0")]
    markets = [known("KRW-A", warned=True, cautions="few-accounts trading-volume"), known("KRW-B", warned=True)]
    result = run_screen(SCREEN, prices, markets, Candles(), NOW)
    headings, rows = screen_table(result, "KRW", Language.ENGLISH)
    assert headings == (
        "Market", "Korean name", "English name", "Price (KRW)", "Change today (%)", "24 h turnover (KRW)",
        "Under warning", "Alert", "Volume ratio (×)",
    )  # fmt: skip
    assert [str(cell) for cell in rows[0][:6]] == ["KRW-B", "KRW-B 이름", "KRW-B name", "1000", "900.00", "1000"]
    assert rows[0][6:] == ("Yes", "No alert", None)
    assert rows[1][3:] == (
        Decimal("0.0123"), Decimal("-99.99"), Decimal(1234568), "Yes", "Trading volume, Few accounts", None,
    )  # fmt: skip
    korean, _rows = screen_table(result, "BTC", Language.KOREAN)
    assert korean[3:5] == ("현재가 (BTC)", "오늘 변동률 (%)")
