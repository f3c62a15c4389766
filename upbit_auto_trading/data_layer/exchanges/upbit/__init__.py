"""Upbit: its REST and its streams, as the port ``Exchange``. Foreign names and quirks stop here."""
