"""The history of settings.sqlite3; a version that was released is never edited."""
