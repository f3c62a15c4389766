import gc
from collections.abc import Iterator

import pytest

from upbit_auto_trading.utils.paused_garbage import paused_garbage


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    was_on = gc.isenabled()
    yield
    (gc.enable if was_on else gc.disable)()


@pytest.mark.parametrize("is_on", [True, False])
def test_it_is_off_meanwhile_and_then_as_it_was(is_on: bool) -> None:
    (gc.enable if is_on else gc.disable)()
    with paused_garbage():
        assert not gc.isenabled()
    assert gc.isenabled() is is_on


def test_an_error_leaves_it_as_it_was() -> None:
    gc.enable()
    with pytest.raises(ValueError, match="x"), paused_garbage():
        raise ValueError("x")
    assert gc.isenabled()
