"""Where another thread is: files, lines and functions, no values.

A frame of another thread must not be held even for a moment: its local values would live on with it, and a painter that
outlives its paint event, or ends in the wrong thread, is an error in Qt. ``faulthandler`` writes the places down
without touching the frames.
"""

from __future__ import annotations

import faulthandler
import re
from tempfile import TemporaryFile

from upbit_auto_trading.config.log_lines import Frame
from upbit_auto_trading.config.log_redaction import short_path

_THREAD = re.compile(r"(?:Current t|T)hread 0x([0-9a-f]+)")
_PLACE = re.compile(r'  File "(.*)", line (\d+) in (.*)')


def frames_of_thread(thread_id: int) -> tuple[Frame, ...]:
    """The innermost first; none where the thread has ended."""
    with TemporaryFile("w+", encoding="utf-8", errors="replace") as file:
        faulthandler.dump_traceback(file, all_threads=True)
        file.seek(0)
        return frames_in(file.read(), thread_id)


def frames_in(dump: str, thread_id: int) -> tuple[Frame, ...]:
    found: list[Frame] = []
    is_wanted = False
    for line in dump.splitlines():
        thread, place = _THREAD.match(line), _PLACE.match(line)
        if thread is not None:
            is_wanted = int(thread[1], 16) == thread_id
        elif is_wanted and place is not None:
            found.append(Frame(short_path(place[1]), int(place[2]), place[3]))
    return tuple(found)


def places_of(thread_id: int, most: int) -> str:
    return " < ".join(f"{frame.function} {frame.file}:{frame.line}" for frame in frames_of_thread(thread_id)[:most])
