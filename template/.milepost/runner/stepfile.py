"""Read what a rendered step file says."""

from __future__ import annotations

from .markdown import Section, items_of, parse_markdown


def criteria(text: str) -> list[str]:
    """List the quality criteria of a step, word for word."""
    section = _find("Quality Criteria", parse_markdown(text).sections)
    return items_of(section.lines) if section else []


def entry_text(text: str, entry: str) -> str:
    """Cut the text of an inline knowledge entry out of a step file, fences included."""
    sections = parse_markdown(text).sections
    section = _find(entry, sections)
    if section is None:
        return ""
    later = (s for s in sections if s.number > section.number and s.level <= section.level)
    end = next((each.number - 1 for each in later), None)
    return "\n".join(text.splitlines()[section.number : end]).strip() + "\n"


def _find(title: str, sections: tuple[Section, ...]) -> Section | None:
    wanted = title.casefold()
    return next((s for s in sections if s.title.strip("`").casefold() == wanted), None)
