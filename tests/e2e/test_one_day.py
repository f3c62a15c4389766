"""One day of one user, on the real program and nothing else: it grows with every capability.

Fresh folder → window → settings, keys, a practice order, a chart with an indicator and a line, backup, kill switch →
kills at random moments, also while it trades → restart: balances, fills and the chart are there → candles downloaded,
killed on the way → a strategy checked and backtested on them → restore → doctor → clean quit.
Nothing is faked, and nothing may be lost, left behind or seen outside its folder.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.e2e.day_at_the_chart import arranges_a_chart, finds_the_chart_again
from tests.e2e.day_by_hand import Hand, Secrets
from tests.e2e.day_of_candles import backtest_on, download_with_kills, stored_minutes, take_out
from tests.e2e.practice_books import books_of, none_is_left_in
from tests.e2e.running import LIMIT_SECONDS, PROJECT, RunningProgram, last_end, start
from tests.e2e.test_no_secret_leaks import contents_of, leaks_among
from tests.whole_program import running_program
from upbit_auto_trading.business_logic.ports.credentials import SecurityEvent
from upbit_auto_trading.business_logic.ports.stores import SettingChange
from upbit_auto_trading.composition_root.stores import open_engine_state, open_stores
from upbit_auto_trading.config.app_paths import find_app_paths
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import ThemeName, current_theme
from upbit_auto_trading.ui.widgets.kill_switch import KillState
from upbit_auto_trading.utils.bilingual_text import Language

RUNNING = "Running without a window"
KILLS_WHILE_RUNNING = 4
KILLS_WHILE_WRITING = 6
KILLS_WHILE_BUYING = 1
#: longer than one write of settings takes, so that each moment of it has its turn
ONE_WRITE_SECONDS = 0.02
LANGUAGE, THEME, SCALE = "appearance.language", "appearance.theme", "appearance.text_scale"
MOTION = "appearance.motion"
KEPT = "data.backups_kept"


def read_folder(folder: Path) -> tuple[dict[str, str], list[SettingChange], list[SecurityEvent]]:
    """Settings, their whole history and the journal, each checked for being whole in itself."""
    paths = find_app_paths(folder)
    with open_stores(paths, SystemClock(), lambda _file, _stage: None) as stores:
        values = dict(stores.settings.read_all())
        history = list(reversed(stores.settings.history(limit=100_000)))
        assert stores.journal.first_broken_line() is None
        events = [record.event for record in reversed(stores.journal.newest(1_000))]
    replayed: dict[str, str] = {}
    for change in history:
        assert replayed.get(change.setting_id) == change.before, "a line of the history is missing"
        if change.after is None:
            del replayed[change.setting_id]
        else:
            replayed[change.setting_id] = change.after
    assert replayed == values
    return values, history, events


def are_entries_stopped(folder: Path) -> bool:
    with open_engine_state(find_app_paths(folder)) as state:
        return state.entries_stopped_at() is not None


def places_outside() -> dict[str, tuple[int, int]]:
    """Where a careless program would leave something: the user's home, and its own folder.

    What the system's font library keeps in the home for all programs is not of ours.
    """
    places = [Path(os.environ["HOME"]), *(PROJECT / name for name in ("data", "logs", "backups"))]
    files = [file for place in places for file in place.rglob("*") if file.is_file() and "fontconfig" not in file.parts]
    return {str(file): (file.stat().st_size, file.stat().st_mtime_ns) for file in files}


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "upbit_auto_trading", *words],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        timeout=LIMIT_SECONDS,
        check=False,
    )


def morning(qtbot: QtBot, qapp: QApplication, folder: Path, secrets: Secrets) -> tuple[str, str]:
    """The first start, everything by hand; the name of the backup that was made, the number of the order."""
    with running_program(qtbot, qapp, folder, language=None, practice=True) as program:
        hand = Hand(qtbot, program)
        hand.sees_a_price()
        assert program.window.top_bar.title.text() == "대시보드"
        hand.choose(LANGUAGE, "en")
        assert program.window.top_bar.title.text() == "Settings"
        hand.choose(THEME, "light")
        assert program.theme.name is ThemeName.LIGHT
        hand.set_text_scale(115)
        hand.make_vault(secrets.passphrase)
        hand.add_key("main", secrets.access_key, secrets.secret_key)
        hand.lock()
        assert not hand.unlock(secrets.wrong_passphrase)
        assert hand.unlock(secrets.passphrase)
        backup = hand.make_backup()
        order = hand.buys_in_practice(100_000)
        books_of(program).check()
        arranges_a_chart(hand)
        hand.choose(MOTION, "off")
        hand.stop_entries_by_key()
        hand.close_window()
        assert program.core.shutdown.outcome is not None
        assert program.core.shutdown.outcome.late == ()
    assert last_end(folder)["reason"] == "user"
    assert last_end(folder)["exit_status"] == 0
    assert none_is_left_in(folder)
    return backup, order


def kill_at_random(folder: Path, chance: random.Random) -> None:
    """Somewhere between its first instruction and some work done."""
    program = start("--headless", "--data-dir", str(folder))
    with suppress(subprocess.TimeoutExpired):
        program.process.wait(chance.uniform(0.3, 2.5))
    assert program.process.poll() is None, "\n".join(program.lines)
    program.stop(signal.SIGKILL)


def kill_while_buying(folder: Path, chance: random.Random) -> list[str]:
    """The numbers of the orders whose end was told."""
    program = _start_module("tests.e2e.restless_trader", folder)
    program.wait_for("ready")
    orders = chance.randint(2, 6)
    program.wait_until(lambda lines: sum(line.startswith("bought") for line in lines) >= orders)
    with suppress(subprocess.TimeoutExpired):
        program.process.wait(chance.uniform(0, 0.05))
    program.stop(signal.SIGKILL)
    assert none_is_left_in(folder)
    return [line.split()[1] for line in program.lines if line.startswith("sent ")]


def _start_module(name: str, folder: Path) -> RunningProgram:
    process = subprocess.Popen(
        [sys.executable, "-m", name, str(folder)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    program = RunningProgram(process)
    program.watch()
    return program


def kill_in_a_settings_write(folder: Path, chance: random.Random) -> tuple[int, int]:
    """The number last confirmed, and the one that was asked for when it died."""
    program = _start_module("tests.e2e.restless_user", folder)
    program.wait_for("ready")
    writes = chance.randint(1, 30)
    program.wait_until(lambda lines: sum(line.startswith("stored") for line in lines) >= writes)
    with suppress(subprocess.TimeoutExpired):
        program.process.wait(chance.uniform(0, ONE_WRITE_SECONDS))
    program.stop(signal.SIGKILL)
    said = [line.split() for line in program.lines if line.startswith(("asked ", "stored "))]
    asked = [int(value) for word, value in said if word == "asked"]
    stored = [int(value) for word, value in said if word == "stored"]
    return stored[-1], asked[-1]


@pytest.mark.timeout(240)
def test_one_day(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    folder, secrets = tmp_path / "내 자료 one day", Secrets()
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    outside = places_outside()
    try:
        backup, order = morning(qtbot, qapp, folder, secrets)
    finally:
        language_state().set_language(Language.KOREAN)
        current_theme().apply(ThemeName.DARK)
    values, history, events = read_folder(folder)
    assert values == {LANGUAGE: "en", THEME: "light", SCALE: "115", MOTION: "off"}
    assert [change.setting_id for change in history] == [LANGUAGE, THEME, SCALE, MOTION]
    assert events == [
        SecurityEvent.VAULT_CREATED,
        SecurityEvent.KEY_ADDED,
        SecurityEvent.VAULT_LOCKED,
        SecurityEvent.UNLOCK_FAILED,
        SecurityEvent.UNLOCK_SUCCEEDED,
        SecurityEvent.ENTRIES_STOPPED,
    ]

    for _kill in range(KILLS_WHILE_RUNNING):
        kill_at_random(folder, chance)
        assert none_is_left_in(folder)
        assert read_folder(folder) == (values, history, events)
        assert are_entries_stopped(folder)
    writes, earlier = 0, history
    for _kill in range(KILLS_WHILE_WRITING):
        stored, asked = kill_in_a_settings_write(folder, chance)
        now, changes, journal = read_folder(folder)
        assert int(now[KEPT]) in (stored, asked)
        assert {**now, KEPT: ""} == {**values, KEPT: ""}
        assert changes[: len(history) + writes] == earlier[: len(history) + writes]
        earlier = changes
        writes = len(changes) - len(history)
        assert journal == events
        assert are_entries_stopped(folder)
        assert last_end(folder)["state"] == "running"

    assert writes >= KILLS_WHILE_WRITING
    orders = [order]
    for _kill in range(KILLS_WHILE_BUYING):
        orders += kill_while_buying(folder, chance)

    afternoon(qtbot, qapp, folder, secrets, orders)
    span = download_with_kills(folder, chance)
    take_out(folder, span, tmp_path / "five minutes.parquet")
    trades = backtest_on(folder, span, tmp_path)
    evening(folder, backup, values)
    assert stored_minutes(folder, "KRW-ETH", span).is_complete, "a backup without candles leaves them alone"
    contents = list(contents_of(folder))
    assert leaks_among(contents, secrets.all()) == []
    for part in (".jsonl", "settings.sqlite3", ".zip!", "api_credentials.enc"):
        assert any(part in place for place, _content in contents), part
    assert places_outside() == outside
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    print(
        f"one day (seed {seed}): {KILLS_WHILE_RUNNING} kills while running, {KILLS_WHILE_WRITING} in {writes} settings "
        f"writes, {KILLS_WHILE_BUYING} in {len(orders)} practice orders, {trades} trades in a backtest, "
        f"{len(contents)} places searched for {len(secrets.all())} secrets"
    )


def afternoon(qtbot: QtBot, qapp: QApplication, folder: Path, secrets: Secrets, orders: list[str]) -> None:
    """The window again after all those kills: it remembers, the practice account too, and the keys open."""
    try:
        with running_program(qtbot, qapp, folder, language=None, practice=True) as program:
            hand = Hand(qtbot, program)
            hand.sees_a_price()
            assert program.window.top_bar.title.text() == "Settings"
            assert program.kill_switch.state is KillState.STOPPED
            books = books_of(program)
            assert set(orders) <= {one.order_id for one in books.orders}, "an order that was taken is gone"
            assert len(books.orders) <= len(orders) + KILLS_WHILE_BUYING  # its answer came after the end
            assert all(one.state.is_final and one.fills for one in books.orders)
            books.check()
            finds_the_chart_again(hand)
            assert hand.unlock(secrets.passphrase)
            hand.close_window()
    finally:
        language_state().set_language(Language.KOREAN)
        current_theme().apply(ThemeName.DARK)


def evening(folder: Path, backup: str, before: dict[str, str]) -> None:
    """Back to the morning's backup by the command line, one more run, and the doctor's word."""
    restored = command("restore", backup, "--data-dir", str(folder))
    assert restored.returncode == 0, restored.stderr
    program = start("--headless", "--data-dir", str(folder))
    program.wait_for(RUNNING)
    assert program.stop() == 0
    values, _history, events = read_folder(folder)
    assert values == {setting: text for setting, text in before.items() if setting != MOTION}
    assert events.count(SecurityEvent.BACKUP_RESTORED) == 1
    assert are_entries_stopped(folder), "a restore never lets entries go on"
    examined = command("doctor", "--offline", "--json", "--data-dir", str(folder))
    assert examined.returncode == 0, examined.stdout
    assert json.loads(examined.stdout)["healthy"] is True
    assert last_end(folder)["state"] == "ended"
