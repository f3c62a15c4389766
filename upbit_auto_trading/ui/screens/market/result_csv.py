"""What a screen found, as csv: one line a market, a column for each variable that was asked."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.screen_variable import Unknown, Value
from upbit_auto_trading.business_logic.use_cases.run_screen import ScreenResult
from upbit_auto_trading.ui.design import formats

_FIRST = ("exchange", "market", "korean_name", "english_name")
#: a spreadsheet takes a text that begins so for a formula
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def result_csv(result: ScreenResult) -> str:
    """What is unknown is empty; percents are numbers of hundredths, as in the filters."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow((*_FIRST, *result.shown))
    for row in result.rows:
        names = (row.market.exchange, row.market.code, row.name.ko, row.name.en)
        writer.writerow((*(_harmless(name) for name in names), *(_plain(value) for value in row.values)))
    return text.getvalue()


def _harmless(name: str) -> str:
    return f"'{name}" if name.startswith(_FORMULA_SIGNS) else name


def _plain(value: Value | Unknown) -> str:
    if isinstance(value, Unknown):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return formats.plain(value)
    return " ".join(sorted(value))
