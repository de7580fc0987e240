"""Read what a rendered step file says."""

from __future__ import annotations

from .markdown import Section, items_of, parse_markdown

EXECUTION_NOTES = "Project notes"


def criteria(text: str) -> list[str]:
    """List the quality criteria of a step, word for word."""
    section = _section(text, "Quality Criteria")
    return items_of(section.lines) if section else []


def entry_text(text: str, entry: str) -> str:
    """Cut the text of an inline knowledge entry out of a step file."""
    section = _section(text, entry)
    if section is None:
        return ""
    lines = text.splitlines()[section.number :]
    end = next((i for i, line in enumerate(lines) if _ends(line, section, i)), len(lines))
    return "\n".join(lines[:end]).strip() + "\n"


def _ends(line: str, section: Section, index: int) -> bool:
    last = section.lines[-1].number if section.lines else section.number
    return index + section.number >= last and line.startswith("#")


def _section(text: str, title: str) -> Section | None:
    wanted = title.casefold()
    for section in parse_markdown(text).sections:
        if section.title.strip("`").casefold() == wanted:
            return section
    return None
