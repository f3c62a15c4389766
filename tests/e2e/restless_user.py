"""The real program whose user turns a number up and down without a pause, to be killed in a settings write.

Says ``ready``, then ``asked VALUE`` before and ``stored VALUE`` after each change is on the disk.
"""

from __future__ import annotations

import sys
from itertools import cycle
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSlot

from tests.whole_program import open_folder
from upbit_auto_trading.composition_root.crashes import Crashes
from upbit_auto_trading.composition_root.desktop import DesktopProgram, make_application
from upbit_auto_trading.composition_root.start_options import StartOptions
from upbit_auto_trading.config.settings import BACKUPS_KEPT
from upbit_auto_trading.ui.settings_state import SETTINGS_TOPIC

NUMBERS = (95, 105, 110, 120)


class RestlessUser(QObject):
    def __init__(self, program: DesktopProgram) -> None:
        super().__init__(program)
        self._settings = program.core.settings
        self._numbers = cycle(NUMBERS)
        self._number = 0
        program.core.operations.changed.connect(self._hear)
        program.usable.connect(self._begin)

    @pyqtSlot()
    def _begin(self) -> None:
        print("ready", flush=True)
        self._ask()

    def _ask(self) -> None:
        self._number = next(self._numbers)
        print(f"asked {self._number}", flush=True)
        self._settings.set(BACKUPS_KEPT, self._number)

    @pyqtSlot(str, object)
    def _hear(self, topic: str, _initiator: object) -> None:
        if topic == SETTINGS_TOPIC:
            print(f"stored {self._number}", flush=True)
            self._ask()


def main(folder: Path) -> int:
    app = make_application(sys.argv[:1])
    opened = open_folder(folder)
    program = DesktopProgram(app, opened, StartOptions(), Crashes(opened.paths, opened.clock, opened.log))
    user = RestlessUser(program)
    program.start()
    status = app.exec()
    del user
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
