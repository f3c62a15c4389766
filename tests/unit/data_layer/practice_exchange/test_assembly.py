"""Where market time begins."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes.fake_clock import START, FakeClock
from upbit_auto_trading.data_layer.practice_exchange.assembly import PracticeOptions, assemble


@pytest.mark.parametrize(("minutes_away", "is_followed"), [(5, True), (59, True), (61, False)])
def test_after_a_short_break_a_kept_exchange_catches_up_with_the_present(
    tmp_path: Path, minutes_away: int, is_followed: bool
) -> None:
    real = FakeClock()
    options = PracticeOptions(markets=1, state=tmp_path / "state.json")
    first = assemble(options, real)
    assert first.world.clock.follows_present
    assert first.keeper is not None
    first.keeper.close()
    real.advance(timedelta(minutes=minutes_away))
    again = assemble(options, real)
    assert again.world.clock.now() == START
    assert again.world.clock.follows_present is is_followed
    assert again.world.clock.due() == (real.now() if is_followed else START)
    assert again.keeper is not None
    again.keeper.close()


def test_one_that_was_started_elsewhere_stays_there() -> None:
    real = FakeClock()
    world = assemble(PracticeOptions(markets=1, start=START), real).world
    real.advance(2)
    real.jump(100)
    assert world.clock.due() == START + timedelta(seconds=2)
