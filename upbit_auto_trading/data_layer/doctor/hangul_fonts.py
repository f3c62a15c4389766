"""Finds fonts with Hangul without Qt: asks fontconfig, or looks for known files in the font folders."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

_KNOWN = re.compile(
    r"malgun|gulim|batang|dotum|applesdgothic|applegothic|noto(sans|serif).?(cjk|kr)|nanum|undotum|unbatang|baekmuk"
    r"|pretendard|sourcehansans|spoqahan",
    re.IGNORECASE,
)
_SUFFIXES = {".ttf", ".ttc", ".otf"}
_BOUND_SECONDS = 10.0


def installed_hangul_fonts() -> tuple[str, ...] | None:
    """Names, or ``None`` where nothing could be asked and no font folder exists."""
    families = families_by_fontconfig() if sys.platform.startswith("linux") else None
    if families is not None:
        return families
    folders = [folder for folder in font_folders() if folder.is_dir()]
    return fonts_in(folders) if folders else None


def families_by_fontconfig(command: str = "fc-list") -> tuple[str, ...] | None:
    """``None`` where fontconfig's tool is not installed or does not answer in time."""
    try:
        ended = subprocess.run(
            [command, ":lang=ko", "family"], capture_output=True, timeout=_BOUND_SECONDS, check=True, shell=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    lines = ended.stdout.decode("utf-8", "replace").splitlines()
    return tuple(sorted({line.partition(",")[0].strip() for line in lines} - {""}))


def fonts_in(folders: Iterable[Path]) -> tuple[str, ...]:
    """By file name: good enough to tell a machine with Korean fonts from one without."""
    names = set()
    for folder in folders:
        for _place, _folders, files in os.walk(folder):
            names |= {
                Path(name).stem for name in files if Path(name).suffix.lower() in _SUFFIXES and _KNOWN.match(name)
            }
    return tuple(sorted(names))


def font_folders() -> tuple[Path, ...]:
    home = Path.home()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", "")
        per_user = (Path(local) / "Microsoft" / "Windows" / "Fonts",) if local else ()
        return (Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", *per_user)
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts")
    return (
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local" / "share" / "fonts",
        home / ".fonts",
    )
