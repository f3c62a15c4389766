"""Whether a window can be shown at all, asked before Qt is loaded (Qt itself would abort the process)."""

from __future__ import annotations

import sys
from collections.abc import Mapping

#: Qt platforms that need no screen; contracts.md counts offscreen as a display
_SCREENLESS = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")


def has_display(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    if platform in ("win32", "darwin"):
        return True
    chosen = environment.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if chosen in _SCREENLESS:
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
