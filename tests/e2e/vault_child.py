"""The process that test_vault_kills.py kills: changes a vault's key for ever, saying before and after each change."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

import keyring

from tests.fakes.memory_keyring import FolderKeyring
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.data_layer.encrypted_vault.key_derivation import KdfCost, KdfId
from upbit_auto_trading.data_layer.encrypted_vault.vault import EncryptedVault
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.utils.secret import Secret

CHEAP = KdfCost(KdfId.ARGON2ID, (64 * 1024, 1, 1))
#: in this order for ever; each change goes from one to the next
PROTECTIONS: tuple[tuple[KeySource, str | None], ...] = (
    (KeySource.PASSPHRASE, "the first passphrase"),
    (KeySource.PASSPHRASE, "the second passphrase"),
    (KeySource.SYSTEM_KEY_STORE, None),
    (KeySource.SYSTEM_KEY_STORE, None),
    (KeySource.KEY_FILE, None),
    (KeySource.KEY_FILE, None),
)


def vault_in(folder: Path) -> EncryptedVault:
    keyring.set_keyring(FolderKeyring(folder / "key-store"))
    path = folder / "settings" / "api_credentials.enc"
    return EncryptedVault(path, folder / "damaged", SystemClock(), passphrase_cost=CHEAP)


def passphrase_of(step: int) -> Secret | None:
    text = PROTECTIONS[step % len(PROTECTIONS)][1]
    return None if text is None else Secret(text)


def source_of(step: int) -> KeySource:
    return PROTECTIONS[step % len(PROTECTIONS)][0]


def main(folder: Path, first_step: int) -> None:
    vault = vault_in(folder)
    vault.unlock(passphrase_of(first_step))
    identifier = vault.summaries()[0].id
    for step in count(first_step + 1):
        print(f"changing {step}", flush=True)
        vault.change_key_source(source_of(step), passphrase_of(step))
        print(f"changed {step}", flush=True)
        vault.rename(identifier, f"after step {step}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
