"""On a Linux without a Korean font the program notices, switches to English and says which package to install."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.running import PROJECT

_ASK = """
import json, os, sys
from pathlib import Path
from tests.whole_program import open_folder
from upbit_auto_trading.composition_root.crashes import Crashes
from upbit_auto_trading.composition_root.desktop import DesktopProgram, make_application
from upbit_auto_trading.composition_root.start_options import StartOptions

opened = open_folder(Path(sys.argv[1]))
app = make_application([])
program = DesktopProgram(app, opened, StartOptions(), Crashes(opened.paths, opened.clock, opened.log))
program.usable.connect(program.core.stop)
program.start()
app.exec()
notices = [[notice.title.en, notice.body.en] for notice in program.notices.all()]
print(json.dumps([program.appearance.language.current.value, notices]), flush=True)
os._exit(0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Windows and macOS come with a Korean font")
def test_it_speaks_english_and_names_the_package(tmp_path: Path) -> None:
    empty = tmp_path / "fonts"
    empty.mkdir()
    configuration = tmp_path / "fonts.conf"
    configuration.write_text(
        f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>{empty}</dir>'
        f"<cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    answer = _ask(tmp_path / "user", FONTCONFIG_FILE=str(configuration))
    assert answer[0] == "en"
    told = dict(answer[1])
    assert "Install" in told["No Korean font is installed"]


@pytest.mark.needs("hangul_font")
def test_with_one_it_speaks_korean(tmp_path: Path) -> None:
    assert _ask(tmp_path / "user") == ["ko", []]


def _ask(folder: Path, **variables: str) -> list[Any]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **variables}
    script = [sys.executable, "-c", _ASK, str(folder)]
    done = subprocess.run(script, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout, done.stderr
    answer: list[Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
