"""Say where something is wrong, what is wrong, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from copier.errors import UserMessageError

Location = tuple[str | int, ...]
"""Keys and indexes from the top of a document down to one place in it."""


class Problem(NamedTuple):
    """One mistake, in words for the person who can mend it."""

    where: str
    """`path:line`, or the name of an answer."""
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n  fix: {self.fix}"


class ContentError(UserMessageError):
    """Everything that is wrong, at once; Copier shows the text and exits 1."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def raise_all(problems: Iterable[Problem]) -> None:
    """Raise one error that holds every problem, or return when there is none.

    Raises:
        ContentError: If there is at least one problem.
    """
    found = tuple(problems)
    if found:
        raise ContentError(found)


def closest_line(lines: Mapping[Location, int], location: Location) -> int:
    """Give the line of a place in a document, or of the closest place around it."""
    while location not in lines and location:
        location = location[:-1]
    return lines.get(location, 1)


def suggest(name: str, known: Iterable[str], otherwise: str) -> str:
    """Name the closest known name as a fix, or say `otherwise` when none is close."""
    matches = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean `{matches[0]}`?" if matches else otherwise
