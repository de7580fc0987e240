"""The plans of every methodology and type, and the soundness of plans with single switches."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from milepost.answers import NO_TYPE, Answers
from milepost.checks.soundness import check_plan
from milepost.library import Library
from milepost.models import SEEDED
from milepost.plans import Plan, PlannedStep
from milepost.prompts import step_body, step_pages, tool_pages
from milepost.resolve import resolve

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests/data/plans"
LIBRARY = Library(ROOT)
TYPES = (NO_TYPE, *LIBRARY.project_types)
NAMES = sorted(LIBRARY.step_sources)
LONG = 50
"""Characters from which a line is a sentence of its own, and no command or heading."""


def line_per_step(plan: Plan) -> str:
    lines = [
        f"{step.name} after {', '.join(step.dependencies) or 'nothing'};"
        f" knows {', '.join(one.name for one in step.knowledge) or 'nothing'}"
        for step in plan.steps
    ]
    return "\n".join([*lines, *(f"off: {step.name}" for step in plan.off)]) + "\n"


@pytest.mark.parametrize("project_type", TYPES)
@pytest.mark.parametrize("methodology", LIBRARY.methodology_names)
def test_plan_is_the_golden_one(methodology: str, project_type: str) -> None:
    answers = Answers(project_name="x", methodology=methodology, project_type=project_type)
    path = GOLDEN / f"{methodology}-{project_type}.txt"
    text = line_per_step(resolve(LIBRARY, answers))
    if os.environ.get("MILEPOST_WRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize(("methodology", "count"), [("mvp", 19), ("custom", 56), ("deep", 60)])
def test_every_candidate_step_is_there_where_people_use_it_on_several_platforms(
    methodology: str, count: int
) -> None:
    answers = Answers(project_name="x", methodology=methodology, platforms=("web", "mobile"))
    plan = resolve(LIBRARY, answers)
    assert len(plan.steps) == count
    assert all(step.why for step in plan.steps)
    assert all(one.why for one in plan.off)


@pytest.mark.parametrize("project_type", TYPES)
def test_no_sentence_stands_twice_in_a_file(project_type: str) -> None:
    questions = LIBRARY.questions(project_type) if project_type != NO_TYPE else ()
    plan = resolve(
        LIBRARY,
        Answers(
            project_name="x",
            methodology="custom",
            depth=5,
            project_type=project_type,
            steps_on=tuple(NAMES),
            type_answers={one.name: one.default for one in questions if one.default is not None},
        ),
    )
    for page in (*step_pages(plan), *tool_pages(plan)):
        lines = Counter(line.strip() for line in page.text.splitlines())
        twice = [line for line, count in lines.items() if count > 1 and len(line) > LONG]
        assert [line for line in twice if not line.startswith("|")] == [], page.name


@st.composite
def answer_sets(draw: st.DrawFn) -> Answers:
    switched = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=12))
    split = draw(st.integers(0, len(switched)))
    return Answers(
        project_name="x",
        methodology=draw(st.sampled_from(LIBRARY.methodology_names)),
        project_type=draw(st.sampled_from(TYPES)),
        steps_on=tuple(switched[:split]),
        steps_off=tuple(switched[split:]),
        step_depths=draw(
            st.dictionaries(st.sampled_from(NAMES), st.sampled_from((1, 2, 3, 4, 5)), max_size=5)
        ),
    )


@given(answers=answer_sets(), data=st.data())
@settings(max_examples=40, deadline=None)
def test_plans_with_single_switches_are_sound_in_every_order(
    answers: Answers, data: st.DataObject
) -> None:
    plan = resolve(LIBRARY, answers)
    assert list(check_plan(plan, "plan")) == []
    names = {step.name for step in plan.steps}
    assert set(answers.steps_on) <= names
    assert not set(answers.steps_off) & names
    waiting = {step.name: step for step in plan.steps}
    made = {one.path for one in LIBRARY.artifacts.artifacts if one.owner == SEEDED}
    done: set[str] = set()
    while waiting:
        ready = [name for name, step in waiting.items() if set(step.dependencies) <= done]
        step = waiting.pop(data.draw(st.sampled_from(ready)))
        needed = {one.path for one in step.inputs if one.required and one.creator}
        assert needed | set(step.revises) <= made, step.name
        made.update((*step.outputs, *step.optional_outputs))
        done.add(step.name)


@cache
def whole_plan(depth: int) -> Mapping[str, PlannedStep]:
    """Switch every step on, at one depth."""
    answers = Answers(project_name="x", methodology="custom", depth=depth, steps_on=tuple(NAMES))
    return {step.name: step for step in resolve(LIBRARY, answers).steps}


@pytest.mark.parametrize("name", NAMES)
def test_depth_one_and_five_differ_in_substance_and_size(name: str) -> None:
    shallow, deep = whole_plan(1)[name], whole_plan(5)[name]
    known = {"steps_in_plan": NAMES}
    first, second = (step_body(one.step, one.depth, known).splitlines() for one in (shallow, deep))
    assert len(set(second) - set(first)) >= 3
    assert shallow.step.depth_scaling[1] != deep.step.depth_scaling[5]
    sizes = [sum(len(entry.text) for entry in one.knowledge) for one in (shallow, deep)]
    assert sizes[0] < sizes[1] or not sizes[1]
