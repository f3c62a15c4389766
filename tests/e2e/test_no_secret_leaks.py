"""After a full run nothing under the data folder holds a secret that was used in it, in any spelling.

The search itself is proven in each run of the tests: leaks planted on purpose must be found.
"""

from __future__ import annotations

import base64
import json
import secrets
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.secret_search import contents_of, leaks_among
from upbit_auto_trading.data_layer.encrypted_vault.vault import key_file_beside

PROJECT = Path(__file__).resolve().parents[2]
ALPHABET = string.ascii_letters + string.digits


def random_key() -> str:
    return "".join(secrets.choice(ALPHABET) for _sign in range(40))


class Run:
    """One run of secrets_run.py over one data folder, with secrets of its own."""

    def __init__(self, folder: Path, ending: str = "close", plants_leaks: bool = False) -> None:
        self.folder = folder
        self.passphrases = [f"비밀번호 {random_key()[:12]}", f"another {random_key()[:12]} one"]
        self.keys = [(random_key(), random_key()) for _pair in range(2)]
        order = {
            "folder": str(folder),
            "passphrases": self.passphrases,
            "keys": self.keys,
            "plants_leaks": plants_leaks,
            "ending": ending,
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.e2e.secrets_run"],
            input=json.dumps(order).encode(),
            capture_output=True,
            cwd=PROJECT,
            timeout=100,
            check=False,
        )
        self.printed = done.stdout + done.stderr
        assert done.returncode == 0, self.printed.decode(errors="replace")

    @property
    def secrets(self) -> list[str]:
        return [*self.passphrases, *(part for pair in self.keys for part in pair)]

    def contents(self) -> Iterator[tuple[str, bytes]]:
        yield "standard output and error", self.printed
        yield from contents_of(self.folder)

    def leaks(self) -> list[str]:
        return leaks_among(self.contents(), self.secrets)


@pytest.fixture(scope="module")
def closed_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(tmp_path_factory.mktemp("closed"))


def check(run: Run, *wanted: str) -> None:
    assert run.leaks() == []
    places = [place for place, _content in run.contents()]
    print(f"searched {len(places)} places for {len(run.secrets)} secrets")
    # What was searched is what the promise is about.
    for part in (".jsonl", "crash-", "settings.sqlite3", "strategies.sqlite3", ".zip!", "api_credentials.enc", *wanted):
        assert any(part in place for place in places), part
    assert int(run.printed.split(b"lines: ")[1].split()[0]) >= 15


def test_a_full_run_leaves_no_secret_anywhere(closed_run: Run) -> None:
    check(closed_run)


def test_a_run_that_ended_hard_leaves_no_secret_anywhere(tmp_path: Path) -> None:
    check(Run(tmp_path, "abort"), "settings.sqlite3-wal")


def test_the_key_of_the_key_file_lies_in_the_key_file_alone(closed_run: Run) -> None:
    key_file = key_file_beside(closed_run.folder / "data" / "settings" / "api_credentials.enc")
    (entry,) = json.loads(key_file.read_text())["keys"]
    raw = base64.b64decode(entry["key"])
    texts = (entry["key"].encode(), raw, raw.hex().encode())
    found = [place for place, content in closed_run.contents() if any(text in content for text in texts)]
    assert found == [str(Path("data", "settings", "api_credentials.key"))]


def test_planted_leaks_are_found(tmp_path: Path) -> None:
    leaks = Run(tmp_path, plants_leaks=True).leaks()
    for where, spelling in (
        ("standard output and error", "plain"),
        ("careless.jsonl", "plain"),
        ("careless.txt", "utf-16"),
        ("settings.sqlite3", "plain"),
        ("block.py", "base64"),
        (".zip!", "base64"),
        ("dump", "capital hex"),
        ("mirror", "reversed"),
    ):
        assert any(where in leak and leak.endswith(f"as {spelling}") for leak in leaks), (where, leaks)
    assert all("secret 3 " in leak for leak in leaks), "only the planted one"
