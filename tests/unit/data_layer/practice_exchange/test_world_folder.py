"""What the practice market is made of lies beside its state, and changes only where the user starts over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.ports.practice import CandleFile, CandleSpan, PracticeWorld
from upbit_auto_trading.data_layer.practice_exchange.world_folder import PracticeFolder

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
PLAIN = PracticeWorld(Decimal(5_000_000), 3, 7)


def candle_file(path: Path, hours: int, begin: datetime = BEGIN) -> Path:
    """A minute's candle about every hour, and a last one without trades."""
    moments = [begin + timedelta(hours=hour, minutes=7 * (hour % 2)) for hour in range(hours + 1)]
    rows = [f"{moment.isoformat()},100,110,90,105,1" for moment in moments]
    rows.append(f"{(moments[-1] + timedelta(hours=1)).isoformat()},105,105,105,105,0")
    path.write_text("timestamp,open,high,low,close,volume\n" + "\n".join(rows) + "\n")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> PracticeFolder:
    (tmp_path / "연습").mkdir()
    return PracticeFolder(tmp_path / "연습" / "state.json")


def test_a_world_is_read_as_it_was_written(folder: PracticeFolder) -> None:
    assert folder.read() is None
    folder.write(PLAIN)
    assert folder.read() == PLAIN


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"starting_krw": "x", "starts_at": null}', "\x00"])
def test_what_is_no_world_counts_as_none(folder: PracticeFolder, content: str) -> None:
    folder.write(PLAIN)
    (folder.state.parent / "world.json").write_text(content)
    assert folder.read() is None


def test_starting_over_takes_the_state_away_and_keeps_the_file(folder: PracticeFolder, tmp_path: Path) -> None:
    journal = folder.state.with_name("state.json.journal")
    folder.state.write_text("old")
    journal.write_text("old")
    mine = candle_file(tmp_path / "내 캔들.csv", 24)
    world = folder.start_over(PracticeWorld(Decimal(1), 2, 3, (CandleFile("KRW-BTC", str(mine)),)), NOW)
    assert not folder.state.exists()
    assert not journal.exists()
    mine.unlink()
    copy = world.file_of("KRW-BTC")
    assert copy is not None
    assert folder.check(copy, NOW) == CandleSpan(25, BEGIN, BEGIN + timedelta(hours=24))
    assert folder.read() == world
    # again with the same file, which is now ours; then without it
    assert folder.start_over(world, NOW) == world
    assert folder.start_over(PLAIN, NOW) == PLAIN
    assert not Path(copy.path).exists()


def test_market_time_begins_after_a_month_or_with_the_first_candle(folder: PracticeFolder, tmp_path: Path) -> None:
    long, short = candle_file(tmp_path / "long.csv", 24 * 62), candle_file(tmp_path / "short.csv", 24)
    both = (CandleFile("KRW-BTC", str(long)), CandleFile("KRW-ETH", str(short)))
    assert folder.start_over(PracticeWorld(Decimal(1), 2, 3, both[:1]), NOW).starts_at == BEGIN + timedelta(days=30)
    assert folder.start_over(PracticeWorld(Decimal(1), 2, 3, both), NOW).starts_at == BEGIN


def test_a_file_that_cannot_be_replayed_leaves_everything_as_it_is(folder: PracticeFolder, tmp_path: Path) -> None:
    folder.write(PLAIN)
    folder.state.write_text("old")
    later = candle_file(tmp_path / "later.csv", 24, BEGIN + timedelta(days=9))
    bad = tmp_path / "bad.csv"
    bad.write_text("timestamp,open\n")
    files = {
        "columns-missing": (CandleFile("KRW-BTC", str(bad)),),
        "no-such-file": (CandleFile("KRW-BTC", str(tmp_path / "none.csv")),),
        "no-candles": (CandleFile("KRW-BTC", str(candle_file(tmp_path / "one.csv", 0))),),
        "in-the-future": (CandleFile("KRW-BTC", str(candle_file(tmp_path / "future.csv", 5, NOW))),),
    }
    for reason, chosen in files.items():
        with pytest.raises(InvalidParameter) as refused:
            folder.start_over(PracticeWorld(Decimal(1), 2, 3, chosen), NOW)
        assert refused.value.reason == reason
    apart = (CandleFile("KRW-BTC", str(candle_file(tmp_path / "day.csv", 24))), CandleFile("KRW-ETH", str(later)))
    with pytest.raises(InvalidParameter):
        folder.start_over(PracticeWorld(Decimal(1), 2, 3, apart), NOW)
    assert folder.state.read_text() == "old"
    assert folder.read() == PLAIN
