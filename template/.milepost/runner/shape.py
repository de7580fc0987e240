"""Hold one document to its headings, tables and items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .markdown import Document, Line, Section, Table, heading_of, sections_of, tables_of
from .records import Frozen
from .report import quoted
from .rules import Artifact, Heading, Items, Rules

ERROR, WARNING = "error", "warning"
_STATUS = re.compile(r"Status: *(.*?) *")
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_FORMS = re.compile(rf"draft|reviewed {_DATE}, `?[^\s`,]+`?|frozen {_DATE}")


class Finding(Frozen):
    """Something in a document that breaks a rule; `line` counts from 1, 0 is the whole file."""

    level: str
    path: str
    line: int
    what: str
    fix: str

    @property
    def where(self) -> str:
        """The place in the form that editors can open."""
        return f"{self.path}:{self.line}" if self.line else self.path


def check_shape(path: str, document: Document, artifact: Artifact, rules: Rules) -> list[Finding]:
    """Report where a document departs from the structure that it must have.

    Args:
        path: The file.
        document: Its content.
        artifact: The rules for this document.
        rules: All rules, to know which IDs this plan has.
    """
    return [
        Finding(ERROR, path, line, what, fix)
        for line, what, fix in _check(document, artifact, rules)
    ] + [Finding(WARNING, path, *each) for each in _out_of_order(document, artifact)]


_Breach = tuple[int, str, str]


def _check(document: Document, artifact: Artifact, rules: Rules) -> Iterator[_Breach]:
    yield from _check_status(document)
    sections = {_plain(s.title): s for s in document.sections if s.level == 2}
    for heading in artifact.headings:
        section = sections.get(_plain(heading.title))
        if section:
            yield from _check_section(section, heading, rules)
        elif not heading.optional:
            yield (
                0,
                f"the heading `## {heading.title}` is missing",
                "add it with its content",
            )
    tables = list(tables_of(document.lines))
    for header in artifact.tables:
        if not any(not _lacking(table, header, rules) for table in tables):
            yield 0, f"the table {_row(header)} is missing", "add it with these columns"


def _check_status(document: Document) -> Iterator[_Breach]:
    """Look at the `Status:` lines above the first section; not every document has one."""
    for line in document.lines:
        heading = heading_of(line.text)
        if heading and heading[0] == 2:
            return
        match = _STATUS.fullmatch(line.text)
        if match and not _FORMS.fullmatch(match[1]):
            yield (
                line.number,
                f"the status `{match[1]}` has no known form",
                "write `draft`, `reviewed 2026-11-22, <review file>` or `frozen 2026-11-22`",
            )


def _out_of_order(document: Document, artifact: Artifact) -> Iterator[_Breach]:
    wanted = [_plain(heading.title) for heading in artifact.headings]
    last = -1
    for section in document.sections:
        if section.level == 2 and _plain(section.title) in wanted:
            position = wanted.index(_plain(section.title))
            if position < last:
                after = artifact.headings[last].title
                yield (
                    section.number,
                    f"`## {section.title}` stands after `## {after}`",
                    "move it before; readers look for it there",
                )
            last = max(last, position)


def _check_section(section: Section, heading: Heading, rules: Rules) -> Iterator[_Breach]:
    if section.is_empty and not heading.items:
        yield (
            section.number,
            f"`## {section.title}` is empty",
            "write it, or `None.` with the reason",
        )
    elif heading.table and not _says_none(section.lines):
        yield from _check_table(section, heading.table, rules)
    if heading.items:
        yield from _check_items(section, heading.items, rules)


def _says_none(lines: Iterable[Line]) -> bool:
    text = next((line.text for line in lines if line.text.strip()), "")
    return text.strip().casefold().startswith("none")


def _check_table(section: Section, header: tuple[str, ...], rules: Rules) -> Iterator[_Breach]:
    tables = list(tables_of(section.lines))
    if not tables:
        yield (
            section.number,
            f"`{section.title}` has no table",
            f"add the table {_row(header)}",
        )
        return
    lacking = min((_lacking(table, header, rules) for table in tables), key=len)
    if lacking:
        yield (
            tables[0].number,
            f"the table in `{section.title}` lacks {quoted(lacking)}",
            f"its columns are {_row(header)}",
        )


def _lacking(table: Table, header: tuple[str, ...], rules: Rules) -> list[str]:
    """Name the columns that a table should have and has not.

    A column named after a kind of ID that this plan does not have may be left out.
    """
    there = [_plain(cell) for cell in table.header]
    kinds = {each.kind for each in rules.identifiers if each.home}
    return [
        column
        for column in header
        if _plain(column) not in there and (not _is_kind(column) or column in kinds)
    ]


def _is_kind(column: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]{1,4}(\.n)?", column))


def _check_items(section: Section, items: Items, rules: Rules) -> Iterator[_Breach]:
    pattern = next((i.pattern for i in rules.identifiers if i.kind == items.kind), None)
    if pattern is None:
        return
    found = [each for each in sections_of(section.lines) if each.level == 3]
    means = rules.means(items.kind)
    if not found:
        yield (
            section.number,
            f"`## {section.title}` has no {means}",
            f"add `### {items.kind}-... Title`",
        )
    for each in found:
        if not re.match(f"(?:{pattern})(?![\\w-])", each.title):
            yield (
                each.number,
                f"`### {each.title}` names no {means}",
                f"begin with its {items.kind} ID",
            )
            continue
        for part in items.parts:
            if not any(_is_label(line.text, part) for line in each.lines):
                yield (
                    each.number,
                    f"`{each.title}` has no **{part}**",
                    f"add the part **{part}**",
                )
        if items.table:
            yield from _check_table(each, items.table, rules)


def _is_label(line: str, part: str) -> bool:
    label = line.strip().lstrip("-*+ ").removeprefix("**")
    return "**" in line and _plain(label).startswith(_plain(part))


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[*`]", "", text).split()).casefold()


def _row(header: tuple[str, ...]) -> str:
    return f"| {' | '.join(header)} |"
