"""What is known of the stored keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, Row, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged
from upbit_auto_trading.business_logic.domain.exchange_key import Granted, KeyFault, Right
from upbit_auto_trading.business_logic.domain.key_facts import ExpiryStage, KeyFacts, KeyTrouble
from upbit_auto_trading.data_layer.storage.connection import path_of, reading, writing
from upbit_auto_trading.data_layer.storage.schema.settings_tables import key_facts


class SqliteKeyFactsStore:
    """Implements ``KeyFactsStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read_all(self) -> Mapping[str, KeyFacts]:
        try:
            with reading(self._engine) as connection:
                return {row.credential_id: _facts_of(row) for row in connection.execute(select(key_facts))}
        except (ValueError, RecursionError) as error:  # a time, a word or a list that nobody of ours wrote
            raise DatabaseDamaged(str(path_of(self._engine)), "facts of a key") from error

    def write(self, facts: KeyFacts) -> None:
        values = {
            "checked_at": facts.checked_at,
            "expires_at": facts.expires_at,
            "rights": json.dumps({right.value: answer.value for right, answer in facts.rights}),
            "fault": None if facts.fault is None else facts.fault.value,
            "pocket": facts.pocket,
            "trouble": None if facts.trouble is None else facts.trouble.value,
            "tried_at": facts.tried_at,
            "withdraw_box_confirmed_at": facts.withdraw_box_confirmed_at,
            "warned": None if facts.warned is None else facts.warned.value,
        }
        statement = upsert(key_facts).values(credential_id=facts.credential_id, **values)
        with writing(self._engine) as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["credential_id"], set_=values))

    def forget(self, credential_id: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(key_facts).where(key_facts.c.credential_id == credential_id))


def _facts_of(row: Row[Any]) -> KeyFacts:
    return KeyFacts(
        row.credential_id,
        checked_at=row.checked_at,
        expires_at=row.expires_at,
        rights=_rights_of(row.rights),
        fault=None if row.fault is None else KeyFault(row.fault),
        pocket=row.pocket,
        trouble=None if row.trouble is None else KeyTrouble(row.trouble),
        tried_at=row.tried_at,
        withdraw_box_confirmed_at=row.withdraw_box_confirmed_at,
        warned=None if row.warned is None else ExpiryStage(row.warned),
    )


def _rights_of(text: str) -> tuple[tuple[Right, Granted], ...]:
    answers = json.loads(text)
    if not isinstance(answers, dict):
        raise ValueError("rights of a key")
    return tuple((Right(right), Granted(answer)) for right, answer in answers.items())
