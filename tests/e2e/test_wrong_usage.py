"""Words that the program does not understand, or that contradict each other, start nothing and end in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.running import run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--no-such-option"], "모르는 값이 있어요: --no-such-option"),
        (["backtest.json"], "모르는 값이 있어요: backtest.json"),
        (["--lang", "fr"], "--lang fr (ko, en)"),
        (["--data-dir"], "--data-dir 뒤에 값이 필요해요."),
        (["--headless", "--smoke-test"], "--headless와 --smoke-test는 함께 쓸 수 없어요."),
        (["--lang", "en", "--smoke-test", "--gallery"], "--smoke-test and --gallery cannot be used together."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_the_window_says_what_it_does_not_understand(tmp_path: Path, words: list[str], said: str) -> None:
    program = run("--data-dir", str(tmp_path), *words)

    assert program.process.returncode == 2
    assert len(program.lines) == 1
    assert said in program.lines[0]
    assert "--help" in program.lines[0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["--data-dir", "", "--headless"], ["--headless", "--data-dir="]], ids=" ".join)
def test_a_folder_without_a_name_is_not_the_current_one(words: list[str]) -> None:
    program = run(*words)

    assert program.process.returncode == 2
    program.wait_for("폴더 이름이 비어 있어요")
