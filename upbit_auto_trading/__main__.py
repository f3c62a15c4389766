# -*- coding: utf-8 -*-
"""`python -m upbit_auto_trading COMMAND`: the commands without a window."""

import sys

from upbit_auto_trading.config import supported_python  # first: ends the process where Python is too old
from upbit_auto_trading.config import environment_stamp, virtual_environment

if __name__ == "__main__":
    root = virtual_environment.project_root()
    command = virtual_environment.module_command(root, "upbit_auto_trading") + sys.argv[1:]
    if virtual_environment.prepare((environment_stamp.PROGRAM,), command):
        virtual_environment.enter(root, command)
    from upbit_auto_trading import cli

    sys.exit(cli.main(sys.argv[1:]))
