"""A screen while it is being edited: what a form shows, derived from the declarations, and pure edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.screen import (
    EMPTY_SCREEN,
    MOST_FILTERS,
    Filter,
    Match,
    Operator,
    Screen,
    ScreenProblem,
    Sort,
)
from upbit_auto_trading.business_logic.domain.screen_check import canonical, problems_of
from upbit_auto_trading.business_logic.domain.screen_variable import Choice, ScreenVariable, ValueKind, VariableSetting
from upbit_auto_trading.utils.bilingual_text import Text

OPERATOR_NAMES: Mapping[Operator, Text] = {
    Operator.ABOVE: Text("초과", "above"),
    Operator.BELOW: Text("미만", "below"),
    Operator.AT_LEAST: Text("이상", "at least"),
    Operator.AT_MOST: Text("이하", "at most"),
    Operator.BETWEEN: Text("사이", "between"),
    Operator.OUTSIDE: Text("범위 밖", "outside"),
    Operator.IS: Text("해당", "is"),
    Operator.IS_NOT: Text("해당 안 함", "is not"),
}


@dataclass(frozen=True, slots=True)
class VariableGroup:
    title: Text
    variables: tuple[ScreenVariable, ...]


@dataclass(frozen=True, slots=True)
class ValueField:
    """One input. ``text`` is what was typed, right or wrong."""

    kind: ValueKind
    text: str
    default: str
    #: after the input; for money the quote currency
    unit: Text
    minimum: Decimal | None
    maximum: Decimal | None
    choices: tuple[Choice, ...]
    decimals: int
    problem: ScreenProblem | None


@dataclass(frozen=True, slots=True)
class FormRow:
    index: int
    variable_id: str
    #: None: this version does not know it; the row can be removed, or given another variable
    variable: ScreenVariable | None
    operator: Operator
    operators: tuple[Operator, ...]
    fields: tuple[ValueField, ...]
    #: of the row as a whole: its variable, its operator, bounds that cross
    problems: tuple[ScreenProblem, ...]

    @property
    def settings(self) -> tuple[VariableSetting, ...]:
        return () if self.variable is None else self.variable.settings


@dataclass(frozen=True, slots=True)
class ScreenForm:
    """Each edit gives a new form; ``screen`` may hold what cannot be run, and ``problems`` says so."""

    variables: Mapping[str, ScreenVariable]
    screen: Screen = EMPTY_SCREEN

    @property
    def groups(self) -> tuple[VariableGroup, ...]:
        """What a new row can be about, in the order of the declarations."""
        by_title: dict[Text, list[ScreenVariable]] = {}
        for variable in self.variables.values():
            by_title.setdefault(variable.group, []).append(variable)
        return tuple(VariableGroup(title, tuple(members)) for title, members in by_title.items())

    @property
    def problems(self) -> tuple[ScreenProblem, ...]:
        return problems_of(self.screen, self.variables)

    @property
    def rows(self) -> tuple[FormRow, ...]:
        by_row: dict[int, list[ScreenProblem]] = {}
        for problem in self.problems:
            if problem.filter_index is not None:
                by_row.setdefault(problem.filter_index, []).append(problem)
        return tuple(self._row(index, one, by_row.get(index, [])) for index, one in enumerate(self.screen.filters))

    @property
    def can_add(self) -> bool:
        return len(self.screen.filters) < MOST_FILTERS

    def runnable(self) -> Screen | None:
        """With canonical values; None while something is wrong."""
        return None if self.problems else canonical(self.screen, self.variables)

    # edits

    def add(self, variable_id: str) -> ScreenForm:
        if not self.can_add:
            return self
        return self._with_filters((*self.screen.filters, _new_filter(self.variables[variable_id])))

    def remove(self, index: int) -> ScreenForm:
        return self._with_filters((*self.screen.filters[:index], *self.screen.filters[index + 1 :]))

    def change_variable(self, index: int, variable_id: str) -> ScreenForm:
        """What was typed stays where it means the same kind of thing; otherwise the row begins anew."""
        was, variable = self.screen.filters[index], self.variables[variable_id]
        before = self.variables.get(was.variable)
        if before is not None and before.kind is variable.kind and not variable.choices:
            return self._with_filter(index, replace(was, variable=variable_id))
        return self._with_filter(index, _new_filter(variable))

    def change_setting(self, index: int, name: str, text: str) -> ScreenForm:
        """The row is about another variable then, and asks the same of it. What cannot be is not taken."""
        was = self.screen.filters[index]
        variable = self.variables.get(was.variable)
        chosen = None if variable is None or variable.having is None else variable.having(name, text)
        if chosen is None or chosen not in self.variables:
            return self
        return self._with_filter(index, replace(was, variable=chosen))

    def change_operator(self, index: int, operator: Operator) -> ScreenForm:
        """A second bound begins where the first one is."""
        was = self.screen.filters[index]
        first = was.values[:1] or ("",)
        values = (was.values if len(was.values) == 2 else first * 2) if operator.value_count == 2 else first
        return self._with_filter(index, replace(was, operator=operator, values=values))

    def change_value(self, index: int, value_index: int, text: str) -> ScreenForm:
        was = self.screen.filters[index]
        values = (*was.values[:value_index], text, *was.values[value_index + 1 :])
        return self._with_filter(index, replace(was, values=values))

    def change_match(self, match: Match) -> ScreenForm:
        return replace(self, screen=replace(self.screen, match=match))

    def change_sort(self, sort: Sort | None) -> ScreenForm:
        return replace(self, screen=replace(self.screen, sort=sort))

    def change_quote(self, quote: str) -> ScreenForm:
        return replace(self, screen=replace(self.screen, quote=quote))

    def change_name(self, name: str) -> ScreenForm:
        return replace(self, screen=replace(self.screen, name=name))

    def _with_filters(self, filters: tuple[Filter, ...]) -> ScreenForm:
        return replace(self, screen=replace(self.screen, filters=filters))

    def _with_filter(self, index: int, one: Filter) -> ScreenForm:
        return self._with_filters((*self.screen.filters[:index], one, *self.screen.filters[index + 1 :]))

    def _row(self, index: int, one: Filter, problems: list[ScreenProblem]) -> FormRow:
        variable = self.variables.get(one.variable)
        if variable is None:
            return FormRow(index, one.variable, None, one.operator, (one.operator,), (), tuple(problems))
        at_fields = {problem.place: problem for problem in problems if "values[" in problem.place}
        fields = tuple(
            _field(variable, text, place, self.screen.quote, at_fields.get(f"filters[{index}].values[{place}]"))
            for place, text in enumerate(one.values)
        )
        others = tuple(problem for problem in problems if problem.place not in at_fields)
        return FormRow(index, one.variable, variable, one.operator, variable.operators, fields, others)


def _new_filter(variable: ScreenVariable) -> Filter:
    return Filter(variable.id, variable.operator, variable.values)


def _field(variable: ScreenVariable, text: str, place: int, quote: str, problem: ScreenProblem | None) -> ValueField:
    default = variable.values[min(place, len(variable.values) - 1)]
    return ValueField(
        variable.kind,
        text,
        default,
        unit_of(variable, quote),
        variable.minimum,
        variable.maximum,
        variable.choices,
        variable.decimals,
        problem,
    )


def unit_of(variable: ScreenVariable, quote: str) -> Text:
    """What stands after a number of it."""
    if variable.kind is ValueKind.MONEY:
        return Text(quote, quote)
    return Text("%", "%") if variable.kind is ValueKind.PERCENT else variable.unit
