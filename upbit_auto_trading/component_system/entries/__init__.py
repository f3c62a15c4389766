"""Ready-made entry parts."""
