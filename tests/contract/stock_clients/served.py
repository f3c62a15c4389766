"""The practice exchange as a process of its own, started by its command."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

_LIMIT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Served:
    addresses: dict[str, str]
    process: subprocess.Popen[str]


@contextmanager
def practice_exchange(arguments: Sequence[str] = ()) -> Iterator[Served]:
    command = [sys.executable, "-m", "upbit_auto_trading", "practice-exchange", *arguments]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Served(json.loads(process.stdout.readline()), process)
        finally:
            process.terminate()
            process.wait(_LIMIT_SECONDS)
