"""The history of market_data.sqlite3; a version that was released is never edited."""
