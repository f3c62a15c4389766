"""``doctor``: what is wrong and how to mend it. Only looks, so it works beside a running program."""

from __future__ import annotations

import json

from upbit_auto_trading.business_logic.domain.health import HealthFinding, HealthStatus
from upbit_auto_trading.cli.command import Command, Invocation
from upbit_auto_trading.cli.console import Console
from upbit_auto_trading.cli.parsing import BilingualParser
from upbit_auto_trading.cli.progress_line import ProgressLine
from upbit_auto_trading.utils.bilingual_text import Text

_HEALTHY = Text("{count}개 항목을 점검했어요. 모두 좋아요.", "{count} checks made. All is well.")
_WARNINGS = Text(
    "{count}개 항목을 점검했어요. 살펴볼 것 {warnings}개, 고장은 없어요.",
    "{count} checks made. {warnings} to look at, nothing is broken.",
)
_BROKEN = Text(
    "{count}개 항목을 점검했어요. 고칠 것 {broken}개, 살펴볼 것 {warnings}개.",
    "{count} checks made. {broken} to mend, {warnings} to look at.",
)


def _add_arguments(parser: BilingualParser) -> None:
    parser.add_switch("--json", Text("JSON으로 출력해요", "print JSON"))
    parser.add_switch("--offline", Text("인터넷을 쓰지 않아요", "do not use the internet"))


def _run(invocation: Invocation) -> int:
    from upbit_auto_trading.composition_root.command_line import workbench

    console, given = invocation.console, invocation.arguments
    work = workbench(given.data_dir)
    stream = console.err if console.err is not None and console.err.isatty() else None
    progress = ProgressLine(Text("점검 중", "Checking"), console.language, stream, work.clock)
    try:
        findings = work.examine(progress, may_connect=not given.offline)
    finally:
        progress.end()
    if given.json:
        console.say(_as_json(findings))
    else:
        _print(console, findings)
    return 1 if _count(findings, HealthStatus.BROKEN) else 0


def _print(console: Console, findings: tuple[HealthFinding, ...]) -> None:
    for finding in findings:
        title, what = finding.title.in_language(console.language), finding.what.in_language(console.language)
        console.say(f"{console.mark(finding.status)} {title}: {what}")
        mend = finding.mend.in_language(console.language)
        if mend:
            console.say(f"    {mend}")
    broken, warnings = _count(findings, HealthStatus.BROKEN), _count(findings, HealthStatus.WARNING)
    summary = _BROKEN if broken else _WARNINGS if warnings else _HEALTHY
    console.say("")
    console.say(summary.format(count=len(findings), broken=broken, warnings=warnings))


def _as_json(findings: tuple[HealthFinding, ...]) -> str:
    entries = [
        {
            "id": finding.check_id,
            "status": finding.status.value,
            "title": _both(finding.title),
            "what": _both(finding.what),
            "mend": _both(finding.mend),
        }
        for finding in findings
    ]
    document = {"version": 1, "healthy": not _count(findings, HealthStatus.BROKEN), "findings": entries}
    return json.dumps(document, ensure_ascii=False, indent=1)


def _both(text: Text) -> dict[str, str]:
    return {"ko": text.ko, "en": text.en}


def _count(findings: tuple[HealthFinding, ...], status: HealthStatus) -> int:
    return sum(finding.status is status for finding in findings)


COMMAND = Command(
    "doctor",
    Text(
        "설치, 자료, 연결과 키를 점검하고 고치는 법을 알려 줘요.",
        "Checks installation, data, connection and keys, and says how to mend them.",
    ),
    _add_arguments,
    _run,
)
