"""Find where IDs are defined and referred to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .markdown import Document, Row, Section, Table, heading_of, tables_of
from .records import Frozen
from .rules import Rules

_DROPPED = ("dropped:", "superseded by ")
_LABEL = re.compile(r"\s*(?:[-*+] )?\*\*([^*]+)\*\*")
"""A bold label, with which a part of an item begins."""


class Reference(Frozen):
    """An ID that is named somewhere."""

    identifier: str
    kind: str
    line: int


class Item(Frozen):
    """What an ID stands for: a table row or a section that begins with it."""

    identifier: str
    kind: str
    line: int
    text: str
    is_must: bool
    is_dropped: bool


class Matcher:
    """Recognises the IDs of one plan."""

    def __init__(self, rules: Rules) -> None:
        ordered = sorted(rules.identifiers, key=lambda i: len(i.pattern), reverse=True)
        self._kinds = [identifier.kind for identifier in ordered]
        groups = (f"(?P<k{n}>{identifier.pattern})" for n, identifier in enumerate(ordered))
        self._pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(groups) or '(?!)'})(?![\w-])")

    def find(self, text: str) -> Iterator[tuple[str, str]]:
        """Give every ID in a text with its kind."""
        for match in self._pattern.finditer(text):
            yield match[0], self._kind(match)

    def leading(self, text: str) -> tuple[str, str] | None:
        """Give the ID that a heading begins with."""
        match = self._pattern.match(text.lstrip("`* "))
        return (match[0], self._kind(match)) if match else None

    def whole(self, cell: str) -> tuple[str, str] | None:
        """Give the ID that a table cell consists of."""
        match = self._pattern.fullmatch(cell.strip("`* "))
        return (match[0], self._kind(match)) if match else None

    def _kind(self, match: re.Match[str]) -> str:
        return self._kinds[int((match.lastgroup or "k0")[1:])]


def items_in(document: Document, matcher: Matcher) -> list[Item]:
    """List what a document defines, in order."""
    tables = list(tables_of(document.lines))
    items = [item for table in tables for item in _items_of_table(table, matcher)]
    index = _index_rows(tables, matcher)
    for section in document.sections:
        found = matcher.leading(section.title)
        if found:
            items.append(_item_of_section(found, section, index.get(found[0])))
    parents = {item.identifier: item for item in items}
    return sorted((_inherit(item, parents) for item in items), key=lambda item: item.line)


def _items_of_table(table: Table, matcher: Matcher) -> Iterator[Item]:
    for row in table.rows:
        found = matcher.whole(row.cells[0])
        if found:
            cells = _cells(table, row)
            yield Item(*found, row.number, " | ".join(row.cells), _must(cells), _dropped(cells))


def _cells(table: Table, row: Row) -> dict[str, str]:
    return {title.casefold(): cell for title, cell in zip(table.header, row.cells)}


def _must(cells: dict[str, str]) -> bool:
    """Say whether a row is a Must; what has no priority is one."""
    priority = cells.get("priority", "must").strip("*` ").casefold()
    return priority.startswith("must")


def _dropped(cells: dict[str, str]) -> bool:
    return any(cell.strip("*` ").casefold().startswith(_DROPPED) for cell in cells.values())


def linked_rows(tables: list[Table], matcher: Matcher) -> Iterator[tuple[str, Table, Row]]:
    """Find the rows that link an item whose heading stands elsewhere, with its ID."""
    for table in tables:
        for row in table.rows:
            if row.cells[0].startswith("["):
                for identifier, _ in matcher.find(row.cells[0].partition("]")[0]):
                    yield identifier, table, row


def _index_rows(tables: list[Table], matcher: Matcher) -> dict[str, tuple[str, dict[str, str]]]:
    """Give text and cells of the rows that link an item, by its ID."""
    return {
        identifier: (" | ".join(row.cells), _cells(table, row))
        for identifier, table, row in linked_rows(tables, matcher)
    }


def _item_of_section(
    found: tuple[str, str], section: Section, index: tuple[str, dict[str, str]] | None
) -> Item:
    text = "\n".join(held(line.text for line in section.lines))
    row, cells = index or ("", {})
    status = re.search(
        r"^(?:\*\*)?Status(?:\*\*)?: *(?:dropped:|superseded by )",
        text,
        re.MULTILINE | re.IGNORECASE,
    )
    dropped = _dropped(cells) or bool(status)
    return Item(*found, section.number, f"{section.title}\n{text}\n{row}", _must(cells), dropped)


def held(lines: Iterable[str]) -> Iterator[str]:
    """Leave out parts such as **Not in this story**: what they name is not taken up."""
    leave_out = False
    for line in lines:
        label = _LABEL.match(line)
        if label:
            leave_out = label[1].casefold().startswith("not in ")
        elif line.startswith("#"):
            leave_out = False
        if not leave_out:
            yield line


def _inherit(item: Item, parents: dict[str, Item]) -> Item:
    """Let a part such as `US-014.2` have the priority of what it belongs to."""
    parent = parents.get(item.identifier.rpartition(".")[0])
    if parent is None:
        return item
    return item.replace(
        is_must=parent.is_must and item.is_must,
        is_dropped=parent.is_dropped or item.is_dropped,
    )


def references_in(document: Document, matcher: Matcher) -> list[Reference]:
    """List every place where an ID is named, definitions left out."""
    return [
        Reference(identifier, kind, line.number)
        for line in document.lines
        for identifier, kind in matcher.find(_without_definition(line.text, matcher))
    ]


def _without_definition(text: str, matcher: Matcher) -> str:
    heading = heading_of(text)
    if heading and matcher.leading(heading[1]):
        return heading[1].lstrip("`* ").split(" ", 1)[-1] if " " in heading[1] else ""
    cell, bar, rest = text.strip().removeprefix("|").partition("|")
    return rest if bar and matcher.whole(cell.strip()) else text
