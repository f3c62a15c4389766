"""Tables as csv files."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from upbit_auto_trading.business_logic.domain.errors import StorageError
from upbit_auto_trading.data_layer.csv_export import write_csv

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", '="a"', 'a"b', "a,b", "a\nb", "한글 🚀", ""]


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_texts_are_never_formulas_and_numbers_stay_numbers(tmp_path: Path) -> None:
    path = tmp_path / "표.csv"
    write_csv(path, ["=heading", "수"], [[text, Decimal("-0.5")] for text in HOSTILE])
    rows = read(path)
    assert rows[0] == ["'=heading", "수"]
    guarded = [f"'{text}" if number < 8 else text for number, text in enumerate(HOSTILE)]
    assert rows[1:] == [[text, "-0.5"] for text in guarded]


def test_figures_have_no_exponent_and_the_unknown_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, ["a", "b", "c"], [[Decimal("1E+12"), None, 7], [Decimal("1E-8"), "", -7]])
    assert read(path)[1:] == [["1000000000000", "", "7"], ["0.00000001", "", "-7"]]
    assert path.read_bytes().startswith(b"\xef\xbb\xbfa,b,c\r\n")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, ["old"], [])
    write_csv(path, ["new"], [])
    assert read(path) == [["new"]]

    def failing() -> object:
        yield ["1"]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_csv(path, ["half"], failing())  # type: ignore[arg-type]
    assert read(path) == [["new"]]
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]
    with pytest.raises(StorageError):
        write_csv(tmp_path / "none" / "a.csv", ["x"], [])


def test_half_a_sign_does_not_stop_it(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", ["a\ud83d"], [])
    assert read(tmp_path / "a.csv") == [["a?"]]
