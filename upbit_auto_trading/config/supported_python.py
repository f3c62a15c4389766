# -*- coding: utf-8 -*-
"""Importing this ends the process with one sentence when Python cannot run the program.

Readable for every Python since 2.7 and free of functions for that reason: a function would need the
annotations that the rest of the code has, and those do not parse there.
"""

import platform
import sys

OLDEST = (3, 11)
NEWEST = (3, 14)

found = "%s %d.%d" % (platform.python_implementation(), sys.version_info[0], sys.version_info[1])
is_free_threaded = "t" in getattr(sys, "abiflags", "")
if is_free_threaded:
    found += "t"

is_supported = (
    OLDEST <= tuple(sys.version_info[:2]) <= NEWEST
    and platform.python_implementation() == "CPython"
    and not is_free_threaded
)
if not is_supported:
    if sys.stderr is not None:
        # In Python 2 these are the bytes of this file, which is what its stderr wants.
        sys.stderr.write(
            "%s에서는 실행할 수 없어요. python.org에서 Python 3.13 (3.11~3.14)을 설치해 주세요.\n"
            "%s cannot run this program: install Python 3.13 (3.11 to 3.14 will do) from python.org.\n" % (found, found)
        )
    sys.exit(1)
