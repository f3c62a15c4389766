"""Guards around every test: a home of its own, loopback only, no unannounced warning in the log."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests import loopback_guard
from tests.log_guard import LogGuard
from tests.outside_programs import missing_programs
from tests.patient_bot import qtbot as qtbot

# Before anything imports Qt or keyring: no test may touch the real user's folders, keys or screen.
HOME = Path(tempfile.mkdtemp(prefix="upbit-home-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ.setdefault("UPBIT_TESTS_REAL_HOME", os.path.expanduser("~"))
for variable, folder in {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_CACHE_HOME": ".cache",
    "XDG_STATE_HOME": ".local/state",
    "XDG_RUNTIME_DIR": "runtime",
}.items():
    place = HOME / folder
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ[variable] = str(place)
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

# How long an example takes is the machine's affair; pytest-timeout bounds the whole.
UNTIMED = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("default", deadline=None, suppress_health_check=UNTIMED)
hypothesis.settings.register_profile(
    "ci", deadline=None, derandomize=True, database=None, suppress_health_check=UNTIMED
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fail-if-skipped", action="store_true", help="a test that could not run is a failure")


#: a hundred seconds of work may become five hundred beside others
LONG_TIMEOUT_SECONDS = 900


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("long") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LONG_TIMEOUT_SECONDS))
        for marker in item.iter_markers("needs"):
            missing = missing_programs(marker.args)
            if missing:
                item.add_marker(pytest.mark.skip(reason=f"needs {', '.join(missing)}"))


def _skipped(config: pytest.Config) -> list[pytest.TestReport]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return list(reporter.stats.get("skipped", [])) if reporter else []


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    is_worker = hasattr(session.config, "workerinput")
    wants_all = session.config.getoption("--fail-if-skipped")
    if wants_all and not is_worker and exitstatus == 0 and _skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reports = _skipped(config)
    if reports:
        terminalreporter.section("not run")
    for report in reports:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        terminalreporter.line(f"not run: {report.nodeid}: {reason.removeprefix('Skipped: ')}")
    if reports and config.getoption("--fail-if-skipped"):
        terminalreporter.line(f"{len(reports)} not run, and --fail-if-skipped was given: failed")


@pytest.fixture(autouse=True, scope="session")
def _only_loopback() -> Iterator[None]:
    with loopback_guard.installed():
        yield


@pytest.fixture(autouse=True)
def _refused_connections_fail() -> Iterator[None]:
    """Also where the code under test swallowed the refusal, or it happened in a thread."""
    loopback_guard.refused.clear()
    yield
    if loopback_guard.refused:
        pytest.fail(f"tried to leave this machine: {', '.join(loopback_guard.refused)}")


@pytest.fixture(autouse=True)
def expected_log() -> Iterator[LogGuard]:
    """Announce a warning with ``expected_log.expect("part of the message")``; any other one fails the test."""
    guard = LogGuard()
    with guard.watching():
        yield guard
    problems = guard.problems()
    if problems:
        pytest.fail("\n".join(problems))
