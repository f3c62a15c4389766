"""One suite for drawings and one for alerts: SQLite and memory answer alike."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.fakes.fake_clock import START, FakeClock
from tests.fakes.memory_chart_stores import MemoryAlertStore, MemoryDrawingStore
from upbit_auto_trading.business_logic.domain.drawing import Anchor, Drawing, DrawingKind, DrawingLook
from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged, InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.price_alert import AlertDirection, PriceAlert, Side
from upbit_auto_trading.business_logic.ports.drawings import DrawingStore
from upbit_auto_trading.business_logic.ports.price_alerts import AlertStore
from upbit_auto_trading.data_layer.storage.alert_store import SqliteAlertStore
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
from upbit_auto_trading.data_layer.storage.drawing_store import SqliteDrawingStore
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE
from upbit_auto_trading.data_layer.storage.making_files import create_file

BTC, ETH = Market("upbit", "KRW-BTC"), Market("upbit", "KRW-ETH")
PRACTICE_BTC = Market("practice", "KRW-BTC")
HOSTILE = "'; DROP TABLE drawing; -- 한글 \U0001f680\n<b>{0}</b>"
LATER = START + timedelta(minutes=1)


@dataclass(frozen=True)
class Both:
    drawings: DrawingStore
    alerts: AlertStore


@pytest.fixture(params=["sqlite", "memory"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Both]:
    if request.param == "memory":
        yield Both(MemoryDrawingStore(), MemoryAlertStore())
        return
    path = settings_file(tmp_path)
    engine = open_engine(path, SETTINGS_FILE)
    yield Both(SqliteDrawingStore(engine), SqliteAlertStore(engine))
    close_engine(engine)


@lru_cache(maxsize=1)
def empty_file() -> bytes:
    """Made once: the migrations take longer than everything that is tested here."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "settings.sqlite3"
        create_file(path, SETTINGS_FILE, FakeClock())
        return path.read_bytes()


def settings_file(folder: Path) -> Path:
    path = folder / "settings.sqlite3"
    path.write_bytes(empty_file())
    return path


def drawing(drawing_id: str = "a", market: Market = BTC, **changes: object) -> Drawing:
    points = (Anchor(1_763_000_000.5, 143_285_000.0), Anchor(1_763_000_900.0, 0.00012345))
    made = Drawing(drawing_id, market, DrawingKind.LINE, points, START, START)
    return replace(made, **changes)  # type: ignore[arg-type]  # names are checked by replace itself


def alert(alert_id: str = "a", **changes: object) -> PriceAlert:
    made = PriceAlert(alert_id, BTC, Decimal("143285000"), START)
    return replace(made, **changes)  # type: ignore[arg-type]  # names are checked by replace itself


def test_drawings_come_back_as_they_were(stores: Both) -> None:
    look = DrawingLook(7, HOSTILE, is_ray=True, is_locked=True, is_hidden=True)
    kept = (
        drawing("z"),
        drawing("b", created_at=LATER, changed_at=LATER, look=look),
        drawing("c", kind=DrawingKind.TEXT, points=(Anchor(-5.0, 1e-8),), created_at=LATER),
    )
    stores.drawings.change(kept)
    assert stores.drawings.of(BTC) == kept
    assert stores.drawings.of(ETH) == stores.drawings.of(PRACTICE_BTC) == ()


def test_a_change_replaces_and_forgets_in_one(stores: Both) -> None:
    stores.drawings.change((drawing("a"), drawing("b"), drawing("e", ETH)))
    moved = drawing("a").at((Anchor(1.0, 2.0), Anchor(3.0, 4.0)), LATER)
    stores.drawings.change((moved,), ("b", "never-was"))
    assert stores.drawings.of(BTC) == (moved,)
    assert stores.drawings.of(ETH) == (drawing("e", ETH),)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": ""},
        {"points": (Anchor(1.0, 1.0),)},
        {"points": (Anchor(1.0, 1.0), Anchor(float("nan"), 1.0))},
        {"points": (Anchor(1.0, 1.0), Anchor(1.0, float("inf")))},
        {"points": (Anchor(1.0, 1.0), Anchor(1.0, 0.0))},
        {"look": DrawingLook(colour=8)},
        {"look": DrawingLook(text="가" * 401)},
    ],
)
def test_a_drawing_that_no_chart_can_show_is_refused_and_nothing_kept(stores: Both, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidParameter):
        stores.drawings.change((drawing("ok"), replace(drawing(), **wrong)))
    assert stores.drawings.of(BTC) == ()


