"""What a command has to say, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence

from .errors import DONE, FIXABLE, Problem
from .records import Frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BYTES_PER_TOKEN = 4
BOLD, DIM, RED, GREEN, YELLOW, BLUE = 1, 2, 31, 32, 33, 34


class Report(Frozen):
    """The outcome of one command.

    `lines` are for people and may hold colours, `data` is what `--json` prints,
    and `problems` go to the error stream without stopping the command.
    """

    lines: tuple[str, ...]
    data: dict[str, Any]
    code: int = DONE
    problems: tuple[Problem, ...] = ()


def reported(lines: list[str], data: dict[str, Any], problems: tuple[Problem, ...] = ()) -> Report:
    """Make a report that fails exactly when there are problems."""
    return Report(tuple(lines), data, FIXABLE if problems else DONE, problems)


def paint(text: str, color: int) -> str:
    """Wrap text in a colour, which is taken out again where none is wanted."""
    return f"\x1b[{color}m{text}\x1b[0m"


def bold(text: str) -> str:
    """Make text stand out on a terminal."""
    return paint(text, BOLD)


def columns(rows: Sequence[tuple[str, ...]], indent: str = "  ") -> list[str]:
    """Align rows of plain text, the last column ragged."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))] if rows else []
    return [
        indent + "  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip() for row in rows
    ]


def counted(number: int, noun: str) -> str:
    """Say how many there are of something."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def quoted(items: Sequence[str]) -> str:
    """List names in backticks."""
    return ", ".join(f"`{item}`" for item in items)


def tokens_of(text: str) -> int:
    """Estimate how many tokens a text has, rounded up."""
    return -(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN)
