"""Where everything lies: given, beside the program, or per user; never inside a bundle or an unpack folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from upbit_auto_trading.config import app_paths
from upbit_auto_trading.config.app_paths import FolderChoice, can_be_written, find_app_paths, program_folder


def test_a_given_folder_wins_and_holds_everything(tmp_path: Path) -> None:
    folder = tmp_path / "새 폴더 with spaces"
    paths = find_app_paths(folder)
    assert paths.choice is FolderChoice.GIVEN
    paths.create_folders()
    for place in (paths.data, paths.logs, paths.backups, paths.components, paths.crash_reports):
        assert place.is_dir()
        assert place.is_relative_to(folder)
    assert paths.credentials == folder / "data" / "settings" / "api_credentials.enc"
    assert {paths.settings_database.name, paths.strategies_database.name, paths.market_data_database.name} == {
        "settings.sqlite3",
        "strategies.sqlite3",
        "market_data.sqlite3",
    }


def test_a_given_folder_may_be_relative_or_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_app_paths(Path("here")).user_root == tmp_path / "here"
    assert find_app_paths(Path("~/there")).user_root == Path.home() / "there"


def test_a_very_long_name_works(tmp_path: Path) -> None:
    paths = find_app_paths(tmp_path / ("긴" * 60) / ("l" * 120))
    paths.create_folders()
    assert paths.data.is_dir()


def test_beside_the_program_where_it_can_be_written(tmp_path: Path) -> None:
    paths = find_app_paths(beside=tmp_path)
    assert (paths.user_root, paths.choice) == (tmp_path, FolderChoice.BESIDE_PROGRAM)
    assert list(tmp_path.iterdir()) == [], "the trial leaves nothing behind"


def test_per_user_where_the_program_cannot_be_written(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    paths = find_app_paths(beside=in_the_way)
    assert paths.choice is FolderChoice.PER_USER
    assert paths.user_root.is_relative_to(Path.home())
    assert paths.user_root.name == "UpbitAutoTrader"
    assert not can_be_written(in_the_way)


def test_from_source_it_is_the_project() -> None:
    assert (program_folder() / "run_desktop_ui.py").is_file()
    assert (app_paths.resources_folder() / "texts" / "ko" / "start.md").is_file()


@pytest.mark.parametrize(
    ("executable", "beside"),
    [
        ("UpbitAutoTrader-0.1.0/UpbitAutoTrader", "UpbitAutoTrader-0.1.0"),
        ("Applications/Upbit AutoTrader.app/Contents/MacOS/UpbitAutoTrader", "Applications"),
    ],
)
def test_frozen_it_is_beside_the_executable_and_never_inside_the_bundle(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, executable: str, beside: str
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / executable))
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "unpacked"), raising=False)
    monkeypatch.delenv("APPIMAGE", raising=False)
    assert program_folder() == tmp_path / beside
    assert app_paths.resources_folder() == tmp_path / "unpacked" / "resources"


def test_an_appimage_keeps_its_data_beside_its_own_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/tmp/.mount_Upbit1/usr/bin/UpbitAutoTrader")
    monkeypatch.setenv("APPIMAGE", str(tmp_path / "Upbit-AutoTrader.AppImage"))
    assert program_folder() == tmp_path
