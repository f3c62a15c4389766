"""The payload of the key file: the keys as JSON, and back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from upbit_auto_trading.business_logic.domain.errors import VaultDamaged, VaultFromNewerVersion
from upbit_auto_trading.business_logic.ports.credentials import Credential, CredentialSummary, KeySource
from upbit_auto_trading.utils.secret import Secret

_VERSION = 1
_SHOWN_SIGNS = 4
# Four signs of a shorter key would give too much of it away.
_SHORTEST_SHOWN = 16


@dataclass(frozen=True, slots=True)
class RetiredKey:
    """A wrapping key that no longer opens anything and is still to be forgotten by its holder."""

    source: KeySource
    key_id: bytes


@dataclass(frozen=True, slots=True)
class StoredKeys:
    credentials: tuple[Credential, ...] = ()
    retired: tuple[RetiredKey, ...] = ()

    def to_bytes(self) -> bytes:
        document = {
            "version": _VERSION,
            "credentials": [_write_credential(credential) for credential in self.credentials],
            "retired": [{"source": key.source.value, "key_id": key.key_id.hex()} for key in self.retired],
        }
        # ASCII escapes carry any text whole, also a lone surrogate.
        return json.dumps(document, separators=(",", ":"), sort_keys=True).encode("ascii")


def stored_keys_from(content: bytes) -> StoredKeys:
    """Only authenticated bytes come here, so anything unreadable is damage done before sealing."""
    try:
        document = json.loads(content)
        if document["version"] > _VERSION:
            raise VaultFromNewerVersion(f"payload version {document['version']}")
        return StoredKeys(
            tuple(_read_credential(entry) for entry in document["credentials"]),
            tuple(
                RetiredKey(KeySource(entry["source"]), bytes.fromhex(entry["key_id"])) for entry in document["retired"]
            ),
        )
    except (ValueError, KeyError, TypeError) as error:
        # Not chained: the text of a JSON error quotes nothing, but its traceback would hold the payload.
        raise VaultDamaged(f"the payload cannot be read ({type(error).__name__})") from None


def summary_of(
    credential_id: str, exchange: str, label: str, access_key: Secret, added_at: datetime
) -> CredentialSummary:
    access = access_key.reveal()
    ending = access[-_SHOWN_SIGNS:] if len(access) >= _SHORTEST_SHOWN else ""
    return CredentialSummary(credential_id, exchange, label, ending, added_at)


def _write_credential(credential: Credential) -> dict[str, str]:
    return {
        "id": credential.summary.id,
        "exchange": credential.summary.exchange,
        "label": credential.summary.label,
        "added_at": credential.summary.added_at.isoformat(),
        "access_key": credential.access_key.reveal(),
        "secret_key": credential.secret_key.reveal(),
    }


def _read_credential(entry: dict[str, str]) -> Credential:
    access_key = Secret(entry["access_key"])
    added_at = datetime.fromisoformat(entry["added_at"])
    summary = summary_of(entry["id"], entry["exchange"], entry["label"], access_key, added_at)
    return Credential(summary, access_key, Secret(entry["secret_key"]))
