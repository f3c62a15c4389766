"""Kills a change of key before each single thing it asks of the file system, one after the other.

A process of its own, because it forks: a child dies by SIGKILL at its n-th request, the parent opens what is left.
Prints ``transition kills old new`` per line and ends with 1 when a file did not open.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections import Counter
from pathlib import Path

from tests.e2e.vault_child import PROTECTIONS, passphrase_of, source_of, vault_in
from upbit_auto_trading.business_logic.domain.errors import WrongPassword
from upbit_auto_trading.data_layer import owner_only_files
from upbit_auto_trading.data_layer.encrypted_vault.file_format import decode
from upbit_auto_trading.data_layer.encrypted_vault.key_file import KeyFile
from upbit_auto_trading.data_layer.encrypted_vault.vault import key_file_beside
from upbit_auto_trading.utils.secret import Secret

# Raised by Python before the request goes to the system.
REQUESTS = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.truncate", "os.link"})
MOST_REQUESTS = 200


def change_until(folder: Path, step: int, dies_at: int) -> None:
    """In the child: change from ``step`` to the next and die before request number ``dies_at``."""
    vault = vault_in(folder)
    vault.unlock(passphrase_of(step))
    seen = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in REQUESTS and str(folder) in str(arguments[0]):
            seen += 1
            if seen == dies_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    vault.change_key_source(source_of(step + 1), passphrase_of(step + 1))
    os._exit(0)


def opened_with(folder: Path, step: int) -> bool:
    vault = vault_in(folder)
    if vault.key_source() is not source_of(step):
        return False
    try:
        vault.unlock(passphrase_of(step))
    except WrongPassword:
        return False
    assert [vault.reveal(one.id).secret_key for one in vault.summaries()] == [Secret("secret-key")]
    return True


def key_id_in(folder: Path) -> bytes:
    return decode((folder / "settings" / "api_credentials.enc").read_bytes()).header.key_id


def check(folder: Path, step: int, base: Path) -> str:
    found = "old" if key_id_in(folder) == key_id_in(base) else "new"
    assert opened_with(folder, step if found == "old" else step + 1), f"the {found} secret does not open it"
    path = folder / "settings" / "api_credentials.enc"
    keys = len(list((folder / "key-store").glob("*.json"))) + len(KeyFile(key_file_beside(path))._read())
    assert keys <= 1, f"{keys} keys are held, one at most is needed"
    assert owner_only_files.leftovers(path) == ()
    return found


def kill_at_each_request(base: Path, work: Path, step: int) -> Counter[str]:
    seen: Counter[str] = Counter()
    for dies_at in range(1, MOST_REQUESTS):
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(base, work)
        child = os.fork()
        if child == 0:
            change_until(work, step, dies_at)
        _pid, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            return seen
        assert os.WTERMSIG(status) == signal.SIGKILL
        seen[check(work, step, base)] += 1
    raise AssertionError("the change never ended")


def main(folder: Path) -> None:
    base = folder / "base"
    base.mkdir()
    vault = vault_in(base)
    vault.create(source_of(0), passphrase_of(0))
    vault.add("upbit", "main", Secret("access-key"), Secret("secret-key"))
    for step in range(len(PROTECTIONS)):
        seen = kill_at_each_request(base, folder / "work", step)
        name = f"{source_of(step).value}->{source_of(step + 1).value}"
        print(name, seen.total(), seen["old"], seen["new"], flush=True)
        vault = vault_in(base)  # the process has one key store at a time
        vault.unlock(passphrase_of(step))
        vault.change_key_source(source_of(step + 1), passphrase_of(step + 1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
