"""Takes the pictures of docs/images with the real program, offscreen, in a fresh folder of its own.

``python build_scripts/take_screenshots.py docs/images``. Every screen in both themes and languages at 1280×800.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from itertools import product
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PyQt6.QtCore import QEventLoop, QTimer  # noqa: E402 - found through the lines above
from PyQt6.QtGui import QImage  # noqa: E402

from upbit_auto_trading.composition_root.crashes import Crashes  # noqa: E402
from upbit_auto_trading.composition_root.desktop import DesktopProgram, make_application  # noqa: E402
from upbit_auto_trading.composition_root.opened import open_data_folder  # noqa: E402
from upbit_auto_trading.composition_root.start_options import StartOptions  # noqa: E402
from upbit_auto_trading.config.app_paths import find_app_paths  # noqa: E402
from upbit_auto_trading.config.settings import LANGUAGE, THEME  # noqa: E402
from upbit_auto_trading.data_layer.system_clock import SystemClock  # noqa: E402

SIZE = (1280, 800)
PLACES = {
    "dashboard": "dashboard",
    "monitor": "monitor/schedule",
    "settings-appearance": "settings/appearance",
    "settings-security": "settings/security",
    "help": "help/start",
}
_LARGEST_BYTES = 150_000
#: Qt's word for the strongest compression
_SMALLEST = 0
_LIMIT_MS = 180_000
_POLL_MS = 20
#: so that the path of the price has a shape
_PRICES_WANTED = 70


def wait_until(is_so: Callable[[], object]) -> None:
    loop, poll, limit = QEventLoop(), QTimer(), QTimer()
    poll.setInterval(_POLL_MS)
    poll.timeout.connect(lambda: loop.quit() if is_so() else None)
    limit.setSingleShot(True)
    limit.timeout.connect(loop.quit)
    poll.start()
    limit.start(_LIMIT_MS)
    loop.exec()
    if not is_so():
        raise SystemExit("The program did not get where the picture is taken.")


def picture(program: DesktopProgram, target: Path) -> None:
    wait_until(lambda: not program.core.operations.running())
    program.window.repaint()
    image = program.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    if not image.save(str(target), "PNG", _SMALLEST):
        raise SystemExit(f"{target} cannot be written.")
    if target.stat().st_size > _LARGEST_BYTES:
        raise SystemExit(f"{target} is larger than {_LARGEST_BYTES} bytes.")
    print(target)


def take_all(program: DesktopProgram, folder: Path) -> None:
    dashboard = program.screens.dashboard
    program.window.resize(*SIZE)
    wait_until(lambda: dashboard.state.findings is not None and dashboard.state.newest_backup is not None)
    wait_until(lambda: len(dashboard.state.path[0]) >= _PRICES_WANTED)
    for theme, language in product(("dark", "light"), ("ko", "en")):
        program.core.settings.set(THEME, theme)
        program.core.settings.set(LANGUAGE, language)
        for name, place in PLACES.items():
            program.navigation.show(place)
            picture(program, folder / f"{name}-{theme}-{language}.png")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    application = make_application(sys.argv[:1])
    with tempfile.TemporaryDirectory(prefix="upbit-pictures-") as data:
        opened = open_data_folder(find_app_paths(Path(data) / "UpbitAutoTrader"), SystemClock(), console=False)
        crashes = Crashes(opened.paths, opened.clock, opened.log)
        program = DesktopProgram(application, opened, StartOptions(), crashes, leave=lambda _status: None)
        program.start()
        try:
            take_all(program, folder)
        finally:
            program.core.stop()
            wait_until(lambda: program.core.shutdown.outcome is not None)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python build_scripts/take_screenshots.py FOLDER")
    main(Path(sys.argv[1]))
