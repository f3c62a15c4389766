"""One view a section, made when it is first shown."""
