"""Tables as csv files: opened by spreadsheets without a question, and without a formula of somebody else's."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from upbit_auto_trading.data_layer.durable_files import write_whole
from upbit_auto_trading.data_layer.storage.error_translation import translated

Cell = str | int | Decimal | None
#: a spreadsheet takes a text that begins so for a formula
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """UTF-8 with a mark, which Excel needs to read Hangul. The whole file or none; raises StorageError."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_safe(one) for one in headings])
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])
    with translated(path):
        write_whole(path, text.getvalue().encode("utf-8-sig", "replace"))


def _safe(cell: Cell) -> str:
    """Numbers are numbers, below nought too; texts are texts. What is not known is an empty cell."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, int):
        return str(cell)
    return f"'{cell}" if cell.startswith(_BEGINS_A_FORMULA) else cell
