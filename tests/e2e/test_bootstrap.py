"""The starter with nothing but Python: makes, recognises, mends and enters `.venv`; real processes, tiny wheels."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.tiny_project import Run, TinyProject

ONLY_POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and users of POSIX")


@dataclass(frozen=True, slots=True)
class Built:
    project: TinyProject
    #: its first start
    run: Run


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Never started again by a test: copied, which proves by the way that the folder may be moved."""
    project = TinyProject.create(tmp_path_factory.mktemp("built") / "새 폴더")
    return Built(project, project.start("7", "--lang", "ko"))


@pytest.fixture
def project(first: Built, tmp_path: Path) -> TinyProject:
    assert first.run.status == 7, first.run
    built = first.project
    shutil.copytree(built.folder.parent, tmp_path / "moved", symlinks=True)
    return TinyProject(tmp_path / "moved" / built.folder.name)


@pytest.fixture
def fresh(tmp_path: Path) -> TinyProject:
    return TinyProject.create(tmp_path / "처음 받은 폴더")


def expect_sentence(run: Run, *parts: str) -> None:
    """One line in each language, and status 1."""
    assert run.status == 1, run
    lines = run.errors.strip().splitlines()
    assert len(lines) == 2, run.errors
    assert not lines[0].isascii(), "Korean comes first"
    assert "Traceback" not in run.errors
    for part in parts:
        assert part in lines[1], run.errors


def test_the_first_start_builds_with_visible_progress_and_goes_on_inside(first: Built) -> None:
    run = first.run
    assert run.status == 7, run
    assert f"inside {first.project.environment.resolve()}" in run.output
    assert "arguments ['7', '--lang', 'ko']" in run.output
    for line in ("[1/3]", "[2/3]", "1/2 (50 %)  tiny-program 1.0", "2/2 (100 %)  tiny-shared 1.0", "[3/3]"):
        assert line in run.output


def test_a_complete_environment_needs_no_network_and_no_pip(project: TinyProject) -> None:
    shutil.rmtree(next(project.environment.rglob("site-packages")) / "pip")
    run = project.start("0", variables=project.without_network())
    assert (run.status, run.installed, run.errors) == (0, False, "")
    assert f"inside {project.environment.resolve()}" in run.output


def test_version_is_answered_without_the_program(project: TinyProject) -> None:
    shutil.rmtree(project.folder / "upbit_auto_trading" / "cli")
    run = project.start("--version", cwd=Path("/") if os.name != "nt" else None)
    assert (run.status, run.output, run.errors) == (0, "Upbit AutoTrader 0.1.0\n", "")


def test_commands_run_inside_from_any_folder(project: TinyProject) -> None:
    here = project.run([sys.executable, "-m", "upbit_auto_trading", "3"], cwd=project.folder)
    elsewhere = project.run(
        [sys.executable, "-m", "upbit_auto_trading", "3"],
        variables=project.variables(PYTHONPATH=str(project.folder)),
    )
    for run in (here, elsewhere):
        assert run.status == 3, run
        assert f"inside {project.environment.resolve()}" in run.output
        assert "leaked []" in run.output


def test_started_by_its_own_python_it_stays_there(project: TinyProject) -> None:
    python = next(
        path
        for path in (project.environment / "bin/python", project.environment / "Scripts/python.exe")
        if path.exists()
    )
    run = project.run(
        [str(python), str(project.folder / "run_desktop_ui.py"), "5"], variables=project.without_network()
    )
    assert run.status == 5, run


@pytest.mark.long
def test_damage_found_from_inside_is_mended_from_outside(project: TinyProject) -> None:
    python = project.environment / "bin" / "python"
    (next(project.environment.rglob("site-packages")) / "tiny_shared" / "__init__.py").unlink()
    run = project.run([str(python), str(project.folder / "run_desktop_ui.py"), "5"])
    assert (run.status, run.built_anew) == (5, True), run


def test_variables_of_another_python_do_not_leak_in(project: TinyProject) -> None:
    variables = project.variables(PYTHONHOME=sys.base_prefix, PYTHONPATH=str(project.wheels))
    run = project.start("0", variables=variables)
    assert "leaked []" in run.output, run


@pytest.mark.parametrize(
    "victim",
    ["tiny_shared/__init__.py", pytest.param("tiny_program-1.0.dist-info/RECORD", marks=pytest.mark.long)],
)
def test_a_half_deleted_environment_is_made_anew(project: TinyProject, victim: str) -> None:
    (next(project.environment.rglob("site-packages")) / victim).unlink()
    run = project.start("0")
    assert (run.status, run.built_anew) == (0, True), run


