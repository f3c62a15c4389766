"""``--gallery``: every control in every state, for development. Touches no data folder."""

from __future__ import annotations

import sys

from upbit_auto_trading.composition_root.start_options import StartOptions
from upbit_auto_trading.utils.bilingual_text import Language


def run_gallery(options: StartOptions) -> int:
    from upbit_auto_trading.composition_root.desktop import make_application
    from upbit_auto_trading.ui.design.language import LanguageState
    from upbit_auto_trading.ui.design.theme import Theme, ThemeName
    from upbit_auto_trading.ui.gallery import Gallery

    app = make_application(sys.argv[:1])
    app.setQuitOnLastWindowClosed(True)
    language = LanguageState(options.language or Language.KOREAN)
    theme = Theme(app)
    theme.apply(ThemeName.DARK)
    window = Gallery()
    window.show()
    status = app.exec()
    del window, language
    return status
