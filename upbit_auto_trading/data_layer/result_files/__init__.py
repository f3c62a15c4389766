"""Results of backtests as files: JSON for programs, by the stable contracts, and whole pages for people."""
