"""Turn `.milepost/artifacts.json` into records."""

from __future__ import annotations

import json
import re

from .errors import Problem, RunnerError
from .records import Frozen
from .tree import Tree
from .values import as_text, as_texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PATH = ".milepost/artifacts.json"
SCHEMA = 1


class Identifier(Frozen):
    """A kind of ID, such as `FR`; `home` is the document that defines it.

    Findings and questions, which every document has of its own, are at home nowhere.
    """

    kind: str
    means: str
    pattern: str
    home: str | None


class Link(Frozen):
    """Neighbours in the thread: each Must on the left is named on the right."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    also: tuple[str, ...] = ()
    """Kinds that may be the origin of an item on the right instead."""


class Items(Frozen):
    """What a section holds one of per `### ID Title`."""

    kind: str
    parts: tuple[str, ...]
    table: tuple[str, ...]


class Heading(Frozen):
    """A level-two heading; `table` is the header row of its table, if it has one."""

    title: str
    optional: bool
    table: tuple[str, ...]
    items: Items | None


class Artifact(Frozen):
    """What one document looks like inside."""

    path: str
    owner: str
    optional: bool
    alternatives: tuple[str, ...]
    headings: tuple[Heading, ...]
    tables: tuple[tuple[str, ...], ...]
    defines: tuple[str, ...]
    refers: tuple[str, ...]

    def may_define(self, kind: str, identifier: str) -> bool:
        """Say whether an ID belongs to a kind or series that is defined here."""
        return any(d == kind or identifier.startswith(f"{d}-") for d in self.defines)


class Rules(Frozen):
    """All rules for the documents of one plan."""

    identifiers: tuple[Identifier, ...]
    thread: tuple[Link, ...]
    artifacts: tuple[Artifact, ...]

    def means(self, kind: str) -> str:
        """Say in words what a kind of ID stands for."""
        return next((i.means for i in self.identifiers if i.kind == kind), kind)


def read_rules(tree: Tree) -> Rules:
    """Read the rules of a project.

    Raises:
        RunnerError: If they are missing, malformed or of another version.
    """
    text = tree.read(PATH)
    if text is None:
        raise RunnerError(_broken("the rules for documents are missing"))
    try:
        data = json.loads(text)
        if data["schema"] != SCHEMA:
            raise RunnerError(_broken(f"its schema is {data['schema']!r}, not {SCHEMA}"))
        return Rules(
            identifiers=tuple(_identifier(row) for row in data["ids"]),
            thread=tuple(
                Link(as_texts(r["from"]), as_texts(r["to"]), as_texts(r.get("also", [])))
                for r in data["thread"]
            ),
            artifacts=tuple(_artifact(row) for row in data["artifacts"]),
        )
    except KeyError as error:
        raise RunnerError(_broken(f"it lacks {error}")) from error
    except (ValueError, TypeError, AttributeError, RecursionError, re.error) as error:
        raise RunnerError(_broken(f"it is malformed: {error}")) from error


def _broken(what: str) -> Problem:
    return Problem(PATH, what, f"restore it: `git checkout -- {PATH}`, or `copier recopy`")


def _identifier(row: dict[str, Any]) -> Identifier:
    re.compile(row["pattern"])
    home = None if row["defined-in"] is None else as_text(row["defined-in"])
    return Identifier(as_text(row["id"]), as_text(row["means"]), as_text(row["pattern"]), home)


def _artifact(row: dict[str, Any]) -> Artifact:
    return Artifact(
        path=as_text(row["path"]),
        owner=as_text(row["owner"]),
        optional=bool(row["optional"]),
        alternatives=as_texts(row["alternatives"]),
        headings=tuple(_heading(item) for item in row["headings"]),
        tables=tuple(as_texts(table) for table in row["tables"]),
        defines=as_texts(row["defines"]),
        refers=as_texts(row["refers"]),
    )


def _heading(row: dict[str, Any]) -> Heading:
    each = row["each"]
    items = _items(each) if each else None
    return Heading(
        as_text(row["title"]), bool(row["optional"]), as_texts(row["table"] or []), items
    )


def _items(row: dict[str, Any]) -> Items:
    return Items(as_text(row["id"]), as_texts(row["parts"]), as_texts(row["table"] or []))
