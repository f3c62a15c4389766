"""What failed beside others is heard once more, alone on the machine.

Some thirteen thousand tests run for an hour or more, many of them against real sockets, processes and windows. Where
two busy cores stand still for two seconds, a connection is rightly dropped or a deadline missed, and one test in ten
thousand tells of the machine instead of the program. Such a test is run again by itself; if it fails there too, it has
failed. What passed only then is named in the summary, for somebody to mend, and more than a few of them are no
accident: then the run has failed. A test that ended its process is never heard again, and neither is anything where
somebody named the tests to be run.
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
    ended_a_process: bool

    @property
    def may_be_heard(self) -> bool:
        return 0 < len(self.tests) <= MOST_HEARD and not self.ended_a_process


def told_in(path: Path) -> Failures:
    """A run that was cut off wrote nothing: then nothing can be heard."""
    if not path.exists():
        return Failures((), ended_a_process=True)
    written = json.loads(path.read_text(encoding="utf-8"))
    return Failures(tuple(written["tests"]), bool(written["ended_a_process"]))


class _Teller:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._tests: dict[str, None] = {}
        self._ended_a_process = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._tests[report.nodeid] = None
            # how pytest-xdist tells of a worker that is gone
            self._ended_a_process |= str(report.when) == "???"

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        # Nobody knows which tests a file would have had.
        self._ended_a_process |= report.failed

    def pytest_sessionfinish(self) -> None:
        told = {"tests": list(self._tests), "ended_a_process": self._ended_a_process}
        self._path.write_text(json.dumps(told), encoding="utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--tell-failures", metavar="FILE", help="which tests failed, for a second hearing")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--tell-failures")
    # the processes that tests are handed to tell the one that hands them out
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Teller(Path(path)), "failures-told")
