"""What lies in `.venv`, written down last: tells a complete one from a half-made one by stat calls alone.

Runs before anything is installed, at every start: standard library only, and few imports.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
from typing import NamedTuple

FORMAT = 1
STAMP_NAME = "upbit-autotrader.json"
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)")
_NATIVE = re.compile(r"\.(so|pyd|dll|dylib)(\.\d+)*$")


class RequirementSet(NamedTuple):
    name: str
    file_name: str


PROGRAM = RequirementSet("program", "requirements.txt")
DEVELOPMENT = RequirementSet("development", "requirements-dev.txt")
ALL_SETS = (PROGRAM, DEVELOPMENT)


class InstalledSet(NamedTuple):
    """One installed requirement file: its hash, its packages, and paths that must exist."""

    sha256: str
    packages: list[str]
    paths: list[str]


class Stamp(NamedTuple):
    python: str
    base_executable: str
    base_mark: str
    site_packages: str
    sets: dict[str, InstalledSet]


def read_stamp(folder: str) -> Stamp | None:
    """None for a stamp that is missing, cut short or from another version of this code."""
    try:
        with open(os.path.join(folder, STAMP_NAME), encoding="utf-8") as file:
            raw = json.load(file)
        if raw["format"] != FORMAT:
            return None
        sets = {
            str(name): InstalledSet(str(one["sha256"]), list(one["packages"]), list(one["paths"]))
            for name, one in raw["sets"].items()
        }
        return Stamp(raw["python"], raw["base_executable"], raw["base_mark"], raw["site_packages"], sets)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_stamp(folder: str, stamp: Stamp) -> None:
    """Appears whole or not at all."""
    target = os.path.join(folder, STAMP_NAME)
    raw = {**stamp._asdict(), "format": FORMAT, "sets": {name: one._asdict() for name, one in stamp.sets.items()}}
    with open(target + ".new", "w", encoding="utf-8") as file:
        json.dump(raw, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    os.replace(target + ".new", target)


def remove_stamp(folder: str) -> None:
    try:
        os.remove(os.path.join(folder, STAMP_NAME))
    except FileNotFoundError:
        pass


def hash_of(path: str) -> str:
    """Of the text: git may have turned the line ends on Windows."""
    with open(path, "rb") as file:
        return hashlib.sha256(file.read().replace(b"\r\n", b"\n")).hexdigest()


def mark_of(path: str) -> str:
    """Changes when another Python is put in this place; empty when there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return ""
    return f"{found.st_size}-{found.st_mtime_ns}"


def is_intact(folder: str, stamp: Stamp, name: str) -> bool:
    site_packages = os.path.join(folder, stamp.site_packages)
    return all(os.path.exists(os.path.join(site_packages, path)) for path in stamp.sets[name].paths)


def pins_of(requirements: str) -> set[tuple[str, str]]:
    """Package and version as written in a lock file, of every system: one name may have several."""
    found = (_PIN.match(line) for line in requirements.splitlines())
    return {(normalized(one.group(1)), one.group(2)) for one in found if one}


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def installed_in(site_packages: str) -> dict[str, tuple[str, str]]:
    """Package to (version, dist-info folder); one without a RECORD was never finished."""
    found = {}
    for entry in os.listdir(site_packages):
        if entry.endswith(".dist-info") and os.path.exists(os.path.join(site_packages, entry, "RECORD")):
            name, _, version = entry[: -len(".dist-info")].rpartition("-")
            found[normalized(name)] = (version, entry)
    return found


def describe_installed(root: str, site_packages: str, wanted: RequirementSet) -> InstalledSet:
    path = os.path.join(root, wanted.file_name)
    with open(path, encoding="utf-8") as file:
        pins = pins_of(file.read())
    present = installed_in(site_packages)
    packages = sorted(name for name, (version, _) in present.items() if (name, version) in pins)
    paths: set[str] = set()
    for name in packages:
        paths |= _watched_paths(site_packages, present[name][1])
    return InstalledSet(hash_of(path), packages, sorted(paths))


def _watched_paths(site_packages: str, dist_info: str) -> set[str]:
    """What breaks a package visibly: its record, the entrance of each import, its native libraries."""
    record = os.path.join(site_packages, dist_info, "RECORD")
    with open(record, encoding="utf-8", newline="") as file:
        names = [row[0].replace("\\", "/") for row in csv.reader(file) if row]
    watched = {f"{dist_info}/RECORD"}
    for name in names:
        top, _, rest = name.partition("/")
        if top in {"..", "__pycache__", dist_info} or os.path.isabs(name):
            continue
        if not rest or rest == "__init__.py" or _NATIVE.search(name):
            watched.add(name)
    return watched
