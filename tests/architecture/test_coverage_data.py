"""Data of a process that was killed as it wrote it is left out, and nothing besides: all that is whole is combined."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from coverage import CoverageData

from tests.coverage_data import MOST_AT_LEAST, leave_out_unfinished, trouble_of

LINES = 2_000


def written(folder: Path, name: str, source: str = "one.py") -> Path:
    path = folder / name
    data = CoverageData(str(path))
    data.add_arcs({str(folder / source): [(line, line + 1) for line in range(1, LINES)]})
    data.write()
    data.close()
    return path


def cut_off(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3 // 4096 * 4096])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def never_committed(path: Path) -> None:
    path.with_name(f"{path.name}-journal").write_bytes(b"\0" * 512)


def without_its_tables(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE coverage_schema (version integer)")
    connection.close()


def a_page_lost(path: Path) -> None:
    """Of the arcs: its schema and its names of files can be read, which is all that is looked at first."""
    whole = bytearray(path.read_bytes())
    page = 4_096
    assert len(whole) > 10 * page
    whole[-3 * page : -2 * page] = b"\xff" * page
    path.write_bytes(whole)


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("broken", [cut_off, emptied, never_committed, without_its_tables, a_page_lost])
def test_what_was_not_written_to_its_end_is_left_out(
    tmp_path: Path, broken: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    kept, spoilt = written(tmp_path, "coverage.one"), written(tmp_path, "coverage.two", "two.py")
    broken(spoilt)
    assert trouble_of(kept) is None
    assert trouble_of(spoilt)
    assert leave_out_unfinished(tmp_path, "coverage") == []
    assert files_in(tmp_path) == ["coverage.one"]
    assert "1 of 2 data files left out" in capsys.readouterr().out


def test_where_all_is_whole_nothing_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, "coverage.one")
    assert leave_out_unfinished(tmp_path, "coverage") == []
    assert files_in(tmp_path) == ["coverage.one"]
    assert capsys.readouterr().out == ""


def test_many_are_a_loss_that_is_told(tmp_path: Path) -> None:
    for number in range(MOST_AT_LEAST + 1):
        emptied(written(tmp_path, f"coverage.{number:02d}"))
    (complaint,) = leave_out_unfinished(tmp_path, "coverage")
    assert "11 of 11 data files could not be read" in complaint
    assert "coverage.00: not written to its end" in complaint
