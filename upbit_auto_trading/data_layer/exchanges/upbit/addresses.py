"""Where the exchange is reached: the real one, or another that speaks its protocol."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter

REAL_REST_URL = "https://api.upbit.com"
REAL_WEBSOCKET_URL = "wss://api.upbit.com/websocket/v1"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_REAL_DOMAIN = "upbit.com"


@dataclass(frozen=True, slots=True)
class UpbitAddresses:
    """Paths are appended to ``rest_url`` (``{rest_url}/v1/accounts``); ``websocket_url`` is the public stream's."""

    rest_url: str = REAL_REST_URL
    websocket_url: str = REAL_WEBSOCKET_URL

    def __post_init__(self) -> None:
        for name, address, safe, plain in (
            ("rest_url", self.rest_url, "https", "http"),
            ("websocket_url", self.websocket_url, "wss", "ws"),
        ):
            parts = urlsplit(address)
            # a key travels in the headers: in the clear on this machine only
            if not parts.hostname or parts.scheme not in ((safe, plain) if parts.hostname in _LOOPBACK else (safe,)):
                raise InvalidParameter(name, address, "not-an-address", allowed=f"{safe}://…")

    @property
    def private_websocket_url(self) -> str:
        return f"{self.websocket_url}/private"

    @property
    def is_real(self) -> bool:
        """Whether either address leads to the exchange itself."""
        hosts = [urlsplit(address).hostname or "" for address in (self.rest_url, self.websocket_url)]
        return any(host == _REAL_DOMAIN or host.endswith(f".{_REAL_DOMAIN}") for host in hosts)
