"""One suite for kept strategies and allowed components: SQLite and memory answer alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_strategies import MemoryAllowedComponents, MemoryStrategyStore
from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged, InvalidParameter
from upbit_auto_trading.business_logic.domain.strategy_versions import NewVersion, Origin, StrategyVersion
from upbit_auto_trading.business_logic.ports.strategies import AllowedComponents, StrategyStore
from upbit_auto_trading.data_layer.storage.allowed_components import SqliteAllowedComponents
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
from upbit_auto_trading.data_layer.storage.file_kinds import STRATEGIES_FILE
from upbit_auto_trading.data_layer.storage.making_files import create_file
from upbit_auto_trading.data_layer.storage.strategy_store import SqliteStrategyStore
from upbit_auto_trading.utils.bilingual_text import Text

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOSTILE = "'; DROP TABLE strategies; -- 한글 \U0001f680 =cmd|' %s {0}"
NEW = NewVersion(Text("골든크로스", "Golden cross"), '{"name": "골든크로스"}', Origin.WRITTEN, note=HOSTILE)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    path = tmp_path / "strategies.sqlite3"
    create_file(path, STRATEGIES_FILE, FakeClock())
    engine = open_engine(path, STRATEGIES_FILE)
    yield engine
    close_engine(engine)


@pytest.fixture(params=["sqlite", "memory"])
def store(request: pytest.FixtureRequest) -> StrategyStore:
    if request.param == "memory":
        return MemoryStrategyStore()
    return SqliteStrategyStore(request.getfixturevalue("engine"))


@pytest.fixture(params=["sqlite", "memory"])
def allowed(request: pytest.FixtureRequest) -> AllowedComponents:
    if request.param == "memory":
        return MemoryAllowedComponents()
    return SqliteAllowedComponents(request.getfixturevalue("engine"))


def named(name: str, english: str = "", document: str = "{}") -> NewVersion:
    return NewVersion(Text(name, english or name), document, Origin.WRITTEN)


def reason_of(refused: pytest.ExceptionInfo[InvalidParameter]) -> tuple[str, str]:
    return refused.value.name, refused.value.reason


def test_what_was_saved_comes_back(store: StrategyStore) -> None:
    assert (store.all(), store.bin()) == ((), ())
    saved = store.create("a", NEW, NOON)
    assert saved.current == StrategyVersion(
        "a", 1, NOON, NEW.name, NEW.document, NEW.fingerprint, Origin.WRITTEN, False, HOSTILE
    )
    assert saved.current.is_whole
    assert (saved.id, saved.created_at, saved.deleted_at, saved.name) == ("a", NOON, None, NEW.name)
    assert store.read("a") == saved
    other = store.create("b", named("가"), NOON + MINUTE)
    assert store.all() == (other, saved)


def test_versions_are_added_and_never_changed(store: StrategyStore) -> None:
    store.create("a", NEW, NOON)
    draft = replace(named("새 이름"), is_draft=True, origin=Origin.RENAMED)
    saved = store.add("a", draft, NOON + MINUTE, expected=1)
    assert (saved.current.number, saved.name, saved.created_at) == (2, draft.name, NOON)
    assert saved.current.is_draft
    newest, first = store.history("a")
    assert (newest, first.number, first.document) == (saved.current, 1, NEW.document)
    assert store.version("a", 1) == first
    assert [one.current for one in store.all()] == [newest]


def test_two_windows_do_not_write_over_each_other(store: StrategyStore) -> None:
    store.create("a", NEW, NOON)
    store.add("a", named("first window"), NOON, expected=1)
    with pytest.raises(InvalidParameter) as refused:
        store.add("a", named("second window"), NOON, expected=1)
    assert reason_of(refused) == ("version", "changed-elsewhere")
    assert refused.value.allowed == "2"
    assert [one.name.ko for one in store.history("a")] == ["first window", "골든크로스"]


@pytest.mark.parametrize(
    "name", ["골든크로스", unicodedata.normalize("NFD", "골든크로스"), " 골든크로스 ", "GOLDEN cross"]
)
def test_a_name_that_looks_the_same_is_taken(store: StrategyStore, name: str) -> None:
    store.create("a", NEW, NOON)
    new = named("x", name) if name.isascii() else named(name, "x")
    with pytest.raises(InvalidParameter) as refused:
        store.create("b", new, NOON)
    assert reason_of(refused) == ("name", "name-taken")
    store.create("b", named("y"), NOON)
    with pytest.raises(InvalidParameter) as refused:
        store.add("b", new, NOON, expected=1)
    assert reason_of(refused) == ("name", "name-taken")
    assert store.read("b").current.number == 1
    assert store.add("a", replace(NEW, document="[]"), NOON, expected=1).current.number == 2


def test_the_bin_keeps_every_version_until_it_is_emptied(store: StrategyStore) -> None:
    for name in "abc":
        store.create(name, named(name), NOON)
    store.add("a", named("a", document="[]"), NOON, expected=1)
    with pytest.raises(InvalidParameter) as refused:
        store.forget("a")
    assert reason_of(refused) == ("strategy", "not-in-the-bin")
    store.delete("a", NOON)
    store.delete("b", NOON + MINUTE)
    store.delete("a", NOON + 2 * MINUTE)  # it lies there already
    assert [one.id for one in store.all()] == ["c"]
    assert [(one.id, one.deleted_at) for one in store.bin()] == [("b", NOON + MINUTE), ("a", NOON)]
    store.create("d", named("b"), NOON)
    with pytest.raises(InvalidParameter) as refused:
        store.restore("b")
    assert reason_of(refused) == ("name", "name-taken")
    assert store.restore("a").deleted_at is None
    assert len(store.history("a")) == 2
    store.forget("b")
    assert store.bin() == ()


def test_what_is_not_there_is_told(store: StrategyStore) -> None:
    store.create("a", NEW, NOON)
    calls = (
        lambda: store.read("x"),
        lambda: store.version("x", 1),
        lambda: store.history("x"),
        lambda: store.add("x", NEW, NOON, 1),
        lambda: store.delete("x", NOON),
        lambda: store.restore("x"),
        lambda: store.forget("x"),
    )
    for call in calls:
        with pytest.raises(InvalidParameter) as refused:
            call()
        assert reason_of(refused) == ("strategy", "strategy-gone")
    with pytest.raises(InvalidParameter) as refused:
        store.version("a", 2)
    assert reason_of(refused) == ("version", "no-such-version")


def test_a_document_that_somebody_changed_is_seen(engine: Engine) -> None:
    store = SqliteStrategyStore(engine)
    store.create("a", NEW, NOON)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE strategy_versions SET document = '{}'")
    assert not store.read("a").current.is_whole


@pytest.mark.parametrize("broken", ["origin = 'dreamt'", "saved_at = 'yesterday'"])
def test_words_that_nobody_of_ours_wrote_are_damage(engine: Engine, broken: str) -> None:
    store = SqliteStrategyStore(engine)
    store.create("a", NEW, NOON)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE strategy_versions SET {broken}")
    looks = (store.all, lambda: store.read("a"), lambda: store.history("a"), lambda: store.restore("a"))
    for look in looks:
        with pytest.raises(DatabaseDamaged):
            look()


def test_a_content_is_allowed_until_it_is_forbidden(allowed: AllowedComponents) -> None:
    assert allowed.all() == frozenset()
    allowed.allow("ab12", "mine.py", NOON)
    allowed.allow("ab12", "renamed.py", NOON + MINUTE)
    allowed.allow("cd34", HOSTILE, NOON)
    assert allowed.all() == {"ab12", "cd34"}
    assert allowed.forbid("ab12") is True
    assert allowed.forbid("ab12") is False
    assert allowed.all() == {"cd34"}
