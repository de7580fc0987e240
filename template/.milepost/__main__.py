"""Start the runner: `python3 .milepost <command>`."""
# pathlib would cost every command as much as its own work.
# ruff: noqa: PTH100, PTH120

# No annotations and no `from __future__` here: an old Python must get as far as the message.
import gc
import os
import sys

if sys.version_info < (3, 9):  # noqa: UP036 - says so before anything newer is imported
    sys.exit("Milepost needs Python 3.9 or later; this is " + sys.version.split()[0] + ".")
else:
    gc.disable()  # A command ends before it has any garbage; looking for it takes a tenth.

    from runner.cli import main

    sys.exit(main(sys.argv[1:], os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
