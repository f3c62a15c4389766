"""A second start asks the first to come to the front, over a real local socket."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.runtime.instance_front import InstanceFront, ask_first_to_show, front_name

PROJECT = Path(__file__).parents[3]
SECOND_START = """
import sys
from pathlib import Path
from upbit_auto_trading.ui.runtime.instance_front import ask_first_to_show
within_ms = int(sys.argv[2])
print(ask_first_to_show(Path(sys.argv[1]), 4711, within_ms))
"""


@pytest.fixture
def front(tmp_path: Path, qtbot: QtBot) -> Iterator[InstanceFront]:
    front = InstanceFront(tmp_path)
    assert front.listen()
    yield front
    front.close()


def second_start(folder: Path, within_ms: int = 2_000) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SECOND_START, str(folder), str(within_ms)]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_second_start_is_heard_and_answered(front: InstanceFront, tmp_path: Path, qtbot: QtBot) -> None:
    for _ in range(2):
        with qtbot.waitSignal(front.show_requested, timeout=20_000):
            second = second_start(tmp_path)
        assert second.communicate(timeout=10) == ("True\n", "")


def test_the_folder_by_another_path_has_the_same_short_name(tmp_path: Path) -> None:
    folder = tmp_path / "자료"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    names = {front_name(one) for one in (folder, tmp_path / "link", folder / ".." / "자료")}
    assert len(names) == 1
    assert front_name(tmp_path) not in names
    assert len(names.pop()) <= 20


def test_without_a_first_program_the_answer_is_no(tmp_path: Path, qtbot: QtBot) -> None:
    second = second_start(tmp_path)
    assert second.communicate(timeout=20) == ("False\n", "")


def test_a_first_program_that_hangs_is_waited_for_only_so_long(tmp_path: Path, qtbot: QtBot) -> None:
    hanging = QLocalServer()
    QLocalServer.removeServer(front_name(tmp_path))
    assert hanging.listen(front_name(tmp_path))
    second = second_start(tmp_path, within_ms=100)
    # Not a word of ours is answered: this test keeps its own event loop still until the other has given up.
    assert second.communicate(timeout=20) == ("False\n", "")
    hanging.close()


def test_a_socket_left_by_a_killed_program_is_replaced(tmp_path: Path, qtbot: QtBot) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-c", LISTENER, str(tmp_path)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert killed.stdout is not None
    left_behind = Path(killed.stdout.readline().strip())
    killed.kill()
    killed.wait()
    killed.stdout.close()
    assert sys.platform == "win32" or left_behind.exists()
    front = InstanceFront(tmp_path)
    assert front.listen()
    with qtbot.waitSignal(front.show_requested, timeout=20_000):
        second = second_start(tmp_path)
    assert second.communicate(timeout=10) == ("True\n", "")
    front.close()
    assert not left_behind.exists()


LISTENER = """
import sys
from pathlib import Path
from PyQt6.QtCore import QCoreApplication
from upbit_auto_trading.ui.runtime.instance_front import InstanceFront
app = QCoreApplication([])
front = InstanceFront(Path(sys.argv[1]))
assert front.listen()
print(front.socket_path, flush=True)
app.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no permission bits")
def test_only_the_owner_may_connect(front: InstanceFront) -> None:
    assert stat.S_IMODE(os.stat(front.socket_path).st_mode) & 0o077 == 0


def connected(tmp_path: Path, qtbot: QtBot) -> QLocalSocket:
    caller = QLocalSocket()
    caller.connectToServer(front_name(tmp_path))
    assert caller.waitForConnected(2_000)
    return caller


@pytest.mark.parametrize("said", [b"hide\n", b"GET / HTTP/1.1\r\n", b"\x00" * 100_000])
def test_whoever_says_something_else_is_cut_off(
    front: InstanceFront, tmp_path: Path, said: bytes, qtbot: QtBot
) -> None:
    caller = connected(tmp_path, qtbot)
    with qtbot.assertNotEmitted(front.show_requested), qtbot.waitSignal(caller.disconnected, timeout=5_000):
        caller.write(said)


def test_a_word_in_pieces_is_understood(front: InstanceFront, tmp_path: Path, qtbot: QtBot) -> None:
    caller = connected(tmp_path, qtbot)
    caller.write(b"sh")
    caller.flush()
    other = connected(tmp_path, qtbot)
    with qtbot.waitSignal(front.show_requested, timeout=5_000):
        other.write(b"show\n")
    with qtbot.waitSignal(front.show_requested, timeout=5_000):
        caller.write(b"ow\n")
    qtbot.waitUntil(lambda: caller.bytesAvailable() >= 5, timeout=5_000)
    assert caller.readAll().data() == b"done\n"


def test_whoever_says_nothing_is_cut_off(front: InstanceFront, tmp_path: Path, qtbot: QtBot) -> None:
    caller = connected(tmp_path, qtbot)
    with qtbot.waitSignal(caller.disconnected, timeout=5_000):
        pass


def test_closing_leaves_nobody_connected_and_no_socket(front: InstanceFront, tmp_path: Path, qtbot: QtBot) -> None:
    socket = Path(front.socket_path)
    caller = connected(tmp_path, qtbot)
    assert socket.exists()
    with qtbot.waitSignal(caller.disconnected, timeout=5_000):
        qtbot.waitUntil(lambda: front.callers == 1, timeout=5_000)
        front.close()
    assert not socket.exists()
    assert ask_first_to_show(tmp_path, None, within_ms=50) is False
