"""The reading side: newest lines, filtered, whatever lies in the files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbit_auto_trading.config.log_lines import ErrorDescription, Frame, LogLine, line_from_json
from upbit_auto_trading.config.log_reader import read_log_tail

NOW = datetime(2026, 11, 20, 1, 2, 3, 456789, tzinfo=UTC)


def line(text: str, level: str = "info", order: str = "") -> LogLine:
    ids = (("order", order),) if order else ()
    return LogLine(NOW, level, "upbit_auto_trading.x", "engine", text, text, ids=ids)


def write(folder: Path, name: str, *lines: LogLine | str) -> None:
    texts = [item.to_json() if isinstance(item, LogLine) else item for item in lines]
    (folder / name).write_text("".join(text + "\n" for text in texts), "utf-8")


def texts(lines: list[LogLine]) -> list[str]:
    return [item.text for item in lines]


def test_the_newest_lines_of_several_files_in_order(tmp_path: Path) -> None:
    write(tmp_path, "upbit-autotrader-20261119.jsonl", line("1"), line("2"))
    write(tmp_path, "upbit-autotrader-20261120.jsonl", line("3"))
    write(tmp_path, "upbit-autotrader-20261120.2.jsonl", line("4"))
    write(tmp_path, "upbit-autotrader-20261120.10.jsonl", line("5"), line("6"))
    assert texts(read_log_tail(tmp_path, 5)) == ["2", "3", "4", "5", "6"]
    assert texts(read_log_tail(tmp_path, 100)) == ["1", "2", "3", "4", "5", "6"]


def test_levels_and_texts_filter(tmp_path: Path) -> None:
    write(
        tmp_path,
        "upbit-autotrader-20261120.jsonl",
        line("signal", "debug", order="uat-7"),
        line("Order sent", order="uat-7"),
        line("other", "warning", order="uat-8"),
        line("refused", "error", order="uat-7"),
    )
    assert texts(read_log_tail(tmp_path, 10, "warning")) == ["other", "refused"]
    assert texts(read_log_tail(tmp_path, 10, text="UAT-7")) == ["signal", "Order sent", "refused"]
    assert texts(read_log_tail(tmp_path, 10, "warning", "order")) == []


def test_signs_that_json_writes_differently_are_found(tmp_path: Path) -> None:
    write(tmp_path, "upbit-autotrader-20261120.jsonl", line('said "No" at C:\\x\ty'), line("other"))
    for part in ('"no"', "c:\\x", "x\ty"):
        assert len(read_log_tail(tmp_path, 10, text=part)) == 1


def test_torn_and_foreign_lines_are_passed_over(tmp_path: Path) -> None:
    whole = line("whole")
    torn = whole.to_json()[:40]
    write(tmp_path, "upbit-autotrader-20261120.jsonl", torn, whole, "[1,2]", "null", '"text"', "{}", "\x00\x00", torn)
    with (tmp_path / "upbit-autotrader-20261120.jsonl").open("ab") as file:
        file.write(b"\xff\xfe{")
    assert read_log_tail(tmp_path, 10) == [whole]


def test_no_folder_is_an_empty_log(tmp_path: Path) -> None:
    assert read_log_tail(tmp_path / "none", 10) == []


def test_lines_longer_than_a_block_are_whole(tmp_path: Path) -> None:
    long = line("x" * 200_000)
    write(tmp_path, "upbit-autotrader-20261120.jsonl", line("a"), long, line("b"))
    assert texts(read_log_tail(tmp_path, 3)) == ["a", long.text, "b"]


TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
LINES = st.builds(
    LogLine,
    time=st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)),
    level=st.sampled_from(["debug", "info", "warning", "error", "critical"]),
    logger=TEXTS,
    thread=TEXTS,
    message=TEXTS,
    text=TEXTS,
    fields=st.lists(
        st.tuples(TEXTS, st.one_of(st.booleans(), st.integers(), TEXTS)), max_size=3, unique_by=lambda f: f[0]
    ).map(tuple),
    ids=st.lists(st.tuples(TEXTS, TEXTS), max_size=3, unique_by=lambda f: f[0]).map(tuple),
    error=st.one_of(
        st.none(),
        st.builds(
            ErrorDescription,
            type=st.sampled_from(["ValueError", "a.b.C"]),
            text=TEXTS,
            frames=st.lists(st.builds(Frame, TEXTS, st.integers(0, 9), TEXTS), max_size=2).map(tuple),
        ),
    ),
)


@given(LINES)
def test_a_line_survives_its_file_and_fits_one_line(original: LogLine) -> None:
    json = original.to_json()
    assert "\n" not in json
    assert line_from_json(json) == original


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(LINES, max_size=12), st.integers(1, 15), st.integers(0, 60))
def test_the_tail_of_a_file_cut_anywhere_is_the_tail_of_its_whole_lines(
    tmp_path: Path, originals: list[LogLine], limit: int, cut: int
) -> None:
    data = b"".join(item.to_json().encode() + b"\n" for item in originals)
    data = data[: len(data) - cut] if cut else data
    (tmp_path / "upbit-autotrader-20261120.jsonl").write_bytes(data)
    whole = [item for raw in data.decode("utf-8", "replace").split("\n") if (item := line_from_json(raw))]
    assert read_log_tail(tmp_path, limit) == whole[-limit:]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.lists(LINES, max_size=3), st.data())
def test_any_part_of_a_text_finds_its_line(tmp_path: Path, originals: list[LogLine], data: st.DataObject) -> None:
    """Also where the file spells it differently: quotes, backslashes, control characters, large letters."""
    write(tmp_path, "upbit-autotrader-20261120.jsonl", *originals)
    for original in originals:
        start = data.draw(st.integers(0, len(original.text)))
        part = original.text[start : start + data.draw(st.integers(1, 5))]
        assert original in read_log_tail(tmp_path, 100, text=part.swapcase() if part.isascii() else part)


def test_the_console_cannot_be_steered_by_foreign_text() -> None:
    shown = line("a\x1b[2Jb\nc\u202e").to_console()
    assert shown.isprintable()
    assert "\\x1b[2Jb\\x0ac" in shown
