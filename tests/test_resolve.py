"""Answers and content become one plan, point by point as DESIGN.md has it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest
import yaml
from factories import SHIP_IT, Tree, answers, body_of, entry, library, sound_tree, tool, tree, write
from milepost import sizes
from milepost.errors import ContentError, Problem
from milepost.plans import OffStep, Plan, PlannedInput, PlannedStep
from milepost.rendering import render
from milepost.resolve import resolve


def planned(root: Path, files: Tree, **changes: Any) -> Plan:
    return resolve(library(root, files), answers(**changes))


def named(plan: Plan, name: str) -> PlannedStep:
    return next(step for step in plan.steps if step.name == name)


def order_of(plan: Plan) -> list[str]:
    return [step.name for step in plan.steps]


def file(path: str, **keys: Any) -> dict[str, Any]:
    return {"path": path, "take": "all", "without": "ask", **keys}


# 1 Methodology, 8 depth


@pytest.mark.parametrize(
    ("changes", "depth", "why"),
    [
        ({"methodology": "mvp"}, 1, "depth 1 from `mvp`"),
        ({"methodology": "deep"}, 5, "depth 5 from `deep`"),
        ({}, 3, "depth 3 from `custom`"),
        ({"depth": 2}, 2, "depth 2 from your `depth`"),
        ({"depth": 2, "step_depths": {"a": 4}}, 4, "depth 4 from your `step_depths`"),
        ({"methodology": "mvp", "step_depths": {"a": 5}}, 5, "depth 5 from your `step_depths`"),
        ({"depth": 2, "step_depths": {"b": 4}}, 2, "depth 2 from your `depth`"),
    ],
)
def test_depth_is_the_steps_own_else_the_users_else_the_methodologys(
    tmp_path: Path, changes: Mapping[str, Any], depth: int, why: str
) -> None:
    step = named(planned(tmp_path, tree({"a": {}, "b": {}}), **changes), "a")
    assert (step.depth, step.why[-1]) == (depth, why)


# 2 Overlays


def test_overlays_of_the_type_and_then_of_each_additional_type_apply(tmp_path: Path) -> None:
    files = tree(
        {"a": {"knowledge_base": ["own"]}},
        entries={name: entry(name) for name in ("own", "first", "second")},
        overlay={"knowledge-overrides": {"a": {"append": ["first"]}}},
    )
    more = files["content/project-types/demo/overlay.yml"].replace("demo", "more")
    files["content/project-types/more/overlay.yml"] = more.replace("first", "second")
    files["content/project-types/more/questions.yml"] = "{}\n"
    files["content/project-types/order.yml"] = "[demo, more]\n"

    def knowledge(**changes: Any) -> list[tuple[str, str]]:
        step = named(planned(tmp_path, files, **changes), "a")
        return [(one.name, one.brought_by) for one in step.knowledge]

    assert knowledge() == [("own", "step")]
    assert knowledge(project_type="more", additional_types=("demo",)) == [
        ("own", "step"),
        ("second", "more"),
        ("first", "demo"),
    ]


# 3 Applicability, 4 the user's own choices

OPEN: dict[str, dict[str, Any]] = {
    "a": {
        "conditional": "if-needed",
        "applies_when": "demo_fast or 'web' in platforms",
        "applies_when_text": "It applies to the web.",
        "evidence": [{"glob": "*.html", "says": "a page"}],
    }
}
HAS = "`custom` has it where it is needed"


@pytest.mark.parametrize(
    ("changes", "is_conditional", "why"),
    [
        (
            {"platforms": ("web",)},
            False,
            (HAS, "your answers ask for it (`demo_fast or 'web' in platforms`)"),
        ),
        ({}, True, (HAS,)),
        ({"steps_on": ("a",)}, False, (HAS, "you switched it on with `steps_on`")),
    ],
)
def test_conditional_step_is_on_when_it_applies_or_that_is_open(
    tmp_path: Path, changes: Mapping[str, Any], is_conditional: bool, why: tuple[str, ...]
) -> None:
    plan = planned(tmp_path, tree(OPEN, conditional=["a"]), **changes)
    step = named(plan, "a")
    assert step.is_conditional is is_conditional
    assert step.why == (*why, "depth 3 from `custom`")
    assert bool(step.evidence) is is_conditional


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"project_type": "demo", "type_answers": {"demo_fast": False}},
            "your answers do not need it (`demo_fast or 'web' in platforms`)",
        ),
        ({"platforms": ("web",), "steps_off": ("a",)}, "you switched it off with `steps_off`"),
    ],
)
def test_conditional_step_is_off_when_it_does_not_apply(
    tmp_path: Path, changes: Mapping[str, Any], why: str
) -> None:
    plan = planned(tmp_path, tree(OPEN, conditional=["a"]), **changes)
    assert (plan.steps, plan.off) == ((), (OffStep(name="a", why=why),))


def test_users_choice_wins_over_methodology_overlay_and_answers(tmp_path: Path) -> None:
    files = tree(
        {"a": {}, "b": {}},
        off=["a"],
        overlay={"step-overrides": {"a": {"enabled": False}, "b": {"enabled": True}}},
    )
    plan = planned(
        tmp_path,
        files,
        methodology="mvp",
        project_type="demo",
        steps_on=("a",),
        steps_off=("b",),
    )
    assert order_of(plan) == ["a"]
    assert named(plan, "a").why == (
        "`mvp` switches it off",
        "the type `demo` switches it off",
        "you switched it on with `steps_on`",
        "depth 1 from `mvp`",
    )
    assert plan.off == (OffStep(name="b", why="you switched it off with `steps_off`"),)


# 5 Order


def test_ties_are_settled_by_phase_order_and_name(tmp_path: Path) -> None:
    files = tree(
        {
            "z": {"phase": "plan", "order": 900},
            "c": {"order": 20},
            "b": {"order": 10},
            "a": {"order": 20},
            "d": {"order": 5, "dependencies": ["c"]},
        }
    )
    assert order_of(planned(tmp_path, files)) == ["z", "b", "a", "c", "d"]


def test_step_that_is_off_hands_its_dependencies_over(tmp_path: Path) -> None:
    files = tree(
        {
            "a": {},
            "b": {"dependencies": ["a"]},
            "c": {"dependencies": ["b"]},
            "d": {"dependencies": ["c", "a"]},
        }
    )
    plan = planned(tmp_path, files, steps_off=("b", "c"))
    assert [(step.name, step.dependencies) for step in plan.steps] == [("a", ()), ("d", ("a",))]


def test_overlay_may_replace_the_dependency_of_a_step_that_is_off(tmp_path: Path) -> None:
    files = tree(
        {"a": {}, "b": {}, "off": {"dependencies": ["a"]}, "d": {"dependencies": ["off"]}},
        overlay={"dependency-overrides": {"off": {"replace": {"a": "b"}}}},
    )
    plan = planned(tmp_path, files, project_type="demo", steps_off=("off",))
    assert named(plan, "d").dependencies == ("b",)


def test_circle_through_a_step_that_is_off_is_an_error(tmp_path: Path) -> None:
    files = tree({"a": {"dependencies": ["b"]}, "b": {"dependencies": ["a"]}})
    with pytest.raises(ContentError, match=r"in a circle: `[ab]` → `[ab]` → `[ab]`"):
        planned(tmp_path, files, steps_off=("b",))


# 6 Inputs, outputs, revisions


def test_input_names_its_creator_only_where_that_creates_it_in_this_plan(tmp_path: Path) -> None:
    files = tree(
        {
            "a": {
                "outputs": [
                    "docs/always.md",
                    {"path": "docs/deep.md", "from-depth": 4},
                    {"path": "docs/fast.md", "when": "demo_fast", "optional": True},
                ]
            },
            "b": {
                "dependencies": ["a"],
                "inputs": [
                    file("docs/always.md", required=True),
                    file("docs/deep.md"),
                    file("docs/fast.md"),
                ],
                "revises": ["docs/deep.md", "docs/always.md"],
            },
        }
    )

    def creators(**changes: Any) -> dict[str, str | None]:
        step = named(planned(tmp_path, files, **changes), "b")
        return {one.path: one.creator for one in step.inputs}

    plan = planned(tmp_path, files)
    assert creators() == {"docs/always.md": "a", "docs/deep.md": None, "docs/fast.md": None}
    assert named(plan, "a").outputs == ("docs/always.md",)
    assert named(plan, "b").revises == ("docs/always.md",)
    fast = {"project_type": "demo", "type_answers": {"demo_fast": True}, "depth": 4}
    assert creators(**fast) == {
        "docs/always.md": "a",
        "docs/deep.md": "a",
        "docs/fast.md": "a",
    }
    deep = planned(tmp_path, files, **fast)
    assert named(deep, "a").outputs == ("docs/always.md", "docs/deep.md")
    assert named(deep, "a").optional_outputs == ("docs/fast.md",)
    assert named(deep, "b").revises == ("docs/deep.md", "docs/always.md")
    assert set(creators(steps_off=("a",)).values()) == {None}


def test_what_the_first_copy_made_is_there_for_whom_it_was_made(tmp_path: Path) -> None:
    seeds = """
