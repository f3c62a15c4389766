"""What may be stored: labels, access keys and secret keys, as a person types or pastes them.

Reasons: ``empty``, ``too-long``, ``not-printable`` (also white space inside a key), ``label-taken``,
``key-already-stored``, ``looks-like-a-key`` (a key pasted into the label's field), ``too-many``, ``unknown``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.utils.secret import Secret, looks_like_secret

LONGEST_LABEL = 60
LONGEST_EXCHANGE = 40
LONGEST_KEY = 4_096
MOST_CREDENTIALS = 200


def checked_label(label: str) -> str:
    text = _checked_text("label", unicodedata.normalize("NFC", label), LONGEST_LABEL)
    if looks_like_secret(text):
        raise InvalidParameter("label", None, "looks-like-a-key")
    return text


def checked_exchange(exchange: str) -> str:
    return _checked_text("exchange", exchange, LONGEST_EXCHANGE)


def checked_key(name: str, key: Secret) -> Secret:
    """``name`` is ``access_key`` or ``secret_key``. The value itself never gets into an error."""
    text = key.reveal().strip()
    if not text:
        raise InvalidParameter(name, None, "empty")
    if len(text) > LONGEST_KEY:
        raise InvalidParameter(name, None, "too-long", str(LONGEST_KEY))
    if not text.isprintable() or any(sign.isspace() for sign in text):
        raise InvalidParameter(name, None, "not-printable")
    return Secret(text)


def check_label_free(exchange: str, label: str, taken: Iterable[tuple[str, str]]) -> None:
    """``taken``: exchange and label of the other keys. "Main" and "main" look alike in a list, so they are alike."""
    if (exchange, label.casefold()) in {(other, used.casefold()) for other, used in taken}:
        raise InvalidParameter("label", label, "label-taken")


def _checked_text(name: str, text: str, longest: int) -> str:
    stripped = text.strip()
    if not stripped:
        raise InvalidParameter(name, text, "empty")
    if len(stripped) > longest:
        raise InvalidParameter(name, None, "too-long", str(longest))
    if not stripped.isprintable():
        raise InvalidParameter(name, None, "not-printable")
    return stripped
