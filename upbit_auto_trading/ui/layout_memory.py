"""What windows keep of their own: widths, sorting, filters, choices. Read at the start, written behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LayoutMemory:
    """Names are the screens' own; a state that is none of ours any more is treated as none."""

    read: Callable[[str], bytes | None]
    #: returns at once; what is lost at a crash is what was changed in its last second
    write: Callable[[str, bytes], None]

    def read_values(self, name: str) -> dict[str, Any]:
        """What :meth:`write_values` kept; empty where there is nothing that can be read."""
        try:
            known = json.loads(self.read(name) or b"{}")
        except ValueError:
            return {}
        return known if isinstance(known, dict) else {}

    def write_values(self, name: str, values: dict[str, Any]) -> None:
        self.write(name, json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode())
