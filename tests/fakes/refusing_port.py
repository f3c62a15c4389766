"""A port of this machine at which nobody listens, and nobody will while it is held."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def refusing_port() -> Iterator[int]:
    """The near end of a connection that stays open: whoever else connects to it is refused, on every system.

    A port that was merely free a moment ago may be given to another program, or to the very socket that connects to it,
    which then is connected with itself. One that is bound, with nothing behind it, is not refused everywhere: macOS
    lets the one who connects wait.
    """
    with socket.socket() as near:
        # bound by name: the system gives such a port to no socket that only connects
        near.bind(("127.0.0.1", 0))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            near.connect(listener.getsockname())
            far, _address = listener.accept()
        with far:
            port: int = near.getsockname()[1]
            yield port
