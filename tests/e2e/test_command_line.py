"""The commands as a user types them: real processes, real files, both languages."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes.data_folder import paths_in
from upbit_auto_trading import __version__
from upbit_auto_trading.business_logic.ports.credentials import SecurityEvent
from upbit_auto_trading.cli import commands
from upbit_auto_trading.composition_root.command_line import Workbench
from upbit_auto_trading.composition_root.held_folder import held_folder
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.storage.startup import prepare_databases
from upbit_auto_trading.data_layer.system_clock import SystemClock

_ROOT = Path(__file__).resolve().parents[2]
_START = "import sys; from upbit_auto_trading import cli; sys.exit(cli.main(sys.argv[1:]))"
_HANGUL = re.compile(r"[가-힣]")


def run(*words: str, script: str = _START) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "PYTHONIOENCODING": "utf-8", "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", script, *words]
    return subprocess.run(
        command, cwd=_ROOT, env=variables, capture_output=True, encoding="utf-8", timeout=60, check=False
    )


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    """Databases as the program's own start makes them."""
    paths = paths_in(tmp_path / "내 자료")
    work = Workbench(paths, SystemClock())
    prepare_databases(paths, work.clock, work.backups.copy_before_migration)
    return paths


def set_theme(paths: AppPaths, text: str) -> None:
    with closing(sqlite3.connect(paths.settings_database)) as connection, connection:
        connection.execute("INSERT OR REPLACE INTO setting_values VALUES ('appearance.theme', ?)", (text,))


def theme(paths: AppPaths) -> str:
    with closing(sqlite3.connect(paths.settings_database)) as connection:
        return str(connection.execute("SELECT text FROM setting_values").fetchone()[0])


def set_language(paths: AppPaths, text: str) -> None:
    with closing(sqlite3.connect(paths.settings_database)) as connection, connection:
        connection.execute("INSERT OR REPLACE INTO setting_values VALUES ('appearance.language', ?)", (text,))


@pytest.mark.claims("option:--version")
def test_version_needs_nothing_but_python() -> None:
    script = _START.replace("sys.exit(cli.main(sys.argv[1:]))", "cli.main(['--version']); print(*sys.modules)")

    ended = run(script=script)

    first, modules = ended.stdout.splitlines()
    assert first == f"Upbit AutoTrader {__version__}"
    assert not [name for name in modules.split() if name.startswith(("PyQt6", "sqlalchemy", "cryptography"))]


@pytest.mark.claims("option:COMMAND --help")
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("command", list(commands()))
def test_every_command_explains_itself_in_both_languages(command: str, language: str) -> None:
    ended = run(command, "--help", "--lang", language)

    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    assert "--data-dir" in ended.stdout
    assert "--debug" in ended.stdout
    has_hangul = _HANGUL.search(ended.stdout) is not None
    assert has_hangul == (language == "ko")


def test_the_overview_names_every_command() -> None:
    ended = run("--help")

    assert ended.returncode == 0
    for name, command in commands().items():
        assert f"  {name}" in ended.stdout
        assert command.summary.ko in ended.stdout


def test_an_unknown_command_is_a_sentence_and_2() -> None:
    ended = run("bakcup")

    assert ended.returncode == 2
    assert "bakcup" in ended.stderr
    assert "backup, restore, doctor" in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ("restore",),
        ("backup", "--nonsense"),
        ("backup", "too", "many"),
        ("doctor", "--data-dir"),
        ("doctor", "--lang", "fr"),
    ],
    ids=" ".join,
)
def test_wrong_usage_shows_the_usage_and_ends_with_2(words: tuple[str, ...]) -> None:
    ended = run(*words)

    assert ended.returncode == 2
    assert "사용법: python -m upbit_auto_trading" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.claims("option:COMMAND --data-dir")
def test_options_may_stand_before_the_command(paths: AppPaths) -> None:
    ended = run("--data-dir", str(paths.user_root), "--lang", "en", "backup")

    assert ended.returncode == 0, ended.stderr
    assert "Backed up and checked" in ended.stdout


@pytest.mark.claims("option:COMMAND --lang")
def test_the_stored_language_is_used_and_lang_wins(paths: AppPaths) -> None:
    set_language(paths, "en")

    assert "There is no command" in run("bakcup", "--data-dir", str(paths.user_root)).stderr
    assert "명령은 없어요" in run("bakcup", "--data-dir", str(paths.user_root), "--lang", "ko").stderr


