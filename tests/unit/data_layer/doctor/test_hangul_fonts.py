"""Fonts are found by fontconfig or, where that is not there, by the names of their files."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from upbit_auto_trading.data_layer.doctor.hangul_fonts import families_by_fontconfig, fonts_in


def test_known_korean_fonts_are_found_in_any_depth(tmp_path: Path) -> None:
    (tmp_path / "truetype" / "nanum").mkdir(parents=True)
    for name in (
        "truetype/nanum/NanumGothic.ttf",
        "malgun.ttf",
        "NotoSansCJK-Regular.ttc",
        "DejaVuSans.ttf",
        "malgun.txt",
    ):
        (tmp_path / name).write_bytes(b"")

    assert fonts_in([tmp_path]) == ("NanumGothic", "NotoSansCJK-Regular", "malgun")
    assert fonts_in([tmp_path / "none"]) == ()


def test_without_the_tool_there_is_no_answer() -> None:
    assert families_by_fontconfig("no-such-program-here") is None


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_names_come_from_the_tool(tmp_path: Path) -> None:
    tool = tmp_path / "fc-list"
    tool.write_text("#!/bin/sh\necho 'NanumGothic,나눔고딕'\necho 'Noto Sans CJK KR'\necho\n", encoding="utf-8")
    tool.chmod(0o755)

    assert families_by_fontconfig(str(tool)) == ("NanumGothic", "Noto Sans CJK KR")
