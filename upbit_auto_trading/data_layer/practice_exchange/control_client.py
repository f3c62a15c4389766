"""The control endpoint from Python, with the standard library alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from typing import Any, Final
from urllib.parse import urlsplit

from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, InvalidParameter
from upbit_auto_trading.utils.secret import Secret

EXCHANGE: Final = "practice"
_TIMEOUT_SECONDS: Final = 30.0
_LONGEST_WORLD: Final = 10_000


def world_of(rest_url: str, timeout_seconds: float = _TIMEOUT_SECONDS) -> str:
    """Which world a practice exchange is, by its address alone. Raises ExchangeUnavailable, also where another answers.

    ``no-practice-exchange`` is its detail where whoever answers is something else.
    """
    address = urlsplit(rest_url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=timeout_seconds)
    try:
        connection.request("GET", f"{address.path.rstrip('/')}/practice/world")
        answer = connection.getresponse()
        written = answer.read(_LONGEST_WORLD)
    except (OSError, HTTPException) as error:
        raise ExchangeUnavailable(EXCHANGE, "no-connection") from error
    finally:
        connection.close()
    try:
        world = json.loads(written)["world"]
    except (ValueError, KeyError, TypeError) as error:
        raise ExchangeUnavailable(EXCHANGE, "no-practice-exchange") from error
    if answer.status != 200 or not isinstance(world, str) or not world:
        raise ExchangeUnavailable(EXCHANGE, "no-practice-exchange")
    return world


class PracticeControl:
    """Each call stands for itself: a connection of its own, so that any thread may make it."""

    def __init__(self, control_url: str, token: Secret, timeout_seconds: float = _TIMEOUT_SECONDS) -> None:
        address = urlsplit(control_url)
        self._host, self._port, self._path = address.hostname or "127.0.0.1", address.port, address.path
        self._token = token
        self._timeout_seconds = timeout_seconds

    # --- time

    def state(self) -> dict[str, Any]:
        return self._object("GET", "state")

    def run(self, speed: float = 1.0) -> dict[str, Any]:
        return self._object("POST", "clock", {"pace": "running", "speed": speed})

    def run_at_maximum(self) -> dict[str, Any]:
        return self._object("POST", "clock", {"pace": "max"})

    def pause(self) -> dict[str, Any]:
        return self._object("POST", "clock", {"pace": "paused"})

    def lock_step(self, slippage: object = 0) -> dict[str, Any]:
        """``slippage``: how far the deep book's best prices lie from the price, as a fraction."""
        return self._object("POST", "clock", {"pace": "lock-step", "slippage": str(slippage)})

    def jump(self, moment: datetime) -> dict[str, Any]:
        return self._object("POST", "clock", {"now": moment.isoformat()})

    def step(self, prints: int = 1) -> dict[str, Any]:
        """In lock-step or paused: so many prints, and what happened."""
        return self._object("POST", "step", {"prints": prints})

    def step_until(self, moment: datetime) -> dict[str, Any]:
        return self._object("POST", "step", {"until": moment.isoformat()})

    # --- faults and switches

    def faults(self) -> list[dict[str, Any]]:
        found = self._ask("GET", "faults")
        assert isinstance(found, list)
        return found

    def add_fault(self, kind: str, **members: object) -> int:
        """``add_fault("drop-reply", method="POST", path="/v1/orders", times=1)``."""
        return int(self._object("POST", "faults", {"kind": kind, **members})["id"])

    def remove_fault(self, number: int) -> None:
        self._ask("DELETE", "faults", {"id": number})

    def clear_faults(self) -> None:
        self._ask("DELETE", "faults")

    def switches(self) -> dict[str, Any]:
        return self._object("GET", "switches")

    def turn(self, name: str, position: str) -> None:
        self.turn_all({name: position})

    def turn_all(self, positions: Mapping[str, str]) -> None:
        """Each of them; the others stay as they are."""
        if positions:  # none at all turns everything back
            self._ask("POST", "switches", positions)

    def reset_switches(self) -> None:
        self._ask("POST", "switches")

    # --- accounts and markets

    def add_key(self, **members: object) -> dict[str, Any]:
        """``account``, ``rights``, ``valid_days``, ``balances`` …: see docs/practice-exchange.md."""
        return self._object("POST", "keys", members)

    def deposit(self, currency: str, amount: object, account: str | None = None) -> None:
        of_account = {} if account is None else {"account": account}
        self._ask("POST", "deposit", {"currency": currency, "amount": str(amount), **of_account})

    def set_market(self, code: str, state: str) -> dict[str, Any]:
        """``trading``, ``halted``, ``delisted`` …"""
        return self._object("POST", "markets", {"market": code, "state": state})

    def alert(self, code: str, *, is_warned: bool = False, cautions: Iterable[str] = ()) -> dict[str, Any]:
        """The list of markets says so of it: ``price-fluctuation``, ``few-accounts`` …"""
        return self._object("POST", "markets", {"market": code, "warned": is_warned, "cautions": list(cautions)})

    def reset(self) -> dict[str, Any]:
        """Balances, orders and identifiers as at first; faults and switches too."""
        return self._object("POST", "reset")

    # --- inside

    def _object(self, method: str, name: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        found = self._ask(method, name, body)
        assert isinstance(found, dict)
        return found

    def _ask(self, method: str, name: str, body: Mapping[str, object] | None = None) -> object:
        connection = HTTPConnection(self._host, self._port, timeout=self._timeout_seconds)
        headers = {"Authorization": f"Bearer {self._token.reveal()}", "Content-Type": "application/json"}
        try:
            written = json.dumps(body) if body is not None else None
            connection.request(method, f"{self._path}/{name}", written, headers)
            answer = connection.getresponse()
            content = json.loads(answer.read())
        except (OSError, HTTPException, ValueError) as error:
            raise ExchangeUnavailable(EXCHANGE, "control") from error
        finally:
            connection.close()
        if answer.status != 200:
            reason = str(content.get("error", answer.status))
            raise InvalidParameter(str(content.get("name", name)), None, reason, str(content.get("allowed", "")))
        return content
