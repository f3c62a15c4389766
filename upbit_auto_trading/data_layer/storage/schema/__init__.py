"""The tables as they are now, one module per file; migrations lead there and a test compares both."""
