"""A restore that the window asked for: judged at once, carried out by the next start, before anything is open."""

from __future__ import annotations

import json
from pathlib import Path

from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.storage.durable_files import sync_folder, write_whole
from upbit_auto_trading.data_layer.storage.file_errors import file_errors

_REQUEST = "restore_request.json"


def request_restore(paths: AppPaths, backup: Path) -> None:
    """The caller has verified the backup; the newest request counts."""
    place = paths.data / _REQUEST
    with file_errors(place):
        write_whole(place, json.dumps({"backup": str(backup.absolute())}, ensure_ascii=False).encode())


def take_request(paths: AppPaths) -> Path | None:
    """The backup to restore now. The request is gone afterwards, so that one that fails is not tried for ever."""
    place = paths.data / _REQUEST
    with file_errors(place):
        if not place.is_file():
            return None
        text = place.read_bytes()
        place.unlink()
        sync_folder(paths.data)
    try:
        return Path(str(json.loads(text)["backup"]))
    except (ValueError, KeyError, TypeError):
        return None  # written whole by us; whoever changed it does not get a restore out of it
