"""What operations are about, where more than one window has to hear of it."""

from typing import Final

#: what is stored of candles is other than it was
CANDLES_TOPIC: Final = "candles"
