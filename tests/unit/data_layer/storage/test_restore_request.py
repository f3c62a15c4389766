"""A restore asked for by the window is carried out once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.data_folder import make_data_folder
from upbit_auto_trading.data_layer.storage.restore_request import request_restore, take_request


def test_a_request_is_taken_once(tmp_path: Path) -> None:
    paths = make_data_folder(tmp_path)
    backup = paths.backups / "백업.zip"
    assert take_request(paths) is None

    request_restore(paths, paths.backups / "first.zip")
    request_restore(paths, backup)

    assert take_request(paths) == backup
    assert take_request(paths) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", "nothing"])
def test_a_request_that_cannot_be_read_restores_nothing_and_goes(tmp_path: Path, text: str) -> None:
    paths = make_data_folder(tmp_path)
    (paths.data / "restore_request.json").write_text(text, encoding="utf-8")

    assert take_request(paths) is None
    assert not (paths.data / "restore_request.json").exists()
