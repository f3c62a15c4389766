"""The backup file: a zip with a manifest, readable with any zip program and trusted in no part.

``manifest.json`` names every other member with its size, SHA-256 and, for a database, its revision. A
member that is not in the manifest, or whose name is none of ours, makes the whole file unusable.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from upbit_auto_trading.business_logic.domain.errors import BackupUnusable, DiskFull
from upbit_auto_trading.data_layer.storage.backup_names import (
    CANDLES,
    CREDENTIALS,
    DATABASES,
    is_member_name,
    is_reason,
)
from upbit_auto_trading.data_layer.storage.file_errors import file_errors

FORMAT = "upbit-autotrader/backup"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"

_CHUNK = 1 << 20
_MEBIBYTE = 1 << 20
_MOST_MEMBERS = 5_000
_MANIFEST_LIMIT = 4 * _MEBIBYTE
# What a member may unpack to at most: a zip bomb stops here, honest files are far smaller.
_SIZE_LIMITS = {CANDLES: 1 << 40, CREDENTIALS: 16 * _MEBIBYTE}
_DATABASE_LIMIT = 64 << 30
_COMPONENT_LIMIT = 16 * _MEBIBYTE


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup; ``revision`` is ``None`` for what is no database."""

    name: str
    size: int
    sha256: str
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    made_at: datetime
    made_with: str
    reason: str
    #: everything of the user, or only one database before it was migrated
    is_whole: bool
    left_out: tuple[str, ...]
    members: tuple[Member, ...]

    @property
    def with_candles(self) -> bool:
        return any(member.name == CANDLES for member in self.members)

    @property
    def unpacked_bytes(self) -> int:
        return sum(member.size for member in self.members)

    def to_json(self) -> str:
        document = {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "made_at": self.made_at.isoformat(),
            "made_with": self.made_with,
            "reason": self.reason,
            "is_whole": self.is_whole,
            "left_out": list(self.left_out),
            "files": [asdict(member) for member in self.members],
        }
        return json.dumps(document, indent=1, ensure_ascii=False)


