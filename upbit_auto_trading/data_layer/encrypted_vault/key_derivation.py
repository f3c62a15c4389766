"""From a passphrase to a key: Argon2id, or scrypt where the OpenSSL build has no Argon2.

The costs are stored in the file, so they are hostile until checked: too low would weaken the next write, too
high would eat the memory of the machine.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, VaultFromNewerVersion
from upbit_auto_trading.utils.secret import Secret

SHORTEST_PASSPHRASE = 8
LONGEST_PASSPHRASE = 1_024
KEY_BYTES = 32

_MIB = 1_024  # Argon2 counts in KiB
_ARGON2_BOUNDS = ((64 * _MIB, 1_024 * _MIB), (1, 16), (1, 16))
_SCRYPT_BOUNDS = ((16, 20), (8, 8), (1, 4))


class KdfId(Enum):
    NONE = 0
    ARGON2ID = 1
    SCRYPT = 2


_BOUNDS = {
    KdfId.NONE: ((0, 0), (0, 0), (0, 0)),
    KdfId.ARGON2ID: _ARGON2_BOUNDS,
    KdfId.SCRYPT: _SCRYPT_BOUNDS,
}


@dataclass(frozen=True, slots=True)
class KdfCost:
    """Argon2id: memory in KiB, iterations, lanes. scrypt: log2(N), r, p. ValueError outside the bounds."""

    id: KdfId
    numbers: tuple[int, int, int]

    def __post_init__(self) -> None:
        for number, (lowest, highest) in zip(self.numbers, _BOUNDS[self.id], strict=True):
            if not lowest <= number <= highest:
                raise ValueError(f"{self.id.name}: {number} is outside {lowest} to {highest}")


NO_DERIVATION = KdfCost(KdfId.NONE, (0, 0, 0))
#: about 0.2 s on a small laptop; twice the memory of RFC 9106's second recommendation
ARGON2ID_COST = KdfCost(KdfId.ARGON2ID, (128 * _MIB, 3, 4))
#: the same memory where Argon2 is missing
SCRYPT_COST = KdfCost(KdfId.SCRYPT, (17, 8, 1))


def best_cost() -> KdfCost:
    """What a new passphrase is protected with on this machine."""
    return ARGON2ID_COST if _has_argon2() else SCRYPT_COST


def check_passphrase(passphrase: Secret | None) -> Secret:
    """The passphrase in one spelling; InvalidParameter (required, too-short, too-long).

    Hangul typed on macOS may arrive decomposed, on Windows composed: NFC makes both the same passphrase.
    """
    if passphrase is None or not passphrase:
        raise InvalidParameter("passphrase", None, "required", f"{SHORTEST_PASSPHRASE}…{LONGEST_PASSPHRASE}")
    normal = normalised(passphrase)
    length = len(normal.reveal())
    if length < SHORTEST_PASSPHRASE:
        raise InvalidParameter("passphrase", None, "too-short", str(SHORTEST_PASSPHRASE))
    if length > LONGEST_PASSPHRASE:
        raise InvalidParameter("passphrase", None, "too-long", str(LONGEST_PASSPHRASE))
    return normal


def normalised(passphrase: Secret) -> Secret:
    return Secret(unicodedata.normalize("NFC", passphrase.reveal()))


def derive_key(passphrase: Secret, salt: bytes, cost: KdfCost) -> bytes:
    """The wrapping key of a passphrase that :func:`normalised` has brought into one spelling."""
    # A lone surrogate cannot come from a keyboard, but must not crash: it is simply another passphrase.
    material = passphrase.reveal().encode("utf-8", "surrogatepass")
    first, second, third = cost.numbers
    match cost.id:
        case KdfId.ARGON2ID:
            from cryptography.exceptions import UnsupportedAlgorithm
            from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

            try:
                argon2 = Argon2id(salt=salt, length=KEY_BYTES, iterations=second, lanes=third, memory_cost=first)
            except UnsupportedAlgorithm as error:
                raise VaultFromNewerVersion("this build of OpenSSL has no Argon2id") from error
            return argon2.derive(material)
        case KdfId.SCRYPT:
            from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

            return Scrypt(salt=salt, length=KEY_BYTES, n=1 << first, r=second, p=third).derive(material)
        case _:
            raise ValueError("this file is not protected by a passphrase")


def _has_argon2() -> bool:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    try:
        Argon2id(salt=b"\0" * 16, length=KEY_BYTES, iterations=1, lanes=1, memory_cost=8)
    except UnsupportedAlgorithm:
        return False
    return True
