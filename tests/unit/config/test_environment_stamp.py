"""What the stamp reads out of lock files and installed packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from upbit_auto_trading.config import environment_stamp
from upbit_auto_trading.config.environment_stamp import InstalledSet, RequirementSet, Stamp

LOCK = """# comment
crypto_graphy==48.0.1 ; platform_machine == 'x86_64' and sys_platform == 'darwin' \\
    --hash=sha256:11
Crypto.Graphy==50.0.2 ; platform_machine != 'x86_64' or sys_platform != 'darwin' \\
    --hash=sha256:22
    # via -r requirements.in
numpy==2.4.6
"""


def test_a_package_may_be_pinned_once_for_each_system() -> None:
    pins = {("crypto-graphy", "48.0.1"), ("crypto-graphy", "50.0.2"), ("numpy", "2.4.6")}
    assert environment_stamp.pins_of(LOCK) == pins


@pytest.mark.parametrize("version", ["48.0.1", "50.0.2"])
def test_what_must_exist_is_the_entrance_and_the_libraries_of_the_installed_version(
    version: str, tmp_path: Path
) -> None:
    info = f"crypto_graphy-{version}.dist-info"
    (tmp_path / info).mkdir()
    names = ["crypto_graphy/__init__.py", "crypto_graphy/deep/__init__.py", "crypto_graphy/deep/_rust.abi3.so"]
    names += ["single.py", "crypto_graphy/libs/libssl.so.3", "../../bin/tool", "__pycache__/x.pyc", f"{info}/METADATA"]
    (tmp_path / info / "RECORD").write_text("".join(f"{name},,\n" for name in names), encoding="utf-8")
    (tmp_path / "numpy-2.4.6.dist-info").mkdir()  # killed before its record was written
    (tmp_path / "lock.txt").write_text(LOCK, encoding="utf-8")
    found = environment_stamp.describe_installed(str(tmp_path), str(tmp_path), RequirementSet("program", "lock.txt"))
    assert found.packages == ["crypto-graphy"]
    expected = {"crypto_graphy/__init__.py", "crypto_graphy/deep/_rust.abi3.so", "crypto_graphy/libs/libssl.so.3"}
    assert set(found.paths) == expected | {f"{info}/RECORD", "single.py"}


def test_a_stamp_is_read_as_it_was_written(tmp_path: Path) -> None:
    stamp = Stamp("3.11", "/usr/bin/python3.11", "1-2", "lib", {"program": InstalledSet("ab", ["numpy"], ["numpy"])})
    environment_stamp.write_stamp(str(tmp_path), stamp)
    assert environment_stamp.read_stamp(str(tmp_path)) == stamp
    environment_stamp.remove_stamp(str(tmp_path))
    environment_stamp.remove_stamp(str(tmp_path))
    assert environment_stamp.read_stamp(str(tmp_path)) is None


@pytest.mark.parametrize("text", ["", "[]", "null", '{"format": 0}', '{"format": 1}', '{"format": 1, "sets": 3}'])
def test_anything_else_is_no_stamp(text: str, tmp_path: Path) -> None:
    (tmp_path / environment_stamp.STAMP_NAME).write_text(text, encoding="utf-8")
    assert environment_stamp.read_stamp(str(tmp_path)) is None
