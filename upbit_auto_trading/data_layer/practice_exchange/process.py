"""The practice exchange as a child process of the program: started, watched, started again, and ended with it.

The child ends when its standard input does, which the system closes even when the program is killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.utils.secret import Secret

EXCHANGE: Final = "practice"
#: tells the command that it is somebody's child
WATCH_INPUT: Final = "PRACTICE_EXCHANGE_ENDS_WITH_INPUT"
#: a child that is started again keeps its keys; the environment of a process is its owner's alone, arguments are not
ACCESS_KEY: Final = "PRACTICE_EXCHANGE_ACCESS_KEY"
SECRET_KEY: Final = "PRACTICE_EXCHANGE_SECRET_KEY"
CONTROL_TOKEN: Final = "PRACTICE_EXCHANGE_CONTROL_TOKEN"
START_LIMIT_SECONDS: Final = 30.0
STOP_LIMIT_SECONDS: Final = 5.0
#: one that dies so soon, again and again, is not started for ever
_SHORT_LIFE_SECONDS = 5.0
_SHORT_LIVES_AT_MOST = 5
#: whether the start is still wanted is asked so often
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class PracticeAddresses:
    rest_url: str
    websocket_url: str
    access_key: str
    secret_key: Secret
    control_url: str
    control_token: Secret

    @property
    def port(self) -> int:
        return int(self.rest_url.rpartition(":")[2])


def addresses_from(line: str) -> PracticeAddresses:
    """The first line of the command's output."""
    try:
        found = json.loads(line)
        return PracticeAddresses(
            found["rest_url"],
            found["websocket_url"],
            found["access_key"],
            Secret(found["secret_key"]),
            found["control_url"],
            Secret(found["control_token"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ExchangeUnavailable(EXCHANGE, "no-addresses") from error


class PracticeProcess:
    """``command`` is the practice exchange without ``--port`` and keys: those stay the same over its restarts.

    A thread of its own reads what the child says and starts it again when it dies. ``on_start`` is called in it with
    the addresses of each start, ``on_give_up`` when it died too often.
    """

    def __init__(
        self,
        command: Sequence[str],
        clock: Clock,
        *,
        on_start: Callable[[PracticeAddresses], None] = lambda _addresses: None,
        on_give_up: Callable[[], None] = lambda: None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = tuple(command)
        self._clock = clock
        self._on_start = on_start
        self._on_give_up = on_give_up
        self._environment = environment
        self._changed = threading.Condition()
        self._child: subprocess.Popen[str] | None = None
        self._addresses: PracticeAddresses | None = None
        self._is_stopping = False
        self._has_given_up = False
        self._thread: threading.Thread | None = None
        self.restarts = 0
        #: what it said beside its addresses: why it could not start
        self.last_words: deque[str] = deque(maxlen=50)

    def launch(self) -> None:
        """Returns at once; ``start`` waits for it."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="practice exchange")
            self._thread.start()

    def start(
        self, limit_seconds: float = START_LIMIT_SECONDS, is_cancelled: Callable[[], bool] = lambda: False
    ) -> PracticeAddresses:
        """Waits until it accepts connections. Raises ExchangeUnavailable, and Cancelled soon after it was."""
        self.launch()
        ends_at = self._clock.monotonic() + limit_seconds
        with self._changed:
            while self._addresses is None and not self._has_given_up:
                if is_cancelled():
                    break
                left = ends_at - self._clock.monotonic()
                if left <= 0:
                    break
                self._changed.wait(min(left, _LOOK_SECONDS))
            addresses = self._addresses
        if addresses is not None:
            return addresses
        if is_cancelled():
            self._abandon()
            raise Cancelled
        self.stop()
        raise ExchangeUnavailable(EXCHANGE, "not-started")

    def _abandon(self) -> None:
        """Before it served anybody it has nothing to write, and the end of the program need not wait for it."""
        with self._changed:
            self._is_stopping = True
            child = self._child
        if child is not None:
            child.kill()
        if self._thread is not None:
            self._thread.join(STOP_LIMIT_SECONDS)

    @property
    def process_id(self) -> int | None:
        child = self._child
        return child.pid if child is not None else None

    def stop(self) -> None:
        """Its state is written; then it is gone. May be called twice."""
        with self._changed:
            self._is_stopping = True
            child = self._child
            self._changed.notify_all()
        if child is not None:
            _end(child)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(2 * STOP_LIMIT_SECONDS)

    def _watch(self) -> None:
        short_lives = 0
        while True:
            began = self._clock.monotonic()
            self._live_once()
            is_short = self._clock.monotonic() - began < _SHORT_LIFE_SECONDS
            short_lives = short_lives + 1 if is_short else 0
            with self._changed:
                if self._is_stopping:
                    return
                if short_lives >= _SHORT_LIVES_AT_MOST:
                    self._has_given_up = True
                    self._changed.notify_all()
                    break
                self.restarts += 1
        self._on_give_up()

    def _live_once(self) -> None:
        """From its start to its end."""
        with self._changed:
            if self._is_stopping:
                return
            child = self._child = self._open()
        assert child.stdout is not None
        with child.stdout as output:
            for line in output:  # to its end, so that a full pipe never stops it
                if line.startswith("{"):
                    self._started(line)
                else:
                    self.last_words.append(line.rstrip())
        child.wait()
        if child.stdin is not None:
            with suppress(OSError):
                child.stdin.close()

    def _open(self) -> subprocess.Popen[str]:
        again = self._addresses
        command = list(self._command)
        environment = {**(os.environ if self._environment is None else self._environment), WATCH_INPUT: "1"}
        if again is not None:
            command += ["--port", str(again.port)]
            environment |= {
                ACCESS_KEY: again.access_key,
                SECRET_KEY: again.secret_key.reveal(),
                CONTROL_TOKEN: again.control_token.reveal(),
            }
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env=environment,
            # Ctrl-C in a terminal reaches everybody in it, and the program ends this one in its turn
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def _started(self, line: str) -> None:
        try:
            addresses = addresses_from(line)
        except ExchangeUnavailable:
            self.last_words.append("no addresses")
            return
        with self._changed:
            self._addresses = addresses
            self._changed.notify_all()
        self._on_start(addresses)


def _end(child: subprocess.Popen[str]) -> None:
    """By the end of its input, then by force."""
    if child.stdin is not None:
        with suppress(OSError):
            child.stdin.close()
    try:
        child.wait(STOP_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait(STOP_LIMIT_SECONDS)
