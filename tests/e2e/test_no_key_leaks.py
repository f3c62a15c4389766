"""After a run that used keys of an exchange in every way, nothing it left behind holds a key, or a token that it sent.

The tokens are taken down by a relay before the exchange. The libraries that speak with it log at debug. There is no
exception: the throw-away keys of the program's own practice exchange are not on the disk either.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from copy import copy
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.e2e.secret_search import contents_of, leaks_among, token_leaks_among
from tests.fakes.key_desk import Desk, serving_desk
from tests.fakes.recording_relay import recorded
from upbit_auto_trading.utils.secret import Secret

PROJECT = Path(__file__).resolve().parents[2]
BALANCES = {"KRW": "50000000"}
#: requests, and the openings of private streams; less would be no full run
FEWEST_TOKENS = 20
SEARCHED = (".jsonl", "crash-", "settings.sqlite3", ": cells", ".zip!", "api_credentials.enc", "practice/state.json")
FOREIGN_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJhY2Nlc3Nfa2V5IjoiQSJ9.c2lnbmF0dXJlLW9mLXNvbWVib2R5"


class Run:
    """One run of secrets_exchange_run.py over one data folder, with keys of its own."""

    def __init__(self, desk: Desk, folder: Path, ending: str = "close") -> None:
        desk.begin()
        self.folder = folder / "run"
        good, new = (desk.new_key("leaks", balances=BALANCES, valid_days=90) for _key in range(2))
        wrong = (desk.new_key()[0], Secret("y7Kq" * 10))
        away = desk.new_key(addresses=["203.0.113.7"])
        pairs = {"good": good, "new": new, "wrong": wrong, "away": away}
        order = {name: [one.reveal() for one in pair] for name, pair in pairs.items()}
        self.keys = [one for pair in order.values() for one in pair]
        order["passphrases"] = [f"비밀번호 {token_hex(8)}", f"another {token_hex(8)} one"]
        token = desk.told.control_token.reveal()
        control = {"control_url": desk.told.control_url, "control_token": token}
        told = folder / "told.json"
        with recorded(desk.told.port) as relay:
            addresses = {name: moved(getattr(desk.told, name), relay.port) for name in ("rest_url", "websocket_url")}
            self.printed = printed_by(
                order | control | addresses | {"folder": str(self.folder), "told": str(told), "ending": ending}
            )
        self.tokens, self.upgrades = relay.tokens(), relay.upgrades()
        self.secrets = [*self.keys, *order["passphrases"], token, *json.loads(told.read_text())]

    def leaks(self) -> list[str]:
        contents = [("standard output and error", self.printed), *contents_of(self.folder)]
        return [*leaks_among(contents, self.secrets), *token_leaks_among(contents, self.tokens)]

    def text_of(self, pattern: str) -> str:
        found = sorted(self.folder.rglob(pattern))
        assert found, pattern
        return "".join(path.read_text("utf-8") for path in found)

    def log_lines(self) -> list[dict[str, Any]]:
        """Of every file of the log: a day may end meanwhile, and a file may be full."""
        found: list[dict[str, Any]] = []
        for path in sorted(self.folder.rglob("*.jsonl")):
            found += [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return found


def moved(url: str, port: int) -> str:
    return url.replace(f":{urlsplit(url).port}", f":{port}")


def printed_by(order: dict[str, Any]) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.secrets_exchange_run"],
        input=json.dumps(order).encode(),
        capture_output=True,
        cwd=PROJECT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        timeout=150,
        check=False,
    )
    printed = done.stdout + done.stderr
    assert done.returncode == 0, printed.decode(errors="replace")[-6_000:]
    assert b"ran to its end" in printed
    return printed


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with serving_desk() as desk:
        yield desk


@pytest.fixture(scope="module")
def closed_run(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(desk, tmp_path_factory.mktemp("keys"))


def check(run: Run, *wanted: str) -> None:
    assert run.leaks() == []
    places = [place.replace("\\", "/") for place, _content in contents_of(run.folder)]
    print(f"searched {len(places)} places for {len(run.secrets)} secrets and {len(run.tokens)} tokens")
    assert len(run.secrets) == 14, "keys, passphrases, and what the practice exchange gave the program"
    for part in (*SEARCHED, *wanted):
        assert any(part in place for place in places), part


def test_what_used_keys_leaves_none_and_no_token_anywhere(closed_run: Run) -> None:
    check(closed_run)


@pytest.mark.long
def test_what_ended_hard_leaves_none_either(desk: Desk, tmp_path: Path) -> None:
    check(Run(desk, tmp_path, "abort"), "settings.sqlite3-wal")


def test_the_run_was_about_what_is_promised(closed_run: Run) -> None:
    """Otherwise nothing would be found because nothing happened."""
    assert len(closed_run.tokens) >= FEWEST_TOKENS
    assert closed_run.upgrades >= 4, "both streams, and both again after they were cut"
    access_keys = {access_key_in(token) for token in closed_run.tokens}
    assert access_keys == set(closed_run.keys[::2]), "each key was sent: taken, refused and new"
    lines = closed_run.log_lines()
    at_debug = {line["logger"].partition(".")[0] for line in lines if line["level"] == "debug"}
    assert {"upbit_auto_trading", "websockets", "urllib3"} <= at_debug
    assert any("Authorization" in line["text"] for line in lines if "text" in line), "a library told of its headers"
    crashes = closed_run.text_of("crash-*.txt")
    assert crashes.count("kept_connections.py") >= 2, "the signed request lay in the frames"
    assert "ZeroDivisionError" in crashes


def test_planted_leaks_are_found(closed_run: Run, tmp_path: Path) -> None:
    planted = copy(closed_run)
    planted.folder = tmp_path / "planted"
    shutil.copytree(closed_run.folder, planted.folder)
    token, secret = planted.tokens[0], planted.keys[1]
    logs, crashes = planted.folder / "logs", planted.folder / "logs" / "crashes"
    (logs / "careless.jsonl").write_text(json.dumps({"message": f"Authorization: Bearer {token}"}))
    report = next(crashes.glob("crash-*.txt"))
    report.write_text(report.read_text("utf-8") + f"    request = {{'Authorization': 'Bearer {token}'}}\n", "utf-8")
    (crashes / "locals.txt").write_text(f"key = AccessKey({secret!r})")
    (logs / "cut.txt").write_text(f"… {token[-60:]}")
    (logs / "foreign.txt").write_text(f"x-token: {FOREIGN_TOKEN}")
    database = planted.folder / "data" / "settings.sqlite3"
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("CREATE TABLE careless (body TEXT)")
        opened.execute("INSERT INTO careless VALUES (?)", (f"{'x' * 4_000}{secret}{'y' * 4_000}",))
        coded = base64.b64encode(f"{'x' * 4_001}{token}".encode()).decode()
        opened.execute("INSERT INTO careless VALUES (?)", (coded,))
        opened.commit()
    leaks = planted.leaks()
    for where, how in (
        ("careless.jsonl", "token as plain"),
        (report.name, "token as plain"),
        ("locals.txt", "as plain"),
        ("cut.txt", "token as plain"),
        ("foreign.txt", "something like a token"),
        ("settings.sqlite3: cells", "secret 1 as plain"),
        ("settings.sqlite3: cells", "token as base64"),
    ):
        assert any(where in leak and leak.endswith(how) for leak in leaks), (where, how, leaks)


def access_key_in(token: str) -> str:
    claims = token.split(".")[1]
    key = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["access_key"]
    assert isinstance(key, str)
    return key
