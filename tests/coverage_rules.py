"""Coverage rules beside the general limit: some folders at 100 %, and no way back for a file that got there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FULLY_COVERED_FOLDERS = (
    "upbit_auto_trading/business_logic/domain/",
    "upbit_auto_trading/business_logic/engine/",
    "upbit_auto_trading/business_logic/simulation/",
)
RECORD_NAME = "tests/fully_covered.txt"


def complaints(report: Path, root: Path, *, record: bool = False) -> list[str]:
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    summaries = {path.replace("\\", "/"): entry for path, entry in files.items()}
    recorded = read_record(root / RECORD_NAME)
    found = []
    for path, entry in sorted(summaries.items()):
        must_be_full = path.startswith(FULLY_COVERED_FOLDERS) or path in recorded
        if must_be_full and not _is_full(entry):
            found.append(f"{path} must stay at 100 %: {_what_is_missing(entry)}")
    if record:
        full = {path for path, entry in summaries.items() if _is_full(entry) and entry["summary"]["num_statements"]}
        write_record(root / RECORD_NAME, full | (recorded & summaries.keys()))
    return found


def read_record(path: Path) -> set[str]:
    if not path.exists():
        return set()
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def write_record(path: Path, names: set[str]) -> None:
    heading = "# Files that reached full branch coverage; `python -m tests --record-coverage` adds to it.\n"
    path.write_text(heading + "".join(f"{name}\n" for name in sorted(names)), encoding="utf-8")


def _is_full(entry: dict[str, Any]) -> bool:
    return not entry["missing_lines"] and not entry.get("missing_branches")


def _what_is_missing(entry: dict[str, Any]) -> str:
    lines = ", ".join(str(line) for line in entry["missing_lines"][:12])
    branches = ", ".join(f"{begin}→{end}" for begin, end in entry.get("missing_branches", [])[:12])
    return "; ".join(part for part in (f"lines {lines}" * bool(lines), f"branches {branches}" * bool(branches)) if part)
