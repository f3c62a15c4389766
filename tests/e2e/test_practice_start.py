"""A start at which a market has no candles is refused: the market would stand still, and answer nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def refused(*options: str) -> str:
    """What it complains about; a run that serves is killed after a while, and no refusal."""
    ended = subprocess.run(
        [sys.executable, "-m", "upbit_auto_trading", "practice-exchange", *options],
        capture_output=True,
        encoding="utf-8",
        timeout=20,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    return ended.stderr


@pytest.fixture
def two_hours(tmp_path: Path) -> str:
    rows = [f"{(_BEGIN + timedelta(minutes=minute)).isoformat()},1000,1001,999,1000,5" for minute in range(120)]
    file = tmp_path / "두 시간.csv"
    file.write_text("timestamp,open,high,low,close,volume\n" + "\n".join(rows), encoding="utf-8")
    return f"KRW-XRP={file}"


def test_without_any_market() -> None:
    assert "거래할 마켓이 하나도 없어요." in refused("--markets", "0")


@pytest.mark.parametrize("start", ["2010-01-01", "2017-10-01"])
def test_before_all_built_in_candles(start: str) -> None:
    assert "2017년 10월 26일" in refused("--start", start)


@pytest.mark.parametrize("start", ["2025-12-31T23:59Z", "2026-01-01T02:00Z", "2026-06-01"])
def test_where_a_file_has_no_candles(two_hours: str, start: str) -> None:
    assert "KRW-XRP의 캔들은 시작 시각에" in refused("--candles", two_hours, "--start", start)
