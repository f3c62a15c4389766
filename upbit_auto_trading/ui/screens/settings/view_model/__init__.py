"""One view-model a section; none knows a widget."""
