"""What it runs on: markets and a range of what is stored, with what fetching the rest would take; or a file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePath

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.ui.backtest_services import StoredFacts
from upbit_auto_trading.ui.candle_words import span_words
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import current_language, retranslating, tr
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.forms.row_note import RowNote
from upbit_auto_trading.ui.market_picker import MarketPicker, market_name
from upbit_auto_trading.ui.screens.backtest.view_model.candle_choice import (
    ALL,
    FILE,
    MONTH,
    QUARTER,
    STORED,
    YEAR,
    CandleChoice,
    CandleState,
    fraction_of,
)
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.meter_bar import MeterBar
from upbit_auto_trading.ui.widgets.path_choice import ChooseOpen, choose_open
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.text_input import TextInput
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("캔들", "Candles")
_SOURCES = ((STORED, Text("저장된 캔들", "Stored")), (FILE, Text("파일", "File")))
_MARKETS = Text("종목", "Markets")
_ADD = Text("종목 더하기", "Add a market")
_REMOVE = Text("{market} 빼기", "Remove {market}")
_PRESETS = (
    (MONTH, Text("1개월", "1 month")),
    (QUARTER, Text("3개월", "3 months")),
    (YEAR, Text("1년", "1 year")),
    (ALL, Text("전체", "All")),
)
_RANGE = Text("기간", "Range")
_FROM, _TO = Text("시작 (KST)", "From (KST)"), Text("끝 (KST)", "To (KST)")
_CHOOSE_FILE = Text("파일 고르기", "Choose a file")
_FILES = Text("캔들 파일 (*.csv *.csv.gz *.parquet *.pq)", "Candle files (*.csv *.csv.gz *.parquet *.pq)")
_NO_FILE = Text("csv, csv.gz, parquet", "csv, csv.gz, parquet")
_RULES_OF = Text("따를 종목 규칙", "Rules of the market")
_NO_RULES = Text("없음: 호가 단위와 최소 주문 없이", "None: no ticks, no minimum order")
_DROP_RULES = Text("종목 규칙 빼기", "Drop the market’s rules")
_LOOKING = Text("저장된 캔들을 확인하는 중…", "Looking at what is stored…")
_COMPLETE = Text("{span} 모두 있어요.", "All of {span} is there.")
_NOTHING = Text("{market}: 저장된 캔들이 없어요.", "{market}: no candles are stored.")
_UNKNOWN = Text(
    "{market}: {length}을 몰라요({span}).",
    "{market}: {length} are unknown ({span}).",
)
_UNKNOWN_MORE = Text(
    "{market}: {count}곳, 모두 {length}을 몰라요. 처음: {span}",
    "{market}: {length} in {count} places are unknown, the first {span}.",
)
_STORED = Text("저장된 범위: {span}", "Stored: {span}")
_DOWNLOAD = Text("내려받기 (약 {time})", "Download (about {time})")
_PLANNING = Text("내려받는 데 걸릴 시간을 재는 중…", "Asking how long the download takes…")
_OUT_OF_REACH = Text("거래소가 {span}의 캔들을 갖고 있지 않아요.", "The exchange keeps no candles of {span}.")
_DOWNLOADING = Text("내려받는 중 {percent}", "Downloading {percent}")
_LEFT = Text("{words} · {left}", "{words} · {left}")


class CandleBox(QWidget):
    def __init__(self, model: CandleChoice, choose: ChooseOpen = choose_open) -> None:
        super().__init__()
        self._model, self._choose = model, choose
        self.source = Segments(_SOURCES, small=True, stretch=True, name=_TITLE)
        self.markets = _Markets()
        self.presets = Segments(_PRESETS, small=True, stretch=True, name=_RANGE)
        self.start_day = TextInput("2026-01-31", name=_FROM)
        self.end_day = TextInput("2026-01-31", name=_TO)
        self.note = RowNote()
        self.meter = MeterBar()
        self.download = Button(_DOWNLOAD, icon=Icon.DOWNLOAD, size=ButtonSize.SMALL)
        self.file_button = Button(_CHOOSE_FILE, icon=Icon.FOLDER, size=ButtonSize.SMALL)
        self.file_name = Label("", "table", "t1", wrap=True)
        self.file_market = MarketPicker()
        self.drop_market = IconButton(Icon.CLOSE, _DROP_RULES)
        self._arrange()
        self.file_market.chosen.connect(model.choose_file_market)
        self.drop_market.clicked.connect(lambda: model.choose_file_market(None))
        self.source.chosen.connect(model.choose_source)
        self.markets.added.connect(model.add_market)
        self.markets.removed.connect(model.remove_market)
        self.presets.chosen.connect(model.choose_preset)
        self.start_day.committed.connect(model.type_from)
        self.end_day.committed.connect(model.type_to)
        self.download.clicked.connect(model.download)
        self.file_button.clicked.connect(self.ask_for_file)
        model.state_changed.connect(self._draw)
        retranslating(self, lambda: self._draw(model.state))

    def _arrange(self) -> None:
        self.file_part = QWidget()
        file = QVBoxLayout(self.file_part)
        file.setContentsMargins(0, 0, 0, 0)
        file.setSpacing(Space.XS)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self.file_button)
        row.addWidget(self.file_name, 1)
        file.addLayout(row)
        file.addWidget(Label(_RULES_OF, "caption", "t3"))
        rules = QHBoxLayout()
        rules.setSpacing(Space.XS)
        rules.addWidget(self.file_market, 1)
        rules.addWidget(self.drop_market)
        file.addLayout(rules)
        days = QHBoxLayout()
        days.setSpacing(Space.S)
        for title, field in ((_FROM, self.start_day), (_TO, self.end_day)):
            part = QVBoxLayout()
            part.setSpacing(Space.XXS)
            part.addWidget(Label(title, "caption", "t3"))
            part.addWidget(field)
            part.addStretch(1)
            days.addLayout(part, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(Label(_TITLE, "table", "t2"))
        for widget in (self.source, self.markets, self.file_part, self.presets):
            column.addWidget(widget)
        column.addLayout(days)
        for widget in (self.note, self.meter):
            column.addWidget(widget)
        foot = QHBoxLayout()
        foot.addWidget(self.download)
        foot.addStretch(1)
        column.addLayout(foot)

    def ask_for_file(self) -> None:
        self._choose(self, _CHOOSE_FILE, _FILES, self._model.choose_file)

    # drawing

    def _draw(self, state: CandleState) -> None:
        is_file = state.source == FILE
        self.source.set_current(state.source)
        self.markets.setVisible(not is_file)
        self.file_part.setVisible(is_file)
        self.markets.show_markets(state.listed, state.markets)
        self.file_market.set_markets(state.listed)
        self.file_market.set_current(state.file_market)
        if state.file_market is None:
            self.file_market.set_text(_NO_RULES)
        self.drop_market.setVisible(state.file_market is not None)
        self.file_name.set_text(_NO_FILE if state.file is None else PurePath(state.file).name)
        self._draw_range(state, is_file)
        self._draw_stored(state, is_file)

    def _draw_range(self, state: CandleState, is_file: bool) -> None:
        wanted = [one for one in _PRESETS if one[0] == ALL] if is_file else list(_PRESETS)
        if wanted != self.presets.options:
            self.presets.set_options(wanted, state.preset)
        self.presets.set_current(state.preset)
        for field, text, error in (
            (self.start_day, state.from_text, state.from_error),
            (self.end_day, state.to_text, state.to_error),
        ):
            shown = "" if is_file and state.preset == ALL else text
            if field.text() != shown and not (field.field.hasFocus() and field.field.isModified()):
                field.set_text(shown)
            field.set_error(error)

    def _draw_stored(self, state: CandleState, is_file: bool) -> None:
        offer, is_loading = state.offer, bool(state.downloads)
        self.meter.setVisible(is_loading and not is_file)
        self.download.setVisible(offer is not None and bool(offer.requests) and not is_loading and not is_file)
        if offer is not None:
            time = formats.duration(max(1.0, offer.seconds), current_language(), most=1)
            self.download.set_text(_DOWNLOAD.format(time=time))
        if is_file:
            self.note.show_hint("")
        elif is_loading:
            self._draw_download(state)
        elif state.facts_error is not None:
            message = explain(state.facts_error)
            self.note.show_error(Text(f"{message.title.ko} {message.mend.ko}", f"{message.title.en} {message.mend.en}"))
        elif state.facts is None:
            self.note.show_hint(_LOOKING if state.markets else "")
        elif state.is_complete:
            self._say_complete(state.facts)
        else:
            self._say_missing(state)

    def _draw_download(self, state: CandleState) -> None:
        fraction = fraction_of(state.downloads)
        self.meter.set_value(fraction)
        words = _DOWNLOADING.format(percent=formats.percent(fraction, 0))
        lefts = [one.progress.remaining_seconds for one in state.downloads]
        known = [one for one in lefts if one is not None]
        if known:
            words = _LEFT.format(words=words, left=formats.remaining(sum(known), current_language()))
        self.note.show_hint(words)

    def _say_complete(self, facts: tuple[StoredFacts, ...]) -> None:
        wanted = facts[0].wanted
        self.note.show_success("" if wanted is None else _COMPLETE.format(span=span_words(wanted.start, wanted.end)))

    def _say_missing(self, state: CandleState) -> None:
        lines = [self._missing(one, state) for one in state.facts or () if not one.is_complete]
        known = next((one.known for one in state.facts or () if one.known is not None), None)
        if known is not None:
            lines.append(_STORED.format(span=span_words(known.start, known.end)))
        if state.offer is None and state.offer_error is None:
            lines.append(_PLANNING)
        elif state.offer_error is not None:
            lines.append(explain(state.offer_error).title)
        elif state.offer is not None and state.offer.out_of_reach is not None:
            reach = state.offer.out_of_reach
            lines.append(_OUT_OF_REACH.format(span=span_words(reach.start, reach.end)))
        self.note.show_warning(Text("\n".join(one.ko for one in lines), "\n".join(one.en for one in lines)))

    def _missing(self, facts: StoredFacts, state: CandleState) -> Text:
        listed = {one.market: one for one in state.listed}.get(facts.market)
        name = market_name(listed, facts.market)
        if facts.known is None or not facts.unknown:
            return _NOTHING.format(market=name)
        length = sum((one.end - one.start for one in facts.unknown), timedelta(0))
        template = _UNKNOWN if len(facts.unknown) == 1 else _UNKNOWN_MORE
        return template.format(
            market=name,
            length=formats.duration(length, current_language()),
            count=len(facts.unknown),
            span=span_words(facts.unknown[0].start, facts.unknown[0].end),
        )


class _Markets(QWidget):
    """Those that are chosen, one a row with a way out, and a field that adds another."""

    added = pyqtSignal(object)
    removed = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[object, ...] = ()
        self.picker = MarketPicker()
        self.picker.chosen.connect(self._add)
        self.rows: list[_MarketRow] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(Space.XXS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(self._column)
        column.addWidget(self.picker)
        retranslating(self, self._name)

    def _name(self) -> None:
        self.setAccessibleName(tr(_MARKETS))
        self.picker.set_text(_ADD)

    def show_markets(self, listed: tuple[ListedMarket, ...], markets: tuple[Market, ...]) -> None:
        if (listed, markets) == self._shown:
            return
        self._shown = (listed, markets)
        known = {one.market: one for one in listed}
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [_MarketRow(market, known.get(market)) for market in markets]
        for row in self.rows:
            self._column.addWidget(row)
            row.removed.connect(self.removed)
        self.picker.set_markets(one for one in listed if one.market not in markets)
        self.picker.set_text(_ADD)

    def _add(self, market: Market) -> None:
        self.picker.set_current(None)
        self.picker.set_text(_ADD)
        self.added.emit(market)


class _MarketRow(QWidget):
    removed = pyqtSignal(object)

    def __init__(self, market: Market, listed: ListedMarket | None) -> None:
        super().__init__()
        self.market = market
        name = market.base if listed is None else Text(listed.korean_name, listed.english_name)
        code = Text(market.code, market.code)
        self.remove = IconButton(Icon.CLOSE, _REMOVE.format(market=code), size=ButtonSize.SMALL)
        self.remove.clicked.connect(lambda: self.removed.emit(market))
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.S, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(Label(name, "body_bold"))
        row.addWidget(Label(code, "table", "t3"))
        row.addStretch(1)
        row.addWidget(self.remove)
