"""Hold every part of every step file to its ceiling, for every combination of answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .. import sizes
from ..errors import Problem
from ..knowledge import show_entry
from ..models import DEPTHS, Entry, KnowledgeItem, Rule, Step
from ..overlays import bring_knowledge
from ..prompts import step_body
from ..sections import passage_conditions
from .combinations import distinct_answers
from .content import Content

Known = Mapping[str, Any]


def check_sizes(content: Content) -> Iterator[Problem]:
    """Find parts that are larger than CONTENT.md allows."""
    for step in content.steps.values():
        yield from _check_body(step, content)
        for project_type in ("", *content.overlays):
            yield from _check_knowledge(step, project_type, content)
    for entry in content.entries.values():
        yield from _check_entry(entry, content)


def _check_body(step: Step, content: Content) -> Iterator[Problem]:
    conditions = [text for _, text in passage_conditions(step.body)]
    extra = sizes.PER_INPUT * len(step.inputs)
    for depth in DEPTHS:
        ceiling = sizes.STEP_BODY[depth] + extra

        def size(known: Known, depth: int = depth) -> int:
            return sizes.count_tokens(step_body(step, depth, known)) + _input_tokens(step)

        answers = distinct_answers(conditions, content, {})
        yield from _too_large(step.source, "the body", depth, ceiling, answers, size)


def _input_tokens(step: Step) -> int:
    """Estimate the lines of Project context, where every creator is on."""
    return sum(
        sizes.count_tokens(
            f"- `{one.path}` (in update mode only): {one.take}; if it is missing, {one.without}.\n"
        )
        for one in step.inputs
    )


def _check_entry(entry: Entry, content: Content) -> Iterator[Problem]:
    conditions = [text for _, text in passage_conditions(entry.body)]
    rules = _rules(entry.owner, content)
    views = [(False, sizes.TYPE_ENTRY if entry.owner else sizes.SHARED_ENTRY, "the entry")]
    if entry.owner:
        views.append((True, sizes.TYPE_ENTRY_IN_REVIEW, "the entry in a review"))
    for is_review, ceilings, part in views:
        for depth in DEPTHS:

            def size(known: Known, depth: int = depth, is_review: bool = is_review) -> int:
                return sizes.count_tokens(show_entry(entry, depth, known, is_review).text)

            answers = distinct_answers(conditions, content, {}, rules)
            yield from _too_large(entry.source, part, depth, ceilings[depth], answers, size)


def _check_knowledge(step: Step, project_type: str, content: Content) -> Iterator[Problem]:
    """Check all inline knowledge of one step with one project type or none."""
    overlays = [content.overlays[project_type]] if project_type else []
    override = overlays[0].knowledge_overrides.get(step.name) if overlays else None
    if project_type and override is None:
        return
    items: list[KnowledgeItem] = [*step.knowledge_base, *(override.append if override else ())]
    conditions = [item.when for item in items if item.when]
    for item in items:
        conditions += (text for _, text in passage_conditions(content.entries[item.entry].body))
    where = overlays[0].source if overlays else step.source
    fixed = {name: None for name, one in content.questions.items() if one.owner != project_type}
    for depth in DEPTHS:

        def size(known: Known, depth: int = depth) -> int:
            brought = bring_knowledge(step.name, step.knowledge_base, overlays, known, depth)
            entries = (content.entries[one.item.entry] for one in brought)
            return sum(
                sizes.count_tokens(show_entry(entry, depth, known, step.review).text)
                for entry in entries
                if entry.delivery == "inline"
            )

        answers = distinct_answers(conditions, content, fixed, _rules(project_type, content))
        part = f"all inline knowledge of `{step.name}`"
        ceiling = sizes.INLINE_KNOWLEDGE[depth]
        yield from _too_large(where, part, depth, ceiling, answers, size)


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
