"""Check every condition in the content against the questions that exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from ..answers import GENERAL_CONDITION_NAMES, NO_TYPE, PLATFORMS
from ..conditions import ConditionError, comparisons_in, names_in
from ..errors import Problem, suggest
from ..models import DependencyOverride, InputOverride, Located, Overlay
from ..sections import passage_conditions
from .content import Content

PLAN_NAME = "steps_in_plan"


class Expression(NamedTuple):
    """A condition and where it stands."""

    where: str
    text: str
    is_passage: bool
    """Whether it may ask which steps are on."""


def expressions_in(content: Content) -> Iterator[Expression]:
    """List every condition of the content."""
    for document in content.documents:
        for line, text in passage_conditions(document.body):
            yield Expression(f"{document.source}:{document.body_line + line}", text, True)
    for step in content.steps.values():
        if step.applies_when:
            yield Expression(step.where("applies-when"), step.applies_when, False)
        yield from _item_expressions(step, step.outputs, "outputs")
        yield from _item_expressions(step, step.inputs, "inputs")
        yield from _item_expressions(step, step.knowledge_base, "knowledge-base")
    for tool in content.tools.values():
        yield from _item_expressions(tool, tool.knowledge_base, "knowledge-base")
    yield from _item_expressions(content.artifacts, content.artifacts.artifacts, "artifacts")
    yield from _overlay_expressions(content)
    rules = [*content.library.general_rules]
    for project_type in content.overlays:
        rules += content.library.rules(project_type)
    for rule in rules:
        yield Expression(rule.source, rule.refuse_when, False)


def structural_expressions(content: Content, project_type: str) -> tuple[str, ...]:
    """List the conditions on answers that decide which steps a plan has and what they wait for.

    What asks only which steps are on follows from these, and is left out.

    Args:
        content: The content.
        project_type: The type whose overlay counts, or `none`.
    """
    texts = [step.applies_when for step in content.steps.values()]
    for step in content.steps.values():
        texts += [output.when for output in step.outputs]
        texts += [one.when for one in step.inputs]
    overlay = content.overlays.get(project_type)
    if overlay:
        texts += [override.when for override in overlay.step_overrides.values()]
        for inputs in overlay.input_overrides.values():
            texts += [inputs.when, *(one.when for one in inputs.replace.values())]
            texts += [one.when for one in inputs.append]
        for needed in overlay.dependency_overrides.values():
            texts += [needed.when, *(one.when for one in needed.replace.values())]
            texts += [one.when for one in needed.append]
    return tuple(text for text in texts if text and set(names_in(text)) != {PLAN_NAME})


class _Conditional(Protocol):
    @property
    def when(self) -> str | None: ...


def _item_expressions(
    record: Located, items: Iterable[_Conditional], *place: str | int
) -> Iterator[Expression]:
    for index, item in enumerate(items):
        yield from _when(record, item, *place, index)


def _when(record: Located, item: _Conditional, *place: str | int) -> Iterator[Expression]:
    if item.when:
        yield Expression(record.where(*place, "when"), item.when, True)


def _overlay_expressions(content: Content) -> Iterator[Expression]:
    for overlay in content.overlays.values():
        for name, step in overlay.step_overrides.items():
            if step.when:
                where = overlay.where("step-overrides", name, "when")
                yield Expression(where, step.when, False)
        for name, knowledge in overlay.knowledge_overrides.items():
            place = ("knowledge-overrides", name)
            yield from _when(overlay, knowledge, *place)
            yield from _item_expressions(overlay, knowledge.append, *place, "append")
        for name, inputs in overlay.input_overrides.items():
            yield from _override_expressions(overlay, inputs, "input-overrides", name)
        for name, needed in overlay.dependency_overrides.items():
            yield from _override_expressions(overlay, needed, "dependency-overrides", name)


def _override_expressions(
    overlay: Overlay, override: InputOverride | DependencyOverride, *place: str
) -> Iterator[Expression]:
    yield from _when(overlay, override, *place)
    for old, item in override.replace.items():
        yield from _when(overlay, item, *place, "replace", old)
    yield from _item_expressions(overlay, override.append, *place, "append")


def check_expressions(content: Content) -> Iterator[Problem]:
    """Find conditions that are none, name nothing, or compare with no choice."""
    for expression in expressions_in(content):
        yield from _check(expression, content)


def choices_of(content: Content) -> dict[str, tuple[str, ...]]:
    """Give the possible values of every name that has a closed list of them."""
    types = content.library.project_types
    general = {
        "methodology": content.library.methodology_names,
        "project_type": (*types, NO_TYPE),
        "additional_types": types,
        "platforms": PLATFORMS,
        "agents": tuple(agent.name for agent in content.library.agents),
        "knowledge_delivery": ("inline", "linked"),
        PLAN_NAME: tuple(content.steps),
    }
    own = {question.name: question.choices for question in content.questions.values()}
    return {**general, **{name: choices for name, choices in own.items() if choices}}


def _check(expression: Expression, content: Content) -> Iterator[Problem]:
    known = [*GENERAL_CONDITION_NAMES, *content.questions]
    if expression.is_passage:
        known.append(PLAN_NAME)
    try:
        for name in names_in(expression.text):
            if name not in known:
                fix = suggest(name, known, f"use one of {', '.join(known)}")
                yield Problem(expression.where, f"there is no answer `{name}`", fix)
        for name, value in comparisons_in(expression.text):
            choices = choices_of(content).get(name)
            if choices and str(value) not in choices:
                fix = suggest(str(value), choices, f"use one of {', '.join(choices)}")
                yield Problem(expression.where, f"`{name}` is never `{value}`", fix)
    except ConditionError as error:
        yield Problem(expression.where, error.what, error.problems[0].fix)
