"""The real program, which starts again once; ``WHEN`` it is told to end meanwhile.

Says ``run 1``, ``run 2`` …, and ``done between`` for what is done between two runs.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from tests.whole_program import open_folder
from upbit_auto_trading.composition_root.caught_signals import CaughtSignals
from upbit_auto_trading.composition_root.crashes import Crashes
from upbit_auto_trading.composition_root.desktop import DesktopProgram, make_application
from upbit_auto_trading.composition_root.run_desktop import leave, run_to_the_end
from upbit_auto_trading.composition_root.start_options import StartOptions
from upbit_auto_trading.ui.runtime.shutdown import EndReason

WHENS = ("never", "while-stopping", "when-stopped", "between-runs")


def told() -> None:
    signal.raise_signal(signal.SIGTERM)


def start_again(program: DesktopProgram, when: str) -> None:
    def between() -> None:
        if when == "between-runs":
            told()
        print("done between", flush=True)

    program.core.between_runs = between
    if when == "while-stopping":
        program.core.shutdown.step_begun.connect(lambda step: told() if step == "storage" else None)
    if when == "when-stopped":
        program.core.shutdown.finished.connect(lambda _outcome: told())
    program.core.stop(EndReason.START_AGAIN)


def main(folder: Path, when: str) -> int:
    caught = CaughtSignals()
    runs = folder / "runs"
    number = int(runs.read_text(encoding="ascii")) + 1 if runs.exists() else 1
    runs.write_text(str(number), encoding="ascii")
    print(f"run {number}", flush=True)
    app = make_application(sys.argv[:1])
    opened = open_folder(folder)
    program = DesktopProgram(app, opened, StartOptions(), Crashes(opened.paths, opened.clock, opened.log))
    program.usable.connect(lambda: start_again(program, when) if number == 1 else program.core.stop())
    program.start()
    return leave(program, caught, run_to_the_end(app, program, caught))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
