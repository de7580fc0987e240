"""Hold every part of every step file to its ceiling, for every combination of answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from .. import sizes
from ..conditions import evaluate, names_in
from ..errors import Problem
from ..knowledge import show_entry
from ..markdown import Section, parse_sections, render_section
from ..models import DEPTHS, Entry, KnowledgeItem, Rule, Step, Tool
from ..overlays import bring_knowledge
from ..prompts import step_body, tool_body
from ..sections import passage_conditions
from .combinations import distinct_answers
from .content import Content

Known = Mapping[str, Any]
_BLANK_LINE = 1
"""Bytes between two sections."""


def check_sizes(content: Content) -> Iterator[Problem]:
    """Find parts that are larger than CONTENT.md allows."""
    scale = _Scale()
    for step in content.steps.values():
        yield from _check_body(step, content)
        for project_type in ("", *content.overlays):
            yield from _check_knowledge(step, project_type, content, scale)
    for tool in content.tools.values():
        yield from _check_tool(tool, content, scale)
    for entry in content.entries.values():
        yield from _check_entry(entry, content, scale)


class _Scale:
    """Weighs entries section by section; what comes out the same is rendered once."""

    def __init__(self) -> None:
        self._tokens: dict[tuple[object, ...], int] = {}
        self._bytes: dict[tuple[object, ...], int] = {}
        self._pieces: dict[str, tuple[tuple[Entry, tuple[str, ...]], ...]] = {}
        self._names: dict[str, tuple[str, ...]] = {}

    def conditions(self, entry: Entry) -> tuple[str, ...]:
        """List the conditions of an entry's passages."""
        found = (text for _, conditions in self._parted(entry) for text in conditions)
        return tuple(dict.fromkeys(found))

    def tokens(self, entry: Entry, depth: int, known: Known, is_review: bool) -> int:
        """Count what a step shows of an entry."""
        if entry.name not in self._names:
            asked = {name for text in self.conditions(entry) for name in names_in(text)}
            self._names[entry.name] = tuple(sorted(asked))
        values = (known.get(name) for name in self._names[entry.name])
        told = tuple(tuple(one) if isinstance(one, list) else one for one in values)
        key = (entry.name, depth, is_review, told)
        if key not in self._tokens:
            self._tokens[key] = self._count(entry, depth, known, is_review)
        return self._tokens[key]

    def _count(self, entry: Entry, depth: int, known: Known, is_review: bool) -> int:
        size = 0
        for number, (piece, conditions) in enumerate(self._parted(entry)):
            outcome = tuple(evaluate(text, known) for text in conditions)
            key = (entry.name, number, depth, is_review, outcome)
            if key not in self._bytes:
                shown = show_entry(piece, depth, known, is_review)
                self._bytes[key] = sizes.count_bytes(shown.text)
            size += self._bytes[key] + _BLANK_LINE
        return -(-size // sizes.BYTES_PER_TOKEN)

    def _parted(self, entry: Entry) -> tuple[tuple[Entry, tuple[str, ...]], ...]:
        """Part an entry into one for each of its sections, each with its conditions."""
        if entry.name not in self._pieces:
            pieces = (replace(entry, body=body) for body in _section_bodies(entry.body))
            self._pieces[entry.name] = tuple(
                (piece, tuple(text for _, text in passage_conditions(piece.body)))
                for piece in pieces
            )
        return self._pieces[entry.name]


def _section_bodies(body: str) -> Iterator[str]:
    for part in parse_sections(body).children:
        for child in part.children:
            yield _source_text(replace(part, blocks=(), children=(child,)))
        yield _source_text(replace(part, children=()))


def _source_text(section: Section) -> str:
    """Write a section as an author would, markers included."""
    lines = [f"{'#' * section.level} {section.title}", *section.markers, ""]
    body = render_section(replace(section, level=0, title="", children=()))
    parts = ["\n".join(lines), body, *(_source_text(child) for child in section.children)]
    return "\n".join(parts)


def _check_body(step: Step, content: Content) -> Iterator[Problem]:
    conditions = [text for _, text in passage_conditions(step.body)]
    answers = tuple(distinct_answers(conditions, content, {}))
    inputs = _input_tokens(step)
    for depth in DEPTHS:
        ceiling = sizes.STEP_BODY[depth] + sizes.PER_INPUT * len(step.inputs)

        def size(known: Known, depth: int = depth) -> int:
            return sizes.count_tokens(step_body(step, depth, known)) + inputs

        yield from _too_large(step.source, "the body", depth, ceiling, answers, size)


def _check_tool(tool: Tool, content: Content, scale: _Scale) -> Iterator[Problem]:
    """Hold a tool to the ceilings of a step; it has no frame, so its body may be as much longer."""
    conditions = [text for _, text in passage_conditions(tool.body)]
    for item in tool.knowledge_base:
        conditions += [item.when] if item.when else []
        conditions += scale.conditions(content.entries[item.entry])
    answers = tuple(distinct_answers(conditions, content, {}))
    for depth in DEPTHS:

        def body(known: Known, depth: int = depth) -> int:
            return sizes.count_tokens(tool_body(tool, depth, known))

        def knowledge(known: Known, depth: int = depth) -> int:
            brought = bring_knowledge(tool.name, tool.knowledge_base, (), known, depth)
            entries = (content.entries[one.item.entry] for one in brought)
            inline = (entry for entry in entries if entry.delivery == "inline")
            return sum(scale.tokens(entry, depth, known, is_review=False) for entry in inline)

        ceiling = sizes.STEP_BODY[depth] + sizes.FRAME[depth]
        yield from _too_large(tool.source, "the body", depth, ceiling, answers, body)
        ceiling, part = sizes.INLINE_KNOWLEDGE[depth], "all inline knowledge"
        yield from _too_large(tool.source, part, depth, ceiling, answers, knowledge)


def _input_tokens(step: Step) -> int:
    """Estimate the lines of Project context, where every creator is on."""
    lines = (f"- `{one.path}` (in update mode only): {one.take}.\n" for one in step.inputs)
    return sum(sizes.count_tokens(line) for line in lines)


def _check_entry(entry: Entry, content: Content, scale: _Scale) -> Iterator[Problem]:
    rules = _rules(entry.owner, content)
    answers = tuple(distinct_answers(scale.conditions(entry), content, {}, rules))
    views = [(False, sizes.TYPE_ENTRY if entry.owner else sizes.SHARED_ENTRY, "the entry")]
    if entry.owner:
        views.append((True, sizes.TYPE_ENTRY_IN_REVIEW, "the entry in a review"))
    for is_review, ceilings, part in views:
        for depth in DEPTHS:

            def size(known: Known, depth: int = depth, is_review: bool = is_review) -> int:
                return scale.tokens(entry, depth, known, is_review)

            yield from _too_large(entry.source, part, depth, ceilings[depth], answers, size)


def _check_knowledge(
    step: Step, project_type: str, content: Content, scale: _Scale
) -> Iterator[Problem]:
    """Check all inline knowledge of one step with one project type or none."""
    overlays = [content.overlays[project_type]] if project_type else []
    override = overlays[0].knowledge_overrides.get(step.name) if overlays else None
    if project_type and override is None:
        return
    items: list[KnowledgeItem] = [*step.knowledge_base, *(override.append if override else ())]
    conditions = [item.when for item in items if item.when]
    conditions += [override.when] if override and override.when else []
    for item in items:
        conditions += scale.conditions(content.entries[item.entry])
    fixed = {name: None for name, one in content.questions.items() if one.owner != project_type}
    rules = _rules(project_type, content)
    answers = tuple(distinct_answers(conditions, content, fixed, rules))
    where = overlays[0].source if overlays else step.source
    for depth in DEPTHS:

        def size(known: Known, depth: int = depth) -> int:
            brought = bring_knowledge(step.name, step.knowledge_base, overlays, known, depth)
            entries = (content.entries[one.item.entry] for one in brought)
            inline = (entry for entry in entries if entry.delivery == "inline")
            return sum(scale.tokens(entry, depth, known, step.review) for entry in inline)

        part = f"all inline knowledge of `{step.name}`"
        yield from _too_large(where, part, depth, sizes.INLINE_KNOWLEDGE[depth], answers, size)


def _rules(project_type: str, content: Content) -> tuple[Rule, ...]:
    return content.library.rules(project_type) if project_type else ()


def _too_large(
    source: str,
    part: str,
    depth: int,
    ceiling: int,
    answers: Iterable[Known],
    size: Callable[[Known], int],
) -> Iterator[Problem]:
    """Report the largest combination that passes the ceiling, if any does."""
    sized = [(size(known), known) for known in answers]
    largest, known = max(sized, key=lambda pair: pair[0], default=(0, {}))
    if largest > ceiling:
        shown = ", ".join(f"{name}={value}" for name, value in sorted(known.items()))
        with_answers = f" with {shown}" if shown else ""
        what = f"{part} has {largest:,} tokens at depth {depth}{with_answers}"
        yield Problem(f"{source}:1", what, f"cut it to {ceiling:,}")
