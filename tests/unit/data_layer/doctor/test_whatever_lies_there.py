"""The doctor answers whatever lies in the folder, tells how far it is, and can be stopped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.data_layer.doctor.registry import ALL_CHECKS, run_checks


def test_progress_reaches_the_end_and_can_cancel(context: DoctorContext) -> None:
    seen: list[float] = []

    def note(fraction: float) -> bool:
        seen.append(fraction)
        return True

    run_checks(context, progress=note)
    assert len(seen) == len(ALL_CHECKS)
    assert seen[-1] == 1.0
    with pytest.raises(Cancelled):
        run_checks(context, progress=lambda _fraction: False)


def _garbage(place: Path) -> None:
    place.write_bytes(os.urandom(5_000))


def _empty(place: Path) -> None:
    place.write_bytes(b"")


def _folder(place: Path) -> None:
    (place / "inside").mkdir(parents=True)


def _loop(place: Path) -> None:
    place.symlink_to(place)


def _deep_json(place: Path) -> None:
    place.write_bytes(b"[" * 200_000)


@pytest.mark.parametrize("damage", [_garbage, _empty, _folder, _loop, _deep_json])
@pytest.mark.parametrize(
    "name",
    [
        "data",
        "logs",
        "backups",
        "data/settings.sqlite3",
        "data/settings.sqlite3-wal",
        "data/components",
        "data/last_end.json",
        "data/program.lock",
        "data/restore.json",
        "data/settings/api_credentials.enc",
        "logs/crashes",
    ],
)
def test_no_damage_keeps_the_doctor_from_answering(
    context: DoctorContext, name: str, damage: Callable[[Path], None]
) -> None:
    place = context.paths.user_root / name
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
    damage(place)

    findings = run_checks(context)

    assert {check.id for check in ALL_CHECKS} == {finding.check_id.partition(".")[0] for finding in findings}
