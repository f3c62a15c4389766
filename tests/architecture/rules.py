"""The rules that linters cannot express: each takes a module and names its violations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.source_tree import Module, imported_names, is_within

LONGEST_FILE = 500
VAGUE_NAMES = {"helper", "helpers", "common", "misc", "base", "util", "utilities", "stuff", "manager", "processor"}
# A worker's outer slot and the crash hook; the first of them is any of the workers.
MAY_CATCH_EVERYTHING = re.compile(r"ui/runtime/(crash_hook|worker_host|[a-z]+_worker|job_pool)\.py$")
_MODE_NAME = re.compile(r"(^|_)(mode|trading_mode|is_live|is_paper|is_practice|is_backtest|run_mode)$")
_MODE_TYPE = re.compile(r"^(Trading|Run|Session)?Mode$")
_WAITS = {"time.sleep", "sleep", "QTest.qWait", "QTest.qSleep", "qtbot.wait", "QThread.sleep", "QThread.msleep"}


def float_uses(module: Module) -> Iterator[str]:
    """Money is exact: neither the type nor a literal of it."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name) and node.id == "float":
            yield f"{module.at(node)}: float"
        elif isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield f"{module.at(node)}: the literal {node.value}"


def mode_branches(module: Module) -> Iterator[str]:
    """Nothing below the composition root asks which mode it is in; as a label it may be carried."""
    for node in ast.walk(module.tree):
        tested: list[ast.expr] = []
        if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert):
            tested = [node.test]
        elif isinstance(node, ast.Match):
            tested = [node.subject]
        elif isinstance(node, ast.comprehension):
            tested = node.ifs
        elif isinstance(node, ast.Compare | ast.BoolOp):
            tested = [node]
        if any(_speaks_of_mode(expression) for expression in tested):
            yield f"{module.at(node)}: decides by the mode"


def _speaks_of_mode(expression: ast.expr) -> bool:
    for node in ast.walk(expression):
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if _MODE_NAME.search(name) or _MODE_TYPE.match(name):
            return True
    return False


def imports_of(module: Module, *forbidden: str) -> Iterator[str]:
    for node, name in imported_names(module):
        if is_within(name, forbidden):
            yield f"{module.at(node)}: imports {name}"


def broad_excepts(module: Module) -> Iterator[str]:
    if MAY_CATCH_EVERYTHING.search(module.path):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node) and not _passes_on(node):
            yield f"{module.at(node)}: catches everything"


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        one is None or (isinstance(one, ast.Name) and one.id in {"Exception", "BaseException"}) for one in caught
    )


def _passes_on(handler: ast.ExceptHandler) -> bool:
    """Cleaning up and raising again hides nothing; ``except Exception`` stays refused even so."""
    last = handler.body[-1]
    is_bare_raise = isinstance(last, ast.Raise) and last.exc is None
    return is_bare_raise and isinstance(handler.type, ast.Name) and handler.type.id == "BaseException"


def waits_for_time(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _WAITS:
            yield f"{module.at(node)}: {ast.unparse(node.func)}"


def is_too_long(module: Module) -> Iterator[str]:
    lines = len(module.source.splitlines())
    if lines >= LONGEST_FILE:
        yield f"{module.path}: {lines} lines"


def vague_name(module: Module) -> Iterator[str]:
    parts = set(module.path.removesuffix(".py").split("/"))
    if parts & VAGUE_NAMES:
        yield f"{module.path}: {', '.join(sorted(parts & VAGUE_NAMES))}"


def missing_docstring(module: Module) -> Iterator[str]:
    if module.path.endswith("/__init__.py") and not ast.get_docstring(module.tree):
        yield f"{module.path}: a package says what it is for"