- {path: HOW.md, owner: copy, revised-by: [a]}
- {path: WEB.md, owner: copy, when: "'web' in platforms", revised-by: [a]}
"""
    files = tree({"a": {"inputs": [file("HOW.md")], "revises": ["HOW.md", "WEB.md"]}})
    rows = {"ids": {}, "thread": [], "shapes": {}, "artifacts": yaml.safe_load(seeds)}
    files["content/artifacts.yml"] = yaml.safe_dump(rows)

    (step,) = planned(tmp_path, files).steps
    assert [one.creator for one in step.inputs] == ["copy"]
    assert step.revises == ("HOW.md",)
    (step,) = planned(tmp_path, files, platforms=("web",)).steps
    assert step.revises == ("HOW.md", "WEB.md")


def test_overlay_replaces_an_input_in_place(tmp_path: Path) -> None:
    files = tree(
        {"a": {"outputs": ["docs/x.md"]}, "b": {"inputs": [file("docs/a.md"), file("docs/b.md")]}},
        overlay={"input-overrides": {"b": {"replace": {"docs/a.md": file("docs/x.md")}}}},
    )
    assert named(planned(tmp_path, files, project_type="demo"), "b").inputs == (
        PlannedInput(
            path="docs/x.md",
            take="all",
            without="ask",
            required=False,
            update_only=False,
            creator="a",
        ),
        PlannedInput(
            path="docs/b.md",
            take="all",
            without="ask",
            required=False,
            update_only=False,
            creator=None,
        ),
    )


def test_condition_of_a_passage_may_ask_which_steps_are_on(tmp_path: Path) -> None:
    files = tree(
        {"a": {}, "b": {"knowledge_base": [{"entry": "x", "when": "'a' in steps_in_plan"}]}},
        entries={"x": entry("x")},
    )
    assert len(named(planned(tmp_path, files), "b").knowledge) == 1
    assert named(planned(tmp_path, files, steps_off=("a",)), "b").knowledge == ()


# 7 Knowledge

GUIDANCE = "### Deep\n\ndeep\n\n### Probes\n<!-- for: review -->\n\nprobe"


def test_entry_shows_what_applies_to_depth_and_review(tmp_path: Path) -> None:
    files = tree(
        {
            "a": {"knowledge_base": ["x"]},
            "r": {"knowledge_base": ["x"], "review": True},
        },
        entries={"x": entry("x", guidance=GUIDANCE)},
        own_entries={"y": entry("y", guidance=GUIDANCE)},
        overlay={"knowledge-overrides": {"r": {"append": ["y"]}}},
    )
    plan = planned(tmp_path, files, project_type="demo")
    (own,) = named(plan, "a").knowledge
    assert (own.text, own.sections) == ("Short.\n\n#### Deep\n\ndeep\n", ("Deep",))
    assert own.dropped == (("Probes", "for reviewers"),)
    shared, types = named(plan, "r").knowledge
    assert shared.text == "Short.\n\n#### Deep\n\ndeep\n\n#### Probes\n\nprobe\n"
    assert (types.text, types.owner) == ("Short.\n\n#### Probes\n\nprobe\n", "demo")
    assert types.dropped == (("Deep", "not for reviewers"),)


def test_entry_that_answers_empty_is_left_out(tmp_path: Path) -> None:
    only = "### One\n<!-- when: demo_fast -->\n\ntext"
    files = tree({"a": {"knowledge_base": ["x"]}}, entries={"x": entry("x", only, guidance=only)})
    assert named(planned(tmp_path, files), "a").knowledge == ()


def test_linked_entry_is_shown_once_whole_and_at_the_greatest_depth(tmp_path: Path) -> None:
    files = tree(
        {
            "a": {"knowledge_base": ["x"]},
            "b": {"knowledge_base": ["x"], "review": True},
        },
        entries={"x": entry("x", guidance=GUIDANCE, delivery="linked")},
    )
    files["content/tools/t.md"] = tool("t", knowledge_base=["x"])
    plan = planned(tmp_path, files, step_depths={"a": 2, "b": 4}, depth=1)
    (shown,) = named(plan, "a").knowledge
    assert (shown.is_linked, shown.text) == (True, "")
    assert shown.why_linked == "one reading serves many steps"
    (linked,) = plan.linked
    assert (linked.name, linked.depth, linked.steps) == ("x", 4, ("a", "b", "t"))
    assert linked.text == ("Short.\n\n## Deep (depth 3)\n\ndeep\n\n## Probes (depth 3)\n\nprobe\n")


def test_all_entries_are_linked_when_the_user_chose_so(tmp_path: Path) -> None:
    plan = planned(tmp_path, sound_tree(), knowledge_delivery="linked")
    assert [one.name for one in plan.linked] == ["building", "planning"]
    (one,) = named(plan, "build-it").knowledge
    assert one.why_linked == "you chose `knowledge_delivery: linked`"


def test_entries_that_do_not_fit_are_linked_the_last_first(tmp_path: Path) -> None:
    large = "x" * (sizes.INLINE_KNOWLEDGE[3] * sizes.BYTES_PER_TOKEN // 2 - 2) + "\n"
    names = ("a", "b", "c", "d")
    files = tree(
        {"s": {"knowledge_base": list(names)}},
        entries={
            name: entry(
                name,
                large if name != "d" else "small",
                delivery="linked" if name == "b" else "inline",
            )
            for name in names
        },
    )
    shown = named(planned(tmp_path, files), "s").knowledge
    assert [(one.name, one.why_linked) for one in shown] == [
        ("a", ""),
        ("b", "one reading serves many steps"),
        ("c", "it does not fit into the step file"),
        ("d", "it does not fit into the step file"),
    ]


# Wrong content, and purity


def test_phase_that_is_not_there_is_named_with_its_line(tmp_path: Path) -> None:
    files = sound_tree()
    text = files.pop(SHIP_IT).replace("phase: build", "phase: biuld")
    with pytest.raises(ContentError) as caught:
        planned(tmp_path, {**files, SHIP_IT: text}, steps_on=("ship-it",))
    assert caught.value.problems == (
        Problem(f"{SHIP_IT}:5", "there is no phase `biuld`", "did you mean `build`?"),
    )


def test_step_or_entry_that_is_not_there_is_named(tmp_path: Path) -> None:
    files = tree({"a": {"dependencies": ["bb"]}, "b": {"knowledge_base": ["x"]}})
    with pytest.raises(ContentError) as caught:
        planned(tmp_path, files)
    assert caught.value.problems == (
        Problem("content", "there is no step `bb`", "did you mean `b`?"),
    )
    with pytest.raises(ContentError) as caught:
        planned(tmp_path, files, steps_off=("a",))
    assert caught.value.problems == (
        Problem("content", "there is no entry `x`", "add the entry, or remove its name"),
    )


def test_condition_that_compares_what_cannot_be_compared_is_told_in_words(tmp_path: Path) -> None:
    files = tree({"a": {"outputs": [{"path": "docs/a.md", "when": "platforms < 3"}]}})
    with pytest.raises(ContentError, match="`platforms < 3` compares what cannot be compared"):
        planned(tmp_path, files)


def test_steps_that_are_off_and_entries_that_nobody_needs_are_not_read(tmp_path: Path) -> None:
    files = tree({"a": {}, "b": {"knowledge_base": ["x"]}}, entries={"x": entry("x")})
    files["content/steps/build/b.md"] = files["content/knowledge/core/x.md"] = "broken"
    assert order_of(planned(tmp_path, files, steps_off=("b",))) == ["a"]


def test_same_content_and_answers_give_equal_plans_and_texts(tmp_path: Path) -> None:
    root = write(tmp_path, sound_tree())
    given = answers(project_type="demo", type_answers={"demo_fast": True}, platforms=("web",))
    first, second = (render(library(root, {}), given, "v1") for _ in range(2))
    assert first == second
    assert [step.name for step in first.plan.steps] == ["plan-it", "build-it", "ship-it"]


def test_plan_cannot_be_changed(tmp_path: Path) -> None:
    plan = planned(tmp_path, sound_tree())
    with pytest.raises(FrozenInstanceError):
        plan.steps = ()  # type: ignore[misc]


RENDER = """
import sys
from pathlib import Path
from milepost.answers import Answers
from milepost.checks import check_content
from milepost.library import Library
from milepost.rendering import render

library = Library(Path(sys.argv[1]))
answers = Answers(
    project_name="Shed", methodology="custom", project_type="demo", platforms=("web", "mobile"),
    agents=("codex", "claude-code"), type_answers={"demo_fast": True, "demo_parts": ["left"]},
)
print(render(library, answers, "v1"))
print(*check_content(library), sep="\\n")
"""


def test_texts_and_messages_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    files = sound_tree()
    extra = body_of(expected_outputs="### `docs/x.md`\n\nX.\n\n### `docs/y.md`\n\nY.")
    files |= tree({"odd": {"dependencies": ["nowhere", "elsewhere"], "body": extra}}) | files
    write(tmp_path, files)
    folder = Path(__file__).parents[1] / "extensions"
    texts = {
        subprocess.run(
            [sys.executable, "-c", RENDER, str(tmp_path)],
            env={**os.environ, "PYTHONPATH": str(folder), "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    (text,) = texts
    assert "`docs/y.md` at depth 5" in text
    assert "there is no step `elsewhere`" in text
