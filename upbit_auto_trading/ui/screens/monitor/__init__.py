"""Is the program well? Check-up, log, scheduled work, operations, crash reports."""
