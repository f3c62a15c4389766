"""Looks for secrets in all that a run left behind: files as bytes, members of archives, cells of databases."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import sqlite3
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

#: a token of any key, also of one that nobody told us of
_ANY_TOKEN = re.compile(rb"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}")
_DATABASE = b"SQLite format 3\0"


def contents_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file as its bytes lie (write-ahead logs and freed pages too), archive members, and cells of databases."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            yield from _with_members(str(path.relative_to(folder)), content)
            if content.startswith(_DATABASE):
                yield f"{path.relative_to(folder)}: cells", _cells(path)


def _with_members(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from _with_members(f"{name}!{member}", archive.read(member))


def _cells(path: Path) -> bytes:
    """A long value lies on several pages, so that the bytes of the file would show only pieces of it."""
    with tempfile.TemporaryDirectory() as copy:
        for file in (path, path.with_name(path.name + "-wal")):
            if file.exists():
                shutil.copy(file, copy)
        with closing(sqlite3.connect(Path(copy, path.name))) as database:
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            rows = (row for (name,) in tables for row in database.execute(f'SELECT * FROM "{name}"'))
            return b"\n".join(_as_bytes(cell) for row in rows for cell in row)


def _as_bytes(cell: object) -> bytes:
    return cell if isinstance(cell, bytes) else str(cell).encode()


def leaks_among(contents: Iterable[tuple[str, bytes]], secrets: Sequence[str]) -> list[str]:
    spellings = [(number, name, text) for number, secret in enumerate(secrets) for name, text in spellings_of(secret)]
    return [
        f"{place}: secret {number} as {name}"
        for place, content in contents
        for number, name, text in spellings
        if text in content
    ]


def token_leaks_among(contents: Iterable[tuple[str, bytes]], tokens: Sequence[str]) -> list[str]:
    """Tokens that were sent, also without their beginning, and whatever else looks like one.

    A beginning alone holds the access key, in base64, for which is searched anyway.
    """
    signatures = [token.rpartition(".")[2] for token in tokens]
    spellings = [(name, text) for one in signatures for name, text in spellings_of(one, with_twists=False)]
    found = []
    for place, content in contents:
        found += [f"{place}: token as {name}" for name, text in spellings if text in content]
        if _ANY_TOKEN.search(content):
            found.append(f"{place}: something like a token")
    return found


def spellings_of(secret: str, *, with_twists: bool = True) -> Iterator[tuple[str, bytes]]:
    """``with_twists``: rarer ones too."""
    for form in {secret, unicodedata.normalize("NFD", secret), unicodedata.normalize("NFC", secret)}:
        plain = form.encode()
        yield "plain", plain
        yield "utf-16", form.encode("utf-16-le")
        yield "hex", plain.hex().encode()
        if with_twists:
            yield "reversed", form[::-1].encode()
            yield "utf-16 big-endian", form.encode("utf-16-be")
            yield "capital hex", plain.hex().upper().encode()
            yield "json", json.dumps(form)[1:-1].encode()
            yield "url", quote(form).encode()
        for offset in range(3):
            # The signs that depend on what stands before and after are cut off.
            coded = base64.b64encode(b"\0" * offset + plain)[4 if offset else 0 : -4]
            yield "base64", coded
            yield "base64 for urls", coded.replace(b"+", b"-").replace(b"/", b"_")
