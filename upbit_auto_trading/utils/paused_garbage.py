"""Work that makes many objects and no cycles, without the collector looking through all of them again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_garbage() -> Iterator[None]:
    """Short work only: cycles of others wait meanwhile. Where collecting is off already, it stays off."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
