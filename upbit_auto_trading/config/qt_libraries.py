"""Which of the system's libraries Qt needs on Linux are missing, and which Debian packages hold them.

Without this question a missing one ends in Qt's abort, or in a traceback about a file nobody knows.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping

# Read off the wheel's libraries with ldd; Debian and Ubuntu use the same package names.
ALWAYS_NEEDED = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
NEEDED_FOR_X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def missing_qt_libraries(
    can_load: Callable[[str], bool] | None = None, variables: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Library to Debian package; empty where nothing is missing, and on Windows and macOS."""
    if not sys.platform.startswith("linux"):
        return {}
    platform = (os.environ if variables is None else variables).get("QT_QPA_PLATFORM", "xcb")
    needed = ALWAYS_NEEDED | (NEEDED_FOR_X11 if platform.startswith("xcb") else {})
    check = can_load or _can_load
    return {library: package for library, package in needed.items() if not check(library)}


def _can_load(library: str) -> bool:
    import ctypes  # late: most starts of the bootstrap need no answer

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
