"""A plan becomes step files that say all an agent needs, and nothing twice."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories import answers, body_of, entry, examples, library, sound_tree, tool, tree
from hypothesis import given
from hypothesis import strategies as st
from milepost import sizes
from milepost.plans import Plan
from milepost.prompts import (
    NOTES,
    StepPage,
    digest,
    escape,
    linked_pages,
    step_body,
    step_pages,
    tool_pages,
)
from milepost.resolve import resolve

HEADINGS = re.compile(r"^## (.*)$", re.MULTILINE)


def plan_of(root: Path, files: dict[str, str], **changes: Any) -> Plan:
    return resolve(library(root, files), answers(**changes))


def pages(root: Path, files: dict[str, str], **changes: Any) -> dict[str, StepPage]:
    return {page.name: page for page in step_pages(plan_of(root, files, **changes))}


def part(page: StepPage, title: str) -> str:
    return page.text.split(f"\n## {title}\n\n")[1].split("\n## ")[0]


def test_step_file_has_the_seven_sections_and_the_teams_footer(tmp_path: Path) -> None:
    page = pages(tmp_path, sound_tree())["build-it"]
    assert page.text.startswith("# Do build-it\n\n## System\n\n")
    assert HEADINGS.findall(page.text) == [
        "System",
        "Step",
        "Project context",
        "Knowledge",
        "Methodology",
        "Project instructions",
        "Execution",
        "Project notes",
    ]
    assert page.text.endswith(f"\n{NOTES}")


def test_system_says_who_and_where(tmp_path: Path) -> None:
    page = pages(tmp_path, sound_tree(), idea="Lend tools", platforms=("web",))["build-it"]
    system = part(page, "System")
    assert 'the step `build-it` of Milepost in "Shed".' in system
    assert "\nThe idea: Lend tools\n" in system
    assert system.endswith(
        "This is step 2 of 3, phase Build, after `plan-it`; `ship-it` builds on it.\n"
    )


def test_position_counts_names_beyond_three(tmp_path: Path) -> None:
    names = ["b", "c", "d", "e", "f"]
    files = tree({"a": {}, **{name: {"dependencies": ["a"]} for name in names}})
    found = pages(tmp_path, files)
    assert "phase Build; `b`, `c` and 3 more build on it." in found["a"].text
    found = pages(tmp_path, files, steps_off=("e", "f"))
    assert "phase Build; `b`, `c` and `d` build on it." in found["a"].text


def test_step_shows_what_applies_at_its_depth(tmp_path: Path) -> None:
    body = body_of(
        instructions="1. (depth 3+) deep\n2. all\n3. web <!-- when: 'web' in platforms -->"
    )
    files = tree({"a": {"body": body}})

    def instructions(**changes: Any) -> str:
        text = part(pages(tmp_path, files, **changes)["a"], "Step")
        return text.split("### Instructions\n\n")[1].split("\n\n")[0]

    assert instructions(depth=1) == "1. all"
    assert instructions(depth=3, platforms=("web",)) == "1. deep\n2. all\n3. web"


def test_project_context_says_what_is_made_and_what_to_use_without(tmp_path: Path) -> None:
    inputs = [
        {"path": "docs/a.md", "take": "goals", "without": "ask", "required": True},
        {"path": "docs/b.md", "take": "risks", "without": "read the code"},
        {"path": "docs/c.md", "take": "tasks", "without": "skip", "update-only": True},
    ]
    files = tree(
        {
            "a": {"outputs": ["docs/a.md"]},
            "b": {"outputs": ["docs/b.md"]},
            "d": {"dependencies": ["a"], "inputs": inputs},
            "c": {"dependencies": ["d"], "outputs": ["docs/c.md"]},
        }
    )
    context = part(pages(tmp_path, files, steps_off=("b",))["d"], "Project context")
    lines = context.strip().split("\n")
    assert lines[:2] == ["Read first:", ""]
    assert lines[2].startswith("- `docs/a.md` (required): goals")
    assert lines[3] == "- `docs/b.md` is not made in this plan (risks); read the code."
    assert lines[4].startswith("- `docs/c.md` (in update mode only): tasks")
    nothing = part(pages(tmp_path, files)["a"], "Project context")
    assert nothing == "This step reads no earlier artifact.\n"


def test_linked_entries_follow_the_inline_ones_with_the_depth_to_read(tmp_path: Path) -> None:
    files = tree(
        {"a": {"knowledge_base": ["x", "y"]}},
        entries={"x": entry("x", delivery="linked"), "y": entry("y", guidance="### Z\n\nz")},
    )
    page = pages(tmp_path, files)["a"]
    assert part(page, "Knowledge") == (
        "### y\n\nShort.\n\n#### Z\n\nz\n\n"
        "Open these as well, and read up to depth 3:\n\n"
        "- `.milepost/knowledge/x.md`: All about x.\n"
    )


def test_entry_without_inline_text_leaves_a_word_and_no_heading(tmp_path: Path) -> None:
    page = pages(tmp_path, tree({"a": {}}))["a"]
    assert part(page, "Knowledge") == "This step needs none beyond its instructions.\n"


def test_methodology_says_the_depth_and_what_it_means(tmp_path: Path) -> None:
    page = pages(tmp_path, tree({"a": {}}), step_depths={"a": 4})["a"]
    assert part(page, "Methodology") == ("`custom`, depth 4 of 5 for this step.\nDepth 4 of a.\n")


def test_conditional_step_says_how_to_find_out(tmp_path: Path) -> None:
    found = pages(tmp_path, sound_tree(), methodology="deep", steps_on=())
    assert "ship-it" not in found
    keys = {"conditional": "if-needed", "applies_when_text": "It applies to shops."}
    page = pages(tmp_path, tree({"a": keys}, conditional=["a"]))["a"]
    execution = part(page, "Execution")
    assert execution.startswith("Conditional: It applies to shops.\n")
    assert "Look with `python3 .milepost check a`; where" in execution
    settled = pages(tmp_path, tree({"a": keys}, conditional=["a"]), steps_on=("a",))["a"]
    assert "conditional" not in part(settled, "Execution")


def test_stateless_step_is_neither_started_nor_completed(tmp_path: Path) -> None:
    keys = {"stateless": True, "argument_hint": "<task>"}
    execution = part(pages(tmp_path, tree({"a": keys}))["a"], "Execution")
    assert "milepost start" not in execution
    assert "milepost complete" not in execution
    assert execution.startswith("The user's request stands in place of `<task>`.\n\n1. ")


def test_stateless_step_completes_a_run_that_revised_something(tmp_path: Path) -> None:
    steps: dict[str, dict[str, Any]] = {
        "a": {"outputs": ["docs/a.md"]},
        "b": {"stateless": True, "dependencies": ["a"], "revises": ["docs/a.md"]},
    }
    execution = part(pages(tmp_path, tree(steps))["b"], "Execution")
    assert "Where you changed `docs/a.md`, run `python3 .milepost complete b`" in execution


def test_parts_and_frame_add_up_to_the_file(tmp_path: Path) -> None:
    for page in pages(tmp_path, sound_tree()).values():
        parts = page.frame_tokens + page.body_tokens + page.knowledge_tokens
        assert page.size == len(page.text.encode())
        assert page.tokens <= parts <= page.tokens + 3
        assert page.frame_tokens <= sizes.FRAME[3]


def test_task_digest_covers_the_task_and_not_the_place(tmp_path: Path) -> None:
    files = sound_tree()
    before = pages(tmp_path, files)["build-it"]
    assert (
        before.task_digest == pages(tmp_path, files, steps_off=("plan-it",))["build-it"].task_digest
    )
    assert before.text != pages(tmp_path, files, steps_off=("plan-it",))["build-it"].text
    for changes in (
        {"depth": 2},
        {"project_name": "Other"},
        {"project_type": "demo", "type_answers": {"demo_fast": True}},
    ):
        assert pages(tmp_path, files, **changes)["build-it"].task_digest != before.task_digest


def test_digest_does_not_depend_on_line_ends() -> None:
    assert digest("a\r\nb\r\n") == digest("a\nb\n")
    assert digest("a\nb\n") != digest("a\nb")


def test_tool_has_its_body_its_knowledge_and_the_teams_footer(tmp_path: Path) -> None:
    files = tree({"a": {}}, entries={"x": entry("x", guidance="### Z\n\nz")})
    files["content/tools/t.md"] = tool(
        "t", "## Do\n\n- (depth 4+) deep\n- all\n", argument_hint="<bug>", knowledge_base=["x"]
    )
    (page,) = tool_pages(plan_of(tmp_path, files))
    assert (page.name, page.path) == ("t", "t")
    before, after = page.text.split("## Project instructions\n\n")
    assert before == (
        "# Use t\n\nThe user's request stands in place of `<bug>`.\n\n## Do\n\n- all\n\n"
        "## Knowledge\n\n### x\n\nShort.\n\n#### Z\n\nz\n\n"
    )
    assert "`.milepost/local/tools/t.md`" in after
    assert after.endswith(f"\n\n{NOTES}")


def test_linked_page_shows_its_description_as_it_is_written(tmp_path: Path) -> None:
    text = entry("x", description="Use `a`; *now*.", delivery="linked")
    (page,) = linked_pages(
        plan_of(tmp_path, tree({"a": {"knowledge_base": ["x"]}}, entries={"x": text}))
    )
    assert page.text == (
        f"# x\n\nUse `a`; *now*.\n\nShort.\n\n## More (depth 3)\n\nLonger.\n\n{NOTES}"
    )


def test_step_body_hides_what_is_unknown(tmp_path: Path) -> None:
    body = body_of(purpose="- one <!-- when: x -->\n- two")
    step = library(tmp_path, tree({"a": {"body": body}})).step("a")
    assert step_body(step, 1, {"x": True}).startswith("### Purpose\n\n- one\n- two\n")
    assert step_body(step, 1, {}).startswith("### Purpose\n\n- two\n")


# Users' text


@examples
@given(st.text())
def test_escaping_only_adds_backslashes_before_markup(text: str) -> None:
    escaped = escape(text)
    assert re.sub(r"\\([\\`*\[\]<>&|~#_])", r"\1", escaped) == text
    bare = re.sub(r"\\.", "", escaped, flags=re.DOTALL)
    assert not set(bare) & set("\\`*[]<>&|~")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Tool library", "Tool library"),
        ("{{ 1 }} {% raw %} ${{ x }}", "{{ 1 }} {% raw %} ${{ x }}"),
        ("<!-- when: x -->", r"\<!-- when: x --\>"),
        ("a | b", r"a \| b"),
        ("[x](javascript:y)", r"\[x\](javascript:y)"),
        ("&lt;", r"\&lt;"),
        ("```sh", r"\`\`\`sh"),
        ("snake_case stays", "snake_case stays"),
        ("_emphasis_ goes", r"\_emphasis\_ goes"),
        ("C# stays", "C# stays"),
        ("# heading ##", r"\# heading \##"),
        (r"back\slash", r"back\\slash"),
    ],
)
def test_users_text_shows_as_it_is(text: str, escaped: str) -> None:
    assert escape(text) == escaped


HOSTILE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]))


@examples
@given(name=HOSTILE, idea=HOSTILE)
def test_hostile_name_and_idea_change_no_line_but_their_own(
    plan: Plan, name: str, idea: str
) -> None:
    hostile = replace(plan, answers=answers(project_name=name, idea=idea or "x"))
    for before, after in zip(step_pages(plan), step_pages(hostile), strict=True):
        lines = after.text.split("\n")
        assert len(lines) == len(before.text.split("\n"))
        changed = [
            line for old, line in zip(before.text.split("\n"), lines, strict=True) if old != line
        ]
        assert all(line.startswith(("You carry out", "The idea: ")) for line in changed)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return plan_of(tmp_path_factory.mktemp("content"), sound_tree(), idea="x")
