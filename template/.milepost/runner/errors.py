"""Problems in the words of the user: where, what and how to fix it."""

from __future__ import annotations

from .records import Frozen

DONE = 0
FIXABLE = 1
USAGE = 2


class Problem(Frozen):
    """Something the user can mend."""

    where: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n  fix: {self.fix}"


class RunnerError(Exception):
    """Stops a command; the user can fix it."""

    code = FIXABLE

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class UsageError(RunnerError):
    """Stops a command that was called in the wrong way."""

    code = USAGE


def did_you_mean(name: str, known: list[str]) -> str:
    """Name the closest known name, or nothing.

    Args:
        name: What the user wrote.
        known: All names that would have been right.

    Returns:
        A sentence such as "did you mean `tdd`?", or an empty text.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only for mistakes

    close = get_close_matches(name, known, n=1)
    return f"did you mean `{close[0]}`?" if close else ""
