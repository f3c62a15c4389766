"""The allow-list: what a line may contain, and that nothing else gets out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from uuid import UUID

import pytest

from upbit_auto_trading.business_logic.domain.errors import DiskFull, InvalidParameter, InvariantBroken
from upbit_auto_trading.config.log_redaction import (
    FIELD_KINDS,
    MOST_FRAMES,
    describe_error,
    error_code,
    safe_fields,
    safe_ids,
    safe_text,
    short_path,
)
from upbit_auto_trading.utils.secret import Secret

KEY = "Zx81kQ" * 7


class Side(Enum):
    BUY = "buy"


class Level(IntEnum):
    HIGH = 3


class Talkative:
    def __str__(self) -> str:
        return KEY

    __repr__ = __str__


class TalkativeText(str):
    __slots__ = ()

    def __str__(self) -> str:
        return KEY


class TalkativeNumber(int):
    def __str__(self) -> str:
        return KEY


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("count", 3, 3),
        ("duration_ms", 1.5, 1.5),
        ("duration_ms", timedelta(seconds=2), 2000.0),
        ("duration_ms", float("nan"), "nan"),
        ("total", Decimal("0.00000001"), "1E-8"),
        ("enabled", True, True),
        ("day", datetime(2026, 11, 20, tzinfo=UTC), "2026-11-20T00:00:00+00:00"),
        ("market", "KRW-BTC", "KRW-BTC"),
        ("kind", Side.BUY, "buy"),
        ("order_id", UUID(int=5), "00000000-0000-0000-0000-000000000005"),
        ("client_order_id", "uat-20261120-a1b2c3d4e5f6a7b8", "uat-20261120-a1b2c3d4e5f6a7b8"),
        ("file", Path("/home/someone/data/settings.sqlite3"), "settings.sqlite3"),
        ("file", r"C:\Users\someone\x.json", "x.json"),
        ("detail", "two words", "two words"),
        ("job", None, None),
    ],
)
def test_declared_fields_of_their_kind_get_out(name: str, value: object, kept: object) -> None:
    assert safe_fields({name: value}) == ((name, kept),)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("api_key", "short"),
        ("undeclared", 1),
        ("count", "3"),
        ("count", True),
        ("enabled", 1),
        ("market", "KRW BTC; drop"),
        ("code", KEY),
        ("job", Talkative()),
        ("count", Secret("x")),
        ("detail", Secret("x")),
        ("detail", KEY),
        ("undeclared", None),
    ],
)
def test_anything_else_is_left_out(name: str, value: object) -> None:
    assert safe_fields({name: value}) == ((name, "[left out]"),)


def test_names_of_fields_are_no_way_out_either() -> None:
    assert safe_fields({KEY: 1, "a b": 1}) == (("[left out]", "[left out]"),) * 2


def test_every_declared_name_could_be_written_as_a_keyword() -> None:
    assert [name for name in FIELD_KINDS if not name.isidentifier()] == []


@pytest.mark.parametrize(
    ("pattern", "arguments", "text"),
    [
        ("plain", (), "plain"),
        ("%d of %s", (3, "four"), "3 of four"),
        ("%.2f", (1.239,), "1.24"),
        ("%(a)s", {"a": "b"}, "b"),
        ("key %s", (Secret(KEY),), "key ***"),
        ("key %r", (Secret(KEY),), "key ***"),
        ("object %s", (Talkative(),), "object <Talkative>"),
        ("text %s", (TalkativeText("harmless"),), "text harmless"),
        ("number %s", (TalkativeNumber(3),), "number <TalkativeNumber>"),
        ("list %s", ([KEY],), "list <list>"),
        ("%s %s", (Side.BUY, Level.HIGH), "BUY HIGH"),
        ("text %s", (KEY,), "text [left out]"),
        ("%d", ("no number",), "%d [left out]"),
        ("%s %s", ("too few",), "%s %s [left out]"),
        ("failed: %s", (InvalidParameter("fee", KEY, "out-of-bounds"),),
         "failed: InvalidParameter: reason=out-of-bounds name=fee"),
    ],
)  # fmt: skip
def test_arguments_get_out_by_their_type(pattern: str, arguments: object, text: str) -> None:
    assert safe_text(pattern, arguments) == (pattern, text)


def test_a_secret_formatted_into_the_pattern_is_scrubbed() -> None:
    assert safe_text(f"key {KEY}", ()) == ("key [left out]", "key [left out]")


def test_a_message_that_is_no_text_is_not_asked_for_one() -> None:
    assert safe_text(Talkative(), ()) == ("<Talkative>", "<Talkative>")


def raised(error: BaseException) -> BaseException:
    local_secret = KEY  # noqa: F841 - what a report must not show
    try:
        raise error
    except type(error) as caught:
        return caught


def test_our_errors_show_codes_but_neither_values_nor_texts() -> None:
    described = describe_error(raised(InvalidParameter("data.backup_hours", KEY, "out-of-bounds", "24 … 168")))
    assert described.type == "InvalidParameter"
    assert described.text == ""
    assert dict(described.codes) == {"name": "data.backup_hours", "reason": "out-of-bounds"}
    assert KEY not in repr(described)


def test_a_storage_error_shows_the_name_of_its_file_alone() -> None:
    assert error_code(DiskFull("/home/someone/data/settings.sqlite3", "detail")) == "DiskFull path=settings.sqlite3"


def test_foreign_errors_show_their_scrubbed_text() -> None:
    described = describe_error(raised(ValueError(f"cannot parse {KEY} at 3")))
    assert (described.type, described.text) == ("ValueError", "cannot parse [left out] at 3")


def test_frames_show_file_line_and_function_of_each_cause() -> None:
    try:
        try:
            raise ValueError("inner")
        except ValueError as error:
            raise InvariantBroken("outer") from error
    except InvariantBroken as error:
        described = describe_error(error)
    assert described.frames[-1].function == "test_frames_show_file_line_and_function_of_each_cause"
    assert described.frames[-1].file.endswith("unit/config/test_log_redaction.py")
    assert described.cause is not None
    assert described.cause.headline() == "ValueError: inner"


def test_a_hidden_context_stays_hidden_and_groups_show_their_first() -> None:
    error = ValueError("x")
    error.__context__ = KeyError("hidden")
    error.__suppress_context__ = True
    assert describe_error(error).cause is None
    group = describe_error(ExceptionGroup("several", [OSError(28, "full"), ValueError("y")]))
    assert group.cause is not None
    assert group.cause.type == "OSError"


def test_endless_recursion_and_circles_of_causes_end() -> None:
    def deeper() -> None:
        deeper()

    with pytest.raises(RecursionError) as caught:
        deeper()
    assert len(describe_error(caught.value).frames) == MOST_FRAMES + 1
    one, two = ValueError("one"), ValueError("two")
    one.__context__, two.__context__ = two, one
    assert describe_error(one).cause is not None


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("/home/kim/upbit/upbit_auto_trading/ui/x.py", "upbit_auto_trading/ui/x.py"),
        (r"C:\Users\kim\.venv\Lib\site-packages\apscheduler\job.py", "apscheduler/job.py"),
        ("/usr/lib/python3.11/threading.py", "lib/python3.11/threading.py"),
        ("<string>", "<string>"),
    ],
)
def test_paths_do_not_tell_whose_machine_it_is(path: str, short: str) -> None:
    assert short_path(path) == short


def test_only_known_correlation_names_get_out() -> None:
    assert safe_ids((("order", "o-1"), ("key", "x"), ("fill", KEY))) == (("order", "o-1"), ("fill", "[left out]"))
