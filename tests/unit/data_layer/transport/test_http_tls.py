"""Certificates and TLS: whatever is wrong with them, nothing of the request has left."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.certificates import Authority
from tests.fakes.wire_server import OK, Conversation, answering, serving
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.data_layer.transport.http import Fault, HttpRequest, HttpTransport, NoReply, NotSent, Timeouts

PATIENT = Timeouts(connect_seconds=5, read_seconds=5, total_seconds=10)
CLOCK = SystemClock()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def transport(authority: Authority) -> Iterator[HttpTransport]:
    transport = HttpTransport(CLOCK, ca_file=authority.ca_file)
    yield transport
    transport.close()


def order(url: str) -> HttpRequest:
    return HttpRequest("POST", url, {}, b"{}")


def test_a_trusted_server_is_spoken_to_over_a_kept_connection(transport: HttpTransport, authority: Authority) -> None:
    with serving(answering(), authority.server()) as server:
        for _ in range(5):
            assert transport.send(order(server.url()), PATIENT).status == 200
        assert server.connections == 1


@pytest.mark.parametrize("wrong", ["unknown authority", "certifi", "another address", "expired"])
def test_a_server_that_cannot_be_trusted_gets_nothing(authority: Authority, tmp_path: Path, wrong: str) -> None:
    ca_file: str | None = authority.ca_file
    context = authority.server()
    if wrong == "unknown authority":
        ca_file = Authority(tmp_path, "another authority").ca_file
    elif wrong == "certifi":
        ca_file = None
    elif wrong == "another address":
        context = authority.server(address="127.0.0.2")
    else:
        context = authority.server(is_expired=True)
    transport = HttpTransport(CLOCK, ca_file=ca_file)
    with serving(answering(), context) as server:
        with pytest.raises(NotSent) as caught:
            transport.send(order(server.url()), PATIENT)
        assert caught.value.fault is Fault.TLS
        assert server.requests == []
    transport.close()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_old_protocol_is_not_spoken(transport: HttpTransport, authority: Authority) -> None:
    context = authority.server()
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with serving(answering(), context) as server, pytest.raises(NotSent) as caught:
        transport.send(order(server.url()), PATIENT)
    assert caught.value.fault is Fault.TLS


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_newer_ones_are(transport: HttpTransport, authority: Authority, version: ssl.TLSVersion) -> None:
    context = authority.server()
    context.minimum_version = context.maximum_version = version
    with serving(answering(), context) as server:
        assert [transport.send(order(server.url()), PATIENT).status for _ in range(3)] == [200, 200, 200]
        assert server.connections == 1


def hello(conversation: Conversation) -> None:
    conversation.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def reset(conversation: Conversation) -> None:
    conversation.connection.recv(10)  # the handshake has begun; a reset before that is one of connecting
    conversation.reset()


@pytest.mark.parametrize("script", [hello, reset], ids=["plain http", "reset"])
def test_a_handshake_that_fails_is_not_sent(transport: HttpTransport, script: object) -> None:
    with serving(script) as server, pytest.raises(NotSent) as caught:  # type: ignore[arg-type]
        transport.send(order(server.url().replace("http:", "https:")), PATIENT)
    assert caught.value.fault is Fault.TLS


@pytest.mark.parametrize("is_dripping", [False, True])
def test_a_handshake_that_does_not_end_is_given_up(transport: HttpTransport, is_dripping: bool) -> None:
    def script(conversation: Conversation) -> None:
        if is_dripping:
            # The head of a handshake record of 16 kB, then its content by the byte.
            conversation.send(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
            conversation.drip(iter([b"\x03"] * 1000), 0.02)
        else:
            conversation.hang()

    with serving(script) as server:
        url = server.url().replace("http:", "https:")
        begun = CLOCK.monotonic()
        with pytest.raises(NotSent) as caught:
            transport.send(order(url), Timeouts(connect_seconds=0.4, read_seconds=5, total_seconds=9))
        assert CLOCK.monotonic() - begun < 2
    assert caught.value.fault is Fault.CONNECT_TIMEOUT


@pytest.mark.parametrize("ending", ["silence", "close", "drip"])
def test_after_the_handshake_it_may_have_arrived(transport: HttpTransport, authority: Authority, ending: str) -> None:
    def script(conversation: Conversation) -> None:
        conversation.request()
        if ending == "silence":
            conversation.hang()
        elif ending == "drip":
            conversation.drip(iter([b"H"] * 1000), 0.02)

    expected = {"silence": Fault.READ_TIMEOUT, "close": Fault.RESET, "drip": Fault.TOTAL_TIMEOUT}
    with serving(script, authority.server()) as server:
        begun = CLOCK.monotonic()
        with pytest.raises(NoReply) as caught:
            transport.send(order(server.url()), Timeouts(connect_seconds=5, read_seconds=0.5, total_seconds=1))
        assert CLOCK.monotonic() - begun < 2
        assert caught.value.fault is expected[ending]
        assert len(server.requests) == 1


def test_a_kept_connection_that_was_closed_while_idle_is_replaced(
    transport: HttpTransport, authority: Authority
) -> None:
    def script(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(OK)

    with serving(script, authority.server()) as server:
        for _ in range(3):
            assert transport.send(order(server.url()), PATIENT).status == 200
            assert server.one_ended.acquire(timeout=5)
        assert (server.connections, len(server.requests)) == (3, 3)


def test_session_keys_are_not_written_where_the_environment_asks_for_them(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "keys"
    monkeypatch.setenv("SSLKEYLOGFILE", str(keys))
    context = authority.server()
    transport = HttpTransport(CLOCK, ca_file=authority.ca_file)
    with serving(answering(), context) as server:
        assert transport.send(order(server.url()), PATIENT).status == 200
    transport.close()
    assert not keys.exists()