@pytest.mark.claims("command:backup")
def test_a_backup_says_where_it_lies_and_what_is_not_in_it(paths: AppPaths) -> None:
    ended = run("backup", "--data-dir", str(paths.user_root))

    assert ended.returncode == 0, ended.stderr
    (file,) = paths.backups.iterdir()
    assert str(file) in ended.stdout
    assert "캔들은 넣지 않았어요" in ended.stdout
    percents = [int(number) for number in re.findall(r"(\d+)%", ended.stderr)]
    assert percents == sorted(set(percents)), "each tenth once"
    assert percents[-1] == 100


@pytest.mark.claims("option:backup --with-candles")
def test_a_backup_with_candles(paths: AppPaths) -> None:
    run("backup", "--with-candles", "--data-dir", str(paths.user_root))

    (file,) = paths.backups.iterdir()
    with zipfile.ZipFile(file) as archive:
        assert "data/market_data.sqlite3" in archive.namelist()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT")
def test_ctrl_c_ends_a_backup_with_a_sentence_and_leaves_nothing(paths: AppPaths) -> None:
    with closing(sqlite3.connect(paths.market_data_database)) as connection, connection:
        connection.execute("CREATE TABLE filler (bytes BLOB)")
        connection.executemany("INSERT INTO filler VALUES (randomblob(100000))", [()] * 300)
    command = [sys.executable, "-c", _START, "backup", "--with-candles", "--data-dir", str(paths.user_root)]

    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "%" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "멈췄어요. 바뀐 것은 없어요." in stderr
    assert "Traceback" not in stderr
    assert stdout == ""
    assert list(paths.backups.iterdir()) == []


def test_a_restore_over_damaged_files_says_where_they_went(paths: AppPaths) -> None:
    run("backup", "--data-dir", str(paths.user_root))
    (file,) = paths.backups.iterdir()
    paths.settings_database.write_bytes(b"garbage " * 1_000)

    ended = run("restore", str(file), "--data-dir", str(paths.user_root), "--lang=en")

    assert ended.returncode == 0, ended.stderr
    assert f"were moved to {paths.set_aside}" in ended.stdout
    assert any(path.read_bytes().startswith(b"garbage ") for path in paths.set_aside.iterdir())


@pytest.mark.claims("command:restore", "event:backup-restored")
def test_a_restore_brings_settings_back_and_tells_the_journal(paths: AppPaths) -> None:
    set_theme(paths, "light")
    run("backup", "--data-dir", str(paths.user_root))
    (file,) = paths.backups.iterdir()
    set_theme(paths, "dark")

    ended = run("restore", file.name, "--data-dir", str(paths.user_root))

    assert ended.returncode == 0, ended.stderr
    assert theme(paths) == "light"
    assert "before-restore" in ended.stdout
    with closing(sqlite3.connect(paths.settings_database)) as connection:
        rows = connection.execute("SELECT event, details_json FROM security_journal").fetchall()
    assert [event for event, _details in rows] == [SecurityEvent.BACKUP_RESTORED.value]
    assert file.name in rows[0][1]
    assert not (paths.data / "restore.json").exists()


