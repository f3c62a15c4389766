"""A run that takes the place of this one."""

from __future__ import annotations

import os
import subprocess
import sys


def start_again() -> None:
    """In place of this run: the same command line, after everything of this one is closed."""
    command = [sys.executable, *sys.argv[1:]] if getattr(sys, "frozen", False) else [sys.executable, *sys.orig_argv[1:]]
    if sys.platform == "win32":
        subprocess.Popen(command, close_fds=True)
    else:
        os.execv(command[0], command)
