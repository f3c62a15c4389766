"""The promise of ``HttpTransport.send``, over real sockets: what was not sent, what may have been, and when it ends."""

from __future__ import annotations

import gzip
import itertools
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.refusing_port import refusing_port
from tests.fakes.wire_server import OK, Conversation, Script, answering, serving
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.data_layer.transport.http import (
    Fault,
    HttpRequest,
    HttpTransport,
    NoReply,
    NotSent,
    Timeouts,
)

PATIENT = Timeouts(connect_seconds=5, read_seconds=5, total_seconds=10)
CLOCK = SystemClock()


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    transport = HttpTransport(CLOCK, user_agent="Tests/1")
    transport.load_library()
    yield transport
    transport.close()


def get(url: str) -> HttpRequest:
    return HttpRequest("GET", url)


def order(url: str, name: str = "one") -> HttpRequest:
    return HttpRequest("POST", url, {"Content-Type": "application/json"}, b'{"identifier":"%s"}' % name.encode())


def fault_of(act: Callable[[], object], kind: type[NotSent] | type[NoReply]) -> Fault:
    with pytest.raises(kind) as caught:
        act()
    return caught.value.fault


def within(seconds: float, act: Callable[[], object], kind: type[NotSent] | type[NoReply]) -> Fault:
    begun = CLOCK.monotonic()
    fault = fault_of(act, kind)
    took = CLOCK.monotonic() - begun
    assert took < seconds, f"took {took:.2f} s"
    return fault


class TestAnAnswer:
    def test_is_whole_and_tells_its_times(self, transport: HttpTransport) -> None:
        before = CLOCK.now()
        with serving(answering()) as server:
            reply = transport.send(get(server.url()), PATIENT)
        assert (reply.status, reply.body) == (200, b"{}")
        assert reply.headers["DATE"] == reply.headers["date"] == "Fri, 20 Nov 2026 00:00:00 GMT"
        assert "Content-length" in reply.headers
        assert before <= reply.sent_at <= reply.received_at <= CLOCK.now()

    @pytest.mark.parametrize("status", [204, 301, 302, 400, 404, 418, 429, 500, 503])
    def test_of_any_status_is_an_answer_and_a_redirect_is_not_followed(
        self, transport: HttpTransport, status: int
    ) -> None:
        with serving(answering()) as other:
            location = f"Location: {other.url()}\r\n".encode()
            answer = b"HTTP/1.1 %d x\r\nSet-Cookie: a=b\r\n%sContent-Length: 0\r\n\r\n" % (status, location)
            with serving(answering(answer)) as server:
                for _ in range(2):
                    assert transport.send(order(server.url()), PATIENT).status == status
                assert server.connections == 1
                assert not any(b"cookie" in request.lower() for request in server.requests)
            assert other.connections == 0

    def test_is_unpacked(self, transport: HttpTransport) -> None:
        packed = gzip.compress(b'{"a": 1}' * 100)
        answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
        with serving(answering(answer + packed)) as server:
            assert transport.send(get(server.url()), PATIENT).body == b'{"a": 1}' * 100

    def test_in_chunks_is_put_together(self, transport: HttpTransport) -> None:
        answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
        with serving(answering(answer)) as server:
            assert [transport.send(get(server.url()), PATIENT).body for _ in range(2)] == [b"{}", b"{}"]
            assert server.connections == 1

    def test_in_small_pieces_arrives_when_there_is_time(self, transport: HttpTransport) -> None:
        def script(conversation: Conversation) -> None:
            conversation.request()
            conversation.drip((bytes([sign]) for sign in OK), 0.002)

        with serving(script) as server:
            assert transport.send(get(server.url()), PATIENT).body == b"{}"


