"""Decides what a log line or a crash report may contain, by an allow-list. Everything else is left out.

* **Fields** (``log_event(…, name=value)`` or ``extra={"fields": {…}}``) get out only under a name declared in
  ``FIELD_KINDS`` and with a value of that kind; otherwise their value is ``[left out]``.
* **Messages** are patterns written in our source. Their arguments get out by type: numbers, switches, moments and
  enums as they are, texts and paths scrubbed, exceptions by the rule below, a ``Secret`` as ``***``, anything else as
  the name of its type: nobody's ``repr`` or ``str`` is called.
* **Our own exceptions** show their type and the attributes of ``ERROR_CODES``; their text, which may hold values
  that a user typed, does not get out. **Foreign exceptions** show their type and their scrubbed text.
* Both show frames as file, line and function: neither source lines nor local variables.
* **Correlation ids** get out under the names of ``CORRELATION_NAMES`` if they look like identifiers.

A new field is a new line in the table, seen in review: that is the point.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from traceback import walk_tb
from types import FrameType, TracebackType
from uuid import UUID

from upbit_auto_trading.config.log_lines import ErrorDescription, FieldValue, Frame
from upbit_auto_trading.config.text_scrubber import LEFT_OUT, hide_home, is_ordinary, scrub
from upbit_auto_trading.utils.secret import Secret

PACKAGE = __name__.partition(".")[0]
ERROR_CODES = ("code", "reason", "name", "path", "status")
CORRELATION_NAMES = frozenset({"session", "signal", "order", "fill", "operation", "run"})
MOST_FRAMES = 40
MOST_CAUSES = 4
MOST_FIELDS = 30


class FieldKind(Enum):
    #: whole, decimal or floating: an amount, a duration, a count
    NUMBER = "number"
    SWITCH = "switch"
    MOMENT = "moment"
    #: a short identifier of ours or of the exchange: no spaces, and not long enough to be a key
    CODE = "code"
    #: the last part of a path
    FILE_NAME = "file name"
    #: scrubbed text
    TEXT = "text"


FIELD_KINDS: dict[str, FieldKind] = {
    **dict.fromkeys(
        ("attempt", "bytes", "count", "deleted", "dropped", "duration_ms", "exit_status", "failures", "free_bytes",
         "late_ms", "limit", "lines", "lost", "number", "port", "process_id", "retry_ms", "revision", "size_bytes",
         "stale", "status", "timeout_ms", "total", "wait_ms"),
        FieldKind.NUMBER,
    ),
    **dict.fromkeys(("at_once", "enabled", "fresh", "is_clean", "is_first_start", "portable"), FieldKind.SWITCH),
    **dict.fromkeys(("at", "day", "ended_at", "planned_at", "since", "started_at", "until"), FieldKind.MOMENT),
    **dict.fromkeys(
        ("check", "choice", "client_order_id", "code", "context", "endpoint", "error", "event", "exchange", "group",
         "job", "kind", "language", "level", "market", "method", "mode", "name", "operation", "order_id", "reason",
         "result", "setting", "state", "step", "store", "system", "theme", "thread", "topic", "version"),
        FieldKind.CODE,
    ),
    **dict.fromkeys(("database", "file", "folder", "report"), FieldKind.FILE_NAME),
    **dict.fromkeys(("detail", "title"), FieldKind.TEXT),
}  # fmt: skip

_CODE = re.compile(r"[\w.:/+-]{1,64}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_]\w{0,39}")


def safe_fields(fields: Mapping[str, object]) -> tuple[tuple[str, FieldValue], ...]:
    """Each field with its value if that is declared, or with ``[left out]``."""
    return tuple(
        (name if _NAME.fullmatch(str(name)) else LEFT_OUT, _safe_field(FIELD_KINDS.get(name), value))
        for name, value in list(fields.items())[:MOST_FIELDS]
    )


def safe_ids(ids: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, _safe_code(value)) for name, value in ids if name in CORRELATION_NAMES)


def _safe_field(kind: FieldKind | None, value: object) -> FieldValue:
    if value is None and kind is not None:
        return None
    match kind, value:
        case FieldKind.SWITCH, bool():
            return value
        case FieldKind.NUMBER, bool():
            return LEFT_OUT
        case FieldKind.NUMBER, int() | float() | Decimal() | timedelta():
            return plain_number(value)
        case FieldKind.MOMENT, datetime() | date() | time():
            return value.isoformat()
        case FieldKind.CODE, Enum() | UUID() | str() | int():
            return _safe_code(str(value.value) if isinstance(value, Enum) else str(value))
        case FieldKind.FILE_NAME, PurePath() | str():
            return scrub(re.split(r"[\\/]", str(value))[-1])
        case FieldKind.TEXT, str():
            return scrub(value)
        case _:
            return LEFT_OUT


def plain_number(value: int | float | Decimal | timedelta) -> FieldValue:
    """A number as JSON can hold it; decimals keep every digit as text."""
    if isinstance(value, timedelta):
        return round(value.total_seconds() * 1_000, 3)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and value - value == 0:
        return float(value)
    return str(value)


def _safe_code(text: str) -> str:
    if not _CODE.fullmatch(text):
        return LEFT_OUT
    return text if len(text) < 20 or _UUID.fullmatch(text) or is_client_id(text) or is_ordinary(text) else LEFT_OUT


def is_client_id(text: str) -> bool:
    """Identifiers that this program made itself are marked, so that they may be longer than a word."""
    return bool(re.fullmatch(r"uat-[a-z0-9-]{1,40}", text))


def safe_argument(value: object) -> object:
    """An argument of a message, by its exact meaning; formats like ``%d`` and ``%.2f`` go on working."""
    match value:
        case None | bool() | int() | float() | Decimal() | datetime() | date() | time() | timedelta():
            # A subclass could say anything in its __str__; members of IntEnum are the one exception below.
            return value if type(value).__module__ in ("builtins", "decimal", "datetime") else _safe_subclass(value)
        case Secret():
            return value  # shows itself as *** in every format
        case Enum():
            return _safe_subclass(value)
        case str():
            return scrub(str.__str__(value))
        case PurePath():
            return scrub(str(value))
        case UUID():
            return str(value)
        case BaseException():
            return describe_error(value, with_frames=False).headline()
        case _:
            return f"<{type(value).__name__}>"


def _safe_subclass(value: object) -> str:
    return value.name if isinstance(value, Enum) else f"<{type(value).__name__}>"


def safe_text(pattern: object, arguments: object) -> tuple[str, str]:
    """The pattern of a message and what it says with its arguments filled in."""
    if not isinstance(pattern, str):
        text = str(safe_argument(pattern))
        return text, text
    message = scrub(pattern)
    if not arguments:
        return message, message
    try:
        if isinstance(arguments, Mapping):
            text = pattern % {name: safe_argument(value) for name, value in arguments.items()}
        elif isinstance(arguments, tuple):
            text = pattern % tuple(safe_argument(value) for value in arguments)
        else:
            text = pattern % safe_argument(arguments)
    except (TypeError, ValueError, KeyError):
        return message, f"{message} {LEFT_OUT}"
    return message, scrub(text)


def error_code(error: BaseException) -> str:
    """Type and codes in one short text: ``InvalidParameter reason=out-of-bounds``."""
    description = describe_error(error, with_frames=False)
    return " ".join([description.type, *(f"{name}={value}" for name, value in description.codes)])


def describe_error(error: BaseException, *, with_frames: bool = True, depth: int = 0) -> ErrorDescription:
    """The exception and what caused it, as far as they may be told."""
    is_ours = type(error).__module__.partition(".")[0] == PACKAGE
    following = _what_led_to(error) if depth < MOST_CAUSES else None
    return ErrorDescription(
        type=type(error).__qualname__ if is_ours else _foreign_name(type(error)),
        text="" if is_ours else scrub(str(error))[:500],
        codes=_own_codes(error) if is_ours else (),
        frames=frames_of(error.__traceback__) if with_frames else (),
        cause=describe_error(following, with_frames=with_frames, depth=depth + 1) if following else None,
    )


def frames_of(trace: TracebackType | None) -> tuple[Frame, ...]:
    """From the outermost to the one that failed; of very deep ones the middle is left away."""
    return _shortened([_frame(frame, line) for frame, line in walk_tb(trace)])


def frames_of_stack(innermost: FrameType | None) -> tuple[Frame, ...]:
    """Where a thread is, without an exception."""
    found: list[Frame] = []
    while innermost is not None:
        found.append(_frame(innermost, innermost.f_lineno))
        innermost = innermost.f_back
    return _shortened(found[::-1])


def _shortened(frames: list[Frame]) -> tuple[Frame, ...]:
    if len(frames) <= MOST_FRAMES:
        return tuple(frames)
    left_away = Frame(f"… {len(frames) - MOST_FRAMES} frames …", 0, "")
    return (*frames[:10], left_away, *frames[10 - MOST_FRAMES :])


def _frame(frame: FrameType, line: int) -> Frame:
    return Frame(short_path(frame.f_code.co_filename), line, frame.f_code.co_name)


def short_path(path: str) -> str:
    """From our package, or the library's folder, on: enough to find the line, too little to tell whose machine."""
    parts = re.split(r"[\\/]", path)
    for start in (PACKAGE, "site-packages"):
        if start in parts[:-1]:
            position = len(parts) - 1 - parts[::-1].index(start)
            return "/".join(parts[position + (start == "site-packages") :])
    return hide_home("/".join(parts[-3:]))


def _what_led_to(error: BaseException) -> BaseException | None:
    if isinstance(error, BaseExceptionGroup):
        return error.exceptions[0]
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _own_codes(error: BaseException) -> tuple[tuple[str, str], ...]:
    found = []
    for name in ERROR_CODES:
        value = getattr(error, name, None)
        if name == "path" and isinstance(value, str | PurePath):
            found.append((name, str(_safe_field(FieldKind.FILE_NAME, value))))
        elif isinstance(value, str | int | Enum) and not isinstance(value, bool):
            found.append((name, str(_safe_field(FieldKind.CODE, value))))
    return tuple(found)


def _foreign_name(kind: type[BaseException]) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
