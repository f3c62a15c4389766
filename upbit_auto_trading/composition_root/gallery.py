"""``--gallery``: every control in every state, for development. Touches no data folder."""

from __future__ import annotations

import sys

from upbit_auto_trading.composition_root.start_options import StartOptions
from upbit_auto_trading.utils.bilingual_text import Language


def run_gallery(options: StartOptions) -> int:
    from upbit_auto_trading.composition_root.desktop import make_application
    from upbit_auto_trading.ui.design.theme import Theme, ThemeName
    from upbit_auto_trading.ui.gallery import open_gallery

    app = make_application(sys.argv[:1])
    app.setQuitOnLastWindowClosed(True)
    Theme(app).apply(ThemeName.DARK)
    window = open_gallery(options.language or Language.KOREAN)
    status = app.exec()
    del window
    return status
