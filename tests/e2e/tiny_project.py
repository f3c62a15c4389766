"""The real bootstrap around a program of three lines and wheels of a few bytes, so that builds take seconds."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOOTSTRAP = (
    "run_desktop_ui.py",
    "upbit_auto_trading/__init__.py",
    "upbit_auto_trading/__main__.py",
    "upbit_auto_trading/config/__init__.py",
    "upbit_auto_trading/config/environment_builder.py",
    "upbit_auto_trading/config/environment_layout.py",
    "upbit_auto_trading/config/environment_stamp.py",
    "upbit_auto_trading/config/qt_libraries.py",
    "upbit_auto_trading/config/startup_failure.py",
    "upbit_auto_trading/config/supported_python.py",
    "upbit_auto_trading/config/virtual_environment.py",
    "tests/__init__.py",
    "tests/__main__.py",
)
DESKTOP = '''"""Tells where it runs, and ends with the status it is asked for."""

import os
import sys


def main(argv):
    import tiny_program

    print("inside", os.path.realpath(sys.prefix))
    print("version", tiny_program.VERSION)
    print("arguments", argv)
    print("leaked", sorted(name for name in os.environ if name in ("PYTHONPATH", "PYTHONHOME")))
    return int(argv[0]) if argv and argv[0].isdigit() else 0
'''


@dataclass(frozen=True, slots=True)
class Run:
    status: int
    output: str
    errors: str

    @property
    def built_anew(self) -> bool:
        return "[1/3]" in self.output

    @property
    def installed(self) -> bool:
        return "[2/3]" in self.output


class TinyProject:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wheels = folder.parent / "wheels"
        self.environment = folder / ".venv"

    @classmethod
    def create(cls, folder: Path) -> TinyProject:
        project = cls(folder)
        for name in BOOTSTRAP:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
        cli = folder / "upbit_auto_trading" / "cli"
        cli.mkdir()
        (cli / "__init__.py").write_text("from upbit_auto_trading.cli.desktop import main\n", encoding="utf-8")
        (cli / "desktop.py").write_text(DESKTOP, encoding="utf-8")
        (folder / "tests" / "check_run.py").write_text(
            "import tiny_check\n\ndef main(argv):\n    print('checks', tiny_check.VERSION, argv)\n    return 0\n",
            encoding="utf-8",
        )
        project.wheels.mkdir()
        project.require("requirements.txt", ("tiny-program", "1.0"), ("tiny-shared", "1.0"))
        project.require("requirements-dev.txt", ("tiny-check", "1.0"))
        return project

    def require(self, file_name: str, *packages: tuple[str, str], digest: str = "") -> None:
        lines = ["# pinned", 'absent-elsewhere==1.0 ; sys_platform == "nowhere" \\', f"    --hash=sha256:{'0' * 64}"]
        for name, version in packages:
            wheel = make_wheel(self.wheels, name, version)
            found = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
            lines += [f"{name}=={version} \\", f"    --hash=sha256:{found}", "    # via nothing"]
        (self.folder / file_name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def variables(self, **changes: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_CONFIG_FILE": os.devnull}
        return kept | offline | changes

    def without_network(self) -> dict[str, str]:
        variables = self.variables(PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0", PIP_DEFAULT_TIMEOUT="2")
        return {name: value for name, value in variables.items() if name not in {"PIP_NO_INDEX", "PIP_FIND_LINKS"}}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(self.folder / "run_desktop_ui.py"), *arguments]

    def start(self, *arguments: str, variables: dict[str, str] | None = None, cwd: Path | None = None) -> Run:
        return self.run(self.command(*arguments), variables=variables, cwd=cwd)

    def run(self, command: list[str], *, variables: dict[str, str] | None = None, cwd: Path | None = None) -> Run:
        done = subprocess.run(
            command,
            env=variables or self.variables(),
            cwd=cwd or self.folder.parent,
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            timeout=100,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments),
            env=self.variables(),
            cwd=self.folder.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
        )


def make_wheel(folder: Path, name: str, version: str) -> Path:
    """The same bytes for the same name and version, as its hash is pinned."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    files = {
        f"{module}/__init__.py": f'VERSION = "{version}"\n',
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(text)},{len(text)}\n" for path, text in files.items())
    files[f"{info}/RECORD"] = record + f"{info}/RECORD,,\n"
    wheel = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return wheel


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
