"""The order of `python -m tests`, and its summary: linters, format, types, layers, tests, coverage."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import coverage_data, coverage_rules, second_hearing

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS_COLLECTED = 5
EVERYTHING_BUT_BENCH = "not bench"
QUICK = "not long and not bench"
ONLY_LONG = "long and not bench"
LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"

DESCRIPTION = """Runs ruff, mypy, the layer contracts and the tests, without a display.
Arguments not listed here go to pytest: `python -m tests -k ledger`, `python -m tests tests/unit`.
With such arguments the linters still run. Coverage is judged with --long, when the whole suite runs, and
of the tests that also run without it: measured, every test and every program that it starts takes twice as long."""


@dataclass(frozen=True, slots=True)
class Options:
    long: bool
    fail_if_skipped: bool
    only_tests: bool
    record_coverage: bool
    workers: int
    for_pytest: tuple[str, ...]

    @property
    def is_whole_suite(self) -> bool:
        return not self.for_pytest

    @property
    def is_measured(self) -> bool:
        return self.is_whole_suite and not self.only_tests and (self.long or self.record_coverage)


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    command: tuple[str, ...]
    allowed: tuple[int, ...] = (0,)
    #: what failed is run once more: this, and the tests
    hearing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    name: str
    passed: bool
    seconds: float
    #: tests that failed beside others and passed alone
    unsteady: tuple[str, ...] = ()


def parse(arguments: Sequence[str]) -> Options:
    parser = argparse.ArgumentParser(
        prog="python -m tests",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--long", action="store_true", help="also what takes longer: kills, soak, pictures, bench")
    parser.add_argument("--fail-if-skipped", action="store_true", help="a test that could not run is a failure")
    parser.add_argument("--only-tests", action="store_true", help="no linters, types and contracts; no coverage")
    parser.add_argument("--record-coverage", action="store_true", help="note files that now reach 100 %%")
    parser.add_argument(
        "--workers", type=int, default=min(os.cpu_count() or 1, 4), help="test processes (default %(default)s)"
    )
    known, rest = parser.parse_known_args(arguments)
    return Options(
        known.long, known.fail_if_skipped, known.only_tests, known.record_coverage, known.workers, tuple(rest)
    )


def linter_steps(python: str) -> list[Step]:
    return [
        Step("ruff check", (python, "-m", "ruff", "check", ".")),
        Step("ruff format", (python, "-m", "ruff", "format", "--check", ".")),
        Step("mypy", (python, "-m", "mypy")),
        # Its cache has called a broken contract kept.
        Step("lint-imports", (python, "-c", LINT_IMPORTS, "--no-logo", "--no-cache")),
    ]


def pytest_command(python: str, options: Options, chosen: str, *, measured: bool) -> tuple[str, ...]:
    command = [python, "-m", "coverage", "run", "-m", "pytest"] if measured else [python, "-m", "pytest"]
    command += ["-m", chosen]
    if options.workers > 1:
        # The slow files are slow by many tests: whoever is idle takes some over.
        command += ["-n", str(options.workers), "--dist", "worksteal"]
    return (*command, *_skipping(options), *options.for_pytest)


def bench_command(python: str, options: Options) -> tuple[str, ...]:
    """Alone on the machine and unmeasured: a ratio taken beside other work says nothing."""
    return (python, "-m", "pytest", "-m", "bench", *_skipping(options))


def hearing_command(python: str, options: Options) -> tuple[str, ...]:
    """Alone and unmeasured; who names tests wants to see them fail."""
    return (python, "-m", "pytest", "-m", "", *_skipping(options)) if options.is_whole_suite else ()


def _skipping(options: Options) -> tuple[str, ...]:
    return ("--fail-if-skipped",) if options.fail_if_skipped else ()


def steps_of(options: Options, python: str, *, measured: bool) -> list[Step]:
    steps = [] if options.only_tests else linter_steps(python)
    # Named tests may all be long ones, or none of them: then nothing ran, and that is what the line says.
    first = EVERYTHING_BUT_BENCH if options.long and not measured else QUICK
    hearing = hearing_command(python, options)
    steps.append(Step("pytest", pytest_command(python, options, first, measured=measured), hearing=hearing))
    if options.long and measured:
        command = pytest_command(python, options, ONLY_LONG, measured=False)
        steps.append(Step("pytest, long", command, hearing=hearing))
    if options.long and options.is_whole_suite:
        steps.append(Step("bench", bench_command(python, options), (0, NO_TESTS_COLLECTED), hearing))
    return steps


def run_step(step: Step, variables: Mapping[str, str], folder: Path) -> Outcome:
    print(f"== {step.name}", flush=True)
    began = time.monotonic()
    told = folder / "failures.json"
    told.unlink(missing_ok=True)
    passed = _ends_well(
        step, (*step.command, "--tell-failures", str(told)) if step.hearing else step.command, variables
    )
    unsteady: tuple[str, ...] = ()
    failures = second_hearing.told_in(told) if step.hearing and not passed else None
    if failures is not None and failures.may_be_heard:
        print(f"== {step.name}, heard again: what failed, alone on the machine", flush=True)
        passed = _ends_well(step, (*step.hearing, *failures.tests), variables)
        unsteady = failures.tests if passed else ()
    return Outcome(step.name, passed, time.monotonic() - began, unsteady)


def _ends_well(step: Step, command: Sequence[str], variables: Mapping[str, str]) -> bool:
    done = subprocess.run(command, cwd=ROOT, env=dict(variables), stdin=subprocess.DEVNULL)
    return done.returncode in step.allowed


def judge_coverage(python: str, variables: Mapping[str, str], folder: Path, options: Options) -> Outcome:
    print("== coverage", flush=True)
    began = time.monotonic()
    report = folder / "report.json"  # not "coverage.…": combine would take it for data
    complaints = coverage_data.leave_out_unfinished(folder, "coverage")
    for arguments, complaint in (
        (["combine", "--quiet"], "The data could not be combined."),
        (["json", "--quiet", "--fail-under=0", "-o", str(report)], "There is no report."),
        (["report"], "The whole package is below the limit in pyproject.toml."),
    ):
        done = subprocess.run([python, "-m", "coverage", *arguments], cwd=ROOT, env=dict(variables))
        complaints += [complaint] if done.returncode else []
    if report.exists():
        complaints += coverage_rules.complaints(report, ROOT, record=options.record_coverage)
    for complaint in complaints:
        print(f"coverage: {complaint}")
    return Outcome("coverage", not complaints, time.monotonic() - began)


def summarize(outcomes: Sequence[Outcome]) -> int:
    print("== summary")
    for outcome in outcomes:
        print(f"{outcome.name:<14} {'passed' if outcome.passed else 'FAILED'} {outcome.seconds:8.1f} s")
        for test in outcome.unsteady:
            print(f"{'':<14} passed only when it was heard again: {test}")
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    seconds = sum(outcome.seconds for outcome in outcomes)
    verdict = f"{len(failed)} failed ({', '.join(failed)}), " if failed else ""
    print(f"{verdict}{len(outcomes) - len(failed)} passed in {seconds:.1f}s", flush=True)
    return 1 if failed else 0


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    measured = options.is_measured
    with tempfile.TemporaryDirectory(prefix="upbit-checks-") as name:
        folder = Path(name)
        # Data of two runs in the same checkout must not mix.
        variables = os.environ | {"COVERAGE_FILE": str(folder / "coverage"), "QT_QPA_PLATFORM": "offscreen"}
        outcomes = [run_step(step, variables, folder) for step in steps_of(options, sys.executable, measured=measured)]
        if measured:
            outcomes.append(judge_coverage(sys.executable, variables, folder, options))
    return summarize(outcomes)
