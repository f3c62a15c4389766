"""The one token module: every colour, size, type style and time of the design language, without Qt.

``docs/design-tokens.md`` holds the same values as tables; a test compares both, and computes the contrast ratios.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final


class ThemeName(Enum):
    DARK = "dark"
    LIGHT = "light"


class DirectionColours(Enum):
    """Korean: up red, down blue. Alternative: up green, down red."""

    KOREAN = "korean"
    ALTERNATIVE = "alternative"


@dataclass(frozen=True, slots=True)
class OverlayLine:
    """A chart line: its colour and its dash pattern in pen widths (empty: solid)."""

    colour: str
    dashes: tuple[int, ...]


#: names of the overlay colours, in the order in which they are given out
OVERLAYS: Final = tuple(f"overlay{number}" for number in range(1, 9))


@dataclass(frozen=True, slots=True)
class Palette:
    """All colours of one theme as ``#RRGGBB``. Widgets ask the theme for it, never a module constant."""

    # surfaces and lines
    bg0: str
    bg1: str
    bg2: str
    bg3: str
    bg4: str
    sel: str
    line: str
    line_strong: str
    grid: str
    tdis: str
    # text
    t1: str
    t2: str
    t3: str
    accent_text: str
    up: str
    down: str
    alt_up: str
    alt_down: str
    practice: str
    paper: str
    live_text: str
    warning: str
    error: str
    danger: str
    # graphics
    control: str
    accent: str
    focus: str
    up_fill: str
    down_fill: str
    alt_up_fill: str
    alt_down_fill: str
    live_edge: str
    # filled controls and the labels on them
    buy: str
    buy_hover: str
    sell: str
    sell_hover: str
    alt_buy: str
    alt_sell: str
    on_side: str
    primary: str
    primary_hover: str
    on_primary: str
    live_plate: str
    on_live: str
    # chart
    chart_background: str
    cross: str
    overlays: tuple[OverlayLine, ...]

    @property
    def info(self) -> str:
        return self.accent_text

    @property
    def success(self) -> str:
        return self.practice

    def colour(self, token: str) -> str:
        """The value of a token given by its name, as widgets and icons name them; ``overlay1`` … of chart lines."""
        if token in OVERLAYS:
            return self.overlays[OVERLAYS.index(token)].colour
        value = getattr(self, token)
        if not isinstance(value, str):
            raise KeyError(token)
        return value

    def with_directions(self, directions: DirectionColours) -> Palette:
        """``up``, ``down``, their fills and the order buttons in the colours the user has chosen."""
        if directions is DirectionColours.KOREAN:
            return self
        return replace(
            self,
            up=self.alt_up,
            down=self.alt_down,
            up_fill=self.alt_up_fill,
            down_fill=self.alt_down_fill,
            buy=self.alt_buy,
            buy_hover=self.alt_buy,
            sell=self.alt_sell,
            sell_hover=self.alt_sell,
        )


SOLID: Final[tuple[int, ...]] = ()
DASHED: Final = (7, 3)
DOTTED: Final = (2, 2)
_OVERLAY_DASHES: Final = (SOLID, SOLID, SOLID, SOLID, DASHED, DASHED, DOTTED, DOTTED)


def _overlays(*colours: str) -> tuple[OverlayLine, ...]:
    return tuple(OverlayLine(colour, dashes) for colour, dashes in zip(colours, _OVERLAY_DASHES, strict=True))


