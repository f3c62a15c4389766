"""Strategies as files: JSON, version 1. Reading judges the form; what it means is judged by ``checking``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from upbit_auto_trading.business_logic.domain.errors import InvalidStrategy
from upbit_auto_trading.business_logic.domain.strategy_definition import StrategyDefinition
from upbit_auto_trading.component_system.json_reading import JsonReading, read_json, shown
from upbit_auto_trading.component_system.registry import Registry
from upbit_auto_trading.component_system.strategy_layout import laid_out
from upbit_auto_trading.component_system.strategy_reader import StrategyReader
from upbit_auto_trading.component_system.strategy_writer import name_tree, strategy_tree
from upbit_auto_trading.utils.bilingual_text import Text

FORMAT = "upbit-autotrader/strategy"
VERSION = 1

#: from a version to the next: takes the document, may change it, answers it
Upgrade = Callable[[dict[str, object]], dict[str, object]]
UPGRADES: Mapping[int, Upgrade] = {}


def read_strategy(text: str, registry: Registry, upgrades: Mapping[int, Upgrade] = UPGRADES) -> StrategyDefinition:
    """Raises InvalidStrategy with everything that is wrong with its form."""
    definition, reader = half_read(text, registry, upgrades)
    reader.refuse()
    assert definition is not None, "nothing was noted, so everything was read"
    return definition


def half_read(
    text: str, registry: Registry, upgrades: Mapping[int, Upgrade] = UPGRADES
) -> tuple[StrategyDefinition | None, StrategyReader]:
    """What could be read, and the reader that noted the rest. Raises InvalidStrategy for what is no strategy at all."""
    tree = read_json(text)
    reader = StrategyReader(registry)
    document = reader.an_object("", tree)
    version = None if document is None else _version(document, reader, upgrades)
    if document is None or version is None:
        raise InvalidStrategy(tuple(reader.problems))
    while version < VERSION:
        document = upgrades[version](document)
        version += 1
    return reader.strategy(document), reader


def write_strategy(definition: StrategyDefinition) -> str:
    """The same text for the same definition, with a line end at its end."""
    return laid_out({"format": FORMAT, "version": VERSION, **strategy_tree(definition)}) + "\n"


def renamed_document(document: str, name: Text) -> str:
    """A document that was written by :func:`write_strategy`, under another name; nothing else in it is judged, so a
    component of it may be missing by now. Raises InvalidStrategy for a name that cannot be used."""
    tree = read_json(document)
    reader = StrategyReader(Registry())
    fields = reader.an_object("", tree)
    reader.name("name", name_tree(name))
    reader.refuse()
    assert fields is not None, "or it was refused"
    return laid_out(fields | {"name": name_tree(name)}) + "\n"


def _version(document: dict[str, object], reader: JsonReading, upgrades: Mapping[int, Upgrade]) -> int | None:
    """None where no other field can be judged, as nobody knows what it would mean."""
    if document.get("format") != FORMAT:
        missing = "format" not in document
        found = "" if missing else shown(document["format"])
        reader.note("format", "missing-field" if missing else "wrong-format", found=found, allowed=FORMAT)
    if "version" not in document:
        reader.note("version", "missing-field", allowed=str(VERSION))
        return None
    version = reader.a_whole("version", document["version"])
    if version is None:
        return None
    if version > VERSION:
        reader.note("version", "newer-version", found=shown(version), allowed=f"1…{VERSION}")
        return None
    if any(step not in upgrades for step in range(max(version, -1), VERSION)):
        reader.note("version", "unknown-version", found=shown(version), allowed=f"1…{VERSION}")
        return None
    return version
