"""What failed is run once more alone: a few accidents are forgiven and named, everything else has failed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests import check_run, second_hearing

PYTEST = (sys.executable, "-m", "pytest", "-p", "tests.second_hearing", "-p", "no:cacheprovider", "-q")

# Writes down each time it runs, and so knows which time it is.
TESTS = """
import os
import pathlib
import pytest

FIRST_TIME = {first_time!r}

@pytest.mark.parametrize("place", range({count}))
def test_meets_an_accident(place):
    seen = pathlib.Path(__file__).with_name(f"seen-{{place}}")
    is_first = not seen.exists()
    seen.write_text(seen.read_text() + "x" if seen.exists() else "x")
    if is_first and FIRST_TIME == "ends the process":
        os._exit(3)
    assert not (FIRST_TIME == "always fails" or is_first and FIRST_TIME == "fails")

def test_another():
    pathlib.Path(__file__).with_name("another").open("a").write("x")
"""


class Suite:
    def __init__(self, folder: Path, first_time: str, count: int = 1) -> None:
        self._folder = folder
        (folder / "test_tiny.py").write_text(TESTS.format(first_time=first_time, count=count))
        (folder / "pytest.ini").write_text("[pytest]\n")

    def run(self, *more: str, hearing: tuple[str, ...] = PYTEST) -> check_run.Outcome:
        variables = os.environ | {"PYTHONPATH": str(check_run.ROOT)}
        step = check_run.Step("tiny", (*PYTEST, *more, "."), hearing=hearing)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(check_run, "ROOT", self._folder)
            return check_run.run_step(step, variables, self._folder)

    def times(self, name: str) -> int:
        return len((self._folder / name).read_text())


@pytest.mark.parametrize("more", [(), ("-n", "1")])
def test_what_passes_alone_is_forgiven_and_named(
    tmp_path: Path, more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    suite = Suite(tmp_path, "fails", second_hearing.MOST_HEARD)
    outcome = suite.run(*more)
    assert outcome.passed
    names = {f"test_tiny.py::test_meets_an_accident[{place}]" for place in range(second_hearing.MOST_HEARD)}
    assert set(outcome.unsteady) == names
    assert (suite.times("seen-0"), suite.times("another")) == (2, 1), "only what failed is heard again"
    assert check_run.summarize([outcome]) == 0
    told = capsys.readouterr().out
    assert all(f"passed only when it was heard again: {name}" in told for name in names)


@pytest.mark.parametrize(
    ("first_time", "count", "heard"),
    [("always fails", 1, True), ("fails", second_hearing.MOST_HEARD + 1, False)],
)
def test_what_fails_again_or_in_numbers_has_failed(tmp_path: Path, first_time: str, count: int, heard: bool) -> None:
    suite = Suite(tmp_path, first_time, count)
    outcome = suite.run()
    assert (outcome.passed, outcome.unsteady) == (False, ())
    assert suite.times("seen-0") == (2 if heard else 1)
    assert check_run.summarize([outcome]) == 1


@pytest.mark.parametrize("more", [(), ("-n", "1")])
def test_a_test_that_ends_its_process_is_not_heard_again(tmp_path: Path, more: tuple[str, ...]) -> None:
    suite = Suite(tmp_path, "ends the process")
    assert not suite.run(*more).passed
    assert suite.times("seen-0") == 1


def test_a_file_that_cannot_be_read_is_not_heard_again(tmp_path: Path) -> None:
    suite = Suite(tmp_path, "fails")
    (tmp_path / "test_broken.py").write_text("import nothing_of_this_name\n")
    assert not suite.run("--continue-on-collection-errors").passed
    assert suite.times("seen-0") == 1


def test_what_was_skipped_though_nothing_may_be_is_not_forgiven(tmp_path: Path) -> None:
    suite = Suite(tmp_path, "fails")
    (tmp_path / "test_skipped.py").write_text("import pytest\n\ndef test_skipped(): pytest.skip('no')\n")
    (tmp_path / "conftest.py").write_text(
        "def pytest_addoption(parser):\n    parser.addoption('--fail-if-skipped', action='store_true')\n"
    )
    assert not suite.run("--fail-if-skipped").passed
    assert suite.times("seen-0") == 1


def test_a_run_that_was_cut_short_is_not_heard_again(tmp_path: Path) -> None:
    suite = Suite(tmp_path, "fails")
    (tmp_path / "test_zz.py").write_text("def test_stops(): raise KeyboardInterrupt\n")
    assert not suite.run().passed
    assert suite.times("seen-0") == 1


def test_only_the_whole_suite_is_heard_again(tmp_path: Path) -> None:
    def hearings(*arguments: str) -> set[bool]:
        steps = check_run.steps_of(check_run.parse(arguments), sys.executable, measured="--long" in arguments)
        return {bool(step.hearing) for step in steps if step.name.startswith(("pytest", "bench"))}

    assert hearings() == hearings("--long") == {True}
    strict = check_run.parse(["--fail-if-skipped"])
    assert "--fail-if-skipped" in check_run.hearing_command(sys.executable, strict)
    assert hearings("tests/unit") == hearings("-k", "ledger") == {False}
    suite = Suite(tmp_path, "fails")
    assert not suite.run(hearing=()).passed
    assert suite.times("seen-0") == 1
