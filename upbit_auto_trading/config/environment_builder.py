"""Makes `.venv`: an empty environment, then every wheel downloaded, then all installed without network.

Downloading touches nothing that is installed, so a cut line leaves a working environment as it was.
Every package is one line of progress; a big one tells how far it is.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from upbit_auto_trading.config import environment_stamp, startup_failure
from upbit_auto_trading.config.environment_layout import (
    LOCK_NAME,
    clean_variables,
    python_in,
    say,
    site_packages_in,
    version_of,
)
from upbit_auto_trading.config.environment_stamp import InstalledSet, RequirementSet, Stamp

# Installed 560 MB with the development tools, and the wheels lie beside them for a while.
NEEDED_MB = 1000
DOWNLOADS = "downloads"
LOG_NAME = "pip.log"
PROGRESS_EVERY_S = 2.0
_COLLECTING = re.compile(r"^Collecting ([A-Za-z0-9._-]+)==([^\s;]+)")
_FROM_FOLDER = re.compile(r"^Processing .*?([A-Za-z0-9._]+)-([^-/\\]+)-[^/\\]*\.whl")
_DOWNLOADING = re.compile(r"^\s+Downloading \S+ \(([\d.]+ MB)\)")
# These would send packages elsewhere, or make pip refuse or ask.
_PIP_VARIABLES = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_REQUIRE_VIRTUALENV", "PIP_CONSTRAINT")


def build(root: str, folder: str, sets: Sequence[RequirementSet], *, anew: bool, lock: int) -> None:
    _check_space(folder)
    builder = _Builder(root, folder, lock)
    if anew:
        builder.make_empty()
    kept = environment_stamp.read_stamp(folder)
    wanted = list(sets)
    builder.download(wanted)
    environment_stamp.remove_stamp(folder)  # from here on it is half-made
    builder.install(wanted)
    builder.remove_leftovers(kept, wanted)
    builder.finish(kept, wanted)


def missing_blocks(lists: Sequence[str], versions: Mapping[str, str]) -> str:
    """Of lock files, what is not there in that version. Two lists may want a package under different conditions: the
    one without any counts."""
    blocks: dict[tuple[str, str], str] = {}
    for block in (one for text in lists for one in re.split(r"\n(?=[A-Za-z0-9])", "\n" + text)):
        for name, version in environment_stamp.pins_of(block):
            is_conditional = ";" in block.partition("\\")[0]
            if versions.get(name) != version and not (is_conditional and (name, version) in blocks):
                blocks[name, version] = block
    return "\n".join(blocks.values()) + "\n"


def _check_space(folder: str) -> None:
    if shutil.disk_usage(folder).free < NEEDED_MB * 1_000_000:
        raise startup_failure.disk_full(folder, NEEDED_MB)


class _Builder:
    def __init__(self, root: str, folder: str, lock: int) -> None:
        self._root = root
        self._folder = folder
        self._lock = lock
        self._downloads = os.path.join(folder, DOWNLOADS)
        self._log = os.path.join(folder, LOG_NAME)
        self._python = python_in(folder)

    @cached_property
    def _version(self) -> str:
        """Of the environment, which another Python may have made than the one that runs this."""
        return version_of(self._python)

    @property
    def _site_packages(self) -> str:
        return site_packages_in(self._folder, self._version)

    def make_empty(self) -> None:
        say("[1/3] Python 환경을 만들어요 · Making a Python environment in .venv")
        if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
            raise startup_failure.no_venv_module()
        for entry in os.listdir(self._folder):
            if entry not in {LOCK_NAME, DOWNLOADS}:
                _delete(os.path.join(self._folder, entry))
        base = getattr(sys, "_base_executable", None) or sys.executable
        output, status = self._run([base, "-m", "venv", self._folder], clean_variables(), lambda line: None)
        if status != 0:
            if "ensurepip" in output and "No space left" not in output:
                raise startup_failure.no_venv_module()
            raise startup_failure.explain_pip(output, self._folder, NEEDED_MB, self._log)

    def download(self, sets: Sequence[RequirementSet]) -> None:
        missing = self._missing_requirements(sets)
        count = len(environment_stamp.pins_of(missing))
        say(f"[2/3] 패키지를 내려받아요 · Downloading packages: {count}")
        os.makedirs(os.path.join(self._downloads, "part"), exist_ok=True)
        if not count:
            return
        requirements = self._write_list(missing)
        progress = DownloadProgress(count, os.path.join(self._downloads, "part"))
        command = ["download", "--no-deps", "--only-binary=:all:", "--require-hashes", "--no-input"]
        command += ["--progress-bar=off", "--retries=3", "-d", self._downloads, "-r", requirements]
        with progress:
            self._pip(command, progress.read_line, self._pip_variables())

    def install(self, sets: Sequence[RequirementSet]) -> None:
        missing = self._missing_requirements(sets)
        if not environment_stamp.pins_of(missing):
            return
        count = len([name for name in os.listdir(self._downloads) if name.endswith(".whl")])
        say(f"[3/3] 설치해요 · Installing packages: {count}")
        requirements = self._write_list(missing)
        variables = self._pip_variables()
        # What is needed lies in the folder now: no index, mirror or configuration has a say any more.
        variables = {name: value for name, value in variables.items() if not name.startswith("PIP_")}
        variables["PIP_CONFIG_FILE"] = os.devnull
        command = ["install", "--no-index", "--find-links", self._downloads, "--no-deps", "--only-binary=:all:"]
        command += ["--require-hashes", "--no-input", "--disable-pip-version-check", "--no-warn-script-location"]
        with _InstallProgress(count, self._site_packages):
            self._pip([*command, "-r", requirements], lambda line: None, variables)

    def remove_leftovers(self, kept: Stamp | None, sets: Sequence[RequirementSet]) -> None:
        """Uninstall what an older list had put here and no list has any more."""
        if kept is None:
            return
        had = {name for one in kept.sets.values() for name in one.packages}
        pins: set[str] = set()
        for one in environment_stamp.ALL_SETS:
            pins |= {name for name, _ in environment_stamp.pins_of(self._read(one))}
        present = environment_stamp.installed_in(self._site_packages)
        leftovers = sorted((had - pins) & set(present))
        if leftovers:
            say("      " + "더 쓰지 않는 패키지를 지워요 · Removing " + ", ".join(leftovers))
            self._pip(["uninstall", "--yes", *leftovers], lambda line: None, self._pip_variables())

    def finish(self, kept: Stamp | None, sets: Sequence[RequirementSet]) -> None:
        installed: dict[str, InstalledSet] = dict(kept.sets) if kept else {}
        for one in sets:
            installed[one.name] = environment_stamp.describe_installed(self._root, self._site_packages, one)
        # An update may have replaced a package that both lists share: its old paths are gone then.
        for name in [name for name in installed if name not in {one.name for one in sets}]:
            if not _all_exist(self._site_packages, installed[name].paths):
                del installed[name]
        base = os.path.realpath(self._python) if os.name != "nt" else getattr(sys, "_base_executable", sys.executable)
        site_packages = os.path.relpath(self._site_packages, self._folder)
        stamp = Stamp(self._version, base, environment_stamp.mark_of(base), site_packages, installed)
        shutil.rmtree(self._downloads, ignore_errors=True)
        environment_stamp.write_stamp(self._folder, stamp)
        say("      준비됐어요 · Ready")

    def _missing_requirements(self, sets: Sequence[RequirementSet]) -> str:
        """The blocks of the lock files whose package is not there in that version."""
        present = environment_stamp.installed_in(self._site_packages)
        return missing_blocks([self._read(one) for one in sets], {name: found[0] for name, found in present.items()})

    def _read(self, one: RequirementSet) -> str:
        path = os.path.join(self._root, one.file_name)
        try:
            with open(path, encoding="utf-8") as file:
                return file.read()
        except (OSError, UnicodeDecodeError) as error:
            raise startup_failure.requirements_unreadable(path) from error

    def _write_list(self, text: str) -> str:
        path = os.path.join(self._downloads, "requirements.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def _pip_variables(self) -> dict[str, str]:
        variables = {name: value for name, value in clean_variables().items() if name not in _PIP_VARIABLES}
        part = os.path.join(self._downloads, "part")
        # Half-loaded files lie on the disk that was checked for space, and their size is the progress.
        return variables | {"TMPDIR": part, "TEMP": part, "TMP": part, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}

    def _pip(self, arguments: list[str], on_line: Callable[[str], None], variables: dict[str, str]) -> None:
        command = [self._python, "-I", "-m", "pip", "--disable-pip-version-check", *arguments]
        output, status = self._run(command, variables, on_line)
        if status != 0:
            raise startup_failure.explain_pip(output, self._folder, NEEDED_MB, self._log)

    def _run(self, command: list[str], variables: dict[str, str], on_line: Callable[[str], None]) -> tuple[str, int]:
        variables = variables | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", "LC_MESSAGES": "C"}
        # The child keeps the lock when this process is killed: nobody starts over beneath a working pip.
        inherited: dict[str, Any] = {} if os.name == "nt" else {"pass_fds": (self._lock,)}
        lines = []
        with open(self._log, "a", encoding="utf-8") as log:
            process = subprocess.Popen(
                command,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                **inherited,
            )
            try:
                for line in process.stdout or ():
                    lines.append(line)
                    log.write(line)
                    on_line(line.rstrip())
                return "".join(lines), process.wait()
            except BaseException:
                process.kill()
                process.wait()
                raise


class _Progress:
    """Looks at the disk every two seconds, because pip says nothing while it works."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.done = 0
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self._watcher.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._ended.wait(PROGRESS_EVERY_S):
            self.look()

    def look(self) -> None:
        raise NotImplementedError

    def step(self, what: str) -> None:
        self.done += 1
        percent = 100 * self.done // max(self.count, self.done)
        say(f"      {self.done}/{self.count} ({percent} %)  {what}")


