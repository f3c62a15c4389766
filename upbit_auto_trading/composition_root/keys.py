"""The vault of this data folder."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.encrypted_vault.vault import EncryptedVault


def make_vault(paths: AppPaths, clock: Clock) -> EncryptedVault:
    return EncryptedVault(paths.credentials, paths.set_aside, clock)
