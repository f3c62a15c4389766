"""``components`` as a user types it, and what allowed files do to ``check``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes.data_folder import paths_in
from tests.unit.component_system.test_user_components import GOOD, LOOKING_AHEAD, computing
from upbit_auto_trading import cli
from upbit_auto_trading.composition_root.held_folder import held_folder
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.system_clock import SystemClock

STRATEGY = {
    "format": "upbit-autotrader/strategy",
    "version": 1,
    "name": "Mine",
    "unit": "1m",
    "entry": {
        "rules": [
            {
                "id": "in",
                "role": "entry",
                "when": {"all": [{"left": "close", "operator": "crosses-above", "right": "user.mine"}]},
                "action": {"action": "buy"},
            }
        ]
    },
}


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    return paths_in(tmp_path / "자료")


class Typed:
    """What a command answered."""

    def __init__(self, paths: AppPaths, capsys: pytest.CaptureFixture[str], *words: str) -> None:
        self.status = cli.main([*words, "--data-dir", str(paths.user_root), "--lang", "en"])
        self.out, self.err = capsys.readouterr()


def put(paths: AppPaths, name: str, content: str | bytes) -> None:
    data = content if isinstance(content, bytes) else content.encode()
    paths.components.mkdir(parents=True, exist_ok=True)
    (paths.components / name).write_bytes(data)


@pytest.mark.claims("command:components")
def test_a_file_runs_from_when_it_was_allowed_until_it_is_changed_or_forbidden(
    paths: AppPaths, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    strategy = tmp_path / "mine.json"
    strategy.write_text(json.dumps(STRATEGY), encoding="utf-8")
    assert "There are no component files" in Typed(paths, capsys, "components", "list").out
    put(paths, "mine.py", computing(GOOD))
    assert "not run" in Typed(paths, capsys, "components", "list").out
    missing = Typed(paths, capsys, "check", str(strategy))
    assert (missing.status, "user.mine" in missing.out) == (1, True)

    shown = Typed(paths, capsys, "components", "show", "mine.py")
    assert "np.convolve(close" in shown.out
    assert "all rights of this program" in shown.err
    allowed = Typed(paths, capsys, "components", "allow", "mine.py")
    assert (allowed.status, allowed.out) == (0, "mine.py: in use (user.mine).\n")
    assert Typed(paths, capsys, "check", str(strategy)).status == 0

    put(paths, "mine.py", computing(GOOD) + "# changed\n")
    assert "not run" in Typed(paths, capsys, "components", "list").out
    assert Typed(paths, capsys, "check", str(strategy)).status == 1
    assert Typed(paths, capsys, "components", "forbid", "mine.py").status == 1
    Typed(paths, capsys, "components", "allow", "mine.py")
    assert Typed(paths, capsys, "components", "forbid", "mine.py").status == 0
    assert "not run" in Typed(paths, capsys, "components", "list").out


def test_a_file_that_looks_ahead_is_set_aside_with_its_line(
    paths: AppPaths, capsys: pytest.CaptureFixture[str]
) -> None:
    put(paths, "ahead.py", computing(LOOKING_AHEAD["the largest of all"]).replace("return self.period", "return 1"))
    allowed = Typed(paths, capsys, "components", "allow", "ahead.py")
    assert allowed.status == 1
    assert "ahead.py: set aside. Line 9: component “mine”: it looks ahead" in allowed.out
    assert Typed(paths, capsys, "components", "list").status == 1


def test_what_a_terminal_would_hide_is_spelt_out(paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    put(paths, "sly.py", "x = 1  # \u202e 1 = y \x1b[8m import os \x1b[0m\n")
    shown = Typed(paths, capsys, "components", "show", "sly.py")
    assert "\u202e" not in shown.out
    assert "\x1b" not in shown.out
    assert "\\u202e" in shown.out
    put(paths, "picture.py", b"\xff\xfe\x00")
    assert Typed(paths, capsys, "components", "show", "picture.py").status == 1
    put(paths, "long.py", b"#" * 1_000_001)
    assert Typed(paths, capsys, "components", "show", "long.py").status == 1


@pytest.mark.parametrize(
    ("words", "status"),
    [(("dance",), 2), (("list", "x.py"), 2), (("show",), 2), (("show", "x.py"), 1), (("allow", "../x.py"), 1)],
)
def test_what_cannot_be_done_is_said(
    words: tuple[str, ...], status: int, paths: AppPaths, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = Typed(paths, capsys, "components", *words)
    assert (typed.status, typed.out) == (status, "")
    assert typed.err


def test_beside_a_running_program_one_can_look_and_not_allow(
    paths: AppPaths, capsys: pytest.CaptureFixture[str]
) -> None:
    put(paths, "mine.py", computing(GOOD))
    with held_folder(paths, SystemClock()):
        assert Typed(paths, capsys, "components", "list").status == 0
        assert Typed(paths, capsys, "components", "allow", "mine.py").status == 1
