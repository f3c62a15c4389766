"""Ends the threads that a test has started, and insists on it."""

from __future__ import annotations

from upbit_auto_trading.ui.runtime.operations import Operations


def stop_operations(operations: Operations) -> None:
    operations.refuse_new()
    operations.cancel_background()
    for host in operations.hosts:
        host.request_stop()
    assert all(host.wait(30_000) for host in operations.hosts)
