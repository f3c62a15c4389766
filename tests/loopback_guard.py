"""Refuses connections that would leave this machine: a test must neither need nor reach the internet."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

refused: list[str] = []
_LOCAL_NAMES = {"", "localhost", "localhost.localdomain", "ip6-localhost"}


def is_local(host: object) -> bool:
    if host is None:
        return True
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if name.lower() in _LOCAL_NAMES or name.lower().endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _check(host: object) -> None:
    if not is_local(host):
        refused.append(str(host))
        raise AssertionError(f"a test tried to reach {host}: only loopback is allowed")


@contextmanager
def installed() -> Iterator[None]:
    connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto
    getaddrinfo = socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any, /) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _check(address[0])
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any, /) -> int:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _check(address[0])
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, data: Any, *rest: Any) -> int:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _check(rest[-1][0])
        return sendto(self, data, *rest)

    def guarded_getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        _check(host)
        return getaddrinfo(host, *rest, **options)

    patches: dict[str, Any] = {"connect": guarded_connect, "connect_ex": guarded_connect_ex, "sendto": guarded_sendto}
    originals: dict[str, Any] = {"connect": connect, "connect_ex": connect_ex, "sendto": sendto}
    for name, function in patches.items():
        setattr(socket.socket, name, function)
    vars(socket)["getaddrinfo"] = guarded_getaddrinfo
    try:
        yield
    finally:
        for name, function in originals.items():
            setattr(socket.socket, name, function)
        vars(socket)["getaddrinfo"] = getaddrinfo
