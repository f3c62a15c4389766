"""One practice exchange for the suite, as new for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.candle_download.field import Field, served


@pytest.fixture(scope="session")
def shared_field() -> Iterator[Field]:
    with served() as field:
        yield field


@pytest.fixture
def field(shared_field: Field) -> Iterator[Field]:
    shared_field.begin()
    yield shared_field
    shared_field.control.clear_faults()
