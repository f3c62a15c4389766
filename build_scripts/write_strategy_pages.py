"""Writes what docs/strategy-format.md says of components, and docs/strategy.schema.json, from the declarations.

``python build_scripts/write_strategy_pages.py`` writes both; a test fails while the committed ones are not current.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from upbit_auto_trading.component_system.registry import built_in  # noqa: E402 - found through the line above
from upbit_auto_trading.component_system.strategy_docs import with_reference  # noqa: E402
from upbit_auto_trading.component_system.strategy_schema import schema_text  # noqa: E402

PAGE = ROOT / "docs" / "strategy-format.md"
SCHEMA = ROOT / "docs" / "strategy.schema.json"


def current_pages() -> dict[Path, str]:
    registry = built_in()
    return {PAGE: with_reference(PAGE.read_text(encoding="utf-8"), registry), SCHEMA: schema_text(registry)}


if __name__ == "__main__":
    for file, text in current_pages().items():
        file.write_text(text, encoding="utf-8", newline="\n")
        print(file)
