"""A run of everything that touches secrets, in a process of its own, for test_no_secret_leaks.py to search afterwards.

Reads ``{"folder", "passphrases", "keys", "plants_leaks", "ending"}`` from standard input. ``plants_leaks`` makes leaks
on purpose, so that the search itself is tested; ``ending`` is ``close`` or ``abort`` (write-ahead logs stay).
"""

from __future__ import annotations

import base64
import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keyring

from tests.fakes.memory_keyring import MemoryKeyring
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, TradingAppError
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.business_logic.use_cases import manage_credentials as use_cases
from upbit_auto_trading.composition_root.stores import open_stores
from upbit_auto_trading.config.app_paths import AppPaths, find_app_paths
from upbit_auto_trading.config.logging_setup import ProgramLog, log_event, start_logging
from upbit_auto_trading.data_layer.crash_reports import FileCrashReports, ProgramFacts
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.ui.runtime.crash_hook import CrashHook
from upbit_auto_trading.utils.secret import Secret

_log = logging.getLogger("upbit_auto_trading.tests.secrets_run")


def try_it(action: Callable[[], object]) -> None:
    """Expected to fail; what it raised goes into the log with its frames, as the program does."""
    try:
        action()
    except TradingAppError as error:
        _log.exception("refused %s", error)
        return
    raise AssertionError("this was to be refused")


def use_vault(stores: Stores, passphrases: list[Secret], keys: list[tuple[Secret, Secret]]) -> None:
    """Creates, adds, unlocks wrongly and rightly, shows, renames, changes the source, backs up at each stage."""
    vault, journal = stores.vault, stores.journal
    right, other = passphrases
    (access, secret), (second_access, second_secret) = keys
    use_cases.create_vault(vault, journal, KeySource.PASSPHRASE, right)
    added = use_cases.add_key(vault, journal, "upbit", "주 계좌", access, secret)
    use_cases.add_key(vault, journal, "binance", "second", second_access, second_secret)
    try_it(lambda: use_cases.add_key(vault, journal, "upbit", "again", access, secret))
    try_it(lambda: use_cases.add_key(vault, journal, "upbit", secret.reveal(), second_access, secret))
    try_it(lambda: use_cases.rename_key(vault, journal, added.id, access.reveal()))
    try_it(lambda: use_cases.show_key(vault, journal, secret.reveal()))
    stores.backups.make("manual")
    use_cases.lock_vault(vault, journal)
    try_it(lambda: use_cases.unlock_vault(vault, journal, other))
    use_cases.unlock_vault(vault, journal, right)
    shown = use_cases.show_key(vault, journal, added.id)
    _log.debug("shown %s %r", shown.access_key, shown)
    for source, passphrase in (
        (KeySource.SYSTEM_KEY_STORE, None),
        (KeySource.KEY_FILE, None),
        (KeySource.PASSPHRASE, other),
        (KeySource.KEY_FILE, None),
    ):
        use_cases.change_key_source(vault, journal, source, passphrase)
        use_cases.rename_key(vault, journal, added.id, f"after {source.value}")
        stores.backups.make("manual")


def log_around(secrets: list[Secret]) -> None:
    """Every way in which a careless line of ours could name them."""
    for secret in secrets:
        _log.debug("args %s %r", secret, [secret])
        log_event(_log, logging.INFO, "fields", detail=secret, title=str(secret), key=secret)
        plain = secret.reveal()
        try:
            raise InvalidParameter("passphrase", plain, "too-short")
        except InvalidParameter:
            _log.exception("an error that carries the value")
        try:
            raise LookupError(len(plain))
        except LookupError:
            _log.exception("an error in whose frames the value lies")
    access = secrets[-1].reveal()
    try:
        raise ConnectionError(f"GET /v1/orders?access_key={access} refused: Bearer {access}")
    except ConnectionError:
        _log.exception("a foreign error that quotes a key")


def crash_around(secret: Secret) -> None:
    """An exception that nobody catches, in a thread, with the plain value in its frame."""

    def fail() -> None:
        plain = secret.reveal()
        raise RuntimeError(f"nobody caught this {secret}", len(plain), secret)

    thread = threading.Thread(target=fail, name="careless")
    thread.start()
    thread.join()


def plant_leaks(stores: Stores, paths: AppPaths, secret: str) -> None:
    """One careless line of each kind, which the search has to find."""
    (paths.logs / "careless.jsonl").write_text(json.dumps({"message": f"key={secret}"}))
    (paths.crash_reports / "careless.txt").write_text(f"locals: {secret!r}", encoding="utf-16-le")
    stores.ui_state.write("window", b"\x01\x02" + secret.encode())
    coded = base64.b64encode(b"xy" + secret.encode()).decode()
    (paths.components / "block.py").write_text(f"KEY = {coded!r}")
    stores.backups.make("manual")
    (paths.data / "dump").write_text(secret.encode().hex().upper())
    (paths.data / "mirror").write_text(secret[::-1])
    print(f"debug: {secret}", file=sys.stderr)


def start(paths: AppPaths, clock: SystemClock) -> tuple[ProgramLog, CrashHook]:
    log = start_logging(paths.logs, now=clock.now, monotonic=clock.monotonic, level="debug")
    reports = FileCrashReports(paths.crash_reports, clock, ProgramFacts("0"), recent_lines=log.recent_lines)
    hook = CrashHook(reports.write)
    hook.install()
    return log, hook


def main(order: dict[str, Any]) -> None:
    keyring.set_keyring(MemoryKeyring())
    clock, paths = SystemClock(), find_app_paths(Path(order["folder"]))
    paths.create_folders()
    passphrases = [Secret(text) for text in order["passphrases"]]
    keys = [(Secret(access), Secret(secret)) for access, secret in order["keys"]]
    log, hook = start(paths, clock)
    with open_stores(paths, clock, lambda _kind, _stage: None) as stores:
        use_vault(stores, passphrases, keys)
        log_around([*passphrases, *(part for pair in keys for part in pair)])
        crash_around(keys[0][1])
        if order["plants_leaks"]:
            plant_leaks(stores, paths, keys[0][1].reveal())
        print(f"lines: {len(stores.journal.newest(1_000))}", flush=True)
        if order["ending"] == "abort":
            assert log.flush(10)
            os._exit(0)
    hook.uninstall()
    assert log.stop()


if __name__ == "__main__":
    main(json.loads(sys.stdin.read()))
