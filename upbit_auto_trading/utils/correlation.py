"""Names for what belongs together, carried along the call stack of a thread.

Whoever acts on something says so once, and every log line written below carries the id::

    with correlated(signal=signal.id):
        with correlated(order=order.client_order_id):
            logger.info("order sent")          # joined to its signal and its order

A thread starts without ids: values that cross threads carry their own id, and the receiver names it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

CorrelationIds = tuple[tuple[str, str], ...]

_current: ContextVar[CorrelationIds] = ContextVar("correlation_ids", default=())


@contextmanager
def correlated(**ids: str) -> Iterator[None]:
    """Adds ``ids`` for the duration of the block; an inner value hides an outer one of the same name."""
    token = _current.set(tuple({**dict(_current.get()), **ids}.items()))
    try:
        yield
    finally:
        _current.reset(token)


def correlation_ids() -> CorrelationIds:
    """The ids of this thread at this moment, outermost first."""
    return _current.get()
