"""Turn Markdown into headings, tables and prose with their line numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .records import Frozen

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_FENCE = re.compile(r"\s*(?:[-*+]\s+|\d+\.\s+)?(`{3,}|~{3,})(.*)")
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_CELL = re.compile(r"(?<!\\)\|")
_ITEM = re.compile(r"(?:[-*+]|\d+[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(.*)")


class Line(Frozen):
    """One line outside code fences and comments; `number` counts from 1."""

    number: int
    text: str


class Row(Frozen):
    """One row of a table."""

    number: int
    cells: tuple[str, ...]


class Table(Frozen):
    """A table with its header."""

    number: int
    header: tuple[str, ...]
    rows: tuple[Row, ...]


class Section(Frozen):
    """A heading with all that stands below it, deeper headings included."""

    level: int
    title: str
    number: int
    lines: tuple[Line, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing but headings stands in it."""
        return all(not line.text.strip() or heading_of(line.text) for line in self.lines)


class Document(Frozen):
    """A text without comments; of a code fence only the bare first line is left."""

    lines: tuple[Line, ...]

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every heading with what belongs to it."""
        return tuple(sections_of(self.lines))


def parse_markdown(text: str) -> Document:
    """Read a document."""
    lines: list[Line] = []
    fence = ""
    in_comment = False
    for number, raw in enumerate(text.splitlines(), start=1):
        may_fence = not in_comment and ("```" in raw or "~~~" in raw)
        match = _FENCE.fullmatch(raw) if may_fence else None
        if fence:
            if match and match[1].startswith(fence) and not match[2].strip():
                fence = ""
            continue
        if match and not ("`" in match[2] and match[1][0] == "`"):
            fence = match[1]
            lines.append(Line(number, fence))
            continue
        if in_comment or "<!--" in raw:
            raw, in_comment = _without_comments(raw, in_comment)  # noqa: PLW2901 - the same line
        lines.append(Line(number, raw))
    return Document(tuple(lines))


def _without_comments(line: str, in_comment: bool) -> tuple[str, bool]:
    kept = ""
    while line:
        mark = "-->" if in_comment else "<!--"
        text, found, line = line.partition(mark)
        kept += "" if in_comment else text
        in_comment = in_comment != bool(found)
    return kept, in_comment


def heading_of(line: str) -> tuple[int, str] | None:
    """Give level and title of a heading, or nothing."""
    match = _HEADING.fullmatch(line)
    return (len(match[1]), match[2].strip()) if match else None


def sections_of(lines: tuple[Line, ...]) -> Iterator[Section]:
    """Cut lines into sections; each runs to the next heading of its level or above."""
    heads = [(i, head) for i, line in enumerate(lines) if (head := heading_of(line.text))]
    for position, (start, (level, title)) in enumerate(heads):
        end = next((i for i, (lv, _) in heads[position + 1 :] if lv <= level), len(lines))
        yield Section(level, title, lines[start].number, lines[start + 1 : end])


def tables_of(lines: tuple[Line, ...]) -> Iterator[Table]:
    """Find the tables among lines."""
    index = 0
    while index + 1 < len(lines):
        header, rule = lines[index], lines[index + 1]
        if "|" not in header.text or "-" not in rule.text or not _RULE.fullmatch(rule.text):
            index += 1
            continue
        index += 2
        rows = []
        while index < len(lines) and "|" in lines[index].text:
            rows.append(Row(lines[index].number, cells_of(lines[index].text)))
            index += 1
        yield Table(header.number, cells_of(header.text), tuple(rows))


def cells_of(line: str) -> tuple[str, ...]:
    """Split a table row."""
    text = line.strip()
    text = text.removeprefix("|")
    text = text[:-1] if text.endswith("|") and not text.endswith("\\|") else text
    return tuple(cell.strip().replace("\\|", "|") for cell in _CELL.split(text))


def items_of(lines: tuple[Line, ...]) -> list[str]:
    """List the outermost list items, each in one line."""
    items: list[str] = []
    for line in lines:
        match = _ITEM.fullmatch(line.text)
        if match:
            items.append(match[1])
        elif items and line.text.startswith((" ", "\t")) and line.text.strip():
            items[-1] += f" {line.text.strip()}"
    return items
