"""Reads the newest log lines for people: backwards through the files, tolerant of half-written lines."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from upbit_auto_trading.config.log_files import list_log_files
from upbit_auto_trading.config.log_lines import LEVELS, LogLine, line_from_json

#: a search for something rare stops here, so that the answer comes within a second or two
MOST_BYTES_READ = 50_000_000
_BLOCK = 65_536


def read_log_tail(folder: Path, limit: int, min_level: str = "debug", text: str = "") -> list[LogLine]:
    """At most ``limit`` lines, oldest first, of at least ``min_level`` that contain ``text`` (in any case).

    ``text`` is also looked for in fields and correlation ids: an order's id finds its signal and its fills.
    Raises OSError only if the folder itself cannot be listed; a missing folder is an empty log.
    """
    wanted = text.casefold()
    levels = set(LEVELS[LEVELS.index(min_level) :])
    can_be_passed_over = _passes_over(wanted)
    found: list[LogLine] = []
    for raw in _lines_backwards(folder):
        if can_be_passed_over(raw):
            continue
        line = line_from_json(raw)
        if line is not None and line.level in levels and (not wanted or wanted in _searchable(line)):
            found.append(line)
            if len(found) >= limit:
                break
    return found[::-1]


def _passes_over(wanted: str) -> Callable[[str], bool]:
    """Reading a line as JSON is what takes the time; most need not be, since they hold the text nowhere."""
    if not wanted or not wanted.isprintable() or set(wanted) & set('"\\'):
        return lambda _raw: False  # such signs are written differently in JSON
    return lambda raw: wanted not in raw.casefold()


def _searchable(line: LogLine) -> str:
    values = [str(value) for _, value in (*line.fields, *line.ids) if not isinstance(value, bool) and value is not None]
    if line.error is not None:
        values += [line.error.type, line.error.text, *(value for _, value in line.error.codes)]
    return "\n".join([line.text, line.message, line.logger, line.thread, *values]).casefold()


def _lines_backwards(folder: Path) -> Iterator[str]:
    read = 0
    if not folder.is_dir():
        return
    for file in reversed(list_log_files(folder)):
        try:
            for raw in _file_backwards(file.path):
                read += len(raw) + 1
                if read > MOST_BYTES_READ:
                    return
                yield raw.decode("utf-8", errors="replace")
        except OSError:
            continue  # deleted by the cleaning meanwhile, or unreadable: the others still tell much


def _file_backwards(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        position = file.seek(0, os.SEEK_END)
        beginning = b""
        while position > 0:
            start = max(0, position - _BLOCK)
            file.seek(start)
            pieces = (file.read(position - start) + beginning).split(b"\n")
            position, beginning = start, pieces[0]
            yield from reversed([piece for piece in pieces[1:] if piece])
        if beginning:
            yield beginning
