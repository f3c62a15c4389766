"""docs/practice-exchange.md names every switch, fault, option and request that there is, and none that there is not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from upbit_auto_trading.cli import practice_exchange
from upbit_auto_trading.cli.parsing import BilingualParser
from upbit_auto_trading.data_layer.practice_exchange.faults import FaultKind
from upbit_auto_trading.data_layer.practice_exchange.switches import ALL_SWITCHES
from upbit_auto_trading.utils.bilingual_text import Language, Text

_PAGE = (Path(__file__).resolve().parents[3] / "docs" / "practice-exchange.md").read_text(encoding="utf-8")


def rows_of(heading: str) -> list[str]:
    section = _PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| `")]


def first_names(rows: Iterable[str]) -> set[str]:
    return {row.split("`")[1] for row in rows}


def test_every_switch_is_listed_with_its_positions() -> None:
    listed = {row.split("`")[1]: row for row in rows_of("Switches")}
    assert listed.keys() == {switch.name for switch in ALL_SWITCHES}
    for switch in ALL_SWITCHES:
        positions = ", ".join(f"`{position}`" for position in switch.positions)
        assert listed[switch.name] == f"| `{switch.name}` | {switch.section} | {positions} | {switch.about} |"


def test_every_fault_is_listed() -> None:
    assert first_names(rows_of("Faults")) == {kind.value for kind in FaultKind}


def test_every_option_is_listed() -> None:
    parser = BilingualParser("practice-exchange", Text("", ""), Language.ENGLISH)
    practice_exchange.COMMAND.add_arguments(parser)
    declared = set(re.findall(r"--[a-z-]+", parser.format_help()))
    listed = set(re.findall(r"--[a-z-]+", "\n".join(line for line in _PAGE.splitlines() if line.startswith("| `--"))))
    assert listed == declared
