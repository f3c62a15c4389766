"""Which backups stay. The rule, in full:

* The newest backup of all always stays.
* Backups that the user asked for ("manual") are never deleted by the program.
* Of those made before a dangerous step ("before-restore", "before-migration") the newest five of each kind
  stay; the newest one of each kind stays whatever the size limit says.
* Of all others ("automatic") the newest ``keep`` stay.
* While what is left is larger than ``max_bytes``, the oldest that is not protected goes.
"""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.maintenance import BackupSummary

MANUAL = "manual"
AUTOMATIC = "automatic"
BEFORE_RESTORE = "before-restore"
BEFORE_MIGRATION = "before-migration"
_KEPT_OF_EACH_STEP = 5
_STEPS = (BEFORE_RESTORE, BEFORE_MIGRATION)


def superfluous(backups: tuple[BackupSummary, ...], keep: int, max_bytes: int) -> tuple[BackupSummary, ...]:
    """The backups to delete, oldest first."""
    newest_first = sorted(backups, key=lambda backup: (backup.made_at, backup.file_name), reverse=True)
    protected = {backup.file_name for backup in newest_first[:1]}
    protected |= {backup.file_name for backup in newest_first if backup.reason == MANUAL}
    going: set[str] = set()
    for step in _STEPS:
        of_step = [backup.file_name for backup in newest_first if backup.reason == step]
        protected |= set(of_step[:1])
        going |= set(of_step[_KEPT_OF_EACH_STEP:])
    others = [backup.file_name for backup in newest_first if backup.reason not in (MANUAL, *_STEPS)]
    going |= set(others[keep:])
    going -= protected
    size = sum(backup.size_bytes for backup in newest_first if backup.file_name not in going)
    for backup in reversed(newest_first):
        if size <= max_bytes:
            break
        if backup.file_name not in protected | going:
            going.add(backup.file_name)
            size -= backup.size_bytes
    return tuple(backup for backup in reversed(newest_first) if backup.file_name in going)