class TestARequest:
    def test_carries_what_it_should_and_nothing_from_the_environment(
        self, transport: HttpTransport, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password something\n")
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{nobody.getsockname()[1]}")
            monkeypatch.delenv("no_proxy", raising=False)
            with serving(answering()) as server:
                url = server.url("/v1/orders?states%5B%5D=wait&start=2026-11-11T00%3A00%3A00%2B09%3A00")
                transport.send(HttpRequest("DELETE", url, {"Authorization": "Bearer t"}), PATIENT)
                transport.send(order(server.url()), PATIENT)
        delete, post = server.requests
        assert sorted(delete.decode().strip().split("\r\n")) == sorted(
            [
                "DELETE /v1/orders?states%5B%5D=wait&start=2026-11-11T00%3A00%3A00%2B09%3A00 HTTP/1.1",
                f"Host: 127.0.0.1:{server.port}",
                "User-Agent: Tests/1",
                "Accept-Encoding: gzip",
                "Authorization: Bearer t",
            ]
        )
        assert post.endswith(b'\r\n\r\n{"identifier":"one"}')
        assert b"Content-Length: 20\r\n" in post
        assert b"chunked" not in post.lower()
        assert b"origin" not in post.lower()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"method": "get"},
            {"url": "ftp://host/"},
            {"url": "/v1/orders"},
            {"url": "http://user:word@host/"},
            {"url": "http://host/a b"},
            {"url": "http://host/가"},
            {"url": "http://host/#part"},
            {"headers": {"Origin": "http://x"}},
            {"headers": {"Host": "elsewhere"}},
            {"headers": {"Bad name": "x"}},
            {"headers": {"X": "a\r\nX-Other: b"}},
        ],
    )
    def test_that_could_be_misread_cannot_be_made(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=r"^(?!.*X-Other)"):
            HttpRequest(**{"method": "GET", "url": "http://host/", **wrong})

    def test_does_not_show_what_it_carries(self) -> None:
        request = HttpRequest("POST", "https://host/v1/orders?secret=1", {"Authorization": "token"}, b"body")
        assert repr(request) == str(request) == "HttpRequest(POST https://host/v1/orders)"

    def test_time_outs_are_positive(self) -> None:
        with pytest.raises(ValueError, match="positive"):
            Timeouts(read_seconds=0)


class TestNothingWasSent:
    def test_when_nobody_listens(self, transport: HttpTransport) -> None:
        with refusing_port() as port:
            fault = fault_of(lambda: transport.send(order(f"http://127.0.0.1:{port}/"), PATIENT), NotSent)
        assert fault is Fault.REFUSED

    def test_when_the_name_is_unknown(self) -> None:
        def look_up(*_arguments: object, **_options: object) -> list[object]:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")

        transport = HttpTransport(CLOCK, look_up=look_up)
        assert fault_of(lambda: transport.send(order("http://exchange.test/"), PATIENT), NotSent) is Fault.NAME

    def test_when_the_name_has_no_address_or_cannot_be_one(self) -> None:
        for host, look_up in (("exchange.test", lambda *_a, **_o: []), ("a" * 64 + ".localhost", None)):
            transport = HttpTransport(CLOCK, look_up=look_up)
            assert fault_of(lambda t=transport, h=host: t.send(order(f"http://{h}/"), PATIENT), NotSent) is Fault.NAME  # type: ignore[misc]

    def test_when_the_name_is_looked_up_for_too_long_by_one_thread_however_many_ask(self) -> None:
        release, asked = threading.Event(), itertools.count()

        def look_up(*_arguments: object, **_options: object) -> list[object]:
            next(asked)
            release.wait(20)
            return []

        transport = HttpTransport(CLOCK, look_up=look_up)
        transport.load_library()
        hasty = Timeouts(connect_seconds=0.2, read_seconds=5, total_seconds=10)
        try:
            for _ in range(3):
                fault = within(2, lambda: transport.send(order("http://exchange.test/"), hasty), NotSent)
                assert fault is Fault.CONNECT_TIMEOUT
            assert next(asked) == 1
        finally:
            release.set()

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses where the queue is full")
    def test_when_the_other_side_does_not_take_the_connection(self, transport: HttpTransport) -> None:
        with full_listener() as port:
            hasty = Timeouts(connect_seconds=0.2, read_seconds=5, total_seconds=10)
            fault = within(2, lambda: transport.send(order(f"http://127.0.0.1:{port}/"), hasty), NotSent)
        assert fault is Fault.CONNECT_TIMEOUT

    def test_and_the_next_address_is_tried(self) -> None:
        with refusing_port() as closed_port, serving(answering()) as server:

            def look_up(*_arguments: object, **_options: object) -> list[object]:
                stream = (socket.SOCK_STREAM, 6, "")
                return [
                    (socket.AF_INET6, *stream, ("::1", closed_port, 0, 0)),
                    (socket.AF_INET, *stream, ("127.0.0.1", closed_port)),
                    (socket.AF_INET, *stream, ("127.0.0.1", server.port)),
                ]

            transport = HttpTransport(CLOCK, look_up=look_up)
            assert transport.send(order("http://exchange.test/"), PATIENT).status == 200
            transport.close()

    def test_after_close(self, transport: HttpTransport) -> None:
        with serving(answering()) as server:
            transport.send(get(server.url()), PATIENT)
            transport.close()
            transport.close()
            assert fault_of(lambda: transport.send(order(server.url()), PATIENT), NotSent) is Fault.CLOSED
            assert len(server.requests) == 1


