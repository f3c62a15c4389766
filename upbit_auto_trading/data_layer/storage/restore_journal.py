"""The plan of a swap, on disk before the first file moves, so that any interruption can be finished.

``data/restore.json`` exists from the moment when everything is staged and checked until the restore has been
written into the security journal. Without it, the old files are whole; with it, finishing the plan gives the
new ones. Every step of the plan may be done twice.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.durable_files import sync_folder, write_whole
from upbit_auto_trading.data_layer.storage.backup_names import DATABASES, is_member_name
from upbit_auto_trading.data_layer.storage.file_errors import file_errors

_SIDE_FILES = ("-wal", "-shm", "-journal")
_PLAN = "restore.json"
STAGING_PREFIX = ".restore-"
_TOKEN = re.compile(r"[0-9a-f]{8}")
_STAMP = re.compile(r"[0-9TZ]{1,20}")
_DETAILS = ("backup", "made_at", "before_restore")  # names that the security journal knows


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """``replaced`` come from the staging folder; ``removed`` are user components that the backup lacks.

    Names are those of a backup (``data/settings.sqlite3``). ``set_aside`` are old files which no backup
    holds: they move to data/damaged/ instead of vanishing.
    """

    token: str
    stamp: str
    replaced: tuple[str, ...]
    removed: tuple[str, ...]
    set_aside: tuple[str, ...]
    details: Mapping[str, str]
    is_swapped: bool = False


def staging_folder(paths: AppPaths, token: str) -> Path:
    return paths.data / f"{STAGING_PREFIX}{token}"


def write_plan(paths: AppPaths, plan: RestorePlan) -> None:
    document = {
        "token": plan.token,
        "stamp": plan.stamp,
        "replaced": plan.replaced,
        "removed": plan.removed,
        "set_aside": plan.set_aside,
        "details": dict(plan.details),
        "is_swapped": plan.is_swapped,
    }
    write_whole(paths.data / _PLAN, json.dumps(document, indent=1, ensure_ascii=False).encode())


def read_plan(paths: AppPaths) -> RestorePlan | None:
    """Raises DatabaseDamaged where the plan cannot be trusted: then nothing may be opened."""
    place = paths.data / _PLAN
    with file_errors(place):
        if not place.is_file():
            return None
        text = place.read_bytes()
    try:
        return _parsed(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DatabaseDamaged(str(place), "restore plan unreadable") from error


def _parsed(document: dict[str, Any]) -> RestorePlan:
    plan = RestorePlan(
        token=str(document["token"]),
        stamp=str(document["stamp"]),
        replaced=tuple(map(str, document["replaced"])),
        removed=tuple(map(str, document["removed"])),
        set_aside=tuple(map(str, document["set_aside"])),
        details={key: str(document["details"].get(key, "")) for key in _DETAILS},
        is_swapped=document["is_swapped"] is True,
    )
    names = (*plan.replaced, *plan.removed, *plan.set_aside)
    if not all(map(is_member_name, names)) or not _TOKEN.fullmatch(plan.token) or not _STAMP.fullmatch(plan.stamp):
        raise ValueError("names outside the data folder")
    return plan


def carry_out(paths: AppPaths, plan: RestorePlan) -> RestorePlan:
    """Swaps the files; after an interruption it goes on where it stopped."""
    staging = staging_folder(paths, plan.token)
    with file_errors(paths.data):
        for name in plan.replaced:
            staged = staging / name
            if staged.exists():  # else this one was done before an interruption
                _clear_place(paths, plan, name)
                os.replace(staged, paths.user_root / name)
                sync_folder((paths.user_root / name).parent)
        for name in plan.removed:
            (paths.user_root / name).unlink(missing_ok=True)
        swapped = RestorePlan(
            plan.token, plan.stamp, plan.replaced, plan.removed, plan.set_aside, plan.details, is_swapped=True
        )
        write_plan(paths, swapped)
        shutil.rmtree(staging, ignore_errors=True)  # empty folders only; what stays is removed at the next start
    return swapped


def _clear_place(paths: AppPaths, plan: RestorePlan, name: str) -> None:
    """The companions of a replaced database belong to the old file: beside the new one they would ruin it."""
    place = paths.user_root / name
    place.parent.mkdir(parents=True, exist_ok=True)
    olds = [place.with_name(place.name + side) for side in _SIDE_FILES] if name in DATABASES else []
    if name not in plan.set_aside:
        for old in olds:
            old.unlink(missing_ok=True)
        return
    paths.set_aside.mkdir(parents=True, exist_ok=True)
    for old in (*olds, place):
        if old.exists():
            os.replace(old, paths.set_aside / f"{plan.stamp}-{plan.token}-{old.name}")
    sync_folder(paths.set_aside)


def finish_interrupted_restore(paths: AppPaths) -> bool:
    """Called at each start, with the folder locked and before any database is opened.

    True if an interrupted swap was finished now. Afterwards the files are the old or the new set, whole.
    """
    plan = read_plan(paths)
    finished = plan is not None and not plan.is_swapped
    if plan is not None and finished:
        carry_out(paths, plan)
    with file_errors(paths.data):
        for folder in paths.data.glob(f"{STAGING_PREFIX}*"):
            shutil.rmtree(folder, ignore_errors=True)  # left by a kill before the plan was written
    return finished


def set_plan_aside(paths: AppPaths, stamp: str) -> None:
    """For a plan that cannot be read: a new restore of everything is the way out of whatever it left."""
    with file_errors(paths.set_aside):
        paths.set_aside.mkdir(parents=True, exist_ok=True)
        os.replace(paths.data / _PLAN, paths.set_aside / f"{stamp}-{os.urandom(4).hex()}-{_PLAN}")
        sync_folder(paths.data)


def record_restore(paths: AppPaths, append: Callable[[Mapping[str, str]], object]) -> bool:
    """Called once the stores are open: tells the security journal, then forgets the plan.

    ``append`` gets the details of the event BACKUP_RESTORED. A kill between the two records it twice,
    never not at all.
    """
    plan = read_plan(paths)
    if plan is None or not plan.is_swapped:
        return False
    append(plan.details)
    with file_errors(paths.data):
        (paths.data / _PLAN).unlink(missing_ok=True)
        sync_folder(paths.data)
    return True
