"""Candles in market_data.sqlite3: chunks of columns, rows of what came last, and what is known of each range."""