@pytest.fixture
def running_program(paths: AppPaths) -> Iterator[None]:
    """Another process that holds the folder as the program does and has a database open."""
    script = """
import sqlite3, sys
from pathlib import Path
from tests.fakes.data_folder import paths_in
from upbit_auto_trading.composition_root.held_folder import held_folder
from upbit_auto_trading.data_layer.system_clock import SystemClock
paths = paths_in(Path(sys.argv[1]))
with held_folder(paths, SystemClock()):
    connection = sqlite3.connect(paths.settings_database, isolation_level=None)
    connection.execute("INSERT OR REPLACE INTO setting_values VALUES ('appearance.theme', 'light')")
    print("holds", flush=True)
    sys.stdin.read()
    connection.close()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script, str(paths.user_root)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holds\n"
        yield
        process.communicate("", timeout=30)


@pytest.mark.usefixtures("running_program")
def test_beside_a_running_program_backup_and_doctor_work_and_restore_refuses(paths: AppPaths) -> None:
    folder = ("--data-dir", str(paths.user_root))

    backup = run("backup", *folder)
    doctor = run("doctor", "--offline", "--json", *folder)
    (file,) = paths.backups.iterdir()
    restore = run("restore", str(file), *folder)

    assert backup.returncode == 0, backup.stderr
    lock = next(each for each in json.loads(doctor.stdout)["findings"] if each["id"] == "instance-lock")
    assert "실행 중이에요" in lock["what"]["ko"]
    assert restore.returncode == 1
    assert "이미 돌고 있어요" in restore.stderr
    assert [path.name for path in paths.backups.iterdir()] == [file.name]


@pytest.mark.claims("option:COMMAND --debug")
def test_a_failure_is_a_sentence_and_only_debug_shows_a_traceback(paths: AppPaths) -> None:
    words = ("restore", "nothing.zip", "--data-dir", str(paths.user_root), "--lang", "en")

    plain, debug = run(*words), run(*words, "--debug")

    assert plain.returncode == debug.returncode == 1
    assert "There is no file nothing.zip." in plain.stderr
    assert "Traceback" not in plain.stderr
    assert "Traceback" in debug.stderr
    assert "There is no file nothing.zip." in debug.stderr


def test_a_fault_of_ours_is_a_sentence_too(paths: AppPaths) -> None:
    broken = (
        "import sys; from upbit_auto_trading import cli; from upbit_auto_trading.composition_root import command_line; "
        "command_line.workbench = None; sys.exit(cli.main(sys.argv[1:]))"
    )

    plain = run("backup", "--data-dir", str(paths.user_root), script=broken)
    debug = run("backup", "--debug", "--data-dir", str(paths.user_root), script=broken)

    assert plain.returncode == debug.returncode == 1
    assert "예상하지 못한 오류" in plain.stderr
    assert "Traceback" not in plain.stderr
    assert "Traceback" in debug.stderr


@pytest.mark.claims("command:doctor", "option:doctor --json", "option:doctor --offline")
def test_the_doctor_answers_in_json_and_finds_a_damaged_file(paths: AppPaths) -> None:
    folder = ("--data-dir", str(paths.user_root))
    run("backup", *folder)
    healthy = run("doctor", "--offline", "--json", *folder)
    paths.strategies_database.write_bytes(b"garbage " * 1_000)
    paths.practice_state.parent.mkdir()
    paths.practice_state.write_bytes(b"garbage")

    damaged = run("doctor", "--offline", "--json", *folder)
    spoken = run("doctor", "--offline", "--lang", "en", *folder)

    assert json.loads(healthy.stdout)["healthy"] is (healthy.returncode == 0)
    connection = next(each for each in json.loads(healthy.stdout)["findings"] if each["id"] == "connection")
    assert connection["what"]["en"] == "Checked without using the internet."
    practice = next(each for each in json.loads(healthy.stdout)["findings"] if each["id"] == "practice")
    assert practice["what"]["en"].startswith("It started within ")
    document = json.loads(damaged.stdout)
    assert damaged.returncode == spoken.returncode == 1
    assert document["healthy"] is False
    broken = [each["id"] for each in document["findings"] if each["status"] == "broken"]
    assert {"databases.strategies", "practice"} <= set(broken)
    assert "✗ Database strategies.sqlite3: It is damaged" in spoken.stdout
    assert "Close the program and put the newest backup back" in spoken.stdout


def test_the_doctor_loads_no_qt_and_changes_no_file(paths: AppPaths) -> None:
    before = {path: path.read_bytes() for path in paths.data.rglob("*") if path.is_file()}
    script = _START.replace(
        "sys.exit(cli.main(sys.argv[1:]))",
        "status = cli.main(sys.argv[1:]); print([m for m in sys.modules if m.startswith('PyQt6')]); sys.exit(status)",
    )

    ended = run("doctor", "--offline", "--data-dir", str(paths.user_root), script=script)

    assert ended.stdout.splitlines()[-1] == "[]"
    assert {path: path.read_bytes() for path in paths.data.rglob("*") if path.is_file()} == before


def test_an_old_code_page_gets_plain_marks(paths: AppPaths) -> None:
    variables = {**os.environ, "PYTHONIOENCODING": "cp949", "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", _START, "doctor", "--offline", "--data-dir", str(paths.user_root)]

    ended = subprocess.run(command, cwd=_ROOT, env=variables, capture_output=True, timeout=60, check=False)

    assert "+ 데이터베이스 settings.sqlite3: 온전해요" in ended.stdout.decode("cp949")


def test_an_empty_folder_is_no_reason_to_crash(tmp_path: Path) -> None:
    folder = ("--data-dir", str(tmp_path / "nothing here"))

    assert run("doctor", "--offline", *folder).returncode in (0, 1)
    backup = run("backup", *folder)
    assert backup.returncode == 1
    assert "아직 백업할 자료가 없어요" in backup.stderr
    assert not (tmp_path / "nothing here" / "backups").exists()


def test_the_lock_is_released_after_a_refused_restore(paths: AppPaths) -> None:
    run("restore", "nothing.zip", "--data-dir", str(paths.user_root))

    with held_folder(paths, SystemClock()):
        pass
