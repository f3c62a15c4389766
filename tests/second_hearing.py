"""What failed beside others is heard once more, alone on the machine.

Some thirteen thousand tests run for an hour or more, many of them against real sockets, processes and windows. Where
two busy cores stand still for two seconds, a connection is rightly dropped or a deadline missed, and one test in ten
thousand tells of the machine instead of the program. Such a test is run again by itself; if it fails there too, it has
failed. What passed only then is named in the summary, for somebody to mend, and more than a few of them are no
accident: then the run has failed. Nothing is heard again where anything else is wrong with the run, such as a test that
ended its process, or was skipped though none may be, or where somebody named the tests to be run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

#: more than this, and there is something to be found
MOST_HEARD = 3


@dataclass(frozen=True, slots=True)
class Failures:
    """As a run told them, in its order."""

    tests: tuple[str, ...]
    #: something is wrong that hearing these again would not show
    is_more: bool

    @property
    def may_be_heard(self) -> bool:
        return 0 < len(self.tests) <= MOST_HEARD and not self.is_more


def told_in(path: Path) -> Failures:
    """A run that was cut off wrote nothing: then nothing can be heard."""
    if not path.exists():
        return Failures((), is_more=True)
    written = json.loads(path.read_text(encoding="utf-8"))
    return Failures(tuple(written["tests"]), bool(written["is_more"]))


class _Teller:
    def __init__(self, path: Path, *, may_skip: bool) -> None:
        self._path = path
        self._may_skip = may_skip
        self._tests: dict[str, None] = {}
        self._is_more = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._tests[report.nodeid] = None
            # how pytest-xdist tells of a worker that is gone
            self._is_more |= str(report.when) == "???"
        elif report.skipped and not hasattr(report, "wasxfail"):
            self._is_more |= not self._may_skip

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        # Nobody knows which tests a file would have had.
        self._is_more |= report.failed

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        # Cut short, it does not know what else would have failed.
        is_more = self._is_more or exitstatus != pytest.ExitCode.TESTS_FAILED
        told = {"tests": list(self._tests), "is_more": is_more}
        self._path.write_text(json.dumps(told), encoding="utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--tell-failures", metavar="FILE", help="which tests failed, for a second hearing")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--tell-failures")
    # the processes that tests are handed to tell the one that hands them out
    if path and not hasattr(config, "workerinput"):
        teller = _Teller(Path(path), may_skip=not config.getoption("--fail-if-skipped", default=False))
        config.pluginmanager.register(teller, "failures-told")
