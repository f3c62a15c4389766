"""The encrypted key file: its format, where the key that opens it comes from, and the vault over both.

``file_format`` (bytes) ← ``sealing`` (cryptography) ← ``vault`` (the port), with ``key_derivation`` (passphrase),
``system_key_store`` and ``key_file`` as the places a key can come from, ``entry_rules`` for what may be stored and
``try_limiter`` against guessing. The format is described in docs/key-file-format.md.
"""
