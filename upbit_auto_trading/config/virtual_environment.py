"""Finds, makes and enters the private Python environment in `.venv` beside the program.

A complete one is recognised by stat calls alone, without network and without pip; anything else is
mended under a lock by :mod:`environment_builder`. Standard library only: nothing is installed yet.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum

from upbit_auto_trading.config import environment_stamp, startup_failure
from upbit_auto_trading.config.environment_layout import (
    LOCK_NAME,
    clean_variables,
    python_in,
    say,
    site_packages_in,
    version_of,
)
from upbit_auto_trading.config.environment_stamp import RequirementSet, Stamp
from upbit_auto_trading.config.qt_libraries import missing_qt_libraries as missing_qt_libraries
from upbit_auto_trading.config.startup_failure import StartupFailure

FOLDER_NAME = ".venv"
# A parent and its pip end together on Ctrl-C; this is what shells report for that.
CANCELLED = 130


class State(Enum):
    COMPLETE = "complete"
    ABSENT = "absent"
    OUTDATED = "outdated"  # sound, but of other requirements: mended in place
    DAMAGED = "damaged"  # half-made, half-deleted or without its Python: made anew
    FOREIGN = "foreign"  # not an environment at all: not ours to delete


def project_root() -> str:
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def environment_folder(root: str) -> str:
    return os.path.join(root, FOLDER_NAME)


def state_of(root: str, sets: Sequence[RequirementSet]) -> State:
    folder = environment_folder(root)
    if not os.path.lexists(folder):
        return State.ABSENT
    if not os.path.isdir(folder):
        return State.FOREIGN
    stamp = environment_stamp.read_stamp(folder)
    if stamp is None:
        return _state_without_stamp(folder)
    if not _has_its_python(folder, stamp):
        return State.DAMAGED
    wanted = [one for one in sets if one.name in stamp.sets]
    if not all(environment_stamp.is_intact(folder, stamp, one.name) for one in wanted):
        return State.DAMAGED
    return State.COMPLETE if len(wanted) == len(sets) and _is_current(root, stamp, wanted) else State.OUTDATED


def _state_without_stamp(folder: str) -> State:
    entries = set(os.listdir(folder)) - {LOCK_NAME}
    if not entries:
        return State.ABSENT
    if os.path.exists(os.path.join(folder, LOCK_NAME)):
        return State.DAMAGED
    if not os.path.exists(os.path.join(folder, "pyvenv.cfg")):
        return State.FOREIGN
    # Somebody made it by hand: completed rather than thrown away, if its Python will do.
    return State.OUTDATED if os.path.isdir(site_packages_in(folder)) else State.DAMAGED


def _is_current(root: str, stamp: Stamp, sets: Sequence[RequirementSet]) -> bool:
    try:
        return all(
            environment_stamp.hash_of(os.path.join(root, one.file_name)) == stamp.sets[one.name].sha256 for one in sets
        )
    except OSError as error:
        raise startup_failure.requirements_unreadable(str(error.filename)) from error


def _has_its_python(folder: str, stamp: Stamp) -> bool:
    python = python_in(folder)
    if not os.path.exists(python):  # also a link whose Python was uninstalled
        return False
    mark = environment_stamp.mark_of(stamp.base_executable)
    if mark == stamp.base_mark:
        return True
    if version_of(python) != stamp.python:
        return False
    # Python itself got a bug-fix update: remember its new face, if we may write.
    try:
        environment_stamp.write_stamp(folder, stamp._replace(base_mark=mark))
    except OSError:
        pass
    return True


def ensure(root: str, sets: Sequence[RequirementSet]) -> None:
    """Return with a complete environment, or raise StartupFailure."""
    if state_of(root, sets) is State.COMPLETE:
        return
    from upbit_auto_trading.config import environment_builder  # subprocess and friends: only when needed

    folder = environment_folder(root)
    try:
        if state_of(root, sets) is State.FOREIGN:
            raise startup_failure.in_the_way(folder)
        os.makedirs(folder, exist_ok=True)
        is_handmade = os.path.exists(os.path.join(folder, "pyvenv.cfg")) and not os.path.exists(
            os.path.join(folder, LOCK_NAME)
        )
        with exclusive_lock(os.path.join(folder, LOCK_NAME)) as lock:
            # Whoever held the lock before may have finished the work.
            state = State.OUTDATED if is_handmade else state_of(root, sets)
            if state is not State.COMPLETE:
                environment_builder.build(root, folder, sets, anew=state is not State.OUTDATED, lock=lock)
    except OSError as error:
        raise explain_os_error(error, folder) from error


def explain_os_error(error: OSError, folder: str) -> StartupFailure:
    import errno

    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        from upbit_auto_trading.config.environment_builder import NEEDED_MB

        return startup_failure.disk_full(folder, NEEDED_MB)
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return startup_failure.no_permission(os.path.dirname(folder))
    return startup_failure.unexplained(str(error), folder)


@contextmanager
def exclusive_lock(path: str) -> Iterator[int]:
    """The system releases it when its holders die; pip inherits it, so an orphaned pip still counts."""
    import time

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        told = False
        while not _try_lock(descriptor):
            if not told:
                say("다른 창에서 준비하고 있어서 기다려요 · Waiting: another start is preparing the environment")
                told = True
            time.sleep(0.2)
        yield descriptor
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def is_inside(root: str) -> bool:
    return os.path.realpath(sys.prefix) == os.path.realpath(environment_folder(root))


def enter(root: str, command: Sequence[str]) -> None:
    """Go on in the environment with ``python *command``; return only when already there."""
    if is_inside(root) and not os.environ.get("PYTHONPATH"):
        return
    replace_process([python_in(environment_folder(root)), *command], clean_variables())


def replace_process(command: list[str], variables: dict[str, str]) -> None:
    _flush()
    if os.name != "nt":
        os.execve(command[0], command, variables)
    import subprocess

    # Windows has no exec: stay as a shell around the real process and pass on how it ended.
    process = subprocess.Popen(command, env=variables)
    while True:
        try:
            sys.exit(process.wait())
        except KeyboardInterrupt:
            continue  # the child got it too, and decides what it means


def module_command(root: str, module: str) -> list[str]:
    """``-m`` looks in the current folder; from elsewhere the project folder is named."""
    if os.path.realpath(os.getcwd()) == os.path.realpath(root):
        return ["-m", module]
    start = "import runpy, sys; sys.path[0] = {!r}; runpy.run_module({!r}, run_name='__main__', alter_sys=True)"
    return ["-c", start.format(root, module)]


def bootstrap(command: Sequence[str], sets: Sequence[RequirementSet] = (environment_stamp.PROGRAM,)) -> None:
    """Make sure of the environment and go on inside it; ends the process when that fails."""
    if prepare(sets, command):
        enter(project_root(), command)


def prepare(sets: Sequence[RequirementSet], command: Sequence[str]) -> bool:
    """True with a complete environment at hand; False in a built program, which carries its own."""
    if getattr(sys, "frozen", False):
        return False
    root = project_root()
    _open_missing_streams()
    try:
        if is_inside(root) and state_of(root, sets) in {State.DAMAGED, State.FOREIGN}:
            _leave(command)  # nobody can rebuild the house they stand in
        ensure(root, sets)
    except StartupFailure as failure:
        say(f"{failure.ko}\n{failure.en}", is_error=True)
        sys.exit(1)
    except KeyboardInterrupt:
        say("취소했어요. 다음에 이어서 준비해요 · Cancelled; the next start goes on", is_error=True)
        sys.exit(CANCELLED)
    return True


def _leave(command: Sequence[str]) -> None:
    base = getattr(sys, "_base_executable", None)
    if base and os.path.realpath(os.path.dirname(base)) != os.path.realpath(os.path.dirname(sys.executable)):
        replace_process([base, *command], clean_variables())


def _open_missing_streams() -> None:
    """With stdin closed, the first file opened would become descriptor 0 and be inherited as such."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free one: this
            if os.name != "nt":
                os.set_inheritable(descriptor, True)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
