"""Check every condition in the content against the questions that exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..answers import GENERAL_CONDITION_NAMES, NO_TYPE, PLATFORMS
from ..conditions import ConditionError, comparisons_in, names_in
from ..errors import Problem, suggest
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
        where = f"{step.source}:1"
        if step.applies_when:
            yield Expression(where, step.applies_when, False)
        texts = [item.when for item in step.knowledge_base]
        texts += [output.when for output in step.outputs]
        texts += [one.when for one in step.inputs]
        yield from (Expression(where, text, True) for text in texts if text)
    yield from _overlay_expressions(content)
    rules = [*content.library.general_rules]
    for project_type in content.overlays:
        rules += content.library.rules(project_type)
    for rule in rules:
        yield Expression(rule.source, rule.refuse_when, False)


def _overlay_expressions(content: Content) -> Iterator[Expression]:
    for overlay in content.overlays.values():
        where = f"{overlay.source}:1"
        for step in overlay.step_overrides.values():
            if step.when:
                yield Expression(where, step.when, False)
        others: list[str | None] = []
        for knowledge in overlay.knowledge_overrides.values():
            others += [knowledge.when, *(item.when for item in knowledge.append)]
        for inputs in overlay.input_overrides.values():
            items = (*inputs.replace.values(), *inputs.append)
            others += [inputs.when, *(item.when for item in items)]
        for dependencies in overlay.dependency_overrides.values():
            needed = (*dependencies.replace.values(), *dependencies.append)
            others += [dependencies.when, *(item.when for item in needed)]
        yield from (Expression(where, text, True) for text in others if text)


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
        yield Problem(expression.where, str(error), "write a Jinja expression over the answers")
