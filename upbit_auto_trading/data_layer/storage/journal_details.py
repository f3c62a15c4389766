"""What a line of the security journal may say. A name outside this list, or a value like an API key, is our bug."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.utils.secret import looks_like_secret

ALLOWED_NAMES = frozenset(
    {
        # how it went
        "result", "error", "reason", "retry_at",
        # keys
        "credential", "exchange", "label", "access_key_ending", "key_source", "key_source_before", "file",
        # settings and limits
        "setting", "before", "after",
        # trading
        "market", "session", "strategy", "mode", "permission", "address", "text",
        # files
        "backup", "made_at", "before_restore", "component", "sha256", "version",
    }
)  # fmt: skip
LONGEST_VALUE = 500

# Names of the user's own files: long runs of letters and digits are nothing unusual there.
_FILE_NAMES = frozenset({"backup", "before_restore", "component", "file"})
_SHA256 = re.compile(r"[0-9a-f]{64}")


def checked_details(details: Mapping[str, str]) -> str:
    """The canonical JSON that is hashed and stored. The message of an error names the field, never the value."""
    for name, value in details.items():
        if name not in ALLOWED_NAMES:
            raise InvariantBroken(f"the security journal knows no field {name[:40]!r}")
        if not isinstance(value, str) or len(value) > LONGEST_VALUE:
            raise InvariantBroken(f"the field {name!r} of the security journal takes short texts only")
        if _could_be_secret(name, value):
            raise InvariantBroken(f"the field {name!r} of the security journal was given something like a key")
    return json.dumps(dict(details), sort_keys=True, separators=(",", ":"))


def _could_be_secret(name: str, value: str) -> bool:
    if name in _FILE_NAMES or (name == "sha256" and _SHA256.fullmatch(value)):
        return False
    return looks_like_secret(value)
