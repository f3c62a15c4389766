"""Candle files: csv, csv.gz and Parquet, by the rules of the stable contracts; read, checked and written.

A file is refused whole, with the first bad row named. Columns go a fast way, and where anything looks odd the careful
one, which has the last word; nothing heavy is loaded before a file is read.
"""

from upbit_auto_trading.data_layer.candle_files.reading import (
    ending_of,
    read_candle_file,
    read_candle_series,
    read_series_as_spaced,
)
from upbit_auto_trading.data_layer.candle_files.writing import write_candle_series

__all__ = ["ending_of", "read_candle_file", "read_candle_series", "read_series_as_spaced", "write_candle_series"]
