"""Part Markdown into sections, lists, tables and fences, and write it again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*$")
_ITEM = re.compile(r"( *)([-*+]|\d{1,9}[.)])(\s+)(.*)$")


@dataclass(frozen=True, slots=True)
class Text:
    """Lines that nothing is taken from: paragraphs, fences, blank lines."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its first two rows are the header and the rule below it."""

    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A list item: its own lines, without indentation, and the blocks below them."""

    bullet: str
    lines: tuple[str, ...]
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list, `indent` characters in from the left."""

    indent: int
    items: tuple[Item, ...]


Block = Text | Table | ItemList


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, the comment lines directly under it, its blocks and its subsections."""

    level: int
    title: str
    markers: tuple[str, ...]
    blocks: tuple[Block, ...]
    children: tuple[Section, ...] = ()
    line: int = 0
    """Line of the heading, counted from 0 at the start of the parsed text."""


@lru_cache(maxsize=512)
def parse_sections(text: str) -> Section:
    """Part a text into nested sections under one nameless section of level 0."""
    pieces = list(_split_at_headings(text.split("\n")))
    return _nest(pieces)


def render_section(section: Section, shift: int = 0) -> str:
    """Write a section and all below it, with headings `shift` levels deeper.

    Blank lines at both ends are taken away and repeated ones become one.
    """
    return _tidy(_section_lines(section, shift))


def fence_mark(line: str) -> str:
    """Give the backticks or tildes that open or close a fence, or an empty string."""
    stripped = line.lstrip()
    if not stripped.startswith(("```", "~~~")):
        return ""
    rest = stripped.lstrip(stripped[0])
    # Backticks after the mark make it a piece of code within a line.
    return "" if stripped[0] == "`" and "`" in rest else stripped[: len(stripped) - len(rest)]


def _split_at_headings(lines: Sequence[str]) -> Iterator[Section]:
    level, title, start, body = 0, "", 0, list[str]()
    fence = ""
    for number, line in enumerate(lines):
        fence = next_fence(fence, line)
        heading = None if fence or not line.startswith("#") else _HEADING.match(line)
        if heading is None:
            body.append(line)
            continue
        yield _leaf(level, title, start, body)
        level, title, start, body = len(heading[1]), heading[2], number, []
    yield _leaf(level, title, start, body)


def _leaf(level: int, title: str, line: int, body: list[str]) -> Section:
    count = 0
    while level and count < len(body) and body[count].strip().startswith("<!--"):
        count += 1
    markers = tuple(text.strip() for text in body[:count])
    return Section(level, title, markers, parse_blocks(body[count:]), (), line)


def _nest(pieces: list[Section]) -> Section:
    """Put each section under the closest one before it that has a lower level."""
    open_sections: list[tuple[Section, list[Section]]] = []

    def close(level: int) -> None:
        while len(open_sections) > 1 and open_sections[-1][0].level >= level:
            section, children = open_sections.pop()
            open_sections[-1][1].append(replace(section, children=tuple(children)))

    for piece in pieces:
        close(piece.level)
        open_sections.append((piece, []))
    close(1)
    root, children = open_sections[0]
    return replace(root, children=tuple(children))


def parse_blocks(lines: Sequence[str]) -> tuple[Block, ...]:
    """Part lines that hold no heading into blocks."""
    return tuple(_blocks(lines))


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    position, plain = 0, list[str]()
    while position < len(lines):
        end, block = _block_at(lines, position)
        if block is None:
            plain.extend(lines[position:end])
        else:
            if plain:
                yield Text(tuple(plain))
                plain = []
            yield block
        position = end
    if plain:
        yield Text(tuple(plain))


def _block_at(lines: Sequence[str], start: int) -> tuple[int, Block | None]:
    """Read the block at `start`; plain lines and fences give no block."""
    line = lines[start]
    if fence_mark(line):
        return _end_of_fence(lines, start), None
    if line.lstrip().startswith("|"):
        end = start
        while end < len(lines) and lines[end].lstrip().startswith("|"):
            end += 1
        return end, Table(tuple(lines[start:end]))
    if _ITEM.match(line):
        return _list_at(lines, start)
    return start + 1, None


def _list_at(lines: Sequence[str], start: int) -> tuple[int, ItemList]:
    indent = _indent(lines[start])
    items: list[Item] = []
    kind = item_mark(lines[start])
    position = start
    while position < len(lines):
        match = _ITEM.match(lines[position])
        if not match or len(match[1]) != indent or item_mark(lines[position]) != kind:
            break
        end = _end_of_item(lines, position, indent)
        items.append(_item(match, lines[position + 1 : end]))
        position = end
    return position, ItemList(indent, tuple(items))


def item_mark(line: str) -> str:
    """Give the mark that all items of one list share, or an empty string."""
    match = _ITEM.match(line)
    return match[2].lstrip("0123456789") if match else ""


def _end_of_item(lines: Sequence[str], start: int, indent: int) -> int:
    """Find the first line after an item; blank lines before the next item belong to it."""
    position = start + 1
    while position < len(lines):
        line = lines[position]
        if fence_mark(line) and _indent(line) > indent:
            position = _end_of_fence(lines, position)
            continue
        if line.strip() and _indent(line) <= indent:
            match = _ITEM.match(line)
            return (
                position if match and _indent(line) == indent else _before_blanks(lines, position)
            )
        position += 1
    return _before_blanks(lines, position)


def _item(match: re.Match[str], rest: Sequence[str]) -> Item:
    offset = len(match[1]) + len(match[2]) + len(match[3])
    inner = [line[min(offset, _indent(line)) :] for line in rest]
    own = 0
    while own < len(inner) and _is_plain(inner[own]):
        own += 1
    return Item(match[2], (match[4], *inner[:own]), parse_blocks(inner[own:]))


def _is_plain(line: str) -> bool:
    return bool(line.strip()) and not (
        fence_mark(line) or line.lstrip().startswith("|") or _ITEM.match(line)
    )


def _section_lines(section: Section, shift: int) -> Iterator[str]:
    if section.level:
        yield f"{'#' * min(6, section.level + shift)} {section.title}"
        yield ""
    yield from block_lines(section.blocks)
    for child in section.children:
        yield ""
        yield from _section_lines(child, shift)


def block_lines(blocks: Iterable[Block]) -> Iterator[str]:
    """Write blocks again; ordered lists are numbered from their first number."""
    for block in blocks:
        if isinstance(block, Text):
            yield from block.lines
        elif isinstance(block, Table):
            yield from block.rows
        else:
            yield from _list_lines(block)


def _list_lines(block: ItemList) -> Iterator[str]:
    first = block.items[0].bullet if block.items else "-"
    number = int(first[:-1]) if first[:-1].isdigit() else None
    for count, item in enumerate(block.items):
        bullet = item.bullet if number is None else f"{number + count}{first[-1]}"
        inner = " " * (block.indent + len(bullet) + 1)
        yield f"{' ' * block.indent}{bullet} {item.lines[0]}".rstrip()
        for line in (*item.lines[1:], *block_lines(item.blocks)):
            yield f"{inner}{line}" if line.strip() else ""


def _tidy(lines: Iterable[str]) -> str:
    kept: list[str] = []
    fence = ""
    for line in lines:
        if line.strip() or fence or (kept and kept[-1].strip()):
            kept.append(line)
        fence = next_fence(fence, line)
    while kept and not kept[-1].strip():
        kept.pop()
    return "\n".join(kept) + "\n" if kept else ""


def next_fence(fence: str, line: str) -> str:
    """Give the fence that is open after a line."""
    if "```" not in line and "~~~" not in line:
        return fence
    mark = fence_mark(line)
    if not fence:
        return mark
    closes = mark.startswith(fence) and line.strip() == mark
    return "" if closes else fence


def _end_of_fence(lines: Sequence[str], start: int) -> int:
    fence, position = "", start
    while position < len(lines):
        fence = next_fence(fence, lines[position])
        position += 1
        if not fence:
            break
    return position


def _before_blanks(lines: Sequence[str], end: int) -> int:
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
