"""List the answers that make a difference to some conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product
from typing import Any

from ..conditions import comparisons_in, evaluate, names_in
from ..models import Rule
from .content import Content
from .expressions import PLAN_NAME, choices_of

Known = Mapping[str, Any]
_LISTS = ("additional_types", "platforms", "agents")


def distinct_answers(
    expressions: Iterable[str], content: Content, fixed: Known, rules: Iterable[Rule] = ()
) -> Iterator[Known]:
    """Give one set of answers for every way in which conditions can come out.

    Args:
        expressions: The conditions.
        content: The content, for the possible values.
        fixed: Values that do not vary; other names take every possible value, the
            names of absent types' answers stay unknown where `fixed` says so with a
            value of `None`.
        rules: Answers that these refuse are left out.
    """
    texts = tuple(dict.fromkeys(expressions))
    refusals = tuple(rule.refuse_when for rule in rules)
    names = sorted({name for text in (*texts, *refusals) for name in names_in(text)})
    open_names = [name for name in names if name not in fixed]
    base = {name: value for name, value in fixed.items() if value is not None}
    seen: set[tuple[bool | None, ...]] = set()
    for values in product(*(possible_values(name, texts, content) for name in open_names)):
        known = {**base, **dict(zip(open_names, values, strict=True))}
        if any(evaluate(refusal, known) is True for refusal in refusals):
            continue
        outcome = tuple(evaluate(text, known) for text in texts)
        if outcome not in seen:
            seen.add(outcome)
            yield known


def possible_values(name: str, texts: Iterable[str], content: Content) -> tuple[Any, ...]:
    """Give every value that an answer can have; of a list of choices, every subset."""
    if name == PLAN_NAME:
        asked = {one.value for text in texts for one in comparisons_in(text) if one.name == name}
        mentioned = [step for step in content.steps if step in asked]
        return tuple(_typical_subsets(mentioned))
    choices = choices_of(content).get(name, ())
    question = content.questions.get(name)
    if name in _LISTS or (question and question.is_multiple):
        return tuple(_subsets(choices))
    if question and question.kind == "bool":
        return (False, True)
    if question and not choices:
        return (question.default,)
    return choices


def _typical_subsets(steps: list[str]) -> Iterator[list[str]]:
    """Give a plan with all of the steps, with none, and with all or none but one."""
    yield list(steps)
    yield []
    for step in steps if len(steps) > 1 else ():
        yield [other for other in steps if other != step]
        yield [step]


def _subsets(values: Iterable[str]) -> Iterator[list[str]]:
    members = tuple(values)
    for size in range(len(members) + 1):
        for chosen in combinations(members, size):
            yield list(chosen)
