"""Icons by meaning. One font, Remix Icon, is loaded when the first icon is asked for; the other ten are not."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from PyQt6.QtCore import QObject, QRect, QRectF, QSize
from PyQt6.QtGui import QIcon, QPainter, QPixmap

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icon_font import IconFont
from upbit_auto_trading.ui.design.language import calling_on
from upbit_auto_trading.ui.design.theme import current_theme


class Icon(Enum):
    # screens, in rail order
    DASHBOARD = "dashboard-line"
    MARKET = "table-line"
    CHART = "stock-line"
    STRATEGY = "flow-chart"
    BACKTEST = "flask-line"
    TRADING = "exchange-line"
    PRACTICE_SCREEN = "gamepad-line"
    SCHEDULE = "calendar-event-line"
    MONITOR = "pulse-line"
    HELP = "question-line"
    SETTINGS = "settings-3-line"
    # modes and safety
    PRACTICE = "seedling-line"
    PAPER = "article-line"
    LIVE = "flashlight-fill"
    KILL_SWITCH = "spam-2-line"
    PROTECTED = "shield-check-line"
    UNPROTECTED = "shield-cross-line"
    GUARDED_HERE = "computer-line"
    KEY = "key-2-line"
    LOCKED = "lock-line"
    UNLOCKED = "lock-unlock-line"
    # states
    SUCCESS = "checkbox-circle-line"
    WARNING = "error-warning-line"
    ERROR = "close-circle-line"
    INFO = "information-line"
    CONNECTED = "wifi-line"
    OFFLINE = "cloud-off-line"
    STALE = "time-line"
    UNKNOWN = "loader-4-line"
    BUSY = "loader-4-fill"
    EMPTY = "inbox-line"
    RUNNING = "play-mini-fill"
    PAUSED = "pause-mini-fill"
    TRIAL = "flask-fill"
    MAINTENANCE = "tools-line"
    # actions
    SEARCH = "search-line"
    SHOW = "eye-line"
    HIDE = "eye-off-line"
    BELL = "notification-3-line"
    ADD = "add-line"
    REMOVE = "subtract-line"
    DELETE = "delete-bin-line"
    CLOSE = "close-line"
    CHECK = "check-line"
    MORE = "more-2-fill"
    EDIT = "edit-line"
    COPY = "file-copy-line"
    HISTORY = "history-line"
    SAVE = "save-line"
    PLAY = "play-fill"
    PAUSE = "pause-fill"
    STOP = "stop-fill"
    TO_START = "skip-back-line"
    ONE_STEP = "skip-forward-line"
    REFRESH = "refresh-line"
    DOWNLOAD = "download-line"
    UPLOAD = "upload-line"
    EXTERNAL = "external-link-line"
    FILTER = "filter-3-line"
    FULL_SCREEN = "fullscreen-line"
    UNDO = "arrow-go-back-line"
    REDO = "arrow-go-forward-line"
    FOLDER = "folder-line"
    RECORD = "file-list-line"
    STAR = "star-line"
    STARRED = "star-fill"
    COMPARE = "bar-chart-line"
    INDICATOR = "line-chart-line"
    OPTIMISE = "compass-3-line"
    LINK = "link"
    QUIT = "shut-down-line"
    SEND = "send-plane-line"
    # direction and form
    UP = "arrow-up-s-line"
    DOWN = "arrow-down-s-line"
    LEFT = "arrow-left-s-line"
    RIGHT = "arrow-right-s-line"
    BACK = "arrow-left-line"
    FORWARD = "arrow-right-line"
    CURSOR = "cursor-line"
    CROSSHAIR = "focus-3-line"
    TEXT = "text"
    RULER = "ruler-line"
    LINES = "menu-line"
    CAMERA = "camera-line"
    COLUMNS = "layout-column-line"
    CARDS = "layout-grid-line"
    SENTENCES = PAPER
    FILE = "code-line"
    # subjects
    CLOCK = STALE
    LANGUAGE = "translate-2"
    GLOBE = "global-line"
    DARK_THEME = "moon-line"
    LIGHT_THEME = "sun-line"
    DATABASE = "database-2-line"
    MEMORY = "cpu-line"
    WALLET = "wallet-3-line"
    VARIABLE = "function-line"
    MAIL = "mail-line"
    LIGHT_BULB = "lightbulb-line"
    BUG = "bug-line"
    BOOK = "book-open-line"
    USER = "user-line"
    PIN = "pushpin-line"
    LAYERS = "stack-line"

    @property
    def glyph(self) -> str:
        """The name in the font. Two meanings may share a glyph; the later is then an alias of the first."""
        return self.value


_font: IconFont | None = None
_cache: dict[tuple[Icon, str, str], QIcon] = {}
_pictures: dict[tuple[Icon, str, int, int, float], QPixmap] = {}


def _icon_font() -> IconFont:
    global _font
    if _font is None:
        _font = IconFont()
    return _font


def icon(which: Icon, token: str = "t2") -> QIcon:
    """The icon in the colour of a token of the present theme, greyed when disabled."""
    palette = current_theme().palette
    colour = palette.colour(token)
    key = (which, colour, palette.tdis)
    if key not in _cache:
        _cache[key] = _icon_font().icon(which.glyph, colour, palette.tdis)
    return _cache[key]


def paint_icon(painter: QPainter, which: Icon, rect: QRectF | QRect, token: str = "t2") -> None:
    """Drawn once for each colour, size and device pixel ratio, and laid on whole device pixels."""
    device = painter.device()
    ratio = device.devicePixelRatio() if device is not None else 1.0
    width, height = int(rect.width()), int(rect.height())
    key = (which, current_theme().palette.colour(token), width, height, ratio)
    picture = _pictures.get(key)
    if picture is None:
        picture = _pictures[key] = icon(which, token).pixmap(QSize(width, height), ratio)
    place = painting.snapped(painter, QRectF(rect))
    painter.drawPixmap(place.topLeft(), picture)


def bind_icon(setter: Callable[[QIcon], object], which: Icon, token: str = "t2") -> None:
    """``bind_icon(button.setIcon, Icon.ADD)``: set it now and again with every change of theme."""
    owner = getattr(setter, "__self__", None)
    if not isinstance(owner, QObject):
        raise TypeError("bind_icon needs the method of a widget, such as button.setIcon.")
    calling_on(owner, current_theme().changed, lambda: setter(icon(which, token)))
