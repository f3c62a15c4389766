"""Work for a screen that is done only while somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable


class WhileWatched:
    """``ask()`` has ``work`` done: at once while the screen is watched, else once, when it is watched again.

    What comes ten times a second calls ``ask`` after it was noted as it came (a reference, the newest of each), so that
    the work finds all of it however late it is done. The view tells its model in ``showEvent`` and ``hideEvent``.
    """

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self.is_watched = False
        self.is_behind = False

    def ask(self) -> None:
        if self.is_watched:
            self._work()
        else:
            self.is_behind = True

    def watch(self, is_watched: bool) -> None:
        self.is_watched = is_watched
        if is_watched:
            self.catch_up()

    def catch_up(self) -> None:
        """Also for who asks while nobody looks."""
        if self.is_behind:
            self.is_behind = False
            self._work()
