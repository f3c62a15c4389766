"""Every field that our source logs is declared: an undeclared one would be "[left out]" for ever, unnoticed."""

from __future__ import annotations

import ast
from pathlib import Path

import upbit_auto_trading
from upbit_auto_trading.config.log_redaction import FIELD_KINDS

PACKAGE = Path(upbit_auto_trading.__file__).parent


def logged_fields() -> list[tuple[str, str]]:
    """(place, field) of each ``log_event`` in the package."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "log_event":
                place = f"{path.relative_to(PACKAGE)}:{node.lineno}"
                found += [(place, keyword.arg or "**") for keyword in node.keywords]
    return found


def test_every_logged_field_is_declared() -> None:
    fields = logged_fields()
    assert len(fields) >= 5
    assert [(place, name) for place, name in fields if name not in FIELD_KINDS] == []
