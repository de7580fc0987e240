"""The command line of one command."""

from __future__ import annotations

from argparse import ArgumentParser, HelpFormatter, Namespace, RawDescriptionHelpFormatter

from .errors import Problem, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

_WIDTH = 90


class _Parser(ArgumentParser):
    """Reports wrong usage as every other problem is reported."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(Problem(self.prog, message, f"`{self.prog} --help` explains it"))


def _format(prog: str) -> HelpFormatter:
    """Format help at a fixed width: asking for the terminal's imports half an archive library."""
    return RawDescriptionHelpFormatter(prog, width=_WIDTH)


def parse_options(command: str, module: Any, arguments: list[str]) -> Namespace:
    """Read the arguments of a command.

    Args:
        command: Its name.
        module: Its module, with `HELP`, `EXAMPLE` and `add_arguments`.
        arguments: What follows the name.

    Raises:
        UsageError: If the arguments do not fit.
    """
    parser = _Parser(
        prog=f"python3 .milepost {command}",
        description=module.HELP,
        epilog=f"example:\n  {module.EXAMPLE}",
        formatter_class=_format,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    return parser.parse_args(arguments)


def add_json(parser: ArgumentParser) -> None:
    """Offer output for programs."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def add_steps(parser: ArgumentParser) -> None:
    """Take the names of one or more steps."""
    parser.add_argument("steps", nargs="+", metavar="STEP", help="name of a step")


def add_force(parser: ArgumentParser) -> None:
    """Let the user set a rule aside, with a reason that is recorded."""
    parser.add_argument("--force", action="store_true", help="go on in spite of what is missing")
    parser.add_argument("--reason", metavar="TEXT", help="why; recorded with --force")


def check_force(options: Namespace) -> None:
    """Hold `--force` and `--reason` together.

    Raises:
        UsageError: If one of them stands alone.
    """
    if options.force != bool((options.reason or "").strip()):
        raise UsageError(
            Problem(
                "--force",
                "it needs a reason, and a reason needs it",
                'add both: `--force --reason "why this is right here"`',
            )
        )
