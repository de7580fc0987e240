"""Keep the passages of a text that apply to the answers and the depth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from .conditions import ConditionError, evaluate
from .errors import Problem
from .markdown import (
    Block,
    Item,
    ItemList,
    Section,
    Table,
    Text,
    item_mark,
    next_fence,
    parse_sections,
)

_MARKER = re.compile(r"<!--\s*(when|depth|for):\s*(.*?)\s*-->")
_MARKERS_AT_END = re.compile(r"\s*((?:<!--\s*(?:when|depth|for):.*?-->\s*)+)(\|?)\s*$")
_DEPTH_TAG = re.compile(r"\(depth ([1-5])\+\)\s+")
_ANY_DEPTH_TAG = re.compile(r"\(depth \d+\+\)")
_DEPTHS = tuple("12345")
_NEVER = 6
"""Depth of a passage whose marker says none; `check_markers` reports it."""
DEEP_GUIDANCE_DEPTH = 3
"""Depth of a section of Deep Guidance that names none (CONTENT.md, Markers)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """For whom a text is filtered.

    Attributes:
        depth: Passages of a greater depth are dropped.
        known: Answers by name; passages that touch others are dropped.
        is_review: Whether passages for reviewers are shown.
        only_review: Whether Deep Guidance shows nothing but passages for reviewers.
        is_depth_shown: Whether headings tell their depth.
    """

    depth: int
    known: Mapping[str, Any] = field(default_factory=dict)
    is_review: bool = False
    only_review: bool = False
    is_depth_shown: bool = False


class Dropped(NamedTuple):
    """A section that is not shown, and why."""

    title: str
    why: str


class Filtered(NamedTuple):
    """What is left of a text."""

    section: Section
    dropped: tuple[Dropped, ...]


class _Markers(NamedTuple):
    when: tuple[str, ...] = ()
    depth: int | None = None
    is_review: bool = False


_NO_MARKERS = _Markers()


def filter_text(text: str, reading: Reading) -> Filtered:
    """Drop what does not apply from a step's or an entry's body."""
    root = parse_sections(text)
    dropped: list[Dropped] = []
    children = tuple(
        kept
        for child in root.children
        if (kept := _filter_section(child, reading, dropped, _default_depth(child))) is not None
    )
    blocks = tuple(_filter_blocks(root.blocks, reading))
    return Filtered(replace(root, blocks=blocks, children=children), tuple(dropped))


def passage_conditions(text: str) -> Iterator[tuple[int, str]]:
    """List every `when` expression with its line, counted from 0."""
    for number, line in _lines_outside_fences(text.split("\n")):
        for kind, value in _MARKER.findall(line):
            if kind == "when":
                yield number, value


def check_markers(text: str, source: str, first_line: int) -> Iterator[Problem]:
    """Find markers that are misspelt or stand where they have no effect."""
    lines = text.split("\n")
    for number, line in _lines_outside_fences(lines):
        where = f"{source}:{first_line + number}"
        for comment in re.findall(r"<!--.*?(?:-->|$)", line):
            yield from _check_marker(comment, where)
        if "<!--" in line and not _has_effect(lines, number):
            fix = "put it directly under a heading, or at the end of a list item or table row"
            yield Problem(where, "the marker has no effect here", fix)
        tags = _ANY_DEPTH_TAG.findall(line)
        if tags and not (item_mark(line) and len(tags) == 1 and _DEPTH_TAG.search(line)):
            fix = "put one at the start of a list item, with a depth from 1 to 5"
            yield Problem(where, f"`{tags[0]}` has no effect here", fix)