def file_digest(path: Path) -> tuple[int, str]:
    """Size and SHA-256."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def pack(target: BinaryIO, folder: Path, manifest: Manifest, on_progress: Callable[[float], None]) -> None:
    """Writes the members, which lie under ``folder`` by their names, and the manifest first."""
    total = max(1, manifest.unpacked_bytes)
    done = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(MANIFEST), manifest.to_json().encode(), zipfile.ZIP_DEFLATED)
        for member in manifest.members:
            entry = zipfile.ZipInfo(member.name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            with (folder / member.name).open("rb") as source, archive.open(entry, "w", force_zip64=True) as packed:
                while chunk := source.read(_CHUNK):
                    packed.write(chunk)
                    done += len(chunk)
                    on_progress(done / total)


def read_manifest(file: Path) -> Manifest:
    """Judges everything that can be judged without unpacking; raises BackupUnusable."""
    with _opened(file) as archive:
        return _checked_manifest(file, archive)


def unpack(file: Path, folder: Path, free_bytes: int, on_progress: Callable[[float], None]) -> Manifest:
    """Unpacks into an empty folder, checking sizes and digests on the way; the databases are not opened."""
    with _opened(file) as archive:
        manifest = _checked_manifest(file, archive)
        if manifest.unpacked_bytes > free_bytes:
            raise DiskFull(str(folder), f"needs {manifest.unpacked_bytes} bytes, {free_bytes} are free")
        total = max(1, manifest.unpacked_bytes)
        done = 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            on_progress(done / total)

        for member in manifest.members:
            _unpack_member(file, archive, member, folder / member.name, advance)
    return manifest


def _opened(file: Path) -> zipfile.ZipFile:
    if not file.is_file():
        raise BackupUnusable(str(file), "not-found")
    with file_errors(file):
        try:
            return zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError) as error:
            with file.open("rb") as stream:
                begins_as_zip = stream.read(2) == b"PK"
            raise BackupUnusable(str(file), "damaged" if begins_as_zip else "not-a-backup") from error


def _checked_manifest(file: Path, archive: zipfile.ZipFile) -> Manifest:
    entries = archive.infolist()
    sizes = {entry.filename: entry.file_size for entry in entries}
    if MANIFEST not in sizes:
        raise BackupUnusable(str(file), "not-a-backup")
    if len(entries) > _MOST_MEMBERS or sizes[MANIFEST] > _MANIFEST_LIMIT:
        raise BackupUnusable(str(file), "too-large")
    manifest = _parsed_manifest(file, _read_small(file, archive, MANIFEST))
    declared = {member.name: member.size for member in manifest.members}
    if len(entries) != len(sizes) or len(declared) != len(manifest.members):
        raise BackupUnusable(str(file), "unexpected-content")
    if not declared or not all(is_member_name(name) for name in declared) or not is_reason(manifest.reason):
        raise BackupUnusable(str(file), "unexpected-content")
    if {**declared, MANIFEST: sizes[MANIFEST]} != sizes:
        raise BackupUnusable(str(file), "unexpected-content")
    if any(size > _size_limit(name) for name, size in declared.items()):
        raise BackupUnusable(str(file), "too-large")
    return manifest


def _size_limit(name: str) -> int:
    default = _DATABASE_LIMIT if name in DATABASES else _COMPONENT_LIMIT
    return _SIZE_LIMITS.get(name, default)


def _parsed_manifest(file: Path, text: bytes) -> Manifest:
    try:
        document: dict[str, Any] = json.loads(text)
        if document["format"] != FORMAT:
            raise BackupUnusable(str(file), "not-a-backup")
        if int(document["version"]) > FORMAT_VERSION:
            raise BackupUnusable(str(file), "newer-version")
        made_at = datetime.fromisoformat(document["made_at"])
        if made_at.tzinfo is None:
            raise BackupUnusable(str(file), "damaged")
        return Manifest(
            made_at=made_at,
            made_with=str(document["made_with"]),
            reason=str(document["reason"]),
            is_whole=document["is_whole"] is True,
            left_out=tuple(str(code) for code in document["left_out"]),
            members=tuple(_member(entry) for entry in document["files"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BackupUnusable(str(file), "damaged") from error


def _member(entry: dict[str, Any]) -> Member:
    revision = entry["revision"]
    size = int(entry["size"])
    if size < 0:
        raise ValueError("negative size")
    return Member(str(entry["name"]), size, str(entry["sha256"]), None if revision is None else str(revision))


# Everything that reading a damaged or hostile entry can raise; RuntimeError: it is encrypted.
_UNREADABLE = (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, ValueError)


def _read_small(file: Path, archive: zipfile.ZipFile, name: str) -> bytes:

    with file_errors(file):
        try:
            with archive.open(name) as stream:
                return stream.read(_MANIFEST_LIMIT)
        except (*_UNREADABLE, zlib.error) as error:
            raise BackupUnusable(str(file), "damaged") from error


def _unpack_member(
    file: Path, archive: zipfile.ZipFile, member: Member, target: Path, advance: Callable[[int], None]
) -> None:

    digest = hashlib.sha256()
    written = 0
    with file_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as copy:
            try:
                with archive.open(member.name) as stream:
                    # One byte more than declared is enough to know that the declaration lies.
                    while chunk := stream.read(min(_CHUNK, member.size + 1 - written)):
                        written += len(chunk)
                        if written > member.size:
                            break
                        copy.write(chunk)
                        digest.update(chunk)
                        advance(len(chunk))
            except (*_UNREADABLE, zlib.error) as error:
                raise BackupUnusable(str(file), "damaged") from error
    if written != member.size or digest.hexdigest() != member.sha256:
        raise BackupUnusable(str(file), "damaged")
