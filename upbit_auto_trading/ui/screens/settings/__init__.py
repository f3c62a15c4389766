"""Settings: looks, data and backups, keys and the security journal, shortcuts, what was changed."""
