"""Host names to addresses within a time limit, which the system's own look-up does not have.

Nothing is remembered: an exchange's addresses rotate within minutes, and an old one costs more than a look-up.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable
from typing import Any, NamedTuple


class Address(NamedTuple):
    family: int
    kind: int
    protocol: int
    where: Any


class NameNotFound(OSError):
    """The system found no address, or was not asked because the name cannot be one."""


class NameLookUp:
    """A look-up that nobody can interrupt runs in a thread of its own and is left behind when its time is up.

    Those that ask for the same name while it runs wait for the same one, so that a dead resolver costs one thread.
    """

    def __init__(self, look_up: Callable[..., Any] | None = None) -> None:
        self._look_up = look_up
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, int], _Search] = {}

    def addresses(self, host: str, port: int, seconds: float) -> list[Address]:
        """Those of IPv4 first: keys are bound to addresses of that kind. ``NameNotFound`` or ``TimeoutError``."""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            pass
        else:
            return _ordered(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        search = self._joined(host, port)
        if not search.is_done.wait(seconds):
            raise TimeoutError("the name look-up takes too long")
        if search.found is None:
            raise NameNotFound(f"no address of {host}") from search.error
        return search.found

    def _joined(self, host: str, port: int) -> _Search:
        with self._lock:
            search = self._under_way.get((host, port))
            if search is None:
                search = self._under_way[host, port] = _Search()
                # A daemon: one that hangs must not keep the program from ending.
                threading.Thread(target=self._run, args=(search, host, port), name="name look-up", daemon=True).start()
            return search

    def _run(self, search: _Search, host: str, port: int) -> None:
        try:
            look_up = self._look_up or socket.getaddrinfo
            search.found = _ordered(look_up(host, port, type=socket.SOCK_STREAM)) or None
        except (OSError, UnicodeError) as error:
            search.error = error
        finally:
            with self._lock:
                del self._under_way[host, port]
            search.is_done.set()


class _Search:
    def __init__(self) -> None:
        self.is_done = threading.Event()
        self.found: list[Address] | None = None
        self.error: Exception | None = None


def _ordered(found: list[Any]) -> list[Address]:
    addresses = [Address(family, kind, protocol, where) for family, kind, protocol, _, where in found]
    return sorted(addresses, key=lambda address: address.family != socket.AF_INET)
