"""Written whole, private from the first byte, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from upbit_auto_trading.business_logic.domain.errors import PathUnusable, StorageError
from upbit_auto_trading.data_layer.owner_only_files import (
    is_owner_only,
    leftovers,
    move_aside,
    read_bounded,
    remove,
    replace_owner_only,
)

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="permission bits are POSIX")


@on_posix
def test_it_is_private_before_it_is_in_place_whatever_the_mask_says(tmp_path: Path) -> None:
    path = tmp_path / "settings" / "file.enc"
    seen: list[tuple[int, bytes, bool]] = []

    def look() -> None:
        (staged,) = leftovers(path)
        seen.append((staged.stat().st_mode & 0o777, staged.read_bytes(), path.exists()))

    before = os.umask(0)
    try:
        replace_owner_only(path, b"secret", before_replace=look)
    finally:
        os.umask(before)
    assert seen == [(0o600, b"secret", False)]
    assert path.read_bytes() == b"secret"
    assert is_owner_only(path)
    assert leftovers(path) == ()
    path.chmod(0o640)
    assert not is_owner_only(path)


def test_what_fails_before_the_replacing_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file.enc"
    replace_owner_only(path, b"old")

    def refuse() -> None:
        raise KeyError("no")

    with pytest.raises(KeyError):
        replace_owner_only(path, b"new", before_replace=refuse)
    assert path.read_bytes() == b"old"
    assert leftovers(path) == ()


def test_a_link_is_replaced_and_its_target_is_left_alone(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"theirs")
    link.symlink_to(target)
    replace_owner_only(link, b"ours")
    assert (target.read_bytes(), link.read_bytes(), link.is_symlink()) == (b"theirs", b"ours", False)


def test_a_folder_in_the_way_is_a_storage_error(tmp_path: Path) -> None:
    path = tmp_path / "file.enc"
    path.mkdir()
    with pytest.raises(StorageError):
        replace_owner_only(path, b"x")
    with pytest.raises(PathUnusable):
        read_bounded(path, 10)
    with pytest.raises(StorageError):
        remove(path)
    assert leftovers(path) == ()


def test_reading_stops_one_byte_after_the_limit(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 1_000)
    assert len(read_bounded(tmp_path / "big", 10)) == 11


def test_nothing_is_overwritten_when_moving_aside(tmp_path: Path) -> None:
    target = tmp_path / "damaged" / "file.enc"
    names = []
    for number in range(3):
        path = tmp_path / "file.enc"
        path.write_bytes(str(number).encode())
        names.append(move_aside(path, target).name)
    assert names == ["file.enc", "file-2.enc", "file-3.enc"]
    assert [(tmp_path / "damaged" / name).read_bytes() for name in names] == [b"0", b"1", b"2"]


@on_posix
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    """A real refusal by the system, in a process of its own that may write 100 bytes."""
    path = tmp_path / "file.enc"
    replace_owner_only(path, b"old")
    script = (
        "import resource, sys; from pathlib import Path\n"
        "from upbit_auto_trading.business_logic.domain.errors import DiskFull\n"
        "from upbit_auto_trading.data_layer.owner_only_files import replace_owner_only\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))\n"
        "try:\n    replace_owner_only(Path(sys.argv[1]), b'n' * 5000)\n"
        "except DiskFull:\n    sys.exit(3)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(path)], timeout=60, check=False).returncode == 3
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file.enc"]
