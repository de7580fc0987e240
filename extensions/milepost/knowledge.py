"""Turn knowledge entries into what one step shows of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from .markdown import Section, render_section
from .models import Entry
from .sections import Dropped, Reading, filter_text


class Shown(NamedTuple):
    """The text of an entry for one reader."""

    text: str
    sections: tuple[str, ...]
    dropped: tuple[Dropped, ...]


def show_entry(entry: Entry, depth: int, known: Mapping[str, Any], is_review: bool) -> Shown:
    """Show an entry inside a step, under a heading of level three.

    In a review step an entry of a type shows its Summary and what is for reviewers.
    """
    reading = Reading(
        depth=depth,
        known=known,
        is_review=is_review,
        only_review=is_review and bool(entry.owner),
    )
    return _shown(entry, reading, shift=1)


def show_linked_entry(entry: Entry, depth: int, known: Mapping[str, Any], is_review: bool) -> Shown:
    """Show an entry as a file of its own, each heading with its depth."""
    reading = Reading(depth=depth, known=known, is_review=is_review, is_depth_shown=True)
    return _shown(entry, reading, shift=-1)


def _shown(entry: Entry, reading: Reading, shift: int) -> Shown:
    filtered = filter_text(entry.body, reading)
    root = filtered.section
    parts = tuple(_without_heading(part) for part in root.children)
    text = "\n".join(filter(None, (render_section(part, shift) for part in parts)))
    sections = tuple(child.title for part in root.children for child in part.children)
    return Shown(text, sections, filtered.dropped)


def _without_heading(part: Section) -> Section:
    """Let `Summary` and `Deep Guidance` vanish, but not what they hold."""
    return replace(part, level=0)
