"""A secret never shows itself, whatever is done to it."""

from __future__ import annotations

import copy
import dataclasses
import io
import json
import logging
import pickle
import string
import traceback

import pytest

from upbit_auto_trading.utils.secret import Secret, looks_like_secret

VALUE = "Zq3kV81mX0pLw92ncJd7uTya"


@dataclasses.dataclass(frozen=True)
class Holder:
    key: Secret


@pytest.fixture
def secret() -> Secret:
    return Secret(VALUE)


def test_only_reveal_gives_it_away(secret: Secret) -> None:
    assert secret.reveal() == VALUE


def test_no_text_of_it_shows_it(secret: Secret) -> None:
    texts = [
        str(secret),
        repr(secret),
        ascii(secret),
        f"{secret}",
        f"{secret!r:>40}",
        f"{secret:>40}",
        "%s %r" % (secret, secret),  # noqa: UP031 - each way of formatting is tried
        "{0} {0!s}".format(secret),  # noqa: UP032
        string.Template("$key").substitute(key=secret),
        repr([secret, {"key": secret}]),
        repr(Holder(secret)),
        str(ValueError(secret)),
        repr(dir(secret)),
    ]
    assert all(VALUE not in text for text in texts)
    assert texts[0] == "***"


def test_logging_masks_it(secret: Secret) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.Logger("test")
    logger.addHandler(handler)
    logger.warning("key %s %r", secret, {"key": secret})
    assert stream.getvalue() == "key *** {'key': ***}\n"


def test_a_traceback_with_locals_masks_it(secret: Secret) -> None:
    try:
        raise RuntimeError("refused", secret)
    except RuntimeError as error:
        text = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "***" in text
    assert f"{VALUE!r}" not in text.replace(f"VALUE = '{VALUE}'", "")


@pytest.mark.parametrize(
    "carry_away",
    [
        pickle.dumps,
        lambda secret: pickle.dumps(secret, protocol=0),
        copy.copy,
        copy.deepcopy,
        json.dumps,
        lambda secret: dataclasses.asdict(Holder(secret)),
        lambda secret: secret.__getstate__(),
        hash,
        vars,
        iter,
        len,
        bytes,
        lambda secret: secret < Secret("b"),
        lambda secret: secret + "x",
    ],
)
def test_it_cannot_be_carried_away(secret: Secret, carry_away: object) -> None:
    assert callable(carry_away)
    with pytest.raises(TypeError) as refusal:
        carry_away(secret)
    assert VALUE not in str(refusal.value)


def test_it_has_no_place_for_other_attributes(secret: Secret) -> None:
    with pytest.raises(AttributeError):
        secret.other = 1  # type: ignore[attr-defined]


def test_equality_compares_values_and_only_secrets(secret: Secret) -> None:
    assert secret == Secret(VALUE)
    assert secret != Secret(VALUE + "x")
    assert secret != VALUE
    assert Secret("가") != Secret("\udc80")
    assert bool(secret)
    assert not Secret("")


def test_it_is_made_of_text_only() -> None:
    with pytest.raises(TypeError, match="not of bytes"):
        Secret(b"abc")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (VALUE, True),
        (f"my key is {VALUE}!", True),
        ("0123456789abcdef0123456789abcdef", True),
        ("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", True),
        ("주 계좌", False),
        ("upbit-autotrader-20261121T023000Z-manual.zip", False),
        ("123e4567-e89b-12d3-a456-426614174000", False),
        ("2026-11-21T02:30:00.123456+00:00", False),
        ("abcdefghijklmnopqrstuvwxyzabcdefgh", False),
        ("1" * 60, False),
        ("", False),
    ],
)
def test_what_looks_like_a_key(text: str, expected: bool) -> None:
    assert looks_like_secret(text) is expected
