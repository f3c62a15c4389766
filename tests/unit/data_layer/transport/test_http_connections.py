"""Connections that are kept: used again when that is safe, and never a reason to send something twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fakes.wire_server import OK, Conversation, answering, serving
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.data_layer.transport.http import Fault, HttpRequest, HttpTransport, NoReply, Timeouts

PATIENT = Timeouts(connect_seconds=5, read_seconds=5, total_seconds=10)
CLOCK = SystemClock()


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    transport = HttpTransport(CLOCK)
    yield transport
    transport.close()


def order(url: str, name: str = "one") -> HttpRequest:
    return HttpRequest("POST", url, {}, name.encode())


def test_one_is_used_for_many_requests(transport: HttpTransport) -> None:
    with serving(answering()) as server:
        for _ in range(20):
            transport.send(order(server.url()), PATIENT)
        assert (server.connections, len(server.requests)) == (1, 20)


def test_each_transport_has_its_own(transport: HttpTransport) -> None:
    with serving(answering()) as server:
        for_the_kill_switch = HttpTransport(CLOCK)
        for _ in range(3):
            transport.send(order(server.url()), PATIENT)
            for_the_kill_switch.send(order(server.url()), PATIENT)
        assert server.connections == 2
        for_the_kill_switch.close()
        assert transport.send(order(server.url()), PATIENT).status == 200
        assert server.connections == 2


def test_one_that_was_closed_while_idle_is_replaced_before_anything_is_sent(transport: HttpTransport) -> None:
    def script(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(OK)

    with serving(script) as server:
        for count in range(1, 6):
            assert transport.send(order(server.url(), str(count)), PATIENT).status == 200
            assert server.one_ended.acquire(timeout=5), "the server has closed"
        assert [request[-1:] for request in server.requests] == [b"1", b"2", b"3", b"4", b"5"]
        assert server.connections == 5


def test_one_that_was_closed_with_a_word_is_replaced_and_the_word_answers_nothing(transport: HttpTransport) -> None:
    """What load balancers do to idle connections."""

    def script(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(OK)
        if conversation.number == 1:
            conversation.send(b"HTTP/1.1 408 Request Time-out\r\nContent-Length: 0\r\n\r\n")

    with serving(script) as server:
        assert transport.send(order(server.url()), PATIENT).status == 200
        assert server.one_ended.acquire(timeout=5)
        assert transport.send(order(server.url()), PATIENT).status == 200


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
@pytest.mark.parametrize("ending", ["close", "reset"])
def test_one_that_closes_just_as_the_request_arrives_is_not_a_reason_to_send_it_again(
    transport: HttpTransport, method: str, ending: str
) -> None:
    """The trap of kept connections: from here it looks as if it had been closed before; it may have been processed."""

    def script(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(OK)
        conversation.request()
        if ending == "reset":
            conversation.reset()

    with serving(script) as server:
        transport.send(HttpRequest(method, server.url("/1")), PATIENT)
        with pytest.raises(NoReply) as caught:
            transport.send(HttpRequest(method, server.url("/2")), PATIENT)
        assert caught.value.fault is Fault.RESET
        assert (server.connections, len(server.requests)) == (1, 2), "sent once"
        transport.send(HttpRequest(method, server.url("/3")), PATIENT)
        assert server.connections == 2


def test_one_whose_answer_was_given_up_is_not_used_again(transport: HttpTransport) -> None:
    """The late answer to one order must never be taken for the answer to the next."""
    asked_again = threading.Event()

    def script(conversation: Conversation) -> None:
        while request := conversation.request():
            if request.endswith(b"slow"):
                assert asked_again.wait(10)
            body = request[-4:]
            conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    with serving(script) as server:
        with pytest.raises(NoReply):
            transport.send(order(server.url(), "slow"), Timeouts(5, 0.2, 5))
        with ThreadPoolExecutor(1) as threads:
            reply = threads.submit(transport.send, order(server.url(), "fast"), PATIENT)
            asked_again.set()
            assert reply.result(10).body == b"fast"
        assert server.connections == 2


def test_one_that_said_more_than_its_answer_is_not_used_again(transport: HttpTransport) -> None:
    def script(conversation: Conversation) -> None:
        while conversation.request():
            conversation.send(OK + OK.replace(b"{}", b"[]"))

    with serving(script) as server:
        for _ in range(5):
            assert transport.send(order(server.url()), PATIENT).body == b"{}"


def test_one_that_lay_idle_for_long_is_not_used_again() -> None:
    transport = HttpTransport(CLOCK, longest_idle_seconds=0)
    with serving(answering()) as server:
        for _ in range(3):
            transport.send(order(server.url()), PATIENT)
        assert server.connections == 3
    transport.close()


def test_one_that_the_other_side_wants_to_close_is_not_used_again(transport: HttpTransport) -> None:
    with serving(answering(OK.replace(b"Content-Length", b"Connection: close\r\nContent-Length"))) as server:
        for _ in range(3):
            assert transport.send(order(server.url()), PATIENT).status == 200
        assert server.connections == 3


def test_many_threads_get_their_own_answers(transport: HttpTransport) -> None:
    def script(conversation: Conversation) -> None:
        while request := conversation.request():
            body = request.partition(b"\r\n\r\n")[2]
            conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    names = [f"order-{number}" for number in range(400)]
    with serving(script) as server, ThreadPoolExecutor(8) as threads:
        replies = threads.map(lambda name: transport.send(order(server.url(), name), PATIENT), names)
        assert [reply.body.decode() for reply in replies] == names
        assert len(server.requests) == 400
        assert server.connections <= 8


def test_closing_while_a_request_is_under_way_lets_it_end(transport: HttpTransport) -> None:
    arrived, closed = threading.Event(), threading.Event()

    def script(conversation: Conversation) -> None:
        conversation.request()
        arrived.set()
        assert closed.wait(10)
        conversation.send(OK)

    with serving(script) as server, ThreadPoolExecutor(1) as threads:
        reply = threads.submit(transport.send, order(server.url()), PATIENT)
        assert arrived.wait(10)
        transport.close()
        closed.set()
        assert reply.result(10).status == 200
