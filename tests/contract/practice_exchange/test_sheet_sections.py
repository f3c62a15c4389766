"""Which sections of the facts sheet the practice exchange is held to, read from the marks of its tests."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from tests.architecture.source_tree import TESTS, Module, modules_in

_FOLDERS = (TESTS / "contract" / "practice_exchange", TESTS / "unit" / "data_layer" / "practice_exchange")
_MARK = "pytest.mark.sheet"
#: everything that a server can be held to; 8.12 is of streams that need a newsroom
SECTIONS = (
    *("0.1", "1", "1.1", "2.1", "2.2", "2.3", "2.4"),
    *("3", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", *(f"3.6.{point}" for point in range(1, 11))),
    *("4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8", "4.9"),
    *("5.1", "5.2", "5.3", "5.4", "6.1", "6.2", "7.1", "7.2", "7.3", "7.4"),
    *("8.1", "8.2", "8.3", "8.4", "8.5", "8.6", "8.7", "8.8", "8.9", "8.10", "8.11", "8.13"),
    *("9", "10.2"),
)


def marked(module: Module) -> Iterator[tuple[str, str]]:
    """A section, and the test that names it."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == _MARK:
                    for argument in mark.args:
                        assert isinstance(argument, ast.Constant), f"{module.at(node)}: sections are plain texts"
                        yield str(argument.value), node.name


def test_every_section_has_tests_that_name_it() -> None:
    tests: defaultdict[str, set[str]] = defaultdict(set)
    for folder in _FOLDERS:
        for module in modules_in(folder):
            for section, name in marked(module):
                tests[section].add(name)
    for section in SECTIONS:
        print(f"{section:8}{len(tests[section]):4} tests")
    assert [section for section in SECTIONS if not tests[section]] == []
    assert sum(len(names) for names in tests.values()) >= 250
