"""Kills the replacing of a key before each single thing it asks of the file system, as ``vault_kill_points`` does it.

Prints ``kills old new`` and ends with 1 where the file held anything but the whole old or the whole new keys.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections import Counter
from pathlib import Path

from tests.e2e.vault_child import passphrase_of, source_of, vault_in
from tests.e2e.vault_kill_points import MOST_REQUESTS, REQUESTS
from upbit_auto_trading.data_layer import owner_only_files
from upbit_auto_trading.utils.secret import Secret

OLD = (Secret("old-access-key"), Secret("old-secret-key"))
NEW = (Secret("new-access-key"), Secret("new-secret-key"))
STEP = 0


def replace_until(folder: Path, identifier: str, dies_at: int) -> None:
    vault = vault_in(folder)
    vault.unlock(passphrase_of(STEP))
    seen = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in REQUESTS and str(folder) in str(arguments[0]):
            seen += 1
            if seen == dies_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    vault.replace(identifier, *NEW)
    os._exit(0)


def look(folder: Path, identifier: str) -> str:
    vault = vault_in(folder)
    vault.unlock(passphrase_of(STEP))
    (summary,) = vault.summaries()
    shown = vault.reveal(identifier)
    assert (summary.id, summary.label) == (identifier, "main")
    keys = (shown.access_key, shown.secret_key)
    assert keys in (OLD, NEW), "half of each"
    assert owner_only_files.leftovers(folder / "settings" / "api_credentials.enc") == ()
    return "old" if keys == OLD else "new"


def main(folder: Path) -> None:
    base, work = folder / "base", folder / "work"
    base.mkdir()
    vault = vault_in(base)
    vault.create(source_of(STEP), passphrase_of(STEP))
    identifier = vault.add("upbit", "main", *OLD).id
    seen: Counter[str] = Counter()
    for dies_at in range(1, MOST_REQUESTS):
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(base, work)
        child = os.fork()
        if child == 0:
            replace_until(work, identifier, dies_at)
        _pid, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            assert look(work, identifier) == "new"
            print(seen.total(), seen["old"], seen["new"])
            return
        assert os.WTERMSIG(status) == signal.SIGKILL
        seen[look(work, identifier)] += 1
    raise AssertionError("the replacing never ended")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