@contextmanager
def full_listener() -> Iterator[int]:
    """A port whose queue is full, so that a further connection is neither taken nor refused."""
    with ExitStack() as opened, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port: int = listener.getsockname()[1]
        for _ in range(200):
            filler = opened.enter_context(socket.socket())
            filler.settimeout(0.1)
            try:
                filler.connect(("127.0.0.1", port))
            except TimeoutError:
                break
        else:
            raise AssertionError("the queue never filled")
        yield port


def after_the_request(act: Callable[[Conversation], None]) -> Script:
    def script(conversation: Conversation) -> None:
        if conversation.request():
            act(conversation)

    return script


def saying(*pieces: bytes) -> Script:
    """These bytes, then it closes."""
    return after_the_request(lambda conversation: conversation.send(b"".join(pieces)))


HEAD = b"HTTP/1.1 200 OK\r\n"


class TestSomethingMayHaveArrived:
    @pytest.mark.parametrize(
        ("script", "fault"),
        [
            pytest.param(after_the_request(Conversation.hang), Fault.READ_TIMEOUT, id="silence"),
            pytest.param(after_the_request(Conversation.reset), Fault.RESET, id="reset"),
            pytest.param(saying(), Fault.RESET, id="closed without a word"),
            pytest.param(saying(b"HTTP/1.1 2"), Fault.UNREADABLE, id="closed within the status"),
            pytest.param(saying(HEAD, b"Content-Length: 9\r\n\r\n{}"), Fault.TRUNCATED, id="short body"),
            pytest.param(saying(HEAD, b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}"), Fault.TRUNCATED, id="short chunk"),
            pytest.param(
                saying(HEAD, b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), Fault.TRUNCATED, id="no last chunk"
            ),
            pytest.param(saying(HEAD, b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"), Fault.TRUNCATED, id="bad chunk"),
            pytest.param(saying(b"SSH-2.0-OpenSSH\r\n\r\n"), Fault.UNREADABLE, id="another protocol"),
            pytest.param(saying(b"\x00\xff" * 40 + b"\r\n\r\n"), Fault.UNREADABLE, id="noise"),
            pytest.param(saying(HEAD, b"X: " + b"y" * 70_000 + b"\r\n\r\n"), Fault.UNREADABLE, id="endless header"),
            pytest.param(saying(HEAD, b"X: y\r\n" * 500 + b"\r\n"), Fault.UNREADABLE, id="too many headers"),
            pytest.param(saying(b"HTTP/1.1 103 Early\r\n\r\n"), Fault.UNREADABLE, id="an answer that is none"),
            pytest.param(
                saying(HEAD, b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"), Fault.UNREADABLE, id="no gzip"
            ),
            pytest.param(
                saying(HEAD, b"Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}"), Fault.UNREADABLE, id="unasked"
            ),
            pytest.param(
                saying(HEAD, b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}" * 500)[:-9]),
                Fault.TRUNCATED,
                id="short gzip",
            ),
            pytest.param(
                saying(HEAD, b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}") * 2),
                Fault.UNREADABLE,
                id="two gzips",
            ),
        ],
    )
    def test_and_it_is_sent_exactly_once(self, transport: HttpTransport, script: Script, fault: Fault) -> None:
        with serving(script) as server:
            hasty = Timeouts(connect_seconds=5, read_seconds=0.3, total_seconds=5)
            for make in (order, get):
                assert fault_of(lambda make=make: transport.send(make(server.url()), hasty), NoReply) is fault  # type: ignore[misc]
                # Else the next may still be sent on this connection, and be reset by its end.
                assert server.one_ended.acquire(timeout=10)
            assert len(server.requests) == server.connections == 2

    def test_when_it_could_only_be_sent_in_part(self, transport: HttpTransport) -> None:
        with serving(Conversation.read_nothing) as server:
            large = HttpRequest("POST", server.url(), {}, b"x" * 30_000_000)
            hasty = Timeouts(connect_seconds=5, read_seconds=0.3, total_seconds=5)
            assert within(3, lambda: transport.send(large, hasty), NoReply) is Fault.READ_TIMEOUT

    def test_when_it_is_refused_in_mid_sending_without_a_readable_word(self, transport: HttpTransport) -> None:
        def script(conversation: Conversation) -> None:
            conversation.connection.recv(10)
            conversation.reset()

        with serving(script) as server:
            large = HttpRequest("POST", server.url(), {}, b"x" * 30_000_000)
            assert fault_of(lambda: transport.send(large, PATIENT), NoReply) is Fault.RESET


def forever(piece: bytes) -> Iterator[bytes]:
    return itertools.repeat(piece)


class TestItEnds:
    """Whatever the other side does: by the total time, and within the most bytes."""

    @pytest.mark.parametrize(
        ("first", "pieces"),
        [
            pytest.param(b"", b"H", id="status"),
            pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n", id="continue"),
            pytest.param(HEAD, b"X: y\r\n", id="headers"),
            pytest.param(HEAD + b"X: ", b"y", id="one header"),
            pytest.param(HEAD + b"Content-Length: 1000000\r\n\r\n", b"x", id="body"),
            pytest.param(HEAD + b"\r\n", b"x", id="body without length"),
            pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", id="chunks"),
            pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0", id="one chunk's size"),
        ],
    )
    def test_while_bytes_drip(self, transport: HttpTransport, first: bytes, pieces: bytes) -> None:
        def drip(conversation: Conversation) -> None:
            conversation.send(first)
            conversation.drip(forever(pieces), 0.02)

        limits = Timeouts(connect_seconds=0.4, read_seconds=0.4, total_seconds=0.5)
        with serving(after_the_request(drip)) as server:
            assert within(1.5, lambda: transport.send(order(server.url()), limits), NoReply) is Fault.TOTAL_TIMEOUT
            assert len(server.requests) == 1

    @pytest.mark.parametrize(
        "head", [b"\r\n", b"Content-Length: 99999999999\r\n\r\n"], ids=["without length", "with length"]
    )
    def test_while_bytes_pour(self, head: bytes) -> None:
        def pour(conversation: Conversation) -> None:
            conversation.send(HEAD + head)
            conversation.drip(forever(b"x" * 60_000), 0)

        transport = HttpTransport(CLOCK, most_body_bytes=1_000_000)
        with serving(after_the_request(pour)) as server:
            assert within(5, lambda: transport.send(order(server.url()), PATIENT), NoReply) is Fault.TOO_LARGE
        transport.close()

    def test_when_little_unpacks_to_much(self) -> None:
        transport = HttpTransport(CLOCK, most_body_bytes=1_000_000)
        bomb = gzip.compress(b"x" * 50_000_000)
        assert len(bomb) < 100_000
        with serving(saying(HEAD, b"Content-Encoding: gzip\r\n\r\n", bomb)) as server:
            assert fault_of(lambda: transport.send(order(server.url()), PATIENT), NoReply) is Fault.TOO_LARGE
        transport.close()

    def test_and_as_much_as_is_allowed_is_taken(self) -> None:
        transport = HttpTransport(CLOCK, most_body_bytes=1_000_000)
        with serving(saying(HEAD, b"\r\n", b"x" * 1_000_000)) as server:
            assert len(transport.send(get(server.url()), PATIENT).body) == 1_000_000
        transport.close()
