# -*- coding: utf-8 -*-
"""Starts the program: makes `.venv` on the first run, then goes on inside it.

Needs nothing but a Python from 3.11 to 3.14; older ones read this far and say what to install.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from upbit_auto_trading import __version__
from upbit_auto_trading.config import supported_python  # first: ends the process where Python is too old
from upbit_auto_trading.config import environment_layout, environment_stamp, virtual_environment

if __name__ == "__main__":
    command = [os.path.abspath(__file__)] + sys.argv[1:]
    is_from_source = virtual_environment.prepare((environment_stamp.PROGRAM,), command)
    if sys.argv[1:] == ["--version"]:
        environment_layout.say("Upbit AutoTrader " + __version__)
        sys.exit(0)
    if is_from_source:
        virtual_environment.enter(virtual_environment.project_root(), command)
    from upbit_auto_trading.cli import desktop

    sys.exit(desktop.main(sys.argv[1:]))
