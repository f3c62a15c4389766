"""Connections whose slot always runs later, in the receiver's thread, even when the signal comes from there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import Qt, pyqtBoundSignal


def connect_queued(signal: pyqtBoundSignal, slot: Callable[..., Any]) -> None:
    signal.connect(slot, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]  # missing in PyQt's stubs
