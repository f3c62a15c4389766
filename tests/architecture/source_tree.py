"""The package's modules, parsed once, and the few questions that the rules ask of them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "upbit_auto_trading"
TESTS = ROOT / "tests"


@dataclass(frozen=True, slots=True)
class Module:
    path: str  # from the project root, with forward slashes
    source: str
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


def parse(path: str, source: str) -> Module:
    return Module(path, source, ast.parse(source))


@cache
def modules_in(folder: Path) -> tuple[Module, ...]:
    return tuple(
        parse(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.py"))
    )


def package_modules(*under: str) -> list[Module]:
    """All of them, or those whose path below the package starts with one of ``under``."""
    starts = tuple(f"upbit_auto_trading/{one}" for one in under) or ("upbit_auto_trading/",)
    return [module for module in modules_in(PACKAGE) if module.path.startswith(starts)]


def imported_names(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Every imported module, and every ``module.name`` of a from-import."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module
            for alias in node.names:
                yield node, f"{node.module}.{alias.name}"


def is_within(name: str, packages: Iterable[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)
