"""Each import-linter contract fails on a planted violation, in a temporary copy of the package."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT
from tests.check_run import LINT_IMPORTS

AGREED = ROOT / "tests" / "architecture" / "agreed_contracts.toml"
EMPTY = '"""Planted."""\n'


@dataclass(frozen=True, slots=True)
class Violation:
    contract: str
    files: dict[str, str]


VIOLATIONS = [
    Violation("Dependencies point down", {"utils/planted.py": "import upbit_auto_trading.ui\n"}),
    Violation("Dependencies point down", {"component_system/planted.py": "import upbit_auto_trading.data_layer\n"}),
    Violation("Dependencies point down", {"unlisted.py": EMPTY}),
    Violation(
        "Inside business_logic",
        {"business_logic/domain/planted.py": "import upbit_auto_trading.business_logic.ports\n"},
    ),
    Violation("Inside business_logic", {"business_logic/unlisted.py": EMPTY}),
    Violation("The core is pure", {"business_logic/engine/planted.py": "import threading\n"}),
    Violation("The core is pure", {"component_system/planted.py": "import upbit_auto_trading.config\n"}),
    Violation("Qt stays in ui", {"data_layer/planted.py": "from PyQt6 import QtCore\n"}),
    Violation(
        "ui reaches storage, exchanges and keys only through ports",
        {"ui/planted.py": "import upbit_auto_trading.data_layer.storage\n"},
    ),
    Violation(
        "Siblings do not know each other",
        {
            "ui/screens/planted_one/__init__.py": EMPTY,
            "ui/screens/planted_two/__init__.py": "import upbit_auto_trading.ui.screens.planted_one\n",
        },
    ),
    Violation(
        "View-models do not know views",
        {
            "ui/screens/planted/__init__.py": EMPTY,
            "ui/screens/planted/view.py": EMPTY,
            "ui/screens/planted/view_model.py": "import upbit_auto_trading.ui.screens.planted.view\n",
        },
    ),
    Violation(
        "No import cycles",
        {
            "utils/planted_one.py": "import upbit_auto_trading.utils.planted_two\n",
            "utils/planted_two.py": "import upbit_auto_trading.utils.planted_one\n",
        },
    ),
]


def configured() -> dict[str, object]:
    tool: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]
    return tool


def test_the_contracts_are_the_agreed_ones() -> None:
    """A second copy, so that no contract is loosened in passing; docs/decisions.md explains a change."""
    assert configured() == tomllib.loads(AGREED.read_text(encoding="utf-8"))["tool"]["importlinter"]


def test_every_contract_has_a_planted_violation() -> None:
    contracts = configured()["contracts"]
    assert isinstance(contracts, list)
    assert {contract["name"] for contract in contracts} == {violation.contract for violation in VIOLATIONS}


@pytest.fixture(scope="module")
def sound_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("contracts") / "sound"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "upbit_auto_trading", copy / "upbit_auto_trading", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def lint(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-logo", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        stdin=subprocess.DEVNULL,
    )
    return done.stdout + done.stderr


def broken_contracts(report: str) -> set[str]:
    return {line.removesuffix(" BROKEN") for line in report.splitlines() if line.endswith(" BROKEN")}


def test_the_copy_keeps_every_contract(sound_copy: Path) -> None:
    assert "0 broken" in lint(sound_copy)


@pytest.mark.parametrize(
    "violation", VIOLATIONS, ids=[f"{violation.contract}: {next(iter(violation.files))}" for violation in VIOLATIONS]
)
def test_a_planted_import_breaks_the_contract(violation: Violation, sound_copy: Path, tmp_path: Path) -> None:
    copy = tmp_path / "planted"
    shutil.copytree(sound_copy, copy)
    for name, source in violation.files.items():
        path = copy / "upbit_auto_trading" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    report = lint(copy)
    assert violation.contract in broken_contracts(report), report
