"""Font families per system and language, pixel sizes with the user's scale, and figures of equal width."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable
from functools import lru_cache

from PyQt6.QtGui import QFont, QFontDatabase, QFontMetricsF

from upbit_auto_trading.ui.design.tokens import SMALLEST_TEXT_PX, TypeStyle
from upbit_auto_trading.utils.bilingual_text import Language

SYSTEM_FONT = "(system font)"

_LINUX_KOREAN = ("Noto Sans CJK KR", "Noto Sans KR", "NanumBarunGothic", "NanumGothic")
_KOREAN = {
    "Windows": ("Malgun Gothic", "Segoe UI"),
    "Darwin": ("Apple SD Gothic Neo", SYSTEM_FONT),
    "Linux": _LINUX_KOREAN,
}
_ENGLISH = {
    "Windows": ("Segoe UI", "Malgun Gothic"),
    "Darwin": (SYSTEM_FONT, "Apple SD Gothic Neo"),
    "Linux": ("Noto Sans", "DejaVu Sans", *_LINUX_KOREAN),
}
_FIXED = {
    "Windows": ("Consolas", "Malgun Gothic"),
    "Darwin": ("Menlo", "Apple SD Gothic Neo"),
    "Linux": ("Noto Sans Mono", "DejaVu Sans Mono", *_LINUX_KOREAN),
}
_PACKAGES = {
    "debian": "fonts-noto-cjk",
    "ubuntu": "fonts-noto-cjk",
    "fedora": "google-noto-sans-cjk-fonts",
    "rhel": "google-noto-sans-cjk-ttc-fonts",
    "arch": "noto-fonts-cjk",
    "suse": "noto-sans-cjk-fonts",
    "opensuse": "noto-sans-cjk-fonts",
    "alpine": "font-noto-cjk",
    "gentoo": "media-fonts/noto-cjk",
}


def families(language: Language, system: str | None = None) -> tuple[str, ...]:
    """The families of the design language in their order, installed or not."""
    table = _KOREAN if language is Language.KOREAN else _ENGLISH
    return table.get(system or platform.system(), table["Linux"])


def fixed_families(system: str | None = None) -> tuple[str, ...]:
    return _FIXED.get(system or platform.system(), _FIXED["Linux"])


def installed(names: Iterable[str]) -> list[str]:
    """Those that exist here, in order; the system's own font stands last, so that the list is never empty."""
    own = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    found = [own if name == SYSTEM_FONT else name for name in names if name == SYSTEM_FONT or name in _all_families()]
    return found if own in found else [*found, own]


@lru_cache(maxsize=1)
def _all_families() -> frozenset[str]:
    return frozenset(QFontDatabase.families())


def pixel_size(style: TypeStyle, scale: int) -> int:
    """The size on screen: the style's size times the user's scale, never under the smallest readable one."""
    return max(SMALLEST_TEXT_PX, round(style.size * scale / 100))


def font(style: TypeStyle, language: Language, scale: int = 100) -> QFont:
    result = QFont()
    result.setFamilies(installed(families(language)))
    result.setPixelSize(pixel_size(style, scale))
    result.setBold(style.bold)
    return result


def fixed_font(style: TypeStyle, scale: int = 100) -> QFont:
    result = QFont()
    result.setFamilies(installed(fixed_families()))
    result.setPixelSize(pixel_size(style, scale))
    result.setBold(style.bold)
    result.setStyleHint(QFont.StyleHint.Monospace)
    return result


def number_font(style: TypeStyle, language: Language, scale: int = 100) -> QFont:
    """A font whose figures are equally wide: as it is, else by its ``tnum`` feature, else a fixed-pitch one."""
    plain = font(style, language, scale)
    if figures_are_tabular(plain):
        return plain
    plain.setFeature(QFont.Tag("tnum"), 1)
    if figures_are_tabular(plain):
        return plain
    return fixed_font(style, scale)


def figures_are_tabular(candidate: QFont) -> bool:
    metrics = QFontMetricsF(candidate)
    widths = [metrics.horizontalAdvance(figure) for figure in "0123456789"]
    return max(widths) - min(widths) < 0.01


def has_hangul_font() -> bool:
    return bool(QFontDatabase.families(QFontDatabase.WritingSystem.Korean))


def hangul_font_package(release: dict[str, str] | None = None) -> str | None:
    """The package that brings Hangul to this Linux system; None where the system always has it."""
    if release is None:
        if not sys.platform.startswith("linux"):
            return None
        release = _os_release()
    for name in (release.get("ID", ""), *release.get("ID_LIKE", "").split()):
        if name in _PACKAGES:
            return _PACKAGES[name]
    return "Noto Sans CJK KR"


def _os_release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}
