"""The three databases: there, ours, of a known revision, whole, and kept with a write-ahead log."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from upbit_auto_trading.business_logic.domain.errors import DatabaseBusy, DatabaseDamaged, NewerSchema
from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.data_layer.storage.error_translation import translated
from upbit_auto_trading.data_layer.storage.file_inspection import read_known_revision, refuse_foreign_file
from upbit_auto_trading.data_layer.storage.file_kinds import FileKind, files_of
from upbit_auto_trading.data_layer.storage.plain_connection import connect_for_reading
from upbit_auto_trading.utils.bilingual_text import Text

_START_ONCE = Text("프로그램을 한 번 켜세요. 스스로 고쳐요.", "Start the program once: it sees to that itself.")


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    findings: list[HealthFinding] = []
    for kind, path in files_of(context.paths):
        one = Check(
            f"{check.id}.{kind.name}", Text(f"{check.title.ko} {path.name}", f"{check.title.en} {path.name}"), _look
        )
        findings += _look_at(one, kind, path)
    return tuple(findings)


def _look_at(check: Check, kind: FileKind, path: Path) -> tuple[HealthFinding, ...]:
    if not path.exists():
        return check.warning(Text("아직 없어요.", "Not there yet."), _START_ONCE)
    try:
        revision, mode = _read(path, kind)
    except NewerSchema:
        return check.broken(
            Text("더 새로운 버전이 만든 파일이에요.", "It was written by a newer version."),
            Text("최신 버전을 설치하세요.", "Install the latest version."),
        )
    except DatabaseDamaged as error:
        return check.broken(
            Text("손상됐어요({detail}).", "It is damaged ({detail}).").format(detail=error.detail[:80]),
            Text(
                "프로그램을 끝내고 restore 명령으로 가장 새로운 백업을 복원하세요.",
                "Close the program and put the newest backup back with the restore command.",
            ),
        )
    except DatabaseBusy:
        return check.warning(
            Text(
                "다른 프로그램이 잠그고 있어 보지 못했어요.", "Another program has locked it, so it was not looked at."
            ),
            Text("그 프로그램을 닫고 다시 점검하세요.", "Close that program and run the doctor again."),
        )
    if revision != kind.head:
        what = Text("이전 형식이에요({revision}).", "It is of an older format ({revision}).").format(revision=revision)
        return check.warning(what, _START_ONCE)
    if mode != "wal":
        what = Text("기록 방식이 WAL이 아니에요({mode}).", "It is not in WAL mode ({mode}).").format(mode=mode)
        return check.warning(what, _START_ONCE)
    return check.good(Text("온전해요({revision}, WAL).", "Whole ({revision}, WAL).").format(revision=revision))


def _read(path: Path, kind: FileKind) -> tuple[str, str]:
    """Revision and journal mode of a whole file of ours. Candles can be downloaded again: a quicker look will do."""
    look = "integrity_check" if kind.is_checked_at_start else "quick_check"
    with translated(path):
        if path.is_dir():
            raise DatabaseDamaged(str(path), "a folder")
        with closing(connect_for_reading(path, kind.busy_timeout_ms)) as connection:
            refuse_foreign_file(connection, path, kind)
            revision = read_known_revision(connection, path, kind)
            problem = str(connection.execute(f"PRAGMA {look}(1)").fetchone()[0])
            if problem != "ok":
                raise DatabaseDamaged(str(path), problem)
    # Bytes 18 and 19 of the file: 2 is WAL. Asked over an immutable connection, SQLite would not know.
    with translated(path), path.open("rb") as stream:
        is_wal = stream.read(20)[18:20] == b"\x02\x02"
    return revision, "wal" if is_wal else "delete"


CHECK = Check("databases", Text("데이터베이스", "Database"), _look)
