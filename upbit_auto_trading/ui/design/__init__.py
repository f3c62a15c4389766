"""The design system's values and rules: tokens, theme, fonts, icons, formats, language, glossary and keys.

No other package writes a hex colour, a pixel size or a number format. Widgets are built on top, in ``ui.widgets``.
"""
