"""Tokens and query hashes against the vectors of the facts sheet: 2.1 to 2.3."""

from __future__ import annotations

import hashlib

import pytest

from upbit_auto_trading.data_layer.practice_exchange import parameters
from upbit_auto_trading.data_layer.practice_exchange.auth import Nonces, parse_token
from upbit_auto_trading.data_layer.practice_exchange.error_bodies import ApiError
from upbit_auto_trading.data_layer.practice_exchange.parameters import UnreadableParameters

ACCESS = "TESTACCESSKEYTESTACCESSKEYTESTACCESSKEY0"
SECRET = b"TESTSECRETKEYTESTSECRETKEYTESTSECRETKEY0"
NONCE = "6f1c2f0e-3b0a-4c54-9a55-0d7a2f1b9c11"
_CLAIMS = (
    "eyJhY2Nlc3Nfa2V5IjoiVEVTVEFDQ0VTU0tFWVRFU1RBQ0NFU1NLRVlURVNUQUNDRVNTS0VZMCIsIm5vbmNlIjoiNmYxYzJmMGUtM2IwYS00"
    "YzU0LTlhNTUtMGQ3YTJmMWI5YzExIn0"
)
VECTORS = {
    "HS256": f"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{_CLAIMS}.Xir7H-qbcSlUPLkOjmZ4C61k_isiBMKDz44h4-g0TgQ",
    "HS512": (
        f"eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.{_CLAIMS}."
        "iquzgj2ztfBUqNdbXFwhU-u5AagqT_9OYCxQ_j5YnXSBhmeB20P5zcQQqzJ4WqCAkuGfBQU32ofL_39Y8EK7ig"
    ),
}


@pytest.mark.sheet("2.1", "2.3")
@pytest.mark.parametrize("algorithm", VECTORS)
def test_the_sheets_tokens_are_verified(algorithm: str) -> None:
    token = parse_token(VECTORS[algorithm])
    assert (token.access_key, token.nonce, token.query_hash) == (ACCESS, NONCE, None)
    assert token.is_signed_by(SECRET)
    assert not token.is_signed_by(SECRET + b"x")


@pytest.mark.sheet("2.1")
def test_a_token_does_not_say_itself_by_which_key_it_is_signed() -> None:
    """Swapped heads: HS512's signature under HS256's head, and none at all."""
    head = VECTORS["HS256"].partition(".")[0]
    _head, claims, signature = VECTORS["HS512"].split(".")
    assert not parse_token(f"{head}.{claims}.{signature}").is_signed_by(SECRET)
    assert not parse_token(f"{head}.{claims}.").is_signed_by(SECRET)
    nobody = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    with pytest.raises(ApiError):
        parse_token(f"{nobody}.{claims}.")


@pytest.mark.sheet("2.2", "2.3")
@pytest.mark.parametrize(
    ("raw", "digest"),
    [
        (
            "market=KRW-BTC&states[]=wait&states[]=watch&limit=50",
            "1e0dc97c390d567f952a06a4cc90dde691253a97bb0726d93342f8de61716952"
            "d3903bb75bad666cbc8ef2c68c1cdb047ee8c034391d0cd0546524e75f66ff10",
        ),
        (
            "market=KRW-BTC&states%5B%5D=wait&states%5B%5D=watch&limit=50",
            "1e0dc97c390d567f952a06a4cc90dde691253a97bb0726d93342f8de61716952"
            "d3903bb75bad666cbc8ef2c68c1cdb047ee8c034391d0cd0546524e75f66ff10",
        ),
        (
            "start_time=2026-11-11T00%3A00%3A00%2B09%3A00&market=KRW-BTC",
            "3dc72b315b86d3c1823fdfa5a5eb2ee88c3da7a5f580cd8ead085c0fea1e3182"
            "090ce777ba41e36000c2a374d7d6d7e859a898356d4ff1bdd8c52a161909d7c5",
        ),
    ],
)
def test_the_sheets_queries_hash_as_it_says(raw: str, digest: str) -> None:
    (hashed,) = parameters.of_query(raw).hashed
    assert hashlib.sha512(hashed.encode()).hexdigest() == digest


@pytest.mark.sheet("2.2", "2.3")
def test_the_sheets_body_hashes_as_it_says() -> None:
    body = (
        b'{"market":"KRW-BTC","side":"bid","ord_type":"limit","price":"118000000","volume":"0.001",'
        b'"identifier":"cli-0001"}'
    )
    (hashed,) = parameters.of_json(body).hashed
    assert hashlib.sha512(hashed.encode()).hexdigest() == (
        "458699a8e5aa67ab1b0d4b9de7bd8cb64c158f3a1204a24171da73443aed8131"
        "613d891978ca4c6a35140668615bedda62643f46875525a52b31f32cd35d2715"
    )


@pytest.mark.sheet("2.2")
def test_a_body_is_rendered_as_it_was_written() -> None:
    found = parameters.of_json(b'{"a":1.50,"b":1e-05,"c":true,"d":["x","y"],"e":null,"f":""}')
    assert found.hashed == ("a=1.50&b=1e-05&c=true&d[]=x&d[]=y&f=", "a=1.50&b=1e-05&c=true&d[]=x&d[]=y&e=null&f=")
    assert (found.one("a"), found.one("e"), found.one("f")) == ("1.50", None, None)
    assert found.many("d") == ["x", "y"]


@pytest.mark.sheet("2.2")
def test_a_query_keeps_its_plus_where_it_is_hashed() -> None:
    found = parameters.of_query("to=a+b&pairs=KRW-BTC,KRW-ETH&empty=&bare")
    assert found.hashed == ("to=a+b&pairs=KRW-BTC,KRW-ETH&empty=&bare",)
    assert found.one("to") == "a b"
    assert found.listed("pairs") == ["KRW-BTC", "KRW-ETH"]
    assert (found.one("empty"), found.one("bare"), found.one("missing")) == (None, None, None)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"1", b"{", b'{"a":{}}', b'{"a":[[1]]}', b'{"a":Infinity}', b"\xff", b"[" * 9999]
)
def test_no_object_is_not_read(body: bytes) -> None:
    with pytest.raises(UnreadableParameters):
        parameters.of_json(body)


@pytest.mark.sheet("2.1")
def test_nonces_are_remembered_for_each_key_and_forgotten_in_the_end() -> None:
    nonces = Nonces(most=3)
    assert [nonces.use("a", nonce) for nonce in "1123"] == [True, False, True, True]
    assert nonces.use("b", "1")
    assert nonces.use("a", "4")
    assert not nonces.use("a", "2")
    assert nonces.use("a", "1")
