"""A full collection between tests never looks through all modules and thousands of tests again."""

from __future__ import annotations

import gc

from tests.garbage_between_tests import collect


def test_what_a_program_took_up_at_its_end_is_set_aside_again() -> None:
    assert gc.get_freeze_count() > 0
    # as the collector of a program does when it ends
    gc.unfreeze()
    gc.enable()
    collect()
    assert gc.get_freeze_count() > 10_000
    assert not gc.isenabled()
