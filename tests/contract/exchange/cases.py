"""Cases of which some run always, and all of them in a long run."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

import pytest

_Case = TypeVar("_Case")


def some_at_once(cases: Iterable[_Case], always: Collection[_Case]) -> list[object]:
    """Parameters for a test; those that are not among ``always`` wait for a long run."""
    listed = list(cases)
    assert all(case in listed for case in always), "a case that there is not"
    return [case if case in always else pytest.param(case, marks=pytest.mark.long) for case in listed]
