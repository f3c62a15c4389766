"""The token module equals the tables of docs/design-tokens.md, and its colours reach the contrast they promise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from upbit_auto_trading.ui.design import tokens
from upbit_auto_trading.ui.design.tokens import (
    DARK,
    LIGHT,
    PALETTES,
    TINTS,
    TYPE_STYLES,
    DirectionColours,
    Palette,
    ThemeName,
)

PAGE = Path(__file__).parents[3] / "docs" / "design-tokens.md"
TEXT_BEHIND = ("bg0", "bg1", "bg2", "bg3", "sel")
GRAPHIC_BEHIND = ("bg0", "bg1", "bg2", "bg3")
GROUPS = ("Space", "Radius", "Edge", "Height", "IconSize", "Shell", "Chart")


def rows(width: int, first: str) -> list[list[str]]:
    """The table rows with so many cells, under the header that begins with ``first``."""
    found: list[list[str]] = []
    inside = False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            inside = False
        elif inside and not cells[0].startswith("---"):
            found.append(cells)
        elif len(cells) == width and cells[0] == first:
            inside = True
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def worst(palette: Palette, token: str, behind: tuple[str, ...]) -> float:
    return min(contrast(palette.colour(token), palette.colour(surface)) for surface in behind)


def test_every_colour_stands_in_the_table_and_is_the_same() -> None:
    table = rows(7, "token")
    assert len(table) == 32
    for name, _, dark, _, light, _, _ in table:
        assert (DARK.colour(name), LIGHT.colour(name)) == (dark, light), name


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_text_and_graphics_reach_their_contrast(palette: Palette) -> None:
    at = 3 if palette is DARK else 5
    for row in rows(7, "token"):
        name, kind = row[0], row[1]
        if kind == "text":
            assert worst(palette, name, TEXT_BEHIND) >= 4.5, name
            assert f"{worst(palette, name, TEXT_BEHIND):.1f}" == row[at], name
        elif kind == "graphic":
            assert worst(palette, name, GRAPHIC_BEHIND) >= 3, name
            assert f"{worst(palette, name, GRAPHIC_BEHIND):.1f}" == row[at], name


def test_labels_on_filled_controls_can_be_read() -> None:
    table = rows(8, "fill")
    assert len(table) == 9
    for fill, label, dark, dark_label, dark_ratio, light, light_label, light_ratio in table:
        for palette, colour, words, ratio in (
            (DARK, dark, dark_label, dark_ratio),
            (LIGHT, light, light_label, light_ratio),
        ):
            assert (palette.colour(fill), palette.colour(label)) == (colour, words)
            assert contrast(colour, words) >= 4.5
            assert f"{contrast(colour, words):.2f}" == ratio


def test_overlay_lines_stand_out_from_the_chart() -> None:
    table = rows(4, "place")
    assert len(table) == len(DARK.overlays) == len(LIGHT.overlays) == 8
    for (_, dark, light, dashes), one, other in zip(table, DARK.overlays, LIGHT.overlays, strict=True):
        assert (one.colour, other.colour) == (dark, light)
        assert "-".join(map(str, one.dashes)) == "-".join(map(str, other.dashes)) == dashes.replace("solid", "")
        assert contrast(one.colour, DARK.chart_background) >= 3
        assert contrast(other.colour, LIGHT.chart_background) >= 3


def test_tints_and_text_on_the_flash() -> None:
    for name, dark, light in rows(3, "tint"):
        assert f"{getattr(TINTS[ThemeName.DARK], name):.2f}" == dark
        assert f"{getattr(TINTS[ThemeName.LIGHT], name):.2f}" == light
    for theme, palette in PALETTES.items():
        for fill, token in (("up_fill", "up"), ("down_fill", "down")):
            mixed = mix(palette.bg1, palette.colour(fill), TINTS[theme].flash)
            assert contrast(palette.colour(token), mixed) >= 4.5, (theme, token)
        held = mix(palette.bg1, palette.danger, TINTS[theme].hold_fill)
        assert contrast(palette.t1, held) >= 10


def mix(below: str, above: str, opacity: float) -> str:
    pairs = [(int(below[at : at + 2], 16), int(above[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(low + (high - low) * opacity):02X}" for low, high in pairs)


def test_sizes_type_and_times_equal_the_tables() -> None:
    sizes = rows(3, "group")
    known = {(group, name) for group in GROUPS for name in vars(getattr(tokens, group)) if name.isupper()}
    assert {(group, name) for group, name, _ in sizes} == known
    for group, name, value in sizes:
        actual = getattr(getattr(tokens, group), name)
        assert (" ".join(map(str, actual)) if isinstance(actual, tuple) else str(actual)) == value, name
    styles = {row[0]: row[1:] for row in rows(4, "style")}
    assert styles == {
        name: [str(style.size), str(style.line), "bold" if style.bold else "regular"]
        for name, style in TYPE_STYLES.items()
    }
    times = dict(rows(2, "name"))
    assert times == {name: str(value) for name, value in vars(tokens.Motion).items() if name.isupper()}


def test_the_other_direction_colours_swap_all_that_shows_direction() -> None:
    swapped = DARK.with_directions(DirectionColours.ALTERNATIVE)
    assert (swapped.up, swapped.down) == (DARK.alt_up, DARK.alt_down)
    assert (swapped.up_fill, swapped.down_fill) == (DARK.alt_up_fill, DARK.alt_down_fill)
    assert (swapped.buy, swapped.sell_hover) == (DARK.alt_buy, DARK.alt_sell)
    assert swapped.danger == DARK.danger
    assert DARK.with_directions(DirectionColours.KOREAN) is DARK


def test_no_colour_is_written_outside_the_token_module() -> None:
    package = Path(tokens.__file__).parents[1]
    hexes = re.compile(r"#[0-9A-Fa-f]{6}\b")
    found = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if path.name != "tokens.py" and hexes.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_an_unknown_token_is_an_error() -> None:
    with pytest.raises(KeyError):
        DARK.colour("overlays")
    with pytest.raises(AttributeError):
        DARK.colour("bg9")