DARK: Final = Palette(
    bg0="#0D1015",
    bg1="#141920",
    bg2="#1B212A",
    bg3="#242C37",
    bg4="#2E3845",
    sel="#0F2E37",
    line="#232A34",
    line_strong="#35404D",
    grid="#1A2029",
    tdis="#596473",
    t1="#E9EDF2",
    t2="#B0BAC6",
    t3="#8B97A6",
    accent_text="#4CCBD6",
    up="#FF6B75",
    down="#6CA8FF",
    alt_up="#5FE3B8",
    alt_down="#FF6A4D",
    practice="#57C99A",
    paper="#B09BFF",
    live_text="#FF9838",
    warning="#F5D565",
    error="#FF7A80",
    danger="#FF5A63",
    control="#6A7787",
    accent="#35BFCB",
    focus="#7FE3EC",
    up_fill="#F04452",
    down_fill="#3B82F6",
    alt_up_fill="#45D3A5",
    alt_down_fill="#E5502F",
    live_edge="#FF9030",
    buy="#D62F40",
    buy_hover="#CB2B3B",
    sell="#2A6BE0",
    sell_hover="#2563D4",
    alt_buy="#0E7D56",
    alt_sell="#C4421F",
    on_side="#FFFFFF",
    primary="#35BFCB",
    primary_hover="#4CCBD6",
    on_primary="#06181B",
    live_plate="#FF9030",
    on_live="#1A0E00",
    chart_background="#0D1015",
    cross="#B0BAC6",
    overlays=_overlays("#E1EB60", "#AC70E5", "#4CFCE1", "#D5711D", "#D0C5FD", "#2D99A0", "#FEBDA3", "#769464"),
)

LIGHT: Final = Palette(
    bg0="#F3F5F8",
    bg1="#FFFFFF",
    bg2="#EEF1F5",
    bg3="#E3E8EE",
    bg4="#D4DBE3",
    sel="#D5EFF1",
    line="#DCE2E9",
    line_strong="#BEC8D3",
    grid="#EDF0F4",
    tdis="#97A2AF",
    t1="#131A22",
    t2="#414D5B",
    t3="#566373",
    accent_text="#0A6A75",
    up="#C8202F",
    down="#1B5FD0",
    alt_up="#04503B",
    alt_down="#B83A16",
    practice="#14754E",
    paper="#5F3DC4",
    live_text="#944A00",
    warning="#855600",
    error="#BC1F2D",
    danger="#C51A2B",
    control="#75828F",
    accent="#0B7A86",
    focus="#0B7A86",
    up_fill="#E0293B",
    down_fill="#2B74EA",
    alt_up_fill="#0A6B4E",
    alt_down_fill="#DB5630",
    live_edge="#A65300",
    buy="#D62F40",
    buy_hover="#C02636",
    sell="#2A6BE0",
    sell_hover="#205CC8",
    alt_buy="#0E7D56",
    alt_sell="#C4421F",
    on_side="#FFFFFF",
    primary="#0B7A86",
    primary_hover="#0A6A75",
    on_primary="#FFFFFF",
    live_plate="#F59222",
    on_live="#1A0E00",
    chart_background="#FFFFFF",
    cross="#414D5B",
    overlays=_overlays("#B5730A", "#9E69D1", "#06696E", "#815341", "#05367A", "#720A3B", "#403912", "#79865B"),
)

PALETTES: Final = {ThemeName.DARK: DARK, ThemeName.LIGHT: LIGHT}


@dataclass(frozen=True, slots=True)
class Tints:
    """Opacity of a colour laid over a surface, as fractions."""

    flash: float
    volume_bar: float
    book_row: float = 0.07
    depth_bar: float = 0.30
    heat_map_most: float = 0.62
    paper_badge: float = 0.16
    hold_fill: float = 0.26
    legend_plate: float = 0.88


TINTS: Final = {
    ThemeName.DARK: Tints(flash=0.18, volume_bar=0.70),
    ThemeName.LIGHT: Tints(flash=0.06, volume_bar=0.80),
}


class Space:
    """The spacing scale in logical pixels."""

    XXS: Final = 2
    XS: Final = 4
    S: Final = 6
    M: Final = 8
    L: Final = 12
    XL: Final = 16
    XXL: Final = 24
    HUGE: Final = 32
    GIANT: Final = 48
    SCALE: Final = (2, 4, 6, 8, 12, 16, 24, 32, 48)


class Radius:
    BADGE: Final = 3
    CONTROL: Final = 4
    PANEL: Final = 6
    WIZARD_CARD: Final = 8


class Edge:
    BORDER: Final = 1.0
    FOCUS_RING: Final = 2
    FOCUS_GAP: Final = 2
    LIVE: Final = 1.5
    LIVE_STRIP: Final = 4
    TOAST_BAR: Final = 3
    UNDERLINE: Final = 2
    RAIL_BAR: Final = 3


