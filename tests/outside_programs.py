"""What a test may need from outside Python: ``@pytest.mark.needs("xvfb", "hangul_font")``."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache


def missing_programs(names: Iterable[str]) -> list[str]:
    return [name for name in names if not is_there(name)]


@cache
def is_there(name: str) -> bool:
    """Any other name is that of an executable."""
    if name == "xvfb":
        return all(shutil.which(program) for program in ("xvfb-run", "Xvfb", "xauth"))
    if name == "hangul_font":
        return _has_hangul_font()
    return shutil.which(name) is not None


def _has_hangul_font() -> bool:
    if sys.platform in {"win32", "darwin"}:
        return True  # both come with one
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", ":lang=ko"], capture_output=True, text=True, timeout=30)
    return bool(listed.stdout.strip())
