"""Where things lie inside `.venv`, and how the bootstrap speaks: shared by those who look and those who build."""

from __future__ import annotations

import os
import sys

LOCK_NAME = "upbit-autotrader.lock"
# Another Python's search path or home would be mixed into ours.
FOREIGN_VARIABLES = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV")


def python_in(folder: str) -> str:
    return os.path.join(folder, "Scripts", "python.exe") if os.name == "nt" else os.path.join(folder, "bin", "python")


def site_packages_in(folder: str, version: str = "") -> str:
    """``version`` is like "3.11"; this Python's when not given."""
    if os.name == "nt":
        return os.path.join(folder, "Lib", "site-packages")
    major, minor = sys.version_info[:2]
    return os.path.join(folder, "lib", f"python{version or f'{major}.{minor}'}", "site-packages")


def version_of(python: str) -> str:
    """Like "3.11", by asking it; empty when it does not run."""
    import subprocess

    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run(
            [python, "-I", "-c", ask], capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def clean_variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in FOREIGN_VARIABLES}


def say(text: str, *, is_error: bool = False) -> None:
    stream = sys.stderr if is_error else sys.stdout
    if stream is None:  # pythonw has none
        return
    try:
        stream.write(text + "\n")
    except UnicodeEncodeError:
        stream.write(text.encode(stream.encoding, "replace").decode(stream.encoding) + "\n")
    stream.flush()
