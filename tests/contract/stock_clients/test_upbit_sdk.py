"""The exchange's own SDK, as it is sold, works against the practice exchange."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.contract.stock_clients.served import Served
from tests.peer_environment import peer_python

DAY = Path(__file__).with_name("upbit_sdk_day.py")


def test_a_day_with_the_official_sdk(served: Served) -> None:
    python = peer_python("upbit-sdk")
    done = subprocess.run(
        [python, DAY, json.dumps(served.addresses)], capture_output=True, text=True, encoding="utf-8", timeout=110
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-4_000:]
    assert done.stdout.rstrip().endswith("the day is over")
