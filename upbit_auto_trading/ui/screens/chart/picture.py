"""A chart as a picture in a file: what is seen, with a line that says of what and when."""

from __future__ import annotations

from PyQt6.QtCore import QBuffer, QByteArray, QIODevice, QRectF
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.candle_words import UNIT_WORDS
from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, Space, Type
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.notices import NoticeLevel
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext
from upbit_auto_trading.ui.screens.chart.panel import ChartPanel
from upbit_auto_trading.ui.widgets.path_choice import choose_save
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("차트를 그림으로 저장", "Save the chart as a picture")
_KINDS = Text("PNG 그림 (*.png)", "PNG picture (*.png)")
_SAVING = Text("그림 저장", "Saving the picture")
_SAVED = Text("차트 그림을 저장했어요", "The chart was saved as a picture")
_NOT_SAVED = Text("차트 그림을 저장하지 못했어요", "The picture was not saved")


def picture_of(panel: ChartPanel, name: Text) -> QImage:
    """With a head of its own: what a picture shows must be readable where it is passed on."""
    chart = panel.canvas.image()
    ratio = chart.devicePixelRatio()
    width, head = chart.width() / ratio, Height.PANEL_HEADER
    picture = QImage(chart.width(), chart.height() + round(head * ratio), QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    theme, choice = current_theme(), panel.choice
    painter = QPainter(picture)
    painter.fillRect(QRectF(0, 0, width, head), theme.colour("bg2"))
    code = "" if choice.market is None else choice.market.code
    words = f"{tr(name)}  {code}  {tr(UNIT_WORDS[choice.unit])}"
    area = QRectF(Space.L, 0, width - 2 * Space.L, head)
    painting.text(painter, area, words, theme.font(Type.HEADING), theme.colour("t1"))
    when = formats.full_time(panel.market_now(), zone=True)
    painting.text(painter, area, when, theme.number_font(Type.TABLE), theme.colour("t2"), painting.RIGHT)
    painter.drawImage(QRectF(0, head, width, chart.height() / ratio), chart)
    painter.end()
    return picture


def png_of(picture: QImage) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return content.data()


def save_picture(parent: QWidget, services: AppServices, panel: ChartPanel, name: Text) -> None:
    market = panel.choice.market
    if market is None:
        return
    picture = picture_of(panel, name)
    proposed = f"{market.code} {panel.choice.unit.value} {formats.in_kst(panel.market_now()):%Y-%m-%d %H%M}.png"
    notices = services.notices

    def write(path: str) -> None:
        def work(_context: OperationContext) -> None:
            services.write_file(path, png_of(picture))

        def succeed(_none: None) -> None:
            notices.add(NoticeLevel.SUCCESS, _SAVED, Text(path, path))

        def fail(error: Exception) -> None:
            notices.add(NoticeLevel.ERROR, _NOT_SAVED, explain(error).mend)

        services.operations.run_in_background(
            Operation(_SAVING, work),
            initiator=parent,
            on_success=succeed,
            on_failure=fail,
        )

    choose_save(parent, _TITLE, _KINDS, proposed, write)
