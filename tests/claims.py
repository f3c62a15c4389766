"""Which declared thing is proven by which test: ``@pytest.mark.claims("setting:appearance.theme", …)``.

The marks are read from the source, not from a collection, so that the answer is the same when only a part of the
tests runs. A mark counts on a function called ``test_…`` and names its things as plain texts.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.architecture.source_tree import TESTS, Module, modules_in

MARK = "pytest.mark.claims"


@dataclass(frozen=True, slots=True)
class Claim:
    thing: str
    #: the file and line of the test
    at: str


def claims_in(module: Module) -> Iterator[Claim]:
    """Raises ValueError where a mark says nothing, or says it where no test is."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == MARK:
                    yield from _claims_of(module, node, mark)


def _claims_of(module: Module, node: ast.FunctionDef | ast.ClassDef, mark: ast.Call) -> Iterator[Claim]:
    at = module.at(node)
    if isinstance(node, ast.ClassDef) or not node.name.startswith("test_"):
        raise ValueError(f"{at}: only a test can claim")
    if not mark.args or mark.keywords:
        raise ValueError(f"{at}: a claim names its things")
    if any(ast.unparse(other).startswith(("pytest.mark.skip", "pytest.mark.xfail")) for other in node.decorator_list):
        raise ValueError(f"{at}: a test that may not run proves nothing")
    for argument in mark.args:
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
            raise ValueError(f"{at}: a claim is a plain text, not {ast.unparse(argument)}")
        yield Claim(argument.value, at)


def all_claims() -> Mapping[str, tuple[str, ...]]:
    """Each claimed thing, and where."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for module in modules_in(TESTS):
        for claim in claims_in(module):
            found[claim.thing].append(claim.at)
    return {thing: tuple(places) for thing, places in found.items()}