@pytest.mark.long
def test_a_cut_short_stamp_is_made_anew(project: TinyProject) -> None:
    stamp = project.environment / "upbit-autotrader.json"
    stamp.write_bytes(stamp.read_bytes()[:100])
    run = project.start("0")
    assert (run.status, run.built_anew) == (0, True), run


@pytest.mark.long
def test_an_uninstalled_python_is_noticed(project: TinyProject) -> None:
    python = project.environment / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    run = project.start("0")
    assert (run.status, run.built_anew) == (0, True), run


def test_a_bug_fix_update_of_python_keeps_the_environment(project: TinyProject) -> None:
    stamp = project.environment / "upbit-autotrader.json"
    stamp.write_text(json.dumps(json.loads(stamp.read_text()) | {"base_mark": "1-1"}), encoding="utf-8")
    assert project.start("0").installed is False
    assert json.loads(stamp.read_text())["base_mark"] != "1-1"


@pytest.mark.long
def test_another_version_of_python_makes_it_anew(project: TinyProject) -> None:
    stamp = project.environment / "upbit-autotrader.json"
    stamp.write_text(json.dumps(json.loads(stamp.read_text()) | {"base_mark": "1-1", "python": "3.10"}))
    assert project.start("0").built_anew is True


def test_changed_requirements_are_installed_in_place_once(project: TinyProject) -> None:
    project.require("requirements.txt", ("tiny-program", "2.0"), ("tiny-new", "1.0"))
    run = project.start("0")
    assert (run.status, run.built_anew, run.installed) == (0, False, True), run
    assert "version 2.0" in run.output
    assert "Removing tiny-shared" in run.output
    assert project.start("0").installed is False


def test_line_ends_are_no_change(project: TinyProject) -> None:
    requirements = project.folder / "requirements.txt"
    requirements.write_bytes(requirements.read_bytes().replace(b"\n", b"\r\n"))
    assert project.start("0").installed is False


def test_development_tools_are_added_and_survive_an_update(project: TinyProject) -> None:
    checks = [sys.executable, "-m", "tests", "-k", "one"]
    first = project.run(checks, cwd=project.folder)
    assert "checks 1.0 ['-k', 'one']" in first.output, first
    assert first.built_anew is False
    project.require("requirements.txt", ("tiny-program", "2.0"), ("tiny-shared", "1.0"))
    assert project.start("0").installed is True
    again = project.run(checks, cwd=project.folder, variables=project.without_network())
    assert ("checks 1.0" in again.output, again.installed) == (True, False), again


def test_no_network_is_one_sentence(fresh: TinyProject) -> None:
    expect_sentence(fresh.start("--version", variables=fresh.without_network()), "check the internet connection")


def test_a_cut_line_leaves_the_working_environment_as_it_was(project: TinyProject) -> None:
    before = (project.folder / "requirements.txt").read_text(encoding="utf-8")
    project.require("requirements.txt", ("tiny-program", "2.0"))
    expect_sentence(project.start("0", variables=project.without_network()), "check the internet connection")
    (project.folder / "requirements.txt").write_text(before, encoding="utf-8")
    assert project.start("0", variables=project.without_network()).installed is False


def test_another_content_than_the_pinned_one_is_refused(project: TinyProject) -> None:
    project.require("requirements.txt", ("tiny-program", "2.0"), digest="1" * 64)
    expect_sentence(project.start("0"), "tiny-program==2.0", "is not the one that was pinned")


def test_a_package_that_does_not_exist_for_this_computer_is_named(project: TinyProject) -> None:
    project.require("requirements.txt", ("tiny-program", "2.0"))
    for wheel in project.wheels.glob("tiny_program-2.0-*"):
        wheel.rename(wheel.with_name("tiny_program-2.0-cp39-cp39-win32.whl"))
    expect_sentence(project.start("0"), "There is no package tiny-program==2.0")


def test_a_file_in_the_way_is_named_and_kept(fresh: TinyProject) -> None:
    fresh.environment.write_text("mine", encoding="utf-8")
    expect_sentence(fresh.start("--version"), str(fresh.environment), "rename or move it")
    assert fresh.environment.read_text(encoding="utf-8") == "mine"


