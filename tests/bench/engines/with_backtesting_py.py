"""The rules of the comparison in backtesting.py."""

from __future__ import annotations

import warnings

from tests.bench.engines.serving import serve
from tests.contract.other_engines.cross_rules import CrossRules
from tests.contract.other_engines.in_backtesting_py import run
from tests.contract.other_engines.signals import signals_in

if __name__ == "__main__":
    warnings.simplefilter("ignore")  # it says each time that a position is open at the end
    serve(lambda columns: columns, lambda columns, asked: len(run(signals_in(columns, CrossRules()), CrossRules())))
