"""Which functions of the program a piece of work calls in this thread."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import upbit_auto_trading

_ROOT = f"{Path(upbit_auto_trading.__file__).parent}/"


def calls_of(work: Callable[[], object]) -> Counter[str]:
    """By ``ui/screens/practice/view.py:_draw``."""
    counted: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _what: Any) -> None:
        file = frame.f_code.co_filename
        if event == "call" and file.startswith(_ROOT):
            counted[f"{file.removeprefix(_ROOT)}:{frame.f_code.co_name}"] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted
