"""The facts sheet's own vectors, and one source for what is sent and what is hashed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import jwt
import pytest

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.data_layer.exchanges.upbit.parameters import moment_text, parameters, plain_amount
from upbit_auto_trading.data_layer.exchanges.upbit.signing import AccessKey, UpbitSigner, query_hash
from upbit_auto_trading.utils.secret import Secret

ACCESS = "TESTACCESSKEYTESTACCESSKEYTESTACCESSKEY0"
SECRET = "TESTSECRETKEYTESTSECRETKEYTESTSECRETKEY0"
NONCE = "6f1c2f0e-3b0a-4c54-9a55-0d7a2f1b9c11"
TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhY2Nlc3Nfa2V5IjoiVEVTVEFDQ0VTU0tFWVRFU1RBQ0NFU1NLRVlURVNUQUNDRVNTS0VZMCIs"
    "Im5vbmNlIjoiNmYxYzJmMGUtM2IwYS00YzU0LTlhNTUtMGQ3YTJmMWI5YzExIn0.Xir7H-qbcSlUPLkOjmZ4C61k_isiBMKDz44h4-g0TgQ"
)
KEY = AccessKey(Secret(ACCESS), Secret(SECRET))

OPEN_ORDERS = parameters(market="KRW-BTC", states=("wait", "watch"), limit=50)
LIMIT_BUY = parameters(
    market="KRW-BTC",
    side="bid",
    ord_type="limit",
    price=Decimal("1.18E+8"),
    volume=Decimal("0.00100"),
    time_in_force=None,
    identifier="cli-0001",
)
WINDOW = parameters(start_time="2026-11-11T00:00:00+09:00", market="KRW-BTC")
VECTORS = [
    (
        OPEN_ORDERS,
        "market=KRW-BTC&states[]=wait&states[]=watch&limit=50",
        "1e0dc97c390d567f952a06a4cc90dde691253a97bb0726d93342f8de61716952"
        "d3903bb75bad666cbc8ef2c68c1cdb047ee8c034391d0cd0546524e75f66ff10",
    ),
    (
        LIMIT_BUY,
        "market=KRW-BTC&side=bid&ord_type=limit&price=118000000&volume=0.001&identifier=cli-0001",
        "458699a8e5aa67ab1b0d4b9de7bd8cb64c158f3a1204a24171da73443aed8131"
        "613d891978ca4c6a35140668615bedda62643f46875525a52b31f32cd35d2715",
    ),
    (
        WINDOW,
        "start_time=2026-11-11T00:00:00+09:00&market=KRW-BTC",
        "3dc72b315b86d3c1823fdfa5a5eb2ee88c3da7a5f580cd8ead085c0fea1e3182"
        "090ce777ba41e36000c2a374d7d6d7e859a898356d4ff1bdd8c52a161909d7c5",
    ),
]


def test_the_token_without_parameters_is_the_sheets() -> None:
    assert UpbitSigner(KEY, lambda: NONCE).authorization() == f"Bearer {TOKEN}"


@pytest.mark.parametrize(("given", "text", "digest"), VECTORS)
def test_what_is_hashed_is_the_decoded_text_in_order(given: object, text: str, digest: str) -> None:
    assert given.hashed_text() == text  # type: ignore[attr-defined]
    assert query_hash(text) == digest
    token = UpbitSigner(KEY).authorization(text).removeprefix("Bearer ")
    claims = jwt.decode(token, SECRET, algorithms=["HS256"])
    assert claims["query_hash"] == digest
    assert claims["query_hash_alg"] == "SHA512"
    assert claims["access_key"] == ACCESS


def test_the_url_is_the_encoded_form_of_the_same_text() -> None:
    assert WINDOW.url_query() == "start_time=2026-11-11T00%3A00%3A00%2B09%3A00&market=KRW-BTC"
    assert OPEN_ORDERS.url_query() == "market=KRW-BTC&states%5B%5D=wait&states%5B%5D=watch&limit=50"


def test_the_body_says_the_same_in_the_same_order() -> None:
    body = LIMIT_BUY.json_body()
    pairs = json.loads(body, object_pairs_hook=list)
    assert "&".join(f"{name}={value}" for name, value in pairs) == LIMIT_BUY.hashed_text()
    assert b'"price":"118000000"' in body, "amounts are texts in plain notation"
    assert b"null" not in body


def test_each_signature_has_a_nonce_of_its_own() -> None:
    signer = UpbitSigner(KEY)
    tokens = [signer.authorization("a=1").removeprefix("Bearer ") for _ in range(50)]
    assert len({jwt.decode(one, SECRET, algorithms=["HS256"])["nonce"] for one in tokens}) == 50


def test_a_replaced_key_signs_from_then_on() -> None:
    signer = UpbitSigner(KEY)
    other = AccessKey(Secret("O" * 40), Secret("S" * 40))
    signer.replace_key(other)
    assert jwt.decode(signer.authorization().removeprefix("Bearer "), "S" * 40, algorithms=["HS256"])["access_key"] == (
        "O" * 40
    )


@pytest.mark.parametrize(
    "wrong", ["", "short", "T" * 31, "T" * 200, "한" * 40, "T" * 20 + " " + "T" * 19, "T" * 40 + "\n"]
)
def test_what_cannot_be_a_key_is_refused_without_showing_it(wrong: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        AccessKey(Secret(ACCESS), Secret(wrong))
    assert caught.value.name == "secret_key"
    assert wrong == "" or wrong not in str(vars(caught.value))


def test_keys_of_the_practice_exchange_are_known_by_their_beginning() -> None:
    assert not KEY.is_of_practice
    assert AccessKey(Secret("PRACTICE" + "A" * 32), Secret(SECRET)).is_of_practice
    assert AccessKey(Secret(ACCESS), Secret("PRACTICE" + "A" * 32)).is_of_practice


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("1E+8", "100000000"),
        ("0.50000", "0.5"),
        ("100.00", "100"),
        ("0E-8", "0"),
        ("7.53E-4", "0.000753"),
        ("1E-8", "0.00000001"),
        ("12345678901234567890.123456789", "12345678901234567890.123456789"),
    ],
)
def test_amounts_are_written_plainly(amount: str, text: str) -> None:
    assert plain_amount("price", Decimal(amount)) == text


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1E+50", "1E-60", "sNaN"])
def test_what_is_no_amount_is_not_sent(amount: str) -> None:
    with pytest.raises(InvalidParameter):
        parameters(price=Decimal(amount))


@pytest.mark.parametrize("text", ["", "a b", "a\n", "\x00"])
def test_text_that_could_be_decoded_differently_is_not_sent(text: str) -> None:
    with pytest.raises(InvalidParameter):
        parameters(identifier=text)


def test_nothing_given_is_nothing_sent() -> None:
    assert not parameters(market=None)
    assert parameters(flag=True, other=False, count=3).hashed_text() == "flag=true&other=false&count=3"


def test_a_bound_within_a_second_is_rounded_up() -> None:
    moment = datetime(2026, 11, 18, 5, 20, 0, tzinfo=UTC)
    assert moment_text(moment) == "2026-11-18T05:20:00Z"
    assert moment_text(moment + timedelta(microseconds=1)) == "2026-11-18T05:20:01Z"
