"""One market in full: how it stands, its extremes, what an order must be, what is stored of it, its past."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_changes import MarketEvent, MarketEventKind
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.candle_words import UNIT_WORDS
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import current_language, retranslating, tr
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.market_views.facts import listed_of, rules_of
from upbit_auto_trading.ui.market_views.paced import Paced
from upbit_auto_trading.ui.market_words import event_sentence
from upbit_auto_trading.ui.screens.market.columns import CAUTION_NAMES, STATE_WORDS
from upbit_auto_trading.ui.screens.market.view_model.details import DetailsModel, DetailsState
from upbit_auto_trading.ui.widgets.field_note import IconMark
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.utils.bilingual_text import Text

_NAME = Text("종목 정보", "Market details")
_FACTS = {
    "state": Text("거래 상태", "State"),
    "names": Text("이름", "Names"),
    "high_52w": Text("52주 최고", "52-week high"),
    "low_52w": Text("52주 최저", "52-week low"),
    "day": Text("오늘 고가 · 저가", "High · low today"),
    "volume": Text("거래량 (24시간)", "Volume, 24 h"),
    "turnover": Text("거래대금 (24시간)", "Turnover, 24 h"),
    "tick": Text("호가 단위", "Tick"),
    "least": Text("최소 주문", "Least order"),
    "fresh": Text("시세", "Prices"),
    "since": Text("상장", "Listed"),
    "first": Text("첫 캔들", "First candle"),
    "stored": Text("저장한 캔들", "Stored candles"),
}
_TRADING = Text("거래 중", "Trading")
_WARNED = Text("거래 유의 종목", "Under warning")
_CAUTION = Text("주의: {name}", "Caution: {name}")
_CALM = Text("유의나 주의가 없어요.", "No warning or caution.")
_HISTORY = Text("이력 (KST)", "History (KST)")
_NO_HISTORY = Text("이 PC가 지켜본 동안 바뀐 것이 없어요.", "Nothing changed while this computer watched.")
_READING = Text("읽는 중…", "Reading…")
_LIVE = Text("실시간", "Live")
_LATE = Text("늦음 · {age}", "Late · {age}")
_NO_PRICE = Text("아직 없음", "None yet")
_SEEN = Text("{day}부터 지켜봄", "Watched since {day}")
_COUNT = Text("{unit} {count}개", "{unit}: {count}")
_NONE_STORED = Text("없음", "None")
_GRAVE = (MarketEventKind.WARNING_RAISED, MarketEventKind.DELISTED)


class DetailsPanel(QScrollArea):
    def __init__(self, model: DetailsModel, services: AppServices) -> None:
        super().__init__()
        self._model = model
        self._data = services.market_data
        self._clock = services.clock
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        on_panel(self)
        holder = QWidget()
        holder.setProperty("ground", "none")
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        self._column.setSpacing(Space.M)
        self.values: dict[str, Label] = {}
        self.alerts = QVBoxLayout()
        self.history = QVBoxLayout()
        self._shown_alerts: object = None
        self._shown_history: object = None
        self._arrange()
        self.setWidget(holder)
        self._paced = Paced(self, self._draw)
        self._data.board.summaries_changed.connect(self._paced.ask)
        self._data.board.freshness_changed.connect(self._paced.ask)
        model.state_changed.connect(self._paced.ask)
        retranslating(self, self._retranslate)

    def _arrange(self) -> None:
        self._column.addLayout(self.alerts)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnStretch(1, 1)
        for place, (key, title) in enumerate(_FACTS.items()):
            value = Label("", "table", wrap=True)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(Label(title, "table", "t3"), place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, place, 1)
            self.values[key] = value
        self._column.addLayout(grid)
        self._column.addWidget(Label(_HISTORY, "heading"))
        self._column.addLayout(self.history)
        self._column.addStretch(1)

    def _retranslate(self) -> None:
        self.setAccessibleName(tr(_NAME))
        self._shown_alerts = self._shown_history = None
        self._draw()

    # drawing

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._model.watch(True)
        self._draw()

    def hideEvent(self, event: QHideEvent | None) -> None:
        self._model.watch(False)
        super().hideEvent(event)

    def _draw(self) -> None:
        state = self._model.state
        if state.market is None:
            return
        self._draw_alerts(state.market)
        for key, words in (
            self._listing(state.market) | self._prices(state.market) | self._orders(state.market) | self._kept(state)
        ).items():
            self.values[key].set_text(words)
        self._draw_history(state)

    def _listing(self, market: Market) -> dict[str, str]:
        listed = listed_of(self._data.link, market)
        summary = self._data.board.summaries.get(market)
        state = summary.state if summary is not None and summary.state is not None else None
        state = state or (None if listed is None else listed.state)
        words = STATE_WORDS[state].text if state in STATE_WORDS else _TRADING
        names = "" if listed is None else f"{listed.korean_name} · {listed.english_name}"
        shown = tr(words) if isinstance(words, Text) else words
        return {"state": shown, "names": f"{names}\n{market.code}".strip()}

    def _prices(self, market: Market) -> dict[str, str]:
        summary = self._data.board.summaries.get(market)
        if summary is None:
            missing = ("high_52w", "low_52w", "day", "volume", "turnover")
            return dict.fromkeys(missing, formats.NOTHING) | {"fresh": tr(_NO_PRICE)}
        rules = rules_of(self._data.link, market, summary.traded_at)
        tick = None if rules is None else rules.ticks.tick_at(summary.price)
        language = current_language()
        freshness = self._data.board.freshness(market)
        now = self._clock.now()
        age = formats.NOTHING if freshness.age is None else formats.age(now - freshness.age, now, language)
        return {
            "high_52w": formats.price(summary.high_52w, tick),
            "low_52w": formats.price(summary.low_52w, tick),
            "day": f"{formats.price(summary.day_high, tick)} · {formats.price(summary.day_low, tick)}",
            "volume": formats.compact(summary.volume_24h, language, currency=market.base),
            "turnover": formats.compact(summary.turnover_24h, language, currency=market.quote),
            "fresh": tr(_LIVE) if freshness.is_fresh else tr(_LATE).format(age=age),
        }

    def _orders(self, market: Market) -> dict[str, str]:
        summary = self._data.board.summaries.get(market)
        rules = rules_of(self._data.link, market, self._data.market_now())
        if rules is None:
            return dict.fromkeys(("tick", "least"), formats.NOTHING)
        language = current_language()
        tick = formats.NOTHING
        if summary is not None:
            step = rules.ticks.tick_at(summary.price)
            tick = formats.with_unit(formats.price(step, step), market.quote, language)
        least = formats.with_unit(formats.quantity(rules.minimum_funds), market.quote, language)
        return {"tick": tick, "least": least}

    def _kept(self, state: DetailsState) -> dict[str, str]:
        if state.error is not None:
            return dict.fromkeys(("since", "first", "stored"), tr(explain(state.error).title))
        reading = tr(_READING)
        if state.known is None:
            since = reading if state.events is None else formats.NOTHING
        elif state.known.listed_at is not None:
            since = formats.full_time(state.known.listed_at)
        else:
            since = tr(_SEEN).format(day=f"{formats.in_kst(state.known.first_seen_at):%Y-%m-%d}")
        if state.stored is None:
            return {"since": since, "first": reading, "stored": reading}
        first = state.first_candle_at
        counts = [
            tr(_COUNT).format(unit=tr(UNIT_WORDS[one.unit]), count=f"{one.candles:,}")
            for one in state.stored
            if one.candles
        ]
        return {
            "since": since,
            "first": formats.NOTHING if first is None else formats.full_time(first),
            "stored": "\n".join(counts) or tr(_NONE_STORED),
        }

    def _draw_alerts(self, market: Market) -> None:
        listed = listed_of(self._data.link, market)
        alerts: list[tuple[Text, str, Icon]] = []
        if listed is not None and listed.is_warned:
            alerts.append((_WARNED, "warning", Icon.WARNING))
        cautions = frozenset() if listed is None else listed.cautions
        alerts += [
            (_CAUTION.format(name=name), "t2", Icon.INFO) for one, name in CAUTION_NAMES.items() if one in cautions
        ]
        wanted = tuple(alerts) or ((_CALM, "t3", Icon.SUCCESS),)
        if wanted != self._shown_alerts:
            self._shown_alerts = wanted
            _refill(self.alerts, [_line(icon, token, text) for text, token, icon in wanted])

    def _draw_history(self, state: DetailsState) -> None:
        if state.events == self._shown_history and self.history.count():
            return
        self._shown_history = state.events
        if state.events is None:
            lines: list[QWidget] = [Label(_READING, "table", "t3")]
        elif not state.events:
            lines = [Label(_NO_HISTORY, "table", "t3", wrap=True)]
        else:
            lines = [_event_line(event) for event in state.events]
        _refill(self.history, lines)


def _event_line(event: MarketEvent) -> QWidget:
    grave = event.kind in _GRAVE
    when = f"{formats.in_kst(event.happened_at):%Y-%m-%d %H:%M}"
    sentence = event_sentence(event)
    words = Text(f"{when}  {sentence.ko}", f"{when}  {sentence.en}")
    return _line(Icon.WARNING if grave else Icon.HISTORY, "warning" if grave else "t3", words)


def _line(icon: Icon, token: str, words: Text) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(Space.S)
    row.addWidget(IconMark(icon, token), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Label(words, "table", "t2", wrap=True), 1)
    return line


def _refill(layout: QVBoxLayout, widgets: list[QWidget]) -> None:
    while layout.count():
        item = layout.takeAt(0)
        old = None if item is None else item.widget()
        if old is not None:
            old.hide()
            old.deleteLater()
    for widget in widgets:
        layout.addWidget(widget)
