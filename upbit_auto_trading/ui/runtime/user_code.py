"""What the user wrote runs among our own: an error in it is told where it was asked for, and is no bug of ours."""

from __future__ import annotations

from types import TracebackType

from upbit_auto_trading.ui.runtime.operation import Cancelled


class UserCode:
    """``with UserCode(is_own) as code: …`` Without ``is_own`` errors go on as they are."""

    def __init__(self, is_own: bool) -> None:
        self._is_own = is_own
        self.error: Exception | None = None

    def __enter__(self) -> UserCode:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> bool:
        if not self._is_own or not isinstance(error, Exception) or isinstance(error, Cancelled):
            return False
        self.error = error
        return True
