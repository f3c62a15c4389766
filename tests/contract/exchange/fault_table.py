"""What the client does in each fault: the table of ``docs/exchanges.md``, and which tests have seen it.

``python -m tests.contract.exchange.fault_table`` prints it. A row that no test shows, a kind of fault that has no row,
and a document that says something else fail ``test_fault_table``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

_Test = TypeVar("_Test", bound=Callable[..., Any])
MARK = "_shows_faults"


@dataclass(frozen=True, slots=True)
class Row:
    #: of the faults that the practice exchange can be asked for; several rows may be of one kind
    kind: str
    fault: str
    reads: str
    orders: str


_ASKS_AGAIN = "asked again until it answers, or its time is up"
_UNKNOWN_NONE = "outcome unknown; looked up by its identifier: not there"
_UNKNOWN_ONE = "outcome unknown; looked up by its identifier: there, once"
_NOTHING = "nothing happened, and says so"

ROWS: dict[str, Row] = {
    "latency": Row("latency", "a late answer", "waited for", "waited for; placed once"),
    "jitter": Row("jitter", "answers late by chance", "waited for", "waited for; placed once"),
    "name": Row("", "a name that does not resolve", _ASKS_AGAIN, _NOTHING),
    "refused": Row("", "nobody listens (the server is gone)", _ASKS_AGAIN, _NOTHING),
    "hang": Row("hang", "no answer, nothing done", "given up after its time-out, asked again", _UNKNOWN_NONE),
    "reset-before": Row("reset-before", "reset, nothing done", _ASKS_AGAIN, _UNKNOWN_NONE),
    "status": Row("status", "500, 502, 503, 504, as a page or as JSON", _ASKS_AGAIN, _UNKNOWN_NONE),
    "rate-limited": Row(
        "rate-limited", "429, as text or as JSON", "asked again in the next window", f"{_NOTHING}, and until when"
    ),
    "blocked": Row(
        "blocked",
        "418",
        "nothing more is sent to any group of the scope; tells until when; goes on by itself",
        "the same, cancels too",
    ),
    "maintenance": Row(
        "maintenance", "maintenance, as a page", "asked again until its time is up", _UNKNOWN_NONE
    ),
    "maintenance-error": Row("maintenance", "maintenance, as an error", "asked again until its time is up", _NOTHING),
    "maintenance-hang": Row(
        "maintenance", "maintenance, without an answer", "given up after its time-out, asked again", _UNKNOWN_NONE
    ),
    "overload": Row("overload", "orders refused for now, quota left", "not affected", _NOTHING),
    "market-offline": Row("market-offline", "one market takes no orders", "not affected", _NOTHING),
    "drop-reply": Row("drop-reply", "done, and no answer comes", _ASKS_AGAIN, _UNKNOWN_ONE),
    "drop-reply-hang": Row(
        "drop-reply", "done, and the answer hangs", "given up after its time-out, asked again", _UNKNOWN_ONE
    ),
    "reset-after": Row("reset-after", "done, then reset", _ASKS_AGAIN, _UNKNOWN_ONE),
    "garbage": Row("garbage", "done, and the answer is no JSON", "counted, told once, asked again", _UNKNOWN_ONE),
    "truncated": Row("truncated", "done, and the answer ends early", _ASKS_AGAIN, _UNKNOWN_ONE),
    "killed": Row(
        "", "the server is killed with an order under way", "asked again", "outcome unknown; the record says which"
    ),
    "clock-difference": Row(
        "clock-difference", "its clock and ours differ", "measured from the answers, told in health", "not affected"
    ),
    "missing-candles": Row(
        "missing-candles", "the newest candles come late", "read again until the ended one is there", "not affected"
    ),
    "partial-fills": Row(
        "partial-fills", "a storm of partial fills", "not affected", "every fill told once, totals exact"
    ),
    "delisting": Row("", "a market is delisted", "market unknown; the others of a list come all the same", "refused"),
    "halt": Row("", "a market is halted", "not affected", _NOTHING),
    "stream-cut": Row(
        "stream-cut", "stream cut", "back by itself; trades of the gap by number, none twice",
        "what happened meanwhile is told as a repair",
    ),
    "stream-away": Row(
        "stream-cut", "no stream can be had for long", "prices polled and marked so; pushed again when it is back",
        "orders and balances polled and marked so",
    ),
    "stream-refused": Row(
        "stream-refused", "its handshake is answered 503 or 429",
        "tried again, after longer and longer pauses; prices polled and marked so; pushed again when it is back",
        "orders and balances polled and marked so; nothing lost",
    ),
    "stream-half-open": Row(
        "stream-half-open", "stream neither speaks nor ends", "cut after its silence; then as after a cut",
        "the same",
    ),
    "stream-truncated": Row("stream-truncated", "a frame ends in the middle", "as after a cut", "the same"),
    "stream-duplicated": Row("stream-duplicated", "own events come twice", "not affected", "told once"),
    "stream-reordered": Row(
        "stream-reordered", "own events change places", "not affected", "totals never go back; every fill told"
    ),
    "stream-delayed": Row(
        "stream-delayed", "own events come late", "not affected", "told late, or by a repair before; once"
    ),
    "stream-old-snapshot": Row(
        "stream-old-snapshot", "snapshots are old", "nothing goes back to an older trade", "not affected"
    ),
    "stream-silent": Row(
        "stream-silent", "no data though pings are answered", "asked for again, then a new connection",
        "told as a repair",
    ),
}  # fmt: skip


def shows(*names: str) -> Callable[[_Test], _Test]:
    """Of a test: these rows are what it sees."""
    unknown = [name for name in names if name not in ROWS]
    assert not unknown, unknown

    def mark(test: _Test) -> _Test:
        setattr(test, MARK, names)
        return test

    return mark


def table() -> str:
    lines = ["| fault | what is read | orders |", "|---|---|---|"]
    lines += [f"| {row.fault} | {row.reads} | {row.orders} |" for row in ROWS.values()]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
