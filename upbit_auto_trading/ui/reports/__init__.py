"""What is said of runs: sentences and whole pages, as plain text and HTML. Knows no Qt."""
