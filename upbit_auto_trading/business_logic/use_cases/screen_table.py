"""The result of a screen as a table: what is exported, and what a terminal shows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal

from upbit_auto_trading.business_logic.domain.screen_form import unit_of
from upbit_auto_trading.business_logic.domain.screen_variable import (
    ScreenVariable,
    Unknown,
    Value,
    ValueKind,
    plain_number,
)
from upbit_auto_trading.business_logic.domain.screen_variables import BY_ID
from upbit_auto_trading.business_logic.use_cases.run_screen import ScreenResult
from upbit_auto_trading.utils.bilingual_text import Language, Text

Cell = str | Decimal | None
_MARKET = Text("마켓", "Market")
_KOREAN_NAME = Text("한국어 이름", "Korean name")
_ENGLISH_NAME = Text("영어 이름", "English name")
_YES, _NO = Text("예", "Yes"), Text("아니요", "No")


def screen_table(
    result: ScreenResult, quote: str, language: Language, variables: Mapping[str, ScreenVariable] = BY_ID
) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """Headings with units, and a row for each market that passed; None where a value is not known."""
    shown = [variables[name] for name in result.shown]
    first = [one.in_language(language) for one in (_MARKET, _KOREAN_NAME, _ENGLISH_NAME)]
    headings = (*first, *(_heading(variable, quote, language) for variable in shown))
    rows = tuple(
        (
            row.market.code,
            row.name.ko,
            row.name.en,
            *(cell_of(variable, value, language) for variable, value in zip(shown, row.values, strict=True)),
        )
        for row in result.rows
    )
    return headings, rows


def cell_of(variable: ScreenVariable, value: Value | Unknown, language: Language) -> Cell:
    if isinstance(value, Unknown):
        return None
    if isinstance(value, bool):
        return (_YES if value else _NO).in_language(language)
    if isinstance(value, frozenset):
        labels = [choice.label.in_language(language) for choice in variable.choices if choice.value in value]
        return ", ".join(labels)
    rounded = value.quantize(Decimal(1).scaleb(-variable.decimals), rounding=ROUND_HALF_EVEN)
    # prices end where they say nothing more, other figures at the same place
    return Decimal(plain_number(rounded)) if variable.kind is ValueKind.MONEY else rounded


def _heading(variable: ScreenVariable, quote: str, language: Language) -> str:
    unit = unit_of(variable, quote).in_language(language)
    name = variable.name.in_language(language)
    return f"{name} ({unit})" if unit else name
