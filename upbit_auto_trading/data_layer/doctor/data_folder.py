"""Where user data lies, why there, and whether it can be written."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.config.app_paths import FolderChoice, can_be_written
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.utils.bilingual_text import Text

_WHY = {
    FolderChoice.BESIDE_PROGRAM: Text("프로그램 옆", "beside the program"),
    FolderChoice.GIVEN: Text("--data-dir로 고름", "chosen with --data-dir"),
    FolderChoice.PER_USER: Text(
        "프로그램 폴더에 쓸 수 없어 사용자 폴더", "per user, as the program's folder cannot be written"
    ),
}
# Such a program uploads and replaces a database while it is written.
_SYNCED = re.compile(r"onedrive|dropbox|google ?drive|icloud|mobile documents|mybox", re.IGNORECASE)


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    root = context.paths.user_root
    why = _WHY[context.paths.choice]
    obstacle = _obstacle(context.paths.data)
    if obstacle is not None:
        return check.broken(
            Text(
                "{obstacle}{은/는} 자료 폴더가 될 수 없어요({why}).", "{obstacle} cannot be a data folder ({why})."
            ).format(obstacle=obstacle, why=why),
            Text(
                "폴더여야 할 곳에 파일이 있거나 이름이 너무 긴지 보고, --data-dir로 다른 곳을 고르세요.",
                "A file stands where a folder belongs, or a name is too long: choose another place with --data-dir.",
            ),
        )
    if not context.paths.data.is_dir():
        return check.warning(
            Text("{folder}에 아직 자료가 없어요({why}).", "There is no data in {folder} yet ({why}).").format(
                folder=root, why=why
            ),
            Text(
                "프로그램을 한 번 켜거나, --data-dir이 맞는지 보세요.", "Start the program once, or check --data-dir."
            ),
        )
    if not all(can_be_written(folder) for folder in (context.paths.data, context.paths.backups)):
        return check.broken(
            Text("{folder}에 쓸 수 없어요({why}).", "{folder} cannot be written ({why}).").format(folder=root, why=why),
            Text(
                "폴더의 쓰기 권한을 주거나 --data-dir로 옮기세요.",
                "Allow writing to it, or choose another with --data-dir.",
            ),
        )
    if is_synced(root):
        return check.warning(
            Text("{folder}{은/는} 클라우드와 동기화되는 폴더예요.", "{folder} is synchronised with a cloud.").format(
                folder=root
            ),
            Text(
                "동기화가 기록 중인 파일을 망가뜨릴 수 있으니 다른 폴더로 옮기세요.",
                "Syncing can damage files while they are written: move the folder elsewhere.",
            ),
        )
    return check.good(
        Text("{folder} ({why}), 쓸 수 있어요.", "{folder} ({why}), can be written.").format(folder=root, why=why)
    )


def _obstacle(folder: Path) -> Path | None:
    """What stands in the way of this folder: the nearest place on the way to it that is there and is no folder."""
    for place in (folder, *folder.parents):
        try:
            mode = os.stat(place).st_mode
        except (FileNotFoundError, NotADirectoryError):
            continue  # not made yet, or below a file that comes next
        except PermissionError:
            return None  # whether it can be written is asked next
        except OSError:
            return place
        return None if stat.S_ISDIR(mode) else place
    return None


def is_synced(folder: Path) -> bool:
    return any(_SYNCED.search(part) for part in folder.parts)


CHECK = Check("data-folder", Text("자료 폴더", "Data folder"), _look)
