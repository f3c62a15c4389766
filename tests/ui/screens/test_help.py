"""The help: every page in both languages, search, glossary and keys complete, the scroll bar at the edge."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.architecture.source_tree import ROOT
from upbit_auto_trading.ui.design import glossary
from upbit_auto_trading.ui.design.keys import SHORTCUTS, KeyMap
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import ThemeName
from upbit_auto_trading.ui.screens.help.view import HelpView
from upbit_auto_trading.ui.screens.help.view_model import GLOSSARY, KEYS, PAGES, HelpViewModel
from upbit_auto_trading.utils.bilingual_text import Language

TEXTS = ROOT / "resources" / "texts"
ALL = tuple(shortcut.id for shortcut in SHORTCUTS)


class World:
    def __init__(self, qtbot: QtBot) -> None:
        self.keys = KeyMap()
        self.usable = ALL
        self.model = HelpViewModel(TEXTS, lambda: self.keys, lambda: self.usable)
        self.view = HelpView(self.model)
        qtbot.addWidget(self.view)
        self.view.resize(1200, 560)
        self.view.show()

    def listed(self) -> list[str]:
        items = [self.view.pages.item(row) for row in range(self.view.pages.count())]
        return [item.text() for item in items if item is not None]

    def shown(self) -> str:
        return self.view.text.toPlainText()


@pytest.fixture
def world(qtbot: QtBot) -> World:
    return World(qtbot)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("page", [page for page, _title in PAGES])
def test_every_page_has_a_title_and_text(world: World, page: str, language: Language) -> None:
    language_state().set_language(language)
    world.view.show_place(page)
    title = dict(PAGES)[page].in_language(language)
    assert world.shown().startswith(title)
    assert len(world.shown()) > len(title) + 100
    assert "{" not in world.shown()
    assert "**" not in world.shown()


def test_both_languages_have_the_same_pages_and_headings() -> None:
    korean, english = (sorted(path.name for path in (TEXTS / code).glob("*.md")) for code in ("ko", "en"))
    assert korean == english == sorted(f"{page}.md" for page, _title in PAGES if page not in (KEYS, GLOSSARY))
    for name in korean:
        levels = [
            [line.split(" ")[0] for line in (TEXTS / code / name).read_text("utf-8").splitlines() if line[:1] in "#-|"]
            for code in ("ko", "en")
        ]
        assert levels[0] == levels[1], name


@pytest.mark.parametrize("language", list(Language))
def test_the_glossary_explains_every_term(world: World, language: Language) -> None:
    language_state().set_language(language)
    world.view.show_place(GLOSSARY)
    lines = world.shown().splitlines()
    assert len(glossary.terms()) >= 107
    for term in glossary.terms():
        assert {term.word.ko, term.word.en, term.meaning.in_language(language)} <= set(lines), term.id


def test_the_keys_page_names_every_key_that_works(world: World) -> None:
    world.view.show_place(KEYS)
    for shortcut in SHORTCUTS:
        if world.keys.shown(shortcut.id):
            assert shortcut.text.ko in world.shown()
            assert world.keys.shown(shortcut.id) in world.shown()
    world.usable = ("kill_switch",)
    language_state().set_language(Language.ENGLISH)
    texts = [shortcut.text.en for shortcut in SHORTCUTS if shortcut.text.en in world.shown().splitlines()]
    assert len(texts) == 1


def test_search_narrows_the_list_and_opens_the_first_page(world: World, qtbot: QtBot) -> None:
    qtbot.keyClicks(world.view.words.field, "fonts-nanum")
    assert world.listed() == ["문제가 생기면"]
    assert world.shown().startswith("문제가 생기면")
    world.view.words.field.clear()
    assert len(world.listed()) == len(PAGES)
    assert world.shown().startswith("문제가 생기면")  # what is being read stays
    world.view.words.field.insert("ㄷㅅㅂㄷ")  # key clicks know no Hangul
    assert world.listed() == ["대시보드"]
    world.view.words.field.clear()
    assert not world.view.nothing.isVisible()
    world.view.words.field.setText("zzzz<b>")
    assert world.listed() == []
    assert world.view.nothing.isVisible()
    assert world.shown().startswith("대시보드")


def test_a_click_and_the_arrow_keys_open_pages(world: World, qtbot: QtBot) -> None:
    viewport = world.view.pages.viewport()
    item = world.view.pages.item([page for page, _title in PAGES].index("monitor"))
    assert viewport is not None
    assert item is not None
    place = world.view.pages.visualItemRect(item).center()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert world.shown().startswith("모니터")
    qtbot.keyClick(world.view.pages, Qt.Key.Key_Down)
    assert world.shown().startswith("설정")


def test_an_unknown_page_changes_nothing(world: World, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(world.model.state_changed):
        world.model.show("gone")


def test_the_page_is_drawn_anew_with_the_theme(world: World) -> None:
    before = world.view.text.document()
    world.model.show("start")
    assert world.view.text.document() is before  # nothing changed: the place in the text stays
    current_theme().apply(ThemeName.LIGHT)
    assert world.view.text.document() is not before


def test_the_text_keeps_its_width_and_the_scroll_bar_the_edge(world: World, qtbot: QtBot) -> None:
    world.view.resize(1800, 400)
    world.view.show_place(GLOSSARY)
    viewport = world.view.text.viewport()
    bar = world.view.text.verticalScrollBar()
    assert viewport is not None
    assert bar is not None
    qtbot.waitUntil(lambda: bar.isVisible() and viewport.width() <= 808)
    right = bar.mapTo(world.view.text, bar.rect().topRight()).x()
    assert right >= world.view.text.width() - 12
