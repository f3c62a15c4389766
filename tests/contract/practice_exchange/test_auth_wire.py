"""Sheet 2 and the first lines of 6.2: who may ask, and what is said to those who may not."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest

from tests.contract.practice_exchange.plain_client import PlainClient, Reply, token
from tests.contract.practice_exchange.served import ACCOUNT, Served
from upbit_auto_trading.business_logic.domain.exchange_key import Right
from upbit_auto_trading.data_layer.practice_exchange.practice_key import PracticeKey

ORDERS = "/v1/orders/open"


def with_token(client: PlainClient, bearer: str, target: str = "/v1/accounts") -> Reply:
    return client.send("GET", target, headers={"Authorization": bearer})


def client_of(exchange: Served, key: PracticeKey) -> PlainClient:
    return PlainClient(exchange.port, key.access_key, key.secret_key.reveal())


@pytest.mark.sheet("2.4")
def test_practice_keys_are_recognised_by_their_beginning(exchange: Served) -> None:
    for value in (exchange.key.access_key, exchange.key.secret_key.reveal()):
        assert value.startswith("PRACTICE")
        assert len(value) == 40


@pytest.mark.sheet("2.1")
@pytest.mark.parametrize("algorithm", ["HS256", "HS512"])
def test_both_algorithms_are_verified(client: PlainClient, algorithm: str) -> None:
    assert with_token(client, client.bearer(algorithm=algorithm)).status == 200
    wrong = token("not this", "secret", algorithm=algorithm)
    assert with_token(client, f"Bearer {wrong}").error == "invalid_access_key"


@pytest.mark.sheet("2.1")
def test_other_algorithms_are_not(client: PlainClient) -> None:
    assert with_token(client, client.bearer(algorithm="HS384")).error == "jwt_verification"


@pytest.mark.sheet("2.3", "6.2")
@pytest.mark.parametrize(
    "header", [{}, {"Authorization": ""}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer "}]
)
def test_no_token(client: PlainClient, header: dict[str, str]) -> None:
    reply = client.send("GET", "/v1/accounts", headers=header)
    assert (reply.status, reply.error) == (401, "no_authorization_token")
    assert reply.message == "Please check Authorization Header"


@pytest.mark.sheet("2.3", "6.2")
@pytest.mark.parametrize(
    "written", ["abc", "a.b", "a.b.c", "eyJhIjoxfQ.eyJhIjoxfQ.x", "....", "W10.W10.AA", "e30.e30.AA", "한.글.자"]
)
def test_an_unreadable_token(client: PlainClient, written: str) -> None:
    reply = client.send(
        "GET", "/v1/accounts", headers={"Authorization": f"Bearer {written}".encode().decode("latin-1")}
    )
    assert (reply.status, reply.error) == (401, "jwt_verification")
    assert reply.message == "Failed to verify Jwt token."


@pytest.mark.sheet("2.3", "6.2")
def test_a_wrong_signature_and_missing_claims(exchange: Served, client: PlainClient) -> None:
    forged = token(exchange.key.access_key, "PRACTICEwrong")
    assert with_token(client, f"Bearer {forged}").error == "jwt_verification"
    assert with_token(client, client.bearer(nonce=None)).error == "jwt_verification"
    assert with_token(client, client.bearer(nonce="")).error == "jwt_verification"
    assert with_token(client, client.bearer(nonce=7)).error == "jwt_verification"
    assert with_token(client, client.bearer(access_key=None)).error == "jwt_verification"
    # the body of one token with the signature of another
    head, _body, _signature = client.bearer().split(".")
    _head, body, signature = client.bearer().split(".")
    assert with_token(client, f"{head}.{body}.{signature}").status == 200
    assert with_token(client, f"{head}.{_body}.{signature}").error == "jwt_verification"


@pytest.mark.sheet("6.2")
def test_an_unknown_key_in_both_languages(exchange: Served, client: PlainClient) -> None:
    unknown = f"Bearer {token('X' * 40, 'Y' * 40)}"
    reply = with_token(client, unknown)
    assert (reply.status, reply.error, reply.message) == (401, "invalid_access_key", "잘못된 엑세스 키입니다.")
    exchange.turn("key-message", "english")
    assert with_token(client, unknown).message == "Invalid access key"


@pytest.mark.sheet("2.1", "2.2", "6.2")
def test_a_nonce_counts_once(client: PlainClient) -> None:
    bearer = client.bearer()
    assert with_token(client, bearer).status == 200
    again = with_token(client, bearer)
    assert (again.status, again.error) == (401, "nonce_used")
    # even where the first use of it failed
    failed = client.bearer("limit=1")
    assert with_token(client, failed, f"{ORDERS}?limit=2").error == "invalid_query_payload"
    assert with_token(client, failed, f"{ORDERS}?limit=1").error == "nonce_used"


@pytest.mark.sheet("2.2")
def test_the_hash_is_of_the_decoded_query_in_the_order_sent(client: PlainClient) -> None:
    in_order = "market=KRW-BTC&states[]=wait&states[]=watch&limit=50"
    turned = "limit=50&market=KRW-BTC&states[]=wait&states[]=watch"
    raw = f"{ORDERS}?{in_order}"
    coded = raw.replace("[]", "%5B%5D")
    assert with_token(client, client.bearer(in_order), raw).status == 200
    assert with_token(client, client.bearer(in_order), coded).status == 200
    assert with_token(client, client.bearer(turned), raw).error == "invalid_query_payload"
    # of the encoded text: the mistake of many
    assert with_token(client, client.bearer(in_order.replace("[]", "%5B%5D")), coded).error == "invalid_query_payload"
    assert with_token(client, client.bearer(in_order.replace("[]", "")), raw).error == "invalid_query_payload"


@pytest.mark.sheet("2.2", "4.6")
def test_a_time_with_its_zone_is_hashed_decoded(client: PlainClient) -> None:
    decoded = "start_time=2026-11-11T00:00:00+09:00&market=KRW-BTC"
    target = "/v1/orders/closed?start_time=2026-11-11T00%3A00%3A00%2B09%3A00&market=KRW-BTC"
    assert with_token(client, client.bearer(decoded), target).status == 200
    assert with_token(client, client.bearer(target.partition("?")[2]), target).error == "invalid_query_payload"


@pytest.mark.sheet("2.2", "6.1")
def test_unencoded_colons_and_pluses(exchange: Served, client: PlainClient) -> None:
    raw = "start_time=2026-11-11T00:00:00%2B09:00"
    decoded = "start_time=2026-11-11T00:00:00+09:00"
    target = f"/v1/orders/closed?{raw}"
    assert with_token(client, client.bearer(decoded), target).error == "invalid_parameter"
    plus = "start_time=2026-11-11T00%3A00%3A00+09%3A00"
    assert with_token(client, client.bearer(decoded), f"/v1/orders/closed?{plus}").error == "invalid_parameter"
    public = client.send("GET", "/v1/candles/minutes/1?market=KRW-BTC&to=2026-11-18T05:20:00Z")
    assert (public.status, public.message) == (400, "Invalid parameter. Check the given value!")

    exchange.turn("raw-colon", "taken")
    assert with_token(client, client.bearer(decoded), target).status == 200
    assert client.send("GET", "/v1/candles/minutes/1?market=KRW-BTC&to=2026-11-18T05:20:00Z").status == 200


@pytest.mark.sheet("2.2")
def test_parameters_and_hash_come_together_or_not_at_all(client: PlainClient) -> None:
    assert with_token(client, client.bearer(), f"{ORDERS}?limit=1").error == "invalid_query_payload"
    assert with_token(client, client.bearer("limit=1")).error == "invalid_query_payload"
    bare = client.bearer("limit=1", query_hash_alg=None)
    assert with_token(client, bare, f"{ORDERS}?limit=1").status == 200
    other = client.bearer("limit=1", query_hash=hashlib.sha256(b"limit=1").hexdigest(), query_hash_alg="SHA256")
    assert with_token(client, other, f"{ORDERS}?limit=1").error == "invalid_query_payload"
    reply = with_token(client, client.bearer(query_hash=7), f"{ORDERS}?limit=1")
    assert reply.error == "jwt_verification"


def post(client: PlainClient, body: str, hashed: str, content_type: str = "application/json") -> Reply:
    headers = {"Authorization": client.bearer(hashed), "Content-Type": content_type}
    return client.send("POST", "/v1/orders/test", body.encode(), headers)


@pytest.mark.sheet("2.2")
def test_a_body_is_hashed_as_a_query_in_its_own_order(client: PlainClient) -> None:
    body = {"market": "KRW-BTC", "side": "bid", "ord_type": "limit", "price": "118000000", "volume": "0.001"}
    hashed = "&".join(f"{name}={value}" for name, value in body.items())
    assert post(client, json.dumps(body), hashed).status == 201
    backwards = json.dumps(dict(reversed(body.items())))
    assert post(client, backwards, hashed).error == "invalid_query_payload"
    assert post(client, json.dumps(body), json.dumps(body)).error == "invalid_query_payload"
    # a number is hashed as it was spelt
    numbers = '{"market":"KRW-BTC","side":"bid","ord_type":"limit","price":118000000,"volume":0.00100}'
    spelt = "market=KRW-BTC&side=bid&ord_type=limit&price=118000000&volume=0.00100"
    assert post(client, numbers, spelt).status == 201
    # a null is as good as left out
    assert post(client, json.dumps(body | {"identifier": None}), hashed).status == 201


@pytest.mark.sheet("0.1", "1")
@pytest.mark.parametrize(
    "body", ["market=KRW-BTC&side=bid", "[1]", "{", '"text"', '{"market": {"a": 1}}', '{"price": NaN}']
)
def test_anything_but_a_json_object_is_refused(client: PlainClient, body: str) -> None:
    is_form = body.startswith("market=")
    content_type = "application/x-www-form-urlencoded" if is_form else "application/json"
    reply = post(client, body, "market=KRW-BTC&side=bid", content_type)
    assert (reply.status, reply.error) == (400, "invalid_parameter")
    assert client.send("POST", "/v1/orders/test", body.encode()).error == "no_authorization_token"


def test_a_question_may_come_in_the_body_as_a_widely_used_client_does(client: PlainClient) -> None:
    headers = {"Authorization": client.bearer("market=KRW-BTC"), "Content-Type": "application/x-www-form-urlencoded"}
    reply = client.send("GET", "/v1/orders/chance", b"market=KRW-BTC", headers)
    assert (reply.status, reply.json["market"]["id"]) == (200, "KRW-BTC")
    wrong = {**headers, "Authorization": client.bearer("market=KRW-XRP")}
    assert client.send("GET", "/v1/orders/chance", b"market=KRW-BTC", wrong).error == "invalid_query_payload"


@pytest.mark.sheet("1", "6.2")
def test_a_delete_takes_no_body(client: PlainClient) -> None:
    reply = client.send("DELETE", "/v1/order", b'{"uuid":"1"}', {"Authorization": client.bearer("uuid=1")})
    assert (reply.status, reply.error) == (400, "QUERY_PARAMETER_NOT_SUPPORTED")


@pytest.mark.sheet("2.4", "6.2")
def test_rights_decide_what_a_key_may_ask(exchange: Served, client: PlainClient) -> None:
    viewer = client_of(exchange, exchange.add_key(rights=frozenset({Right.VIEW_ORDERS})))
    assert viewer.ask("GET", ORDERS).status == 200
    for reply in (
        viewer.ask("GET", "/v1/accounts"),
        viewer.ask("DELETE", "/v1/order", uuid="1"),
        viewer.order(market="KRW-BTC"),
        viewer.post("/v1/orders/cancel_and_new", prev_order_uuid="1"),
    ):
        assert (reply.status, reply.error) == (401, "out_of_scope")
    exchange.turn("scope-status", "403")
    assert viewer.ask("GET", "/v1/accounts").status == 403
    nothing = client_of(exchange, exchange.add_key(rights=frozenset()))
    assert nothing.ask("GET", ORDERS).error == "out_of_scope"
    # these two need a token and nothing else
    assert nothing.ask("GET", "/v1/api_keys").status == 200
    assert nothing.ask("GET", "/v1/status/wallet").status == 200
    viewer.close()
    nothing.close()


@pytest.mark.sheet("2.4", "6.2", "9")
def test_keys_expire_and_know_their_addresses(exchange: Served, client: PlainClient) -> None:
    short = client_of(exchange, exchange.add_key(valid_for=timedelta(minutes=1)))
    assert short.ask("GET", "/v1/accounts").status == 200
    exchange.pass_time(timedelta(minutes=1))
    reply = short.ask("GET", "/v1/accounts")
    assert (reply.status, reply.error) == (401, "expired_access_key")

    elsewhere = client_of(exchange, exchange.add_key(addresses=("203.0.113.5",)))
    reply = elsewhere.ask("GET", "/v1/accounts")
    assert (reply.status, reply.error, reply.message) == (401, "no_authorization_ip", "This is not a verified IP.")
    exchange.turn("address-name", "no_authorization_i_p")
    assert elsewhere.ask("GET", "/v1/accounts").error == "no_authorization_i_p"
    here = client_of(exchange, exchange.add_key(addresses=("127.0.0.1",)))
    assert here.ask("GET", "/v1/accounts").status == 200
    for one in (short, elsewhere, here):
        one.close()


@pytest.mark.sheet("2.3", "11.8")
def test_faults_are_told_in_the_recommended_order(exchange: Served, client: PlainClient) -> None:
    """One request with every fault; each, once mended, uncovers the next."""
    key = exchange.add_key(rights=frozenset(), valid_for=timedelta(seconds=-1), addresses=("203.0.113.5",))
    faulty = client_of(exchange, key)
    bearer = faulty.bearer("limit=1")
    target = "/v1/accounts?limit=2"
    assert with_token(client, bearer[:-3] + "AAA", target).error == "jwt_verification"
    assert with_token(client, bearer, target).error == "expired_access_key"
    renewed = exchange.add_key(rights=frozenset(), addresses=("203.0.113.5",))
    assert with_token(client, client_of(exchange, renewed).bearer("limit=1"), target).error == "no_authorization_ip"
    placed = client_of(exchange, exchange.add_key(rights=frozenset()))
    once = placed.bearer("limit=1")
    assert with_token(client, once, target).error == "invalid_query_payload"
    assert with_token(client, once, target).error == "nonce_used"
    assert with_token(client, placed.bearer("limit=2"), target).error == "out_of_scope"

    exchange.turn("check-order", "scope-first")
    assert with_token(client, placed.bearer("limit=1"), target).error == "out_of_scope"


@pytest.mark.sheet("2.4")
def test_keys_of_one_pocket_share_its_orders_and_others_see_none(exchange: Served, client: PlainClient) -> None:
    placed = client.order(market="KRW-BTC", side="bid", ord_type="limit", price="118000000", volume="0.001")
    twin = client_of(exchange, exchange.add_key(ACCOUNT))
    assert [order["uuid"] for order in twin.ask("GET", ORDERS).json] == [placed.json["uuid"]]
    exchange.do(lambda: exchange.world.open_account("other", {}))
    stranger = client_of(exchange, exchange.add_key("other"))
    assert stranger.ask("GET", ORDERS).json == []
    assert stranger.ask("GET", "/v1/order", uuid=placed.json["uuid"]).error == "order_not_found"
    twin.close()
    stranger.close()
