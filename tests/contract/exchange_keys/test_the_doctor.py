"""The doctor asks an exchange over real sockets, with keys out of a real key file, and leaves every file as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes.data_folder import paths_in
from tests.fakes.key_desk import ALL_RIGHTS, Desk
from upbit_auto_trading.business_logic.domain.health import HealthFinding, HealthStatus
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.composition_root.command_line import Workbench
from upbit_auto_trading.composition_root.exchange_keys import ExchangeKeys
from upbit_auto_trading.composition_root.keys import make_vault
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.encrypted_vault.vault import EncryptedVault
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
from upbit_auto_trading.data_layer.storage.startup import prepare_databases
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.utils.secret import Secret


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    paths = paths_in(tmp_path / "folder")
    work = Workbench(paths, SystemClock())
    prepare_databases(paths, work.clock, work.backups.copy_before_migration)
    return paths


@pytest.fixture
def vault(paths: AppPaths) -> Iterator[EncryptedVault]:
    vault = make_vault(paths, SystemClock())
    vault.create(KeySource.KEY_FILE)
    yield vault
    vault.lock()


def findings(desk: Desk, paths: AppPaths, exchange_keys: ExchangeKeys | None = None) -> dict[str, list[HealthFinding]]:
    found: dict[str, list[HealthFinding]] = {}
    bench = Workbench(paths, desk.clock, exchange_keys or desk.keys)
    for one in bench.examine(lambda _fraction: True, may_connect=True, try_practice=lambda: None):
        found.setdefault(one.check_id, []).append(one)
    return found


def test_connection_clock_and_each_key_are_told(desk: Desk, paths: AppPaths, vault: EncryptedVault) -> None:
    vault.add("upbit", "good", *desk.new_key(valid_days=90))
    vault.add("upbit", "poor", *desk.new_key(rights=ALL_RIGHTS[:2]))
    vault.add("upbit", "elsewhere", *desk.new_key(addresses=["203.0.113.7"]))
    vault.add("binance", "unknown", Secret("a" * 40), Secret("b" * 40))
    vault.lock()
    before = {path: path.read_bytes() for path in paths.data.rglob("*") if path.is_file()}
    found = findings(desk, paths)
    assert found["connection"][0].status is found["connection.clock"][0].status is HealthStatus.GOOD
    assert [(one.status.value, one.what.en) for one in found["key"]] == [
        ("good", "Key “good”: It works, for 90 days more."),
        ("broken", "Key “poor”: It lacks the right “place orders”."),
        ("broken", "Key “elsewhere”: It does not allow this computer's address."),
        ("good", "Key “unknown”: This version does not know its exchange."),
    ]
    assert {path: path.read_bytes() for path in paths.data.rglob("*") if path.is_file()} == before


def test_a_clock_that_is_off_is_told(desk: Desk, paths: AppPaths) -> None:
    desk.clock.set(desk.clock.now() + timedelta(seconds=45))
    finding = findings(desk, paths)["connection.clock"][0]
    assert finding.status is HealthStatus.WARNING
    assert finding.what.en in (f"The clock differs from the exchange's by {seconds} s." for seconds in (44, 45, 46))


def test_offline_is_told_and_breaks_nothing(desk: Desk, paths: AppPaths, vault: EncryptedVault) -> None:
    vault.add("upbit", "good", *desk.new_key())
    vault.lock()
    nowhere = UpbitAddresses("http://127.0.0.1:9", "ws://127.0.0.1:9/websocket/v1")
    found = findings(desk, paths, ExchangeKeys(paths.resources, desk.clock, nowhere, look_seconds=0.5))
    assert found["connection"][0].status is found["key"][0].status is HealthStatus.WARNING
    assert "cannot be reached" in found["connection"][0].what.en
    assert found["connection"][0].mend.ko


def test_keys_behind_a_passphrase_are_left_alone(desk: Desk, paths: AppPaths) -> None:
    vault = make_vault(paths, SystemClock())
    vault.create(KeySource.PASSPHRASE, Secret("a long passphrase"))
    vault.add("upbit", "good", *desk.new_key())
    vault.lock()
    (finding,) = findings(desk, paths)["key"]
    assert finding.status is HealthStatus.GOOD
    assert finding.what.en.startswith("Locked by a passphrase")


def test_an_unfinished_write_of_a_running_program_is_left_to_it(
    desk: Desk, paths: AppPaths, vault: EncryptedVault
) -> None:
    vault.add("upbit", "good", *desk.new_key())
    unfinished = paths.credentials.with_name(f".{paths.credentials.name}.abc.new")
    unfinished.write_bytes(b"half")
    assert findings(desk, paths)["key"][0].status is HealthStatus.GOOD
    assert unfinished.read_bytes() == b"half"
