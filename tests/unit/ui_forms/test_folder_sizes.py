"""Sizes of the user's folders: what is there is counted, what is missing counts nothing, and it can be stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.config.app_paths import AppPaths, FolderChoice
from upbit_auto_trading.ui.screens.settings.view_model.folder_sizes import FolderSizes, measure_folders


def nothing() -> None:
    """Go on."""


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    return AppPaths(tmp_path / "한글 폴더", FolderChoice.GIVEN, tmp_path)


def test_files_in_all_depths_are_counted(paths: AppPaths) -> None:
    paths.create_folders()
    paths.settings_database.write_bytes(bytes(100))
    paths.credentials.write_bytes(bytes(20))
    (paths.crash_reports / "one.json").write_bytes(bytes(3))
    (paths.backups / "b.zip").write_bytes(bytes(4_000))
    assert measure_folders(paths, nothing) == FolderSizes(120, 3, 4_000)


def test_what_is_missing_counts_nothing(paths: AppPaths) -> None:
    assert measure_folders(paths, nothing) == FolderSizes(0, 0, 0)


def test_links_are_not_followed(paths: AppPaths, tmp_path: Path) -> None:
    paths.create_folders()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "large").write_bytes(bytes(9_999))
    try:
        (paths.data / "link").symlink_to(outside, target_is_directory=True)
    except OSError:  # Windows without the right to make links: nothing to follow either
        return
    assert measure_folders(paths, nothing).data_bytes == 0


def test_it_stops_when_it_is_cancelled(paths: AppPaths) -> None:
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        measure_folders(paths, stop)
