"""The rules hold in the package, and each of them is seen to fail on a planted violation."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.architecture import rules
from tests.architecture.source_tree import PACKAGE, TESTS, Module, modules_in, package_modules, parse

Rule = Callable[[Module], Iterator[str]]
# Where amounts of orders are computed or carried, in any layer of the core.
EXACT = ("money", "market", "order", "order_states", "order_tracker", "position", "ledger", "commands")


def violations(rule: Rule, modules: Iterable[Module]) -> list[str]:
    return [violation for module in modules for violation in rule(module)]


def exact_modules() -> list[Module]:
    core = package_modules("business_logic/domain/", "business_logic/engine/")
    return [module for module in core if module.path.rsplit("/", 1)[1].removesuffix(".py") in EXACT]


def test_money_is_exact() -> None:
    assert exact_modules(), "the modules of money have moved: name them here"
    assert violations(rules.float_uses, exact_modules()) == []


def test_nothing_below_the_composition_root_asks_for_the_mode() -> None:
    core = package_modules(
        "business_logic/domain/", "business_logic/engine/", "business_logic/simulation/", "component_system/"
    )
    assert len(core) > 4
    assert violations(rules.mode_branches, core) == []


def test_the_package_does_not_know_its_tests() -> None:
    def rule(module: Module) -> Iterator[str]:
        return rules.imports_of(module, "tests", "pytest", "hypothesis", "_pytest", "pytestqt")

    assert violations(rule, package_modules()) == []


def test_view_models_do_not_know_widgets() -> None:
    def rule(module: Module) -> Iterator[str]:
        return rules.imports_of(module, "PyQt6.QtWidgets", "pyqtgraph")

    view_models = [module for module in package_modules("ui/") if module.path.endswith("view_model.py")]
    assert violations(rule, view_models) == []


def test_only_the_outermost_places_catch_everything() -> None:
    assert violations(rules.broad_excepts, package_modules()) == []


def test_no_test_waits_for_time() -> None:
    assert violations(rules.waits_for_time, modules_in(TESTS)) == []


def test_files_stay_readable_in_one_sitting() -> None:
    assert violations(rules.is_too_long, (*modules_in(PACKAGE), *modules_in(TESTS))) == []


def test_modules_are_named_after_what_they_hold() -> None:
    # `utils` is the one exception, and the house style says what may lie in it.
    assert violations(rules.vague_name, package_modules()) == []


def test_every_package_says_what_it_is_for() -> None:
    packages = [module for module in package_modules() if module.path.endswith("/__init__.py")]
    assert violations(rules.missing_docstring, packages) == []


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_bootstrap_modules_parse_on_pythons_too_old_for_the_program() -> None:
    """``feature_version`` refuses f-strings, annotations of variables and walruses; Python 2 is tried in e2e."""
    bootstraps = [
        "run_desktop_ui.py",
        "tests/__init__.py",
        "tests/__main__.py",
        "upbit_auto_trading/__init__.py",
        "upbit_auto_trading/__main__.py",
        "upbit_auto_trading/config/__init__.py",
        "upbit_auto_trading/config/supported_python.py",
    ]
    for name in bootstraps:
        source = (PACKAGE.parent / name).read_text(encoding="utf-8")
        tree = ast.parse(source, feature_version=(3, 4))
        assert not any(isinstance(node, ast.JoinedStr | ast.AnnAssign | ast.FunctionDef) for node in ast.walk(tree)), (
            name
        )
        if not source.isascii():
            assert "coding: utf-8" in source.splitlines()[0], f"{name}: Python 2 needs to be told"


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        (rules.float_uses, "fee: float = 1"),
        (rules.float_uses, "fee = 0.5"),
        (rules.mode_branches, "if session.mode is Mode.LIVE:\n    pass"),
        (rules.mode_branches, "fee = 1 if self.is_live else 2"),
        (rules.mode_branches, "match trading_mode:\n    case 1: pass"),
        (rules.mode_branches, "late = mode == 'live'"),
        (lambda module: rules.imports_of(module, "tests"), "from tests.fakes import fake_clock"),
        (lambda module: rules.imports_of(module, "PyQt6.QtWidgets"), "from PyQt6 import QtWidgets"),
        (lambda module: rules.imports_of(module, "PyQt6.QtWidgets"), "import PyQt6.QtWidgets as widgets"),
        (rules.broad_excepts, "try:\n    f()\nexcept Exception:\n    raise"),
        (rules.broad_excepts, "try:\n    f()\nexcept:\n    pass"),
        (rules.broad_excepts, "try:\n    f()\nexcept (OSError, BaseException):\n    pass"),
        (rules.waits_for_time, "time.sleep(1)"),
        (rules.waits_for_time, "qtbot.wait(10)"),
        (rules.is_too_long, "pass\n" * 500),
    ],
)
def test_a_planted_violation_is_seen(rule: Rule, planted: str) -> None:
    assert list(rule(parse("upbit_auto_trading/business_logic/domain/planted.py", planted)))


@pytest.mark.parametrize("path", ["upbit_auto_trading/ui/helpers.py", "upbit_auto_trading/common/order.py"])
def test_a_vague_name_is_seen(path: str) -> None:
    assert list(rules.vague_name(parse(path, "")))


def test_an_empty_package_is_seen() -> None:
    assert list(rules.missing_docstring(parse("upbit_auto_trading/ui/__init__.py", "")))


def test_carrying_the_mode_as_a_label_is_allowed() -> None:
    source = "summary = RunSummary(mode=mode, started_at=started_at)"
    assert list(rules.mode_branches(parse("upbit_auto_trading/business_logic/engine/x.py", source))) == []
