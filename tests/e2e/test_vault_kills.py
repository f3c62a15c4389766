"""SIGKILL at any moment of a change of key: the file always opens with the old or the new secret, with every key."""

from __future__ import annotations

import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.vault_child import PROTECTIONS, passphrase_of, source_of, vault_in
from upbit_auto_trading.business_logic.domain.errors import TradingAppError, WrongPassword
from upbit_auto_trading.data_layer import owner_only_files
from upbit_auto_trading.data_layer.encrypted_vault.key_file import KeyFile
from upbit_auto_trading.data_layer.encrypted_vault.vault import EncryptedVault, key_file_beside
from upbit_auto_trading.utils.secret import Secret

KEYS = {f"access-key-number-{number}": f"secret-key-number-{number}" for number in range(3)}
PROJECT = Path(__file__).resolve().parents[2]


class Survivor:
    """One data folder that is killed again and again, and what was seen of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.step = 0
        self.seen: Counter[str] = Counter()
        vault = vault_in(folder)
        vault.create(source_of(0), passphrase_of(0))
        for access, secret in KEYS.items():
            vault.add("upbit", access, Secret(access), Secret(secret))

    def kill_once(self, wait_changes: int, delay_seconds: float) -> None:
        arguments = [sys.executable, "-m", "tests.e2e.vault_child", str(self.folder), str(self.step)]
        child = subprocess.Popen(arguments, cwd=PROJECT, stdout=subprocess.PIPE, text=True, bufsize=1)
        assert child.stdout is not None
        lines: list[str] = []
        while len([line for line in lines if line.startswith("changing")]) < wait_changes:
            line = child.stdout.readline()
            assert line, f"the child ended by itself after {lines}"
            lines.append(line)
        # The moment of the kill is the random part; nothing is waited for.
        select.select([], [], [], delay_seconds)
        child.send_signal(signal.SIGKILL)
        # Through the same buffer: communicate() would lose the lines that readline() has fetched already.
        with child.stdout:
            lines += child.stdout.read().splitlines()
        assert child.wait(timeout=30) == -signal.SIGKILL
        changed = [int(line.split()[1]) for line in lines if line.startswith("changed")]
        self.step = self._open((changed or [self.step])[-1])

    def _open(self, last_confirmed: int) -> int:
        """Opens with the last confirmed secret or with the one after it; which step that is."""
        for step in (last_confirmed, last_confirmed + 1):
            vault = vault_in(self.folder)
            is_there = vault.key_source() is source_of(step) and _opens(vault, passphrase_of(step))
            if is_there:
                self.seen["old" if step == last_confirmed else "new"] += 1
                self._check(vault)
                return step
        raise AssertionError(f"opens neither with step {last_confirmed} nor with the next")

    def _check(self, vault: EncryptedVault) -> None:
        shown = [vault.reveal(summary.id) for summary in vault.summaries()]
        assert {one.access_key.reveal(): one.secret_key.reveal() for one in shown} == KEYS
        path = self.folder / "settings" / "api_credentials.enc"
        assert owner_only_files.leftovers(path) == ()
        assert owner_only_files.is_owner_only(path)
        key_file = key_file_beside(path)
        assert not key_file.exists() or owner_only_files.is_owner_only(key_file)

    def keys_held(self) -> int:
        stored = len(list((self.folder / "key-store").glob("*.json")))
        key_file = key_file_beside(self.folder / "settings" / "api_credentials.enc")
        return stored + len(KeyFile(key_file)._read())


def _opens(vault: EncryptedVault, passphrase: Secret | None) -> bool:
    try:
        vault.unlock(passphrase)
    except WrongPassword:
        return False
    except TradingAppError as error:
        raise AssertionError("the file cannot be opened any more") from error
    return True


def kill_often(folder: Path, kills: int, at_least: Callable[[Counter[str]], bool]) -> None:
    chance = random.Random(20261121)
    survivor = Survivor(folder)
    started = time.monotonic()
    for _kill in range(kills):
        survivor.kill_once(chance.randint(1, 5), chance.uniform(0, 0.09))
        # Whatever kills leave in the key holders, the next unlocking takes away: one key at most is needed.
        assert survivor.keys_held() <= 1
    print(f"kills: {kills}, opened with the {dict(survivor.seen)} secret, {time.monotonic() - started:.1f} s")
    assert sum(survivor.seen.values()) == kills
    assert at_least(survivor.seen)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_kill_before_each_request_to_the_file_system(tmp_path: Path) -> None:
    arguments = [sys.executable, "-W", "error", "-m", "tests.e2e.vault_kill_points", str(tmp_path)]
    run = subprocess.run(arguments, cwd=PROJECT, capture_output=True, text=True, timeout=110, check=False)
    print(run.stdout)
    assert run.returncode == 0, run.stdout + run.stderr
    counts = [[int(word) for word in line.split()[1:]] for line in run.stdout.splitlines()]
    assert len(counts) == len(PROTECTIONS)
    assert sum(kills for kills, _old, _new in counts) >= 40
    # Each transition was interrupted on both sides of the moment at which the new file took its place.
    assert all(old >= 1 and new >= 1 for _kills, old, new in counts)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_kill_while_a_key_is_replaced_leaves_the_old_or_the_new_keys(tmp_path: Path) -> None:
    arguments = [sys.executable, "-W", "error", "-m", "tests.e2e.key_replace_kills", str(tmp_path)]
    run = subprocess.run(arguments, cwd=PROJECT, capture_output=True, text=True, timeout=110, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    kills, old, new = (int(word) for word in run.stdout.split())
    print(f"kills {kills}, old {old}, new {new}")
    assert kills >= 3
    assert old >= 1


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_few_kills_leave_the_old_or_the_new_secret(tmp_path: Path) -> None:
    """The test before has a kill at every step; how they fall by chance is for the long one."""
    kill_often(tmp_path, 6, lambda seen: seen["old"] >= 1)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_two_hundred_kills_leave_the_old_or_the_new_secret(tmp_path: Path) -> None:
    kill_often(tmp_path, 200, lambda seen: seen["old"] >= 20 and seen["new"] >= 1)
