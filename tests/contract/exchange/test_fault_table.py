"""The table of faults in the documents is that of the tests, and leaves no fault out."""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Callable

from tests.architecture.source_tree import ROOT
from tests.contract import exchange
from tests.contract.exchange import fault_table
from tests.contract.exchange.fault_table import MARK, ROWS, table
from upbit_auto_trading.data_layer.practice_exchange.faults import FaultKind


def seen_by() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for module in pkgutil.iter_modules(exchange.__path__):
        if module.name.startswith("test_"):
            loaded = importlib.import_module(f"{exchange.__name__}.{module.name}")
            tests: list[tuple[str, Callable[..., object]]] = [
                (name, value) for name, value in vars(loaded).items() if name.startswith("test_")
            ]
            for name, test in tests:
                for row in getattr(test, MARK, ()):
                    found[row].append(f"{module.name}::{name}")
    return found


def test_every_kind_of_fault_has_a_row() -> None:
    assert {row.kind for row in ROWS.values()} - {""} == {kind.value for kind in FaultKind}


def test_every_row_was_seen_by_a_test() -> None:
    assert set(seen_by()) == set(ROWS)


def test_the_document_says_the_same() -> None:
    document = (ROOT / "docs" / "exchanges.md").read_text(encoding="utf-8")
    assert table() in document, f"python -m {fault_table.__name__} prints it"
