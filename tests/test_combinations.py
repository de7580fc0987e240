"""Every pair of a type's answers renders; that each combination fits is what `check` shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from milepost.answers import Answers
from milepost.checks.soundness import check_plan
from milepost.conditions import evaluate
from milepost.library import Library
from milepost.models import Question
from milepost.prompts import step_pages
from milepost.resolve import resolve

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = Library(ROOT)
Choice = Mapping[str, Any]


def values(question: Question) -> tuple[Any, ...]:
    """Give the answers to a question; of a list, none, each choice alone and all."""
    if question.kind == "bool":
        return (False, True)
    if not question.is_multiple:
        return question.choices
    return ([], *([choice] for choice in question.choices), list(question.choices))


def allowed(project_type: str) -> list[Choice]:
    """Give every combination of a type's answers that its rules let pass."""
    questions = LIBRARY.questions(project_type)
    names = [question.name for question in questions]
    rows = (dict(zip(names, row, strict=True)) for row in product(*map(values, questions)))
    refusals = [rule.refuse_when for rule in LIBRARY.rules(project_type)]
    return [row for row in rows if not any(evaluate(text, row) for text in refusals)]


def pairs(row: Choice) -> frozenset[tuple[tuple[str, str], ...]]:
    return frozenset(combinations(sorted((name, repr(value)) for name, value in row.items()), 2))


def covering(rows: list[Choice]) -> Iterator[Choice]:
    """Choose rows until every pair of answers that occurs has occurred."""
    missing = frozenset(pair for row in rows for pair in pairs(row))
    while missing:
        best = max(rows, key=lambda row: len(pairs(row) & missing))
        missing -= pairs(best)
        yield best


def test_a_covering_has_every_pair_in_fewer_rows() -> None:
    rows: list[Choice] = [
        dict(zip("abc", row, strict=True)) for row in product((1, 2), (1, 2), (1, 2))
    ]
    chosen = list(covering(rows))
    assert len(chosen) < len(rows)
    assert {pair for row in chosen for pair in pairs(row)} == {
        p for row in rows for p in pairs(row)
    }


@pytest.mark.slow
@pytest.mark.parametrize("project_type", LIBRARY.project_types)
def test_every_pair_of_answers_renders_with_its_knowledge_inline(project_type: str) -> None:
    for row in covering(allowed(project_type)):
        answers = Answers(
            project_name="x",
            methodology="custom",
            depth=5,
            project_type=project_type,
            platforms=("web",),
            type_answers=row,
        )
        plan = resolve(LIBRARY, answers)
        cut = [one.name for step in plan.steps for one in step.knowledge if "fit" in one.why_linked]
        assert cut == [], row
        assert list(check_plan(plan, "plan")) == [], row
        assert len(step_pages(plan)) == len(plan.steps)


@pytest.mark.parametrize("project_type", LIBRARY.project_types)
def test_rules_leave_every_choice_possible(project_type: str) -> None:
    rows = allowed(project_type)
    for question in LIBRARY.questions(project_type):
        for value in values(question):
            assert any(row[question.name] == value for row in rows), (question.name, value)
