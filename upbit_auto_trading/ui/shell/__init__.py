"""The frame around every screen: top bar, rail, status bar, keys, finder and bell."""
