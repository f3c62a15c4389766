"""The examples of docs/practice-exchange.md, as a reader would type them: one shell serves, another one trades."""

from __future__ import annotations

import re
import shlex
import socket
import subprocess
from pathlib import Path

import pytest

from tests.contract.stock_clients.served import practice_exchange
from tests.peer_environment import peer_python

_PAGE = Path(__file__).resolve().parents[3] / "docs" / "practice-exchange.md"
_PORT = "8700"
_COMMAND = "python -m upbit_auto_trading practice-exchange "


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("name", "module"), [("upbit-sdk", "upbit"), pytest.param("ccxt", "ccxt", marks=pytest.mark.long)]
)
def test_an_example_works_as_it_is_written(name: str, module: str) -> None:
    section = _PAGE.read_text(encoding="utf-8").partition("\n## A stock client\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"```(?:python)?\n(.*?)```", section, re.DOTALL)
    command = next(block.strip() for block in blocks if block.startswith(_COMMAND))
    example = next(block for block in blocks if re.search(rf"^(import|from) {module}\b", block, re.MULTILINE))
    port = free_port()
    with practice_exchange(shlex.split(command.removeprefix(_COMMAND).replace(_PORT, port))):
        done = subprocess.run(
            [peer_python(name), "-c", example.replace(_PORT, port)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
        )
    assert done.returncode == 0, done.stderr[-3_000:]
    assert "10000000" in done.stdout
