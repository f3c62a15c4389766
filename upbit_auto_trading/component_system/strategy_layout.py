"""JSON for people: two blanks a level, and what fits on a line stays on it."""

from __future__ import annotations

import json

_WIDEST = 120


def laid_out(tree: object) -> str:
    """Of texts, numbers, switches, lists and dicts; the outermost is always opened."""
    return _broken(tree, 0)


def written_number(value: float) -> str:
    """``95`` for 95.0, as people write it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def _laid(value: object, depth: int, before: int) -> str:
    """``before`` is how much of its line is written already, ``depth`` that of the line."""
    line = on_a_line(value)
    if before + len(line) <= _WIDEST or not isinstance(value, dict | list) or not value:
        return line
    return _broken(value, depth)


def _broken(value: object, depth: int) -> str:
    blanks = "  " * (depth + 1)
    if isinstance(value, dict):
        heads = [(_head(name), one) for name, one in value.items()]
        lines = [blanks + head + _laid(one, depth + 1, len(blanks + head) + 1) for head, one in heads]
        opening, closing = "{", "}"
    else:
        assert isinstance(value, list)
        lines = [blanks + _laid(one, depth + 1, len(blanks) + 1) for one in value]
        opening, closing = "[", "]"
    return "\n".join((opening, ",\n".join(lines), "  " * depth + closing))


def on_a_line(value: object) -> str:
    if isinstance(value, dict):
        inner = ", ".join(_head(name) + on_a_line(one) for name, one in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(on_a_line(one) for one in value)}]"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return written_number(value)
    return json.dumps(value, ensure_ascii=False)


def _head(name: object) -> str:
    return f"{json.dumps(name, ensure_ascii=False)}: "
