"""Ready-made management parts."""
