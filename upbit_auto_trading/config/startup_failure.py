"""Why a start failed, in two short sentences; what pip said is turned into one of them."""

from __future__ import annotations

import re
import sys


class StartupFailure(Exception):
    """One sentence in each language; the process ends with status 1."""

    def __init__(self, ko: str, en: str) -> None:
        super().__init__(en)
        self.ko = ko
        self.en = en


def no_network() -> StartupFailure:
    return StartupFailure(
        "필요한 패키지를 내려받지 못했어요. 인터넷 연결을 확인한 뒤 다시 실행해 주세요.",
        "The packages could not be downloaded: check the internet connection and start again.",
    )


def no_venv_module() -> StartupFailure:
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    return StartupFailure(
        f"이 Python에는 가상 환경 기능이 없어요. 먼저 설치해 주세요: sudo apt install {package}",
        f"This Python cannot make virtual environments: first run  sudo apt install {package}",
    )


def no_permission(place: str) -> StartupFailure:
    return StartupFailure(
        f"이 폴더에 쓸 수 없어요: {place}. 쓸 수 있는 곳으로 옮기거나, 실행 중인 프로그램을 먼저 끝내 주세요.",
        f"Cannot write to {place}: move the program to a folder you may write to, or close it where it still runs.",
    )


def disk_full(place: str, needed_mb: int) -> StartupFailure:
    return StartupFailure(
        f"디스크 공간이 모자라요: {place}. {needed_mb} MB 이상 비운 뒤 다시 실행해 주세요.",
        f"The disk is full at {place}: free at least {needed_mb} MB and start again.",
    )


def hash_mismatch(package: str) -> StartupFailure:
    return StartupFailure(
        f"내려받은 패키지의 내용이 정해진 것과 달라서 설치하지 않았어요: {package}. 다른 네트워크에서 해 보세요.",
        f"The downloaded package {package} is not the one that was pinned, so it was not installed: "
        "try again on another network.",
    )


def no_wheel(package: str) -> StartupFailure:
    if sys.platform.startswith("linux"):
        return StartupFailure(
            f"이 컴퓨터에 맞는 {package} 패키지가 없어요. Debian 12나 Ubuntu 22.04 이상의 64비트 리눅스가 필요해요.",
            f"There is no package {package} for this computer: "
            "it takes a 64-bit Linux from Debian 12 or Ubuntu 22.04 on.",
        )
    return StartupFailure(
        f"이 컴퓨터와 Python에 맞는 {package} 패키지가 없어요. python.org에서 64비트 Python 3.13을 설치해 주세요.",
        f"There is no package {package} for this computer and Python: install the 64-bit Python 3.13 from python.org.",
    )


def in_the_way(place: str) -> StartupFailure:
    return StartupFailure(
        f"프로그램이 만든 것이 아닌 파일이나 폴더가 있어요: {place}. 이름을 바꾸거나 옮긴 뒤 다시 실행해 주세요.",
        f"{place} was not made by this program: rename or move it and start again.",
    )


def requirements_unreadable(place: str) -> StartupFailure:
    return StartupFailure(
        f"{place} 파일을 읽을 수 없어요. 프로그램을 다시 내려받아 주세요.",
        f"{place} cannot be read: download the program again.",
    )


def unexplained(last_line: str, log: str) -> StartupFailure:
    return StartupFailure(
        f"설치하지 못했어요: {last_line} (자세한 기록: {log})",
        f"The installation failed: {last_line} (all of it: {log})",
    )


_DISK_FULL = re.compile(r"No space left on device|\[Errno 28\]|\[WinError 112\]|Disk quota exceeded")
_FORBIDDEN = re.compile(r"\[Errno 13\]|\[WinError (5|32)\]|Read-only file system|Permission denied")
_HASHES = re.compile(r"DO NOT MATCH THE HASHES|HashMismatch")
_HASHED_PACKAGE = re.compile(r"^\s+([A-Za-z0-9._-]+==\S+) from ", re.MULTILINE)
_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|Max retries exceeded|ProxyError|SSLError"
    r"|Connection refused|Connection reset|Connection aborted|connection broken|Network is unreachable"
    r"|HTTP error \d|\d{3} Server Error|ProtocolError|IncompleteRead"
)
_NO_WHEEL = re.compile(r"No matching distribution found for (\S+)|(\S+) is not a supported wheel")


def explain_pip(output: str, place: str, needed_mb: int, log: str) -> StartupFailure:
    """The order matters: a full disk and a cut line both end in pip's general complaint."""
    if _DISK_FULL.search(output):
        return disk_full(place, needed_mb)
    if _HASHES.search(output):
        named = _HASHED_PACKAGE.search(output)
        return hash_mismatch(named.group(1) if named else "?")
    if _FORBIDDEN.search(output):
        return no_permission(place)
    if _NETWORK.search(output):
        return no_network()
    missing = _NO_WHEEL.search(output)
    if missing:
        return no_wheel(missing.group(1) or missing.group(2))
    said = [line.strip() for line in output.splitlines() if line.strip()]
    complaints = [line for line in said if line.startswith("ERROR")]
    return unexplained((complaints or said or ["?"])[-1], log)