def test_alerts_come_back_as_they_were(stores: Both) -> None:
    kept = (
        alert("z"),
        alert("b", market=ETH, price=Decimal("0.00001234"), created_at=LATER, note=HOSTILE[:100], repeats=True),
        alert("c", created_at=LATER, fired_at=LATER, is_on=False, side=Side.ABOVE, direction=AlertDirection.FALLS_TO),
    )
    stores.alerts.change(kept)
    assert stores.alerts.all() == kept
    stores.alerts.change((replace(kept[0], price=Decimal("1E+3"), direction=AlertDirection.RISES_TO),), ("c", "x"))
    assert [(one.id, one.price) for one in stores.alerts.all()] == [("z", 1000), ("b", Decimal("0.00001234"))]


@pytest.mark.parametrize(
    "wrong", [{"id": ""}, {"price": Decimal(0)}, {"price": Decimal("NaN")}, {"note": "가" * 201}], ids=str
)
def test_an_alert_that_no_market_reaches_is_refused(stores: Both, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidParameter):
        stores.alerts.change((alert("ok"), replace(alert(), **wrong)))
    assert stores.alerts.all() == ()


def with_row(folder: Path, spoil: str) -> Path:
    path = settings_file(folder)
    engine = open_engine(path, SETTINGS_FILE)
    SqliteDrawingStore(engine).change((drawing(),))
    SqliteAlertStore(engine).change((alert(),))
    close_engine(engine)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(spoil)
    return path


def test_a_kind_of_a_newer_version_is_left_lying(tmp_path: Path) -> None:
    as_it = "exchange, code, 'pitchfork', '[1]', '7', created_at, changed_at"
    path = with_row(tmp_path, f"INSERT INTO drawing SELECT 'new', {as_it} FROM drawing")
    engine = open_engine(path, SETTINGS_FILE)
    store = SqliteDrawingStore(engine)
    assert [one.id for one in store.of(BTC)] == ["a"]
    store.change((drawing("b"),), ("a",))
    close_engine(engine)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT id FROM drawing ORDER BY id").fetchall() == [("b",), ("new",)]


def read_drawings(path: Path) -> object:
    return read(path, lambda engine: SqliteDrawingStore(engine).of(BTC))


def read_alerts(path: Path) -> object:
    return read(path, lambda engine: SqliteAlertStore(engine).all())


def read(path: Path, answer: Callable[[Engine], object]) -> object:
    engine = open_engine(path, SETTINGS_FILE)
    try:
        return answer(engine)
    finally:
        close_engine(engine)


@pytest.mark.parametrize(
    ("read_all", "spoil"),
    [
        (read_drawings, "UPDATE drawing SET points = 'x'"),
        (read_drawings, "UPDATE drawing SET points = '[[1, 2]]'"),
        (read_drawings, "UPDATE drawing SET points = '[[1], [2]]'"),
        (read_drawings, "UPDATE drawing SET points = '[[1, 2], [3, NaN]]'"),
        (read_drawings, "UPDATE drawing SET points = '7'"),
        (read_drawings, "UPDATE drawing SET look = '[]'"),
        (read_drawings, "UPDATE drawing SET changed_at = 'yesterday'"),
        (read_alerts, "UPDATE alert SET price = 'a lot'"),
        (read_alerts, "UPDATE alert SET price = '-1'"),
        (read_alerts, "UPDATE alert SET created_at = 'yesterday'"),
    ],
)
def test_what_nobody_of_ours_wrote_is_called_damage(
    tmp_path: Path, read_all: Callable[[Path], object], spoil: str
) -> None:
    with pytest.raises(DatabaseDamaged):
        read_all(with_row(tmp_path, spoil))
