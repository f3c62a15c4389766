"""The clients that most traders' scripts stand on work against the practice exchange."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.contract.stock_clients.served import Served
from tests.peer_environment import peer_python


@pytest.mark.long
@pytest.mark.parametrize("name", ["ccxt", "pyupbit"])
def test_a_day_with(name: str, served: Served) -> None:
    day = Path(__file__).with_name(f"{name}_day.py")
    done = subprocess.run(
        [peer_python(name), day, json.dumps(served.addresses)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=110,
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-4_000:]
    assert done.stdout.rstrip().endswith("the day is over")
