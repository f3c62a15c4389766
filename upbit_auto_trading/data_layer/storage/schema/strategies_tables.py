"""strategies.sqlite3: so far what the file says about itself."""

from __future__ import annotations

from sqlalchemy import MetaData

from upbit_auto_trading.data_layer.storage.schema.file_facts import file_facts_table

metadata = MetaData()

file_facts = file_facts_table(metadata)
