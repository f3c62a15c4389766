"""The picker as a user meets it: typed at, moved through, marked, chosen from, left."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPoint, QRectF, Qt
from PyQt6.QtGui import QInputMethodEvent
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.design.language import language_state, words
from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.design.tokens import ThemeName
from upbit_auto_trading.ui.picker_entry import MOST_RECENT, PickerEntry, PickerMemory, found_entries, picker_memory
from upbit_auto_trading.ui.widgets.component_picker import ComponentPicker
from upbit_auto_trading.ui.widgets.picker_button import PickerButton
from upbit_auto_trading.ui.widgets.picker_list import star_rect
from upbit_auto_trading.utils.bilingual_text import Language, Text

AVERAGES, MOMENTUM = Text("이동평균", "Averages"), Text("모멘텀", "Momentum")
ENTRIES = (
    PickerEntry("sma", Text("단순 이동평균", "Simple moving average"), Text("평균이에요.", "A mean."), AVERAGES),
    PickerEntry("ema", Text("지수 이동평균", "Exponential average"), Text("최근이 무거워요.", "Recent."), AVERAGES),
    PickerEntry(
        "rsi", Text("RSI", "RSI"), Text("오름과 내림을 견줘요.", "Gains against losses."), MOMENTUM, ("상대강도지수",)
    ),
    PickerEntry("macd", Text("MACD", "MACD"), Text("두 평균의 차이예요.", "Two means."), MOMENTUM),
)


class Open:
    def __init__(self, qtbot: QtBot, memory: PickerMemory | None = None, current: str = "") -> None:
        self.qtbot = qtbot
        self.host = QWidget()
        self.host.resize(800, 600)
        self.button = PickerButton(ENTRIES, current, self.host, name=Text("지표", "Indicator"), memory=memory)
        self.button.setFixedWidth(200)
        qtbot.addWidget(self.host)
        self.host.show()
        self.taken: list[str] = []
        self.button.chosen.connect(self.taken.append)

    @property
    def picker(self) -> ComponentPicker:
        assert self.button.picker is not None
        return self.button.picker

    def open(self) -> ComponentPicker:
        self.qtbot.mouseClick(self.button, Qt.MouseButton.LeftButton)
        return self.picker

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.picker.field, key, modifier)

    def rows(self) -> list[str]:
        return [words(row.title) for row in self.picker.results.rows]

    def spot(self, entry_id: str, *, star: bool = False) -> QPoint:
        results = self.picker.results
        place = next(at for at, row in enumerate(results.rows) if row.entry is not None and row.entry.id == entry_id)
        model = results.model()
        assert model is not None
        rect = results.visualRect(model.index(place, 0))
        return star_rect(QRectF(rect)).center().toPoint() if star else QPoint(rect.left() + 20, rect.center().y())

    def click(self, spot: QPoint) -> None:
        viewport = self.picker.results.viewport()
        assert viewport is not None
        self.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot)


@pytest.fixture
def world(qtbot: QtBot) -> Open:
    return Open(qtbot)


def test_a_click_opens_it_with_all_under_their_categories(world: Open) -> None:
    picker = world.open()
    assert picker.isVisible()
    assert picker.field.hasFocus()
    assert world.rows() == ["이동평균", "단순 이동평균", "지수 이동평균", "모멘텀", "RSI", "MACD"]
    assert picker.highlighted == "sma"
    assert picker.help.text() == "평균이에요."


@pytest.mark.parametrize(
    ("typed", "first"),
    [("ema", "ema"), ("expo", "ema"), ("RSI", "rsi"), ("macd", "macd")],
)
def test_english_and_ids_are_typed(world: Open, typed: str, first: str) -> None:
    picker = world.open()
    world.qtbot.keyClicks(picker.field, typed)
    assert picker.highlighted == first


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ㅇㄷㅍㄱ", ["sma", "ema"]),
        ("ㅈㅅㅇㄷ", []),
        ("지수 이동", ["ema"]),
        ("이동 지수", ["ema"]),
        ("상대강도", ["rsi"]),
        ("모멘텀", ["rsi", "macd"]),
        ("견줘", ["rsi"]),
        ("없는것", []),
        ("", ["sma", "ema", "rsi", "macd"]),
    ],
)
def test_korean_initials_categories_and_what_is_told_are_found(query: str, found: list[str]) -> None:
    assert [entry.id for entry in found_entries(query, ENTRIES)] == found


def test_a_name_counts_more_than_what_is_told() -> None:
    told = PickerEntry("other", Text("다른 것", "Other"), Text("RSI와 비슷해요.", "Like RSI."))
    assert [entry.id for entry in found_entries("rsi", (told, *ENTRIES))] == ["rsi", "other"]


def test_the_syllable_under_composition_counts(world: Open) -> None:
    picker = world.open()
    QApplication.sendEvent(picker.field, QInputMethodEvent("지", []))
    assert picker.query == "지"
    assert picker.highlighted == "ema"
    world.press(Qt.Key.Key_Return)  # ends the syllable, not the choice
    assert world.taken == []
    committed = QInputMethodEvent()
    committed.setCommitString("지")
    QApplication.sendEvent(picker.field, committed)
    world.press(Qt.Key.Key_Return)
    assert world.taken == ["ema"]


def test_arrows_pass_over_headings_and_go_round(world: Open) -> None:
    picker = world.open()
    seen = []
    for _ in range(5):
        seen.append(picker.highlighted)
        world.press(Qt.Key.Key_Down)
    assert seen == ["sma", "ema", "rsi", "macd", "sma"]
    world.press(Qt.Key.Key_Up)
    world.press(Qt.Key.Key_Up)
    assert picker.highlighted == "macd"
    world.press(Qt.Key.Key_PageUp)
    assert picker.highlighted == "sma"


def test_enter_takes_and_closes(world: Open) -> None:
    picker = world.open()
    world.press(Qt.Key.Key_Down)
    world.press(Qt.Key.Key_Return)
    assert world.taken == ["ema"]
    assert not picker.isVisible()
    assert world.button.current == "ema"
    assert world.button.accessibleName() == "지표 지수 이동평균"


def test_a_click_takes(world: Open) -> None:
    world.open()
    world.click(world.spot("rsi"))
    assert world.taken == ["rsi"]


def test_escape_takes_nothing(world: Open) -> None:
    picker = world.open()
    world.press(Qt.Key.Key_Down)
    world.press(Qt.Key.Key_Escape)
    assert not picker.isVisible()
    assert world.taken == []


def test_enter_on_nothing_found_does_nothing(world: Open) -> None:
    picker = world.open()
    world.qtbot.keyClicks(picker.field, "zzz")
    assert picker.nothing.isVisible()
    world.press(Qt.Key.Key_Return)
    assert world.taken == []
    assert picker.isVisible()


def test_a_category_narrows(world: Open) -> None:
    picker = world.open()
    world.qtbot.keyClick(picker.field, Qt.Key.Key_Tab)
    assert picker.categories.hasFocus()
    world.qtbot.keyClick(picker.categories, Qt.Key.Key_Down)
    world.qtbot.keyClick(picker.categories, Qt.Key.Key_Down)
    assert [row for row in world.rows() if row != "모멘텀"] == ["RSI", "MACD"]
    world.qtbot.keyClick(picker.categories, Qt.Key.Key_Return)
    assert picker.field.hasFocus()
    world.qtbot.keyClicks(picker.field, "ema")
    assert picker.highlighted == ""


def test_favourites_and_what_was_used_last_come_first(qtbot: QtBot) -> None:
    world = Open(qtbot, PickerMemory(("macd",), ("rsi", "gone")))
    world.open()
    assert world.rows()[:4] == ["즐겨찾기", "MACD", "최근 사용", "RSI"]


def test_what_was_taken_is_used_last(world: Open) -> None:
    picker = world.open()
    kept: list[PickerMemory] = []
    picker.memory_changed.connect(kept.append)
    world.click(world.spot("rsi"))
    assert kept[-1].recent == ("rsi",)
    world.open()
    assert world.rows()[:2] == ["최근 사용", "RSI"]


def test_a_star_is_a_favourite_and_moves_nothing(world: Open) -> None:
    picker = world.open()
    kept: list[PickerMemory] = []
    picker.memory_changed.connect(kept.append)
    before = world.rows()
    world.click(world.spot("rsi", star=True))
    assert kept[-1].favourites == ("rsi",)
    assert world.taken == []
    assert world.rows() == before
    world.press(Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert [len(one.favourites) for one in kept] == [1, 0]


def test_the_memory_is_kept_as_json() -> None:
    memory = PickerMemory(("a", "b"), ("c",))
    assert picker_memory(memory.tree()) == memory
    assert picker_memory({"favourites": "x", "recent": [1, "c"]}) == PickerMemory((), ("c",))
    assert picker_memory(None) == PickerMemory()
    for number in range(20):
        memory = memory.used(str(number))
    assert memory.recent[0] == "19"
    assert len(memory.recent) == MOST_RECENT


def test_the_present_one_is_highlighted(qtbot: QtBot) -> None:
    world = Open(qtbot, current="macd")
    assert world.open().highlighted == "macd"


def test_keys_open_it(world: Open) -> None:
    world.button.setFocus()
    world.qtbot.keyClick(world.button, Qt.Key.Key_Down)
    assert world.picker.isVisible()


def test_it_stays_on_the_screen(world: Open) -> None:
    screen = world.host.screen()
    assert screen is not None
    room = screen.availableGeometry()
    world.host.move(room.right() - 210, room.bottom() - 60)
    world.button.move(0, 0)
    picker = world.open()
    assert room.contains(picker.geometry())


def test_words_follow_the_language(world: Open) -> None:
    picker = world.open()
    language_state().set_language(Language.ENGLISH)
    assert world.rows()[:2] == ["Averages", "Simple moving average"]
    assert picker.help.text() == "A mean."
    assert world.button.accessibleName() == "Indicator"


@pytest.mark.parametrize("scale", [100, 130])
@pytest.mark.parametrize("name", ThemeName)
def test_help_and_keys_have_room(world: Open, theme: Theme, name: ThemeName, scale: int) -> None:
    theme.apply(name, text_scale=scale)
    for language in Language:
        language_state().set_language(language)
        picker = world.open()
        for label in (picker.help_title, picker.keys):
            assert label.width() >= label.sizeHint().width(), label.text()
        assert picker.help.height() >= picker.help.heightForWidth(picker.help.width())
        assert not picker.grab().isNull()
        picker.close()
