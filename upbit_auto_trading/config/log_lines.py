"""One line of the log as a frozen value, and its form in a file: one JSON object."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from upbit_auto_trading.utils.korean_time import KST

FieldValue = str | int | float | bool | None
#: from the least to the most severe, as the files and the settings spell them
LEVELS = ("debug", "info", "warning", "error", "critical")


@dataclass(frozen=True, slots=True)
class Frame:
    file: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class ErrorDescription:
    """An exception as far as it may be told: never its arguments, never local variables."""

    type: str
    text: str
    codes: tuple[tuple[str, str], ...] = ()
    frames: tuple[Frame, ...] = ()
    cause: ErrorDescription | None = None

    def headline(self) -> str:
        codes = " ".join(f"{name}={value}" for name, value in self.codes)
        return " ".join(part for part in (self.type + (":" if self.text or codes else ""), codes, self.text) if part)


@dataclass(frozen=True, slots=True)
class LogLine:
    """``message`` is the constant pattern that lines of a kind share; ``text`` is what one of them says."""

    time: datetime
    level: str
    logger: str
    thread: str
    message: str
    text: str
    fields: tuple[tuple[str, FieldValue], ...] = ()
    ids: tuple[tuple[str, str], ...] = ()
    error: ErrorDescription | None = None

    def to_json(self) -> str:
        """Without line breaks; empty parts are left away."""
        parts: dict[str, object] = {
            "time": self.time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "level": self.level,
            "logger": self.logger,
            "thread": self.thread,
            "message": self.message,
            "text": self.text if self.text != self.message else None,
            "fields": dict(self.fields),
            "ids": dict(self.ids),
            "error": _error_to_json(self.error),
        }
        kept = {name: value for name, value in parts.items() if value not in (None, {})}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    def to_console(self) -> str:
        """For people; control characters of foreign texts cannot steer the terminal."""
        tail = "".join(f" {name}={value}" for name, value in (*self.fields, *self.ids))
        error = f" [{self.error.headline()}]" if self.error else ""
        plain = f"{self.time.astimezone(KST):%H:%M:%S} {self.level:<8} {self.logger} · {self.text}{tail}{error}"
        return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in plain)


def line_from_json(text: str) -> LogLine | None:
    """The line, or None if it is half-written or was never ours."""
    try:
        parts = json.loads(text)
        time = datetime.fromisoformat(parts["time"])
        message = str(parts["message"])
        return LogLine(
            time=time.astimezone(UTC),
            level=str(parts["level"]),
            logger=str(parts["logger"]),
            thread=str(parts["thread"]),
            message=message,
            text=str(parts.get("text", message)),
            fields=tuple(parts.get("fields", {}).items()),
            ids=tuple((name, str(value)) for name, value in parts.get("ids", {}).items()),
            error=_error_from_json(parts.get("error")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None  # a torn line is no error of the reader


def _error_to_json(error: ErrorDescription | None) -> dict[str, object] | None:
    if error is None:
        return None
    parts: dict[str, object] = {
        "type": error.type,
        "text": error.text,
        "codes": dict(error.codes),
        "frames": [[frame.file, frame.line, frame.function] for frame in error.frames],
        "cause": _error_to_json(error.cause),
    }
    return {name: value for name, value in parts.items() if value not in (None, {}, [], "")}


def _error_from_json(parts: object) -> ErrorDescription | None:
    if not isinstance(parts, dict):
        return None
    return ErrorDescription(
        type=str(parts["type"]),
        text=str(parts.get("text", "")),
        codes=tuple((str(name), str(value)) for name, value in parts.get("codes", {}).items()),
        frames=tuple(Frame(str(file), int(line), str(name)) for file, line, name in parts.get("frames", [])),
        cause=_error_from_json(parts.get("cause")),
    )