class Height:
    """Fixed heights, never derived from a font's line spacing."""

    CONTROL_SMALL: Final = 26
    CONTROL: Final = 32
    CONTROL_LARGE: Final = 40
    ORDER_BUTTON: Final = 44
    CLICK_TARGET: Final = 26
    TABLE_HEADER: Final = 26
    ROW_COMPACT: Final = 24
    ROW: Final = 28
    ROW_COMFORTABLE: Final = 34
    PANEL_HEADER: Final = 36
    BADGE: Final = 20
    COUNT_BADGE: Final = 18
    METER: Final = 6
    STATUS_STRIP: Final = 36


class IconSize:
    TINY: Final = 14
    SMALL: Final = 16
    NORMAL: Final = 20
    LARGE: Final = 24


class Shell:
    TOP_BAR: Final = 48
    LOGO: Final = 72
    SEARCH: Final = 250
    RAIL: Final = 72
    RAIL_ITEM: Final = 56
    RAIL_ITEM_LOW: Final = 48
    RAIL_LOW_UNDER: Final = 700
    STATUS_BAR: Final = 26
    CONTENT_PADDING: Final = 8
    GUTTER: Final = 8
    SMALLEST_WIDTH: Final = 1280
    SMALLEST_HEIGHT: Final = 640
    TABLE_LEAST: Final = 360
    TICKET_LEAST: Final = 300
    ORDER_BOOK_LEAST: Final = 222
    CHART_LEAST: Final = 480
    DIALOG_LEAST: Final = 420
    DIALOG_MOST: Final = 560
    TOAST: Final = 340
    KILL_MENU: Final = 336


class Chart:
    PRICE_AXIS: Final = 88
    RIGHT_MARGIN: Final = 96
    MARKER: Final = 12
    CANDLE_BODY: Final = 0.72
    #: with less room from candle to candle, a bar from low to high
    BARS_BELOW: Final = 3
    TIME_AXIS: Final = 26
    #: between panes
    SEPARATOR: Final = 1
    #: of the price pane's height
    VOLUME_SHARE: Final = 0.16
    #: room above and below what is seen, as a share of the pane
    HEADROOM: Final = 0.06
    OVERLAY_PEN: Final = 1.5


@dataclass(frozen=True, slots=True)
class TypeStyle:
    size: int
    line: int
    bold: bool = False


class Type:
    """Pixel sizes before the user's text scale."""

    DISPLAY: Final = TypeStyle(22, 28, bold=True)
    WIZARD_TITLE: Final = TypeStyle(28, 38, bold=True)
    TITLE: Final = TypeStyle(16, 22, bold=True)
    DIALOG_TITLE: Final = TypeStyle(14, 20, bold=True)
    HEADING: Final = TypeStyle(13, 18, bold=True)
    BODY: Final = TypeStyle(13, 18)
    BODY_BOLD: Final = TypeStyle(13, 18, bold=True)
    TABLE: Final = TypeStyle(12, 16)
    TABLE_BOLD: Final = TypeStyle(12, 16, bold=True)
    CAPTION: Final = TypeStyle(11, 15)
    CAPTION_BOLD: Final = TypeStyle(11, 15, bold=True)


TYPE_STYLES: Final = {name.lower(): style for name, style in vars(Type).items() if isinstance(style, TypeStyle)}
SMALLEST_TEXT_PX: Final = 11
TEXT_SCALE_LEAST: Final = 90
TEXT_SCALE_MOST: Final = 130


class Motion:
    """Times in milliseconds."""

    PANEL_MS: Final = 150
    FLASH_MS: Final = 300
    FLASH_LEAST_APART_MS: Final = 500
    TOOLTIP_MS: Final = 500
    HOLD_MS: Final = 1000
    HOLD_SELL_MS: Final = 3000
    FRAME_MS: Final = 16
    COUNTDOWN_MS: Final = 100
    SPINNER_STEP_MS: Final = 80
    SKELETON_AFTER_MS: Final = 150
    LOADING_WORDS_AFTER_MS: Final = 1000
    LOADING_CANCEL_AFTER_MS: Final = 3000
    TOAST_MS: Final = 5000
    NO_ANSWER_AFTER_MS: Final = 2000
    REMAINING_AFTER_MS: Final = 3000


class Limits:
    TOASTS: Final = 3
    COUNT: Final = 99
    STEP_FACTOR: Final = 10
