#!/usr/bin/env python
"""The command line of the project."""

import os
import sys


def main() -> None:
    """Run one management command."""
    if sys.version_info < (3, 11):  # noqa: UP036 - said in one sentence instead of a traceback
        sys.exit("GraphApp needs Python 3.11 or later; this is {}.{}.".format(*sys.version_info[:2]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "graphapp.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here: run `make run`, or activate the virtual environment in .venv.")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
