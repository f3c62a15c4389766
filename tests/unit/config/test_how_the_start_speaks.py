"""What is said before there is an environment is said as everywhere else: plainly, with a fitting particle."""

from __future__ import annotations

import re
from pathlib import Path

import upbit_auto_trading.config

_STIFF = re.compile(r"니다\b|을\(를\)|은\(는\)|이\(가\)")


def test_no_stiff_endings_and_no_undecided_particles() -> None:
    modules = sorted(Path(upbit_auto_trading.config.__file__).parent.glob("*.py"))
    lines = [
        f"{module.name}: {line.strip()}"
        for module in modules
        for line in module.read_text(encoding="utf-8").splitlines()
        if re.search("[가-힣]", line)
    ]
    assert len(lines) > 50, "what is searched is there"
    assert [line for line in lines if _STIFF.search(line)] == []
