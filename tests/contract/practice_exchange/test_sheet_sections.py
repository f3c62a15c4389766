"""Which sections of the facts sheet the practice exchange is held to, read from the marks of its tests."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import TESTS, Module, modules_in, parse
from tests.contract.practice_exchange.sheet_statements import STATEMENTS
from upbit_auto_trading.data_layer.practice_exchange.switches import ALL_SWITCHES

_FOLDERS = (TESTS / "contract" / "practice_exchange", TESTS / "unit" / "data_layer" / "practice_exchange")
_MARK = "pytest.mark.sheet"
#: everything that a server can be held to; 8.12 is of streams that need a newsroom
SECTIONS = (
    *("0.1", "1", "1.1", "2.1", "2.2", "2.3", "2.4"),
    *("3", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", *(f"3.6.{point}" for point in range(1, 11))),
    *("4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8", "4.9"),
    *("5.1", "5.2", "5.3", "5.4", "6.1", "6.2", "7.1", "7.2", "7.3", "7.4"),
    *("8.1", "8.2", "8.3", "8.4", "8.5", "8.6", "8.7", "8.8", "8.9", "8.10", "8.11", "8.12", "8.13"),
    *("9", "10.1", "10.2", *(f"11.{question}" for question in range(1, 11))),
)


def marked(module: Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """A section, and the test that names it."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == _MARK:
                    assert isinstance(node, ast.FunctionDef), f"{module.at(node)}: nothing collects it"
                    for argument in mark.args:
                        assert isinstance(argument, ast.Constant), f"{module.at(node)}: sections are plain texts"
                        yield str(argument.value), node


def problems(module: Module) -> Iterator[str]:
    """What a mark could promise without a proof behind it."""
    collected = {node for node in module.tree.body if isinstance(node, ast.FunctionDef)}
    names = Counter(node.name for node in collected)
    for section, test in marked(module):
        if section not in SECTIONS:
            yield f"{module.at(test)}: the sheet has no section {section}"
        if test not in collected or not test.name.startswith("test_") or names[test.name] > 1:
            yield f"{module.at(test)}: {test.name} is not collected"
        if not _asserts(test):
            yield f"{module.at(test)}: {test.name} asserts nothing"
        if any("skip" in ast.unparse(mark) or "xfail" in ast.unparse(mark) for mark in test.decorator_list):
            yield f"{module.at(test)}: {test.name} may be left out"


def _asserts(test: ast.FunctionDef) -> bool:
    for node in ast.walk(test):
        if isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant):
            return True
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.raises":
            return True
    return False


def test_every_section_has_tests_that_name_it() -> None:
    tests: defaultdict[str, set[str]] = defaultdict(set)
    for folder in _FOLDERS:
        for module in modules_in(folder):
            assert list(problems(module)) == []
            for section, test in marked(module):
                tests[section].add(test.name)
    for section in SECTIONS:
        print(f"{section:8}{len(tests[section]):4} tests")
    assert [section for section in SECTIONS if not tests[section]] == []
    assert sum(len(names) for names in tests.values()) >= 300


def test_every_statement_has_its_tests_which_name_its_section() -> None:
    sections: defaultdict[str, set[str]] = defaultdict(set)
    for folder in _FOLDERS:
        for module in modules_in(folder):
            for section, test in marked(module):
                sections[test.name.removeprefix("test_")].add(section)
    without = [
        (section, statement, name)
        for section, statements in STATEMENTS.items()
        for statement, names in statements.items()
        for name in names.split() or [""]
        if section not in sections[name]
    ]
    assert without == []
    # of the open questions of 11 each has a switch, and a section of its own above
    assert [section for section in SECTIONS if section not in STATEMENTS and not section.startswith("11.")] == []
    print(f"{sum(map(len, STATEMENTS.values()))} statements of {len(STATEMENTS)} sections")
    assert sum(map(len, STATEMENTS.values())) >= 150


def test_every_section_of_a_switch_has_tests() -> None:
    assert [switch.name for switch in ALL_SWITCHES if switch.section not in SECTIONS] == []


@pytest.mark.parametrize(
    "planted",
    [
        '@pytest.mark.sheet("3.61")\ndef test_x():\n    assert y',
        '@pytest.mark.sheet("3.6")\ndef check():\n    assert y',
        '@pytest.mark.sheet("3.6")\ndef test_x():\n    y()',
        '@pytest.mark.sheet("3.6")\ndef test_x():\n    assert True',
        '@pytest.mark.skip\n@pytest.mark.sheet("3.6")\ndef test_x():\n    assert y',
        'def outer():\n    @pytest.mark.sheet("3.6")\n    def test_x():\n        assert y',
        '@pytest.mark.sheet("3.6")\ndef test_x():\n    assert y\n\ndef test_x():\n    pass',
    ],
)
def test_a_mark_without_a_proof_is_seen(planted: str) -> None:
    assert list(problems(parse("tests/contract/practice_exchange/test_planted.py", planted)))
