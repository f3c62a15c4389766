"""The history of strategies.sqlite3; a version that was released is never edited."""
