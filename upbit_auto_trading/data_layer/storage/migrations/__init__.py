"""One Alembic history per file; ``runner`` is the only way in.

The version files are loaded by path, so a frozen build must carry these folders as plain files.
"""
