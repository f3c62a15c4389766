# -*- coding: utf-8 -*-
"""`python -m tests`: every check there is. Adds the development tools to `.venv` first."""

import sys

from upbit_auto_trading.config import supported_python  # first: ends the process where Python is too old
from upbit_auto_trading.config import environment_stamp, virtual_environment

if __name__ == "__main__":
    virtual_environment.bootstrap(
        virtual_environment.module_command(virtual_environment.project_root(), "tests") + sys.argv[1:],
        environment_stamp.ALL_SETS,
    )
    from tests import check_run

    sys.exit(check_run.main(sys.argv[1:]))
