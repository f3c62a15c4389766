"""The program as its user starts it: exit statuses, sentences, one instance a folder, damaged and newer files."""

from __future__ import annotations

import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.running import PROJECT, last_end, run, start
from upbit_auto_trading.business_logic.ports.practice import PracticeWorld
from upbit_auto_trading.config.app_paths import find_app_paths
from upbit_auto_trading.data_layer.practice_exchange.world_folder import PracticeFolder

RUNNING = "창 없이 실행하고 있어요"


@pytest.mark.claims("option:--headless", "option:--data-dir")
def test_without_a_window_it_runs_until_it_is_told_to_stop(tmp_path: Path) -> None:
    folder = tmp_path / "새 폴더 with spaces"
    program = start("--headless", "--data-dir", str(folder))
    program.wait_for(RUNNING)
    assert last_end(folder)["state"] == "running"
    assert program.stop(signal.SIGTERM) == 0
    program.wait_for("끝났어요")
    assert last_end(folder) | {"at": "", "process_id": 0} == {
        "state": "ended",
        "reason": "user",
        "exit_status": 0,
        "at": "",
        "process_id": 0,
        "positions_unprotected": [],
    }


@pytest.mark.claims("option:--lang")
def test_control_c_stops_it_too(tmp_path: Path) -> None:
    program = start("--headless", "--data-dir", str(tmp_path), "--lang", "en")
    program.wait_for("Running without a window")
    assert program.stop(signal.SIGINT) == 0
    program.wait_for("Stopped.")


def test_a_second_one_in_the_folder_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    first = start("--headless", "--data-dir", str(tmp_path))
    first.wait_for(RUNNING)
    second = run("--headless", "--data-dir", str(tmp_path))
    assert second.process.returncode == 1
    second.wait_for("이미")
    assert first.process.poll() is None
    assert first.stop() == 0


def test_a_second_window_says_that_the_first_came_to_the_front_or_did_not(tmp_path: Path) -> None:
    first = start("--data-dir", str(tmp_path), "--lang", "ko")
    first.wait_for("exchange reached")
    second = run("--data-dir", str(tmp_path), "--lang", "ko")
    assert second.process.returncode == 1
    second.wait_for("그 창을 앞으로 불렀어요")
    assert first.stop() == 0
    without_a_window = start("--headless", "--data-dir", str(tmp_path), "--lang", "ko")
    without_a_window.wait_for(RUNNING)
    third = run("--data-dir", str(tmp_path), "--lang", "ko")
    assert third.process.returncode == 1
    third.wait_for("먼저 그 프로그램을 끝내고")
    assert without_a_window.stop() == 0


def test_a_killed_one_leaves_a_folder_that_starts_again(tmp_path: Path) -> None:
    first = start("--headless", "--data-dir", str(tmp_path))
    first.wait_for(RUNNING)
    first.stop(signal.SIGKILL)
    assert last_end(tmp_path)["state"] == "running"
    again = start("--headless", "--data-dir", str(tmp_path))
    again.wait_for(RUNNING)
    assert again.stop() == 0
    assert last_end(tmp_path)["state"] == "ended"


def test_without_a_display_one_sentence_and_status_2(tmp_path: Path) -> None:
    program = run("--data-dir", str(tmp_path), "--lang", "ko", QT_QPA_PLATFORM=None, DISPLAY=None, WAYLAND_DISPLAY=None)
    assert program.process.returncode == 2
    program.wait_for("--headless")
    assert len(program.lines) == 1
    assert list(tmp_path.iterdir()) == []


def test_wrong_usage_is_status_2() -> None:
    assert run("--no-such-option").process.returncode == 2


@pytest.mark.claims("option:--smoke-test")
def test_smoke_test_walks_through_everything(tmp_path: Path) -> None:
    program = run("--smoke-test", "--data-dir", str(tmp_path / "내 자료 with spaces"))
    program.wait_for("smoke test passed")
    assert program.process.returncode == 0
    steps = [line for line in program.lines if line.startswith("ok ")]
    assert len(steps) >= 12
    for screen in ("dashboard", "practice", "monitor", "help", "settings"):
        program.wait_for(f"ok    open {screen}")
    program.wait_for("ok    trade once on the practice exchange")
    assert not [line for line in program.lines if "not built yet" in line]
    assert not [line for line in program.lines if " warning " in line or " error " in line]


