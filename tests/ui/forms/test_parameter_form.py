"""A form out of a declaration: every kind of parameter is set by hand, and what is wrong says so at once."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, ParameterValue, Use
from upbit_auto_trading.business_logic.ports.strategy import Columns
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import (
    Component,
    choice,
    duration,
    number,
    numbers,
    switch,
    text,
    variable,
    variable_use,
    whole,
)
from upbit_auto_trading.component_system.registry import Registry, built_in
from upbit_auto_trading.component_system.variable import CENTRED, CandleVariable
from upbit_auto_trading.ui.charts.studies import drawable
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.design.tokens import ThemeName
from upbit_auto_trading.ui.forms.parameter_field import (
    ChoiceField,
    DurationField,
    NumberField,
    SwitchField,
    WrittenField,
)
from upbit_auto_trading.ui.forms.parameter_form import ParameterForm, SourceField
from upbit_auto_trading.utils.bilingual_text import Language, Text


class _Whole(CandleVariable, id="test.all", title=Text("모두", "All"), help=Text("모두예요.", "All."), group=CENTRED):
    """One parameter of each kind that a form has."""

    period: int = whole(14, Text("기간", "Period"), 2, 200, unit=Text("개", "candles"))
    factor: float = number(2.0, Text("배수", "Times"), 0.1, 10, help=Text("몇 배인지예요.", "How many times."))
    steps: tuple[float, ...] = numbers((30.0, 70.0), Text("단계", "Steps"), 0, 100)
    is_own: bool = switch(False, Text("자신 포함", "With itself"))
    line: str = choice("up", Text("선", "Line"), {"up": Text("위", "Up"), "down": Text("아래", "Down")})
    kind_of: str = choice(
        "sma", Text("방식", "Kind"), {name: Text(name, name) for name in ("sma", "ema", "wma", "kama", "hma")}
    )
    note: str = text("", Text("메모", "Note"))
    over: str = duration("4h", Text("길이", "Length"))
    source: Use = variable("close", Text("기준 값", "Source"))
    price: Use = variable("close", Text("가격", "Price"), groups=("price",))

    @property
    def own_needs(self) -> int:
        return 1

    def compute(self, columns: Columns) -> Floats:
        return columns.close


@cache
def registry() -> Registry:
    return built_in().having([_Whole])


class World:
    def __init__(self, qtbot: QtBot, component: type[Component] = _Whole, **values: ParameterValue) -> None:
        self.qtbot = qtbot
        self.form = ParameterForm(component.declaration, values, registry())
        self.told: list[dict[str, ParameterValue]] = []
        self.form.changed.connect(self.told.append)
        qtbot.addWidget(self.form)
        self.form.setFixedWidth(380)
        self.form.show()

    def field(self, name: str) -> Any:
        return self.form.fields[name]

    def write(self, field: QLineEdit, words: str) -> None:
        field.setFocus()
        field.selectAll()
        self.qtbot.keyClick(field, Qt.Key.Key_Delete)
        self.qtbot.keyClicks(field, words)

    def pick(self, field: SourceField, words: str) -> None:
        self.qtbot.mouseClick(field.button, Qt.MouseButton.LeftButton)
        picker = field.button.picker
        assert picker is not None
        self.qtbot.keyClicks(picker.field, words)
        self.qtbot.keyClick(picker.field, Qt.Key.Key_Return)


@pytest.fixture
def world(qtbot: QtBot) -> World:
    return World(qtbot)


def test_each_kind_has_its_field(world: World) -> None:
    kinds = {name: type(field) for name, field in world.form.fields.items()}
    assert kinds == {
        "period": NumberField, "factor": NumberField, "steps": WrittenField, "is_own": SwitchField,
        "line": ChoiceField, "kind_of": ChoiceField, "note": WrittenField, "over": DurationField,
        "source": SourceField, "price": SourceField,
    }  # fmt: skip
    assert world.form.values["period"] == 14
    assert not world.form.has_problem
    assert world.told == []


def test_a_number_counts_while_it_is_typed(world: World) -> None:
    world.write(world.field("period").input.field, "30")
    assert world.told[-1]["period"] == 30
    assert isinstance(world.told[-1]["period"], int)
    world.qtbot.keyClick(world.field("period").input.field, Qt.Key.Key_Up)
    assert world.told[-1]["period"] == 31


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("500", "200개 이하여야 해요"),
        ("1", "2개 이상이어야 해요"),
        ("2.5", "소수점 없이 넣어 주세요."),
        ("", "값이 필요해요"),
    ],
)
def test_a_number_out_of_its_bounds_says_so_at_once(world: World, typed: str, sentence: str) -> None:
    world.write(world.field("period").input.field, typed)
    assert world.field("period").input.note.label.text().startswith(sentence)
    assert world.form.has_problem
    told = len(world.told)
    world.write(world.field("factor").input.field, "3")
    assert len(world.told) == told  # not while another is wrong
    world.write(world.field("period").input.field, "14")
    assert not world.form.has_problem
    assert world.told[-1] | {"period": 14, "factor": 3.0} == world.told[-1]


def test_a_broken_number_is_a_float(world: World) -> None:
    world.write(world.field("factor").input.field, "2.5")
    assert world.told[-1]["factor"] == 2.5
    assert world.field("factor").widget.note.label.text() == "0.1 이상 10 이하"


def test_switch_and_choices_are_pressed(world: World) -> None:
    world.qtbot.mouseClick(world.field("is_own").switch, Qt.MouseButton.LeftButton)
    assert world.told[-1]["is_own"] is True
    segments = world.field("line").choice
    world.qtbot.mouseClick(segments, Qt.MouseButton.LeftButton, pos=segments.rects()[1].center().toPoint())
    assert world.told[-1]["line"] == "down"
    select = world.field("kind_of").choice
    select.setFocus()
    world.qtbot.keyClick(select, Qt.Key.Key_Down)
    assert world.told[-1]["kind_of"] == "ema"


def test_a_length_is_a_number_and_a_unit(world: World) -> None:
    field = world.field("over")
    assert (field.number.field.text(), field.unit.current) == ("4", "h")
    world.write(field.number.field, "90")
    assert world.told[-1]["over"] == "90h"
    field.unit.setFocus()
    world.qtbot.keyClick(field.unit, Qt.Key.Key_Up)
    assert world.told[-1]["over"] == "90m"
    world.write(field.number.field, "0")
    assert world.form.has_problem


def test_several_numbers_and_a_text_are_written(world: World) -> None:
    steps = world.field("steps").input
    world.write(steps.field, "20, 30,50")
    assert world.told[-1]["steps"] == (20.0, 30.0, 50.0)
    world.write(steps.field, "20, 300")
    assert "100 이하" in steps.note.label.text()
    world.write(steps.field, "20, x")
    assert "쉼표" in steps.note.label.text()
    world.write(steps.field, "20")
    world.write(world.field("note").input.field, "hello")
    assert world.told[-1]["note"] == "hello"
    world.field("note").input.field.setText("x" * 501)
    assert world.form.has_problem


def test_a_source_is_picked_and_takes_parameters_of_its_own(world: World) -> None:
    world.pick(world.field("source"), "rsi")
    assert world.told[-1]["source"] == variable_use("rsi")
    inner = world.field("source").inner
    assert inner is not None
    world.write(inner.fields["period"].input.field, "7")
    source = world.told[-1]["source"]
    assert isinstance(source, Use)
    assert (source.id, source.get("period")) == ("rsi", 7)
    world.write(inner.fields["period"].input.field, "9999")
    assert world.form.has_problem


def test_a_volume_is_a_source_without_fields(qtbot: QtBot) -> None:
    ema = registry().find(ComponentKind.VARIABLE, "ema")
    assert ema is not None
    world = World(qtbot, ema)
    world.pick(world.field("source"), "volume")
    told = world.told[-1]
    assert told["source"] == variable_use("volume")
    assert world.field("source").inner is None
    built = Builder(registry(), unit=None).component(Use(ComponentKind.VARIABLE, "ema", tuple(told.items())))  # type: ignore[arg-type]
    assert built.key == "ema(period=20,source=volume)"


def test_only_what_fits_is_offered_as_a_source(world: World) -> None:
    offered = {entry.id for entry in world.field("price").button.entries}
    assert "close" in offered
    assert "rsi" not in offered


def test_a_source_that_no_longer_fits_is_told_below(qtbot: QtBot) -> None:
    world = World(qtbot, price=variable_use("ema", source=variable_use("volume")))
    world.write(world.field("period").input.field, "20")
    assert world.told == []
    assert "쓸 수 없어요" in world.form.note.label.text()


def test_what_is_left_out_stays_as_it_was(qtbot: QtBot) -> None:
    macd = registry().find(ComponentKind.VARIABLE, "macd")
    assert macd is not None
    form = ParameterForm(macd.declaration, {"line": "signal", "fast": 5}, registry(), left_out=("line",))
    qtbot.addWidget(form)
    assert "line" not in form.fields
    assert form.values["line"] == "signal"
    assert form.values["fast"] == 5


def test_values_from_outside_are_shown_and_not_told(world: World) -> None:
    world.form.show_values({"period": 50, "is_own": True, "line": "down", "over": "2d", "source": variable_use("rsi")})
    assert world.told == []
    assert world.field("period").input.field.text() == "50"
    assert world.field("over").unit.current == "d"
    assert world.field("source").button.current == "rsi"
    assert world.form.values["period"] == 50
    assert world.form.values["factor"] == 2.0


def test_every_drawable_variable_has_a_form(qtbot: QtBot) -> None:
    for component in drawable(registry()):
        form = ParameterForm(component.declaration, {}, registry())
        qtbot.addWidget(form)
        assert set(form.fields) == {one.name for one in component.declaration.parameters}, component.declaration.id
        assert form.values == {one.name: one.default for one in component.declaration.parameters}


@pytest.mark.parametrize("scale", [100, 130])
@pytest.mark.parametrize("name", ThemeName)
def test_everything_says_what_it_is(world: World, looks: Theme, name: ThemeName, scale: int) -> None:
    looks.apply(name, text_scale=scale)
    for language in Language:
        language_state().set_language(language)
        for one in world.form.fields.values():
            assert one.focus.accessibleName(), one.declared.name
        told = world.field("factor").focus.accessibleDescription()
        assert told == {Language.KOREAN: "몇 배인지예요.", Language.ENGLISH: "How many times."}[language]
        assert not world.form.grab().isNull()
