"""Secrets do not survive the scrubber; what people need to read does."""

from __future__ import annotations

import base64
import getpass
import string
from pathlib import Path
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.config import text_scrubber
from upbit_auto_trading.config.text_scrubber import LEFT_OUT, scrub

LETTERS_AND_DIGITS = string.ascii_letters + string.digits


@given(st.binary(min_size=24, max_size=64), st.sampled_from(["{}", "key {} given", "(x={})", "'{}'", "a/{}"]))
def test_random_bytes_in_any_usual_notation_disappear(secret: bytes, place: str) -> None:
    for token in (secret.hex(), secret.hex().upper()):
        assert token not in scrub(place.format(token))


@given(st.text(LETTERS_AND_DIGITS, min_size=25, max_size=64))
def test_runs_of_letters_and_digits_as_long_as_a_key_disappear_unless_they_are_words(token: str) -> None:
    assert token not in scrub(f"refused {token}.") or text_scrubber.is_ordinary(token)


def test_keys_as_exchanges_make_them_disappear() -> None:
    """Ten thousand tokens from a fixed stream: the counts are printed by the failure."""
    kept = []
    for number in range(5_000):
        digest = __import__("hashlib").sha512(str(number).encode()).digest()
        for token in (
            base64.b64encode(digest[:30]).decode(),
            base64.urlsafe_b64encode(digest[:32]).decode(),
            "".join(LETTERS_AND_DIGITS[byte % 62] for byte in digest[:40]),
        ):
            if token in scrub(f"exchange said no to {token} today"):
                kept.append(token)
    assert kept == []


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer abc.def", "abc.def"),
        ("{'Authorization': 'Bearer abc123'}", "abc123"),
        ("password=hunter2", "hunter2"),
        ('"passphrase": "correct-horse"', "correct-horse"),
        ("upbit_access_key = AKfoo", "AKfoo"),
        ("MY_SECRET:xyz", "xyz"),
        ("token eyJhbGciOi.J9.c2ln", "eyJ"),
        ("GET https://api.example.com/v1/orders?market=KRW-BTC&uuid=12 failed", "uuid=12"),
        ("/v1/x?nonce=1)", "nonce=1"),
    ],
)
def test_labelled_values_and_queries_disappear(text: str, secret: str) -> None:
    cleaned = scrub(text)
    assert secret not in cleaned
    assert LEFT_OUT in cleaned


@pytest.mark.parametrize(
    "text",
    [
        "/opt/python3/site-packages/upbit_auto_trading/data_layer/background_scheduler.py",
        "QObject::startTimer: Timers cannot be started from another thread",
        "test_a_very_long_function_name_of_ours_is_kept",
        "token expired",
        "no such table: scheduled_runs",
        r"C:\Programs\thing",
        "upbit-autotrader-20261120.12.jsonl",
        "주문을 보냈어요: KRW-BTC 0.0012개",
    ],
)
def test_ordinary_texts_stay(text: str) -> None:
    assert scrub(text) == text


def test_the_home_folder_is_a_tilde_in_any_notation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/kim.minsu"))
    monkeypatch.setenv("LOGNAME", "kim.minsu")
    text_scrubber._home_pattern.cache_clear()
    text_scrubber._user_pattern.cache_clear()
    try:
        assert scrub("'/home/kim.minsu/data/x'") == "'~/data/x'"
        assert scrub(r"\\HOME\\Kim.Minsu\\data") == r"~\\data"
        assert scrub("/home/kim.minsu2/x") == "/home/kim.minsu2/x"
        assert getpass.getuser() == "kim.minsu"
        assert scrub("/media/kim.minsu/usb") == "/media/[user]/usb"
    finally:
        text_scrubber._home_pattern.cache_clear()
        text_scrubber._user_pattern.cache_clear()


@pytest.mark.parametrize(
    "text",
    ["a" * 9_000, "password " * 900, "-" * 9_000, "aA" * 4_000 + "!", "?" * 9_000, "abcdefghijklmnopqrst." * 400],
)
def test_no_text_makes_it_slow(text: str) -> None:
    """Of the processor, so that other work on the machine does not count; what backtracks takes minutes."""
    started = thread_time()
    cleaned = scrub(text)
    assert thread_time() - started < 0.5
    assert len(cleaned) <= text_scrubber.LONGEST_TEXT + 1
