"""Disks that are full or may not be written, made for real, also where tests run as root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_NOBODY = 65534


@contextmanager
def ordinary_user() -> Iterator[Path]:
    """A folder, and the rights of somebody whom permission bits bind; root is above them."""
    if sys.platform == "win32":
        pytest.skip("permission bits do not exist on Windows")
    folder = Path(tempfile.mkdtemp(prefix="ordinary-"))
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, _NOBODY, -1)
        os.seteuid(_NOBODY)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        for place in [folder, *folder.rglob("*")]:
            place.chmod(0o700)
        shutil.rmtree(folder)


@contextmanager
def small_disk(size_bytes: int) -> Iterator[Path]:
    """A folder on a disk of this size; where none may be mounted, a limit on the size of each file."""
    if sys.platform == "win32":
        pytest.skip("neither tmpfs nor file size limits exist on Windows")
    folder = Path(tempfile.mkdtemp(prefix="small-disk-"))
    try:
        if _is_mounted(folder, size_bytes):
            try:
                yield folder
            finally:
                subprocess.run(["umount", folder], check=True)
        else:
            with file_size_limit(size_bytes // 2):
                yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def file_size_limit(size_bytes: int) -> Iterator[None]:
    """No file of this process can grow beyond; Python ignores the signal, so writing fails with EFBIG."""
    if sys.platform == "win32":
        pytest.skip("no file size limits on Windows")
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _is_mounted(folder: Path, size_bytes: int) -> bool:
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "tmpfs", str(folder)]
    return subprocess.run(mount, capture_output=True, check=False).returncode == 0