class DownloadProgress(_Progress):
    def __init__(self, count: int, part: str) -> None:
        super().__init__(count)
        self._part = part
        self._size = ""
        self._before = 0

    def read_line(self, line: str) -> None:
        if line.startswith("Ignoring "):  # a package of another system or Python
            self.count -= 1
        elif found := _COLLECTING.match(line) or _FROM_FOLDER.match(line):
            self._size = ""
            self.step(f"{environment_stamp.normalized(found.group(1))} {found.group(2)}")
        elif found := _DOWNLOADING.match(line):
            self._before = _size_of(self._part)  # pip keeps the earlier ones there until its end
            self._size = found.group(1)

    def look(self) -> None:
        loaded = _size_of(self._part) - self._before
        if self._size and loaded > 0:
            say(f"          {loaded / 1_000_000:.1f} MB / {self._size}")


class _InstallProgress(_Progress):
    def __init__(self, count: int, site_packages: str) -> None:
        super().__init__(count)
        self._site_packages = site_packages
        self._known = set(environment_stamp.installed_in(site_packages).items())

    def look(self) -> None:
        now = set(environment_stamp.installed_in(self._site_packages).items())
        for name, (version, _) in sorted(now - self._known):
            self.step(f"{name} {version}")
        self._known |= now

    def __exit__(self, *details: object) -> None:
        super().__exit__(*details)
        self.look()


def _size_of(folder: str) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.path.getsize(os.path.join(place, name))
            except OSError:
                continue  # moved on in the meantime
    return total


def _all_exist(folder: str, paths: Sequence[str]) -> bool:
    return all(os.path.exists(os.path.join(folder, path)) for path in paths)


def _delete(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.remove(path)
