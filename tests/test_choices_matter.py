"""Every answer changes something that a team would notice, and this says what."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from milepost.answers import Answers
from milepost.library import Library
from milepost.models import Question
from milepost.rendering import render

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests/data/choices"
LIBRARY = Library(ROOT)
BASE = Answers(project_name="x", methodology="mvp")
FOLLOWING = {"ml_serving": "realtime"}
"""Defaults that `questions.yml` derives from other answers."""


_RENDERED: dict[str, Mapping[str, str]] = {}


def pages(answers: Answers) -> Mapping[str, str]:
    """Render answers and give the text of every page by name."""
    key = repr(answers)
    if key not in _RENDERED:
        rendering = render(LIBRARY, answers, None)
        _RENDERED[key] = {
            **{page.name: page.text for page in rendering.steps},
            **{f"tool {page.name}": page.text for page in rendering.tools},
            **{f"linked {page.name}": page.text for page in rendering.linked},
            **{page.path: page.text for page in rendering.agent_files},
        }
    return _RENDERED[key]


def changed(before: Answers, after: Answers) -> list[str]:
    """Name the pages that two sets of answers do not have alike."""
    first, second = pages(before), pages(after)
    names = first.keys() | second.keys()
    return sorted(name for name in names if first.get(name) != second.get(name))


def choices(question: Question) -> Iterator[Any]:
    """Give every answer to a question; to a list, none and each choice alone."""
    if question.kind == "bool":
        yield from (False, True)
    elif question.is_multiple:
        yield []
        yield from ([choice] for choice in question.choices)
    else:
        yield from question.choices


def of_type(project_type: str, depth: int) -> Answers:
    defaults = {one.name: one.default for one in LIBRARY.questions(project_type)}
    defaults |= {name: value for name, value in FOLLOWING.items() if name in defaults}
    return replace(
        BASE,
        methodology="custom",
        depth=depth,
        project_type=project_type,
        type_answers=defaults,
    )


def effects(project_type: str) -> Iterator[str]:
    """Say for each choice of each question which pages it changes, at depth 1 and at 5."""
    for question in LIBRARY.questions(project_type):
        for choice in choices(question):
            for depth in (1, 5):
                before = of_type(project_type, depth)
                if choice == before.type_answers[question.name]:
                    continue
                answers = {**before.type_answers, question.name: choice}
                names = changed(before, replace(before, type_answers=answers))
                shown = ", ".join(names) or "nothing"
                yield f"{question.name}={choice} at depth {depth}: {shown}"


@pytest.mark.parametrize("project_type", LIBRARY.project_types)
def test_choices_of_a_type_change_what_the_list_says(project_type: str) -> None:
    text = "\n".join(effects(project_type)) + "\n"
    path = GOLDEN / f"{project_type}.txt"
    if os.environ.get("MILEPOST_WRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("depth", [1, 5])
@pytest.mark.parametrize("project_type", LIBRARY.project_types)
def test_no_two_choices_of_a_question_give_the_same_pipeline(project_type: str, depth: int) -> None:
    before = of_type(project_type, depth)
    for question in LIBRARY.questions(project_type):
        for one, other in combinations(list(choices(question)), 2):
            first = replace(before, type_answers={**before.type_answers, question.name: one})
            second = replace(before, type_answers={**before.type_answers, question.name: other})
            assert changed(first, second), f"{question.name}: {one} and {other}"


@pytest.mark.parametrize(
    "after",
    [
        pytest.param({"idea": "Lend tools"}, id="idea"),
        pytest.param({"methodology": "custom", "depth": 3}, id="methodology"),
        pytest.param({"methodology": "custom", "depth": 2}, id="depth"),
        pytest.param({"steps_off": ("review-vision",)}, id="steps_off"),
        pytest.param({"step_depths": {"tdd": 2}}, id="step_depths"),
        pytest.param({"platforms": ("web",)}, id="platforms-web"),
        pytest.param({"platforms": ("mobile",)}, id="platforms-mobile"),
        pytest.param({"platforms": ("desktop",)}, id="platforms-desktop"),
        pytest.param({"agents": ("codex",)}, id="agents"),
        pytest.param({"per_step_commands": True}, id="per_step_commands"),
        pytest.param({"knowledge_delivery": "linked"}, id="knowledge_delivery"),
    ],
)
def test_general_answers_change_what_is_rendered(after: Mapping[str, Any]) -> None:
    assert changed(BASE, replace(BASE, **after))


def test_a_step_that_is_off_can_be_switched_on() -> None:
    off = replace(BASE, steps_off=("tdd",))
    assert "tdd" in changed(off, BASE)


def test_platforms_differ_from_each_other() -> None:
    for one, other in combinations(("web", "mobile", "desktop"), 2):
        assert changed(replace(BASE, platforms=(one,)), replace(BASE, platforms=(other,)))


@pytest.mark.parametrize("depth", [1, 3, 5])
def test_content_scripts_are_spoken_of_only_where_there_are_some(depth: int) -> None:
    without = of_type("browser-extension", depth)
    answers = {**without.type_answers, "ext_content_script": True}
    with_scripts = pages(replace(without, type_answers=answers))
    words = re.compile(r"content[ _-]scripts?", re.IGNORECASE)
    for name, text in pages(without).items():
        prose = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)
        assert [line for line in prose.splitlines() if words.search(line)] == [], name
    assert sum(bool(words.search(text)) for text in with_scripts.values()) >= 3