def test_a_folder_of_somebody_else_is_never_deleted(fresh: TinyProject) -> None:
    fresh.environment.mkdir()
    (fresh.environment / "photo.jpg").write_bytes(b"mine")
    expect_sentence(fresh.start("--version"), "was not made by this program")
    assert (fresh.environment / "photo.jpg").read_bytes() == b"mine"


@pytest.mark.long
def test_an_environment_made_by_hand_is_completed(fresh: TinyProject) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(fresh.environment)], check=True, timeout=100)
    (fresh.environment / "mine.txt").write_text("kept", encoding="utf-8")
    run = fresh.start("0")
    assert (run.status, run.built_anew, run.installed) == (0, False, True), run
    assert (fresh.environment / "mine.txt").exists()


def test_missing_requirements_are_named(project: TinyProject) -> None:
    (project.folder / "requirements.txt").unlink()
    expect_sentence(project.start("0"), "requirements.txt cannot be read")


WITHOUT_OVERRIDE = """
import ctypes, os, sys
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


@ONLY_POSIX
def test_a_folder_that_cannot_be_written_is_one_sentence(fresh: TinyProject) -> None:
    """Permission bits do not bind root, so root gives that power up first; nobody else has it to give."""
    fresh.folder.chmod(0o555)
    run = fresh.run([sys.executable, "-c", WITHOUT_OVERRIDE, *fresh.command("--version")[1:]])
    fresh.folder.chmod(0o755)
    expect_sentence(run, "Cannot write to", str(fresh.folder))


@ONLY_POSIX
def test_a_closed_stdin_is_no_obstacle(project: TinyProject) -> None:
    """With something to install, as only then are files opened that could become descriptor 0."""
    project.require("requirements.txt", ("tiny-program", "2.0"))
    command = 'exec "$0" "$1" 4 <&-'
    run = project.run(["sh", "-c", command, sys.executable, str(project.folder / "run_desktop_ui.py")])
    assert (run.status, run.installed) == (4, True), run


def test_of_two_first_starts_the_second_waits_and_says_so(fresh: TinyProject) -> None:
    first = fresh.begin("11")
    assert first.stdout is not None
    assert "[1/3]" in first.stdout.readline()
    second = fresh.start("12")
    output, _ = first.communicate(timeout=100)
    assert (first.returncode, second.status) == (11, 12), (output, second)
    assert "Waiting" in second.output
    assert second.installed is False


@ONLY_POSIX
@pytest.mark.parametrize(
    "moment",
    [pytest.param("[1/3]", marks=pytest.mark.long), pytest.param("[2/3]", marks=pytest.mark.long), "[3/3]"],
)
def test_a_killed_build_is_repaired_by_the_next_start(fresh: TinyProject, moment: str) -> None:
    process = fresh.begin("0")
    assert process.stdout is not None
    while moment not in process.stdout.readline():
        pass
    process.kill()
    process.communicate(timeout=100)
    run = fresh.start("9")
    assert run.status == 9, run
    assert fresh.start("9", variables=fresh.without_network()).installed is False


@ONLY_POSIX
def test_ctrl_c_while_building_is_one_line(fresh: TinyProject) -> None:
    process = fresh.begin("0")
    assert process.stdout is not None
    assert "[1/3]" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=100)
    assert process.returncode == 130, errors
    assert "Cancelled" in errors
    assert "Traceback" not in errors


def older_pythons() -> list[Path]:
    """Those that this machine happens to have, beside the running one."""
    real_home = Path(os.environ["UPBIT_TESTS_REAL_HOME"])
    places = [*real_home.glob(".pyenv/versions/*/bin"), Path("/usr/bin"), Path("/usr/local/bin")]
    names = ["python2.7", *(f"python3.{minor}" for minor in range(4, 11)), "python3.15", "python3.13t"]
    return sorted({place / name for place in places for name in names if (place / name).exists()})


@pytest.mark.parametrize("way", ["script", "module", "tests"])
def test_pythons_that_cannot_run_it_say_what_to_install(fresh: TinyProject, way: str) -> None:
    arguments = {
        "script": [str(fresh.folder / "run_desktop_ui.py")],
        "module": ["-m", "upbit_auto_trading"],
        "tests": ["-m", "tests"],
    }
    found = older_pythons()
    for python in found:
        run = fresh.run([str(python), "-B", *arguments[way]], cwd=fresh.folder)
        expect_sentence(run, "cannot run this program: install Python 3.13")
    print(f"{len(found)} unsupported Pythons greeted")
    assert not fresh.environment.exists()
