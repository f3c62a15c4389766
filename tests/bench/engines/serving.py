"""What an engine's process does: reads the candles once, then runs them for each line it is sent, and tells the time.

Runs in the others' environments too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Ready = TypeVar("Ready")


def serve(prepare: Callable[[NDArray[np.float64]], Ready], run: Callable[[Ready, str], int]) -> None:
    """``prepare`` makes of six columns what the engine calls candles in memory, and is not timed; ``run`` goes from
    there to a list of trades, indicators included, and tells how many. What it is sent says which run is wanted. Time
    is the processor's, which other work on the machine changes little; none of the engines uses two cores."""
    ready = prepare(np.load(Path(sys.argv[1])))
    print(json.dumps({"peak_bytes": peak_bytes()}), flush=True)
    for asked in sys.stdin:
        began = process_time()
        trades = run(ready, asked.strip())
        seconds = process_time() - began
        print(json.dumps({"seconds": seconds, "trades": trades, "peak_bytes": peak_bytes()}), flush=True)


def peak_bytes() -> int:
    """The most memory this process ever had; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0
    if sys.platform == "linux":
        # what getrusage tells includes the process that started this one
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        return int(status["VmHWM"].split()[0]) * 1024
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024