@pytest.mark.long
def test_smoke_test_names_the_step_that_failed_and_why(tmp_path: Path) -> None:
    """An account that cannot pay: the exchange says no, and nobody waits for what cannot come."""
    folder = PracticeFolder(find_app_paths(tmp_path).practice_state)
    folder.write(PracticeWorld(starting_krw=Decimal(1_000), market_count=1, seed=1))
    program = run("--smoke-test", "--data-dir", str(tmp_path))
    assert program.process.returncode == 1
    said = program.wait_for("smoke test failed: trade once on the practice exchange: ")
    assert "insufficient_funds" in said


def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path, made_folder: Path) -> None:
    shutil.copytree(made_folder, tmp_path, dirs_exist_ok=True)
    settings = tmp_path / "data" / "settings.sqlite3"
    content = settings.read_bytes()
    settings.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    damaged = settings.read_bytes()
    program = run("--headless", "--data-dir", str(tmp_path))
    assert program.process.returncode == 1
    program.wait_for("손상")
    assert settings.read_bytes() == damaged
    assert last_end(tmp_path)["reason"] == "could-not-start"


def test_the_way_back_from_a_damaged_file_is_said_and_works_as_it_is_said(tmp_path: Path, made_folder: Path) -> None:
    folder = tmp_path / "자료 폴더"
    shutil.copytree(made_folder, folder)
    command = [sys.executable, "-m", "upbit_auto_trading"]
    subprocess.run([*command, "backup", "--data-dir", str(folder)], check=True, cwd=PROJECT, capture_output=True)
    (folder / "data" / "settings.sqlite3").write_bytes(b"\xff" * 9_000)
    program = run("--headless", "--data-dir", str(folder), "--lang", "ko")
    assert program.process.returncode == 1
    line = program.wait_for("복원하려면: ")
    said = shlex.split(line.partition("복원하려면: ")[2])
    assert said[:4] == ["python", "-m", "upbit_auto_trading", "restore"]
    subprocess.run([*command, *said[3:]], check=True, cwd=PROJECT, capture_output=True)
    _start_and_stop(folder)


def test_a_file_from_a_newer_version_is_refused_and_unchanged(tmp_path: Path, made_folder: Path) -> None:
    shutil.copytree(made_folder, tmp_path, dirs_exist_ok=True)
    strategies = tmp_path / "data" / "strategies.sqlite3"
    with closing(sqlite3.connect(strategies)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'strategies_9999'")
    content = strategies.read_bytes()
    program = run("--headless", "--data-dir", str(tmp_path))
    assert program.process.returncode == 1
    program.wait_for("새로운 버전")
    assert strategies.read_bytes() == content


@pytest.mark.claims("error:PathUnusable")
@pytest.mark.parametrize("place", ["file", "file/below", "가" * 90])
def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("in the way")
    program = run("--headless", "--data-dir", str(tmp_path / place))
    assert program.process.returncode == 1
    program.wait_for("경로는 쓸 수 없어요")
    assert not any("Traceback" in line for line in program.lines)


_LATER = (
    "sqlalchemy", "alembic", "keyring", "pandas", "talib", "optuna", "pyarrow", "numpy", "pyqtgraph", "apscheduler",
    "cryptography", "platformdirs", "qtpy", "requests", "websockets", "jwt", "msgspec", "aiohttp",
)  # fmt: skip


@pytest.mark.parametrize("name", _LATER)
def test_not_loaded_before_the_first_paint(name: str, loaded_at_first_paint: frozenset[str]) -> None:
    assert name not in loaded_at_first_paint


@pytest.mark.claims("option:--start-report")
def test_the_list_of_modules_is_real(loaded_at_first_paint: frozenset[str]) -> None:
    assert {"PyQt6.QtWidgets", "upbit_auto_trading.ui.main_window"} <= loaded_at_first_paint


@pytest.fixture(scope="module")
def loaded_at_first_paint(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    import json

    folder = tmp_path_factory.mktemp("start")
    report = folder / "report.json"
    program = run("--data-dir", str(folder / "user"), "--start-report", str(report))
    assert program.process.returncode == 0
    return frozenset(json.loads(report.read_text(encoding="utf-8"))["modules_at_first_paint"])


@pytest.fixture(scope="module")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one run leaves behind; whoever spoils it takes a copy."""
    folder = tmp_path_factory.mktemp("made")
    _start_and_stop(folder)
    return folder


def _start_and_stop(folder: Path) -> None:
    program = start("--headless", "--data-dir", str(folder))
    program.wait_for(RUNNING)
    assert program.stop() == 0