def _lines_outside_fences(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    fence = ""
    for number, line in enumerate(lines):
        before, fence = fence, next_fence(fence, line)
        if not before and not fence:
            yield number, line


def _check_marker(comment: str, where: str) -> Iterator[Problem]:
    match = _MARKER.fullmatch(comment)
    if not match:
        yield Problem(where, f"`{comment}` is no marker", "write when, depth or for, and close it")
    elif match[1] == "depth" and match[2] not in _DEPTHS:
        yield Problem(where, f"the depth is `{match[2]}`", "write a number from 1 to 5")
    elif match[1] == "for" and match[2] != "review":
        yield Problem(where, f"the marker is for `{match[2]}`", "write `for: review`")


def _has_effect(lines: Sequence[str], number: int) -> bool:
    line = lines[number]
    if line.lstrip().startswith("<!--"):
        return _is_under_heading(lines, number)
    at_end = _MARKERS_AT_END.search(line)
    is_row = line.lstrip().startswith("|")
    return (
        at_end is not None
        and "<!--" not in line[: at_end.start()]
        and (is_row or _is_in_item(lines, number))
    )


def _is_in_item(lines: Sequence[str], number: int) -> bool:
    """Tell whether a line is one of an item's own, before blank lines and other blocks."""
    while number >= 0 and lines[number].strip() and not lines[number].lstrip().startswith("|"):
        if item_mark(lines[number]):
            return True
        number -= 1
    return False


def _is_under_heading(lines: Sequence[str], number: int) -> bool:
    while number > 0 and lines[number].lstrip().startswith("<!--"):
        number -= 1
    return lines[number].startswith("#")


def _default_depth(section: Section) -> int | None:
    return DEEP_GUIDANCE_DEPTH if section.title == "Deep Guidance" else None


def _filter_section(
    section: Section, reading: Reading, dropped: list[Dropped], default_depth: int | None
) -> Section | None:
    markers = _read_markers(section.markers)
    why = _why_hidden(markers, reading)
    if why:
        dropped.append(Dropped(section.title, why))
        return None
    children = tuple(
        kept
        for child in section.children
        if (kept := _filter_child(child, section, reading, dropped, default_depth)) is not None
    )
    is_manual = reading.only_review and section.title == "Deep Guidance"
    blocks = () if is_manual else tuple(_filter_blocks(section.blocks, reading))
    if not children and not _has_content(blocks):
        return None
    title = section.title
    if reading.is_depth_shown and section.level > 2 and markers.depth:
        title = f"{title} (depth {markers.depth})"
    return replace(section, title=title, markers=(), blocks=blocks, children=children)


def _filter_child(
    child: Section,
    parent: Section,
    reading: Reading,
    dropped: list[Dropped],
    default_depth: int | None,
) -> Section | None:
    if parent.title != "Deep Guidance":
        return _filter_section(child, reading, dropped, None)
    markers = _read_markers(child.markers)
    if reading.only_review and not markers.is_review:
        dropped.append(Dropped(child.title, "not for reviewers"))
        return None
    if markers.depth is None and default_depth is not None:
        child = replace(child, markers=(*child.markers, f"<!-- depth: {default_depth} -->"))
    return _filter_section(child, reading, dropped, None)


def _filter_blocks(blocks: tuple[Block, ...], reading: Reading) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Text):
            yield block
        elif isinstance(block, Table):
            rows = tuple(_filter_rows(block.rows, reading))
            if len(rows) > 2:
                yield Table(rows)
        else:
            items = tuple(_filter_items(block.items, reading))
            if items:
                # Numbers start where they did, whichever items are left.
                first = replace(items[0], bullet=block.items[0].bullet)
                yield ItemList(block.indent, (first, *items[1:]))


def _filter_rows(rows: tuple[str, ...], reading: Reading) -> Iterator[str]:
    for row in rows:
        match = _MARKERS_AT_END.search(row) if "<!--" in row else None
        if not match:
            yield row
        elif not _why_hidden(_read_markers((match[1],)), reading):
            yield f"{row[: match.start()].rstrip()} {match[2]}".rstrip()


def _filter_items(items: tuple[Item, ...], reading: Reading) -> Iterator[Item]:
    for item in items:
        markers, lines = _markers_of_item(item)
        if not _why_hidden(markers, reading):
            blocks = tuple(_filter_blocks(item.blocks, reading))
            is_whole = lines == item.lines and blocks == item.blocks
            yield item if is_whole else replace(item, lines=lines, blocks=blocks)


def _markers_of_item(item: Item) -> tuple[_Markers, tuple[str, ...]]:
    """Take the markers of an item from its own lines."""
    found: list[str] = []
    lines: list[str] = []
    for line in item.lines:
        match = _MARKERS_AT_END.search(line) if "<!--" in line else None
        found += [match[1]] if match else []
        lines.append(line[: match.start()] if match else line)
    tag = _DEPTH_TAG.match(lines[0])
    if tag:
        found.append(f"<!-- depth: {tag[1]} -->")
        lines[0] = lines[0][tag.end() :]
    return _read_markers(tuple(found)), tuple(lines)


def _read_markers(comments: tuple[str, ...]) -> _Markers:
    if not comments:
        return _NO_MARKERS
    when: list[str] = []
    depth: int | None = None
    is_review = False
    for comment in comments:
        for kind, value in _MARKER.findall(comment):
            if kind == "when":
                when.append(value)
            elif kind == "depth":
                depth = max(int(value) if value in _DEPTHS else _NEVER, depth or 1)
            else:
                is_review = True
    return _Markers(tuple(when), depth, is_review)


def _why_hidden(markers: _Markers, reading: Reading) -> str:
    """Say why a passage is hidden, or give an empty string when it is shown."""
    if markers.is_review and not reading.is_review:
        return "for reviewers"
    if markers.depth is not None and markers.depth > reading.depth:
        return f"from depth {markers.depth}"
    for expression in markers.when:
        if not _holds(expression, reading.known):
            return f"not `{expression}`"
    return ""


def _holds(expression: str, known: Mapping[str, Any]) -> bool:
    try:
        return evaluate(expression, known) is True
    except ConditionError:
        return False


def _has_content(blocks: tuple[Block, ...]) -> bool:
    return any(
        not isinstance(block, Text) or any(line.strip() for line in block.lines) for block in blocks
    )
