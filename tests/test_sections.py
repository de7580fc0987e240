"""A passage is shown exactly where its markers hold."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from factories import examples
from hypothesis import given
from hypothesis import strategies as st
from milepost.errors import Problem
from milepost.markdown import render_section
from milepost.sections import (
    Dropped,
    Reading,
    check_markers,
    filter_text,
    passage_conditions,
)
from test_markdown import tidy_texts


def show(text: str, depth: int = 1, **changes: Any) -> str:
    known = changes.pop("known", {})
    reading = Reading(depth=depth, known=known, **changes)
    return render_section(filter_text(text, reading).section)


def dropped(text: str, depth: int = 1, **known: Any) -> tuple[Dropped, ...]:
    return filter_text(text, Reading(depth=depth, known=known)).dropped


# Sections


def test_marker_holds_down_to_the_next_heading_of_the_same_level() -> None:
    text = "## A\n<!-- depth: 3 -->\n\na\n\n### B\n\nb\n\n## C\n\nc\n"
    assert show(text, 2) == "## C\n\nc\n"
    assert show(text, 3) == "## A\n\na\n\n### B\n\nb\n\n## C\n\nc\n"
    assert dropped(text, 2) == (Dropped("A", "from depth 3"),)


def test_markers_of_outer_and_inner_headings_combine_with_and() -> None:
    text = "## A\n<!-- depth: 2 -->\n\na\n\n### B\n<!-- when: x -->\n<!-- depth: 4 -->\n\nb\n"
    assert show(text, 1, known={"x": True}) == ""
    assert show(text, 3, known={"x": True}) == "## A\n\na\n"
    assert show(text, 4, known={"x": False}) == "## A\n\na\n"
    assert show(text, 4, known={"x": True}) == "## A\n\na\n\n### B\n\nb\n"


@pytest.mark.parametrize("expression", ["x", "unknown", "x ==", "x < 'a'"])
def test_passage_whose_condition_is_not_true_is_hidden(expression: str) -> None:
    text = f"## A\n<!-- when: {expression} -->\n\na\n\n## B\n\nb\n"
    assert show(text, 5, known={"x": False}) == "## B\n\nb\n"
    assert dropped(text, 5, x=False) == (Dropped("A", f"not `{expression}`"),)


@pytest.mark.parametrize("depth", ["", "6", "12", "high"])
def test_depth_that_is_none_hides_its_passage(depth: str) -> None:
    assert show(f"## A\n<!-- depth: {depth} -->\n\na\n", 5) == ""


def test_heading_that_loses_all_its_content_goes_too() -> None:
    text = "## A\n\n### B\n\n- (depth 3+) b\n\n### C\n<!-- depth: 2 -->\n\nc\n\n## D\n\nd\n"
    assert show(text, 1) == "## D\n\nd\n"
    assert show(text, 2) == "## A\n\n### C\n\nc\n\n## D\n\nd\n"


def test_text_above_the_first_heading_is_shown() -> None:
    assert show("Hello.\n\n- (depth 2+) a\n- b\n") == "Hello.\n\n- b\n"


# Deep Guidance and reviewers

ENTRY = """## Summary

Short.

## Deep Guidance

Always.

### Deep

deep

#### Deeper
<!-- depth: 4 -->

deeper

### Decisions
<!-- depth: 1 -->

decide

### Review probes
<!-- for: review -->

probe
"""


def test_part_of_deep_guidance_without_a_depth_has_three() -> None:
    start = "## Summary\n\nShort.\n\n## Deep Guidance\n\nAlways.\n\n"
    decide = "### Decisions\n\ndecide\n"
    assert show(ENTRY, 2) == f"{start}{decide}"
    assert show(ENTRY, 3) == f"{start}### Deep\n\ndeep\n\n{decide}"
    assert show(ENTRY, 4) == f"{start}### Deep\n\ndeep\n\n#### Deeper\n\ndeeper\n\n{decide}"


def test_review_shows_what_is_for_reviewers_from_its_depth() -> None:
    assert "probe" not in show(ENTRY, 5)
    assert "probe" not in show(ENTRY, 2, is_review=True)
    assert show(ENTRY, 3, is_review=True).endswith("### Review probes\n\nprobe\n")


def test_review_of_a_types_entry_shows_summary_and_probes_alone() -> None:
    shown = show(ENTRY, 5, is_review=True, only_review=True)
    assert shown == ("## Summary\n\nShort.\n\n## Deep Guidance\n\n### Review probes\n\nprobe\n")


def test_linked_entry_shows_the_depth_of_its_parts() -> None:
    titles = [
        line for line in show(ENTRY, 5, is_depth_shown=True).split("\n") if line.startswith("###")
    ]
    assert titles == ["### Deep (depth 3)", "#### Deeper (depth 4)", "### Decisions (depth 1)"]


# Items and rows


def test_items_are_taken_with_what_is_under_them_and_numbers_follow() -> None:
    text = (
        "1. (depth 3+) one\n   - sub\n2. two\n3. three <!-- when: x -->\n\n"
        "   more\n4. four\n   goes on <!-- depth: 2 -->\n5. five\n"
    )
    assert show(text, 1) == "1. two\n2. five\n"
    assert show(text, 2) == "1. two\n2. four\n   goes on\n3. five\n"
    assert show(text, 3, known={"x": True}) == (
        "1. one\n   - sub\n2. two\n3. three\n\n   more\n4. four\n   goes on\n5. five\n"
    )


def test_list_without_items_and_table_without_rows_go_too() -> None:
    text = "a\n\n- (depth 2+) b\n\nc\n\n| A |\n|---|\n| b | <!-- depth: 2 -->\n\nd\n"
    assert show(text, 1) == "a\n\nc\n\nd\n"
    assert show(text, 2) == "a\n\n- b\n\nc\n\n| A |\n|---|\n| b |\n\nd\n"


def test_marker_of_a_row_may_stand_inside_or_after_it() -> None:
    text = "| A |\n|---|\n| x <!-- when: x --> |\n| y | <!-- when: not x -->\n| z |\n"
    assert show(text, known={"x": True}) == "| A |\n|---|\n| x |\n| z |\n"
    assert show(text, known={"x": False}) == "| A |\n|---|\n| y |\n| z |\n"
    assert show(text) == "| A |\n|---|\n| z |\n"


def test_several_markers_of_an_item_combine_with_and() -> None:
    text = "- (depth 2+) a <!-- when: x --> <!-- depth: 3 -->\n- b\n"
    assert show(text, 2, known={"x": True}) == "- b\n"
    assert show(text, 3, known={"x": True}) == "- a\n- b\n"
    assert show(text, 3) == "- b\n"


def test_inside_a_fence_everything_is_text() -> None:
    text = "## A\n\n```text\n<!-- when: no -->\n- (depth 5+) a\n| b | <!-- depth: 5 -->\n```\n"
    assert show(text) == text


# Algebra


@st.composite
def marked_texts(draw: st.DrawFn) -> str:
    """Write unique lines, each of which may have markers."""
    lines: list[str] = []
    for number in range(draw(st.integers(1, 12))):
        depth = draw(st.integers(1, 5))
        when = draw(st.sampled_from(["", " <!-- when: x -->", " <!-- when: not x -->"]))
        kind = draw(st.integers(0, 3))
        if kind == 0:
            level = draw(st.integers(2, 4))
            lines += ["", f"{'#' * level} H{number}.", f"<!-- depth: {depth} -->", ""]
        elif kind == 1:
            lines.append(f"- (depth {depth}+) I{number}.{when}")
        elif kind == 2:
            lines.append(f"  - S{number}.{when} <!-- depth: {depth} -->")
        else:
            lines += ["", f"P{number}.", ""]
    return "\n".join(lines)


def words(text: str) -> list[str]:
    return [line.lstrip("#- ") for line in text.split("\n") if line.strip()]


@examples
@given(marked_texts(), st.sampled_from([{}, {"x": True}, {"x": False}]))
def test_filtering_is_monotone_in_depth(text: str, known: dict[str, bool]) -> None:
    shown = [words(show(text, depth, known=known)) for depth in range(1, 6)]
    for shallow, deep in pairwise(shown):
        rest = iter(deep)
        assert all(line in rest for line in shallow)


@examples
@given(marked_texts(), st.integers(1, 5))
def test_unknown_answer_never_shows_more_than_a_known_one(text: str, depth: int) -> None:
    unknown = set(words(show(text, depth)))
    for truth in (True, False):
        assert unknown <= set(words(show(text, depth, known={"x": truth})))


@examples
@given(marked_texts(), st.integers(1, 5))
def test_filtering_what_is_left_changes_nothing(text: str, depth: int) -> None:
    once = show(text, depth, known={"x": True})
    assert "<!--" not in once
    assert show(once, depth) == once


@examples
@given(tidy_texts(), st.integers(1, 5))
def test_text_without_markers_loses_nothing_but_empty_headings(text: str, depth: int) -> None:
    shown = [line for line in words(show(text, depth)) if not line.startswith("Title")]
    assert shown == [line for line in words(text) if not line.startswith("Title")]


# Checks


def test_conditions_are_listed_with_their_lines_outside_fences() -> None:
    text = (
        "## A\n<!-- when: a -->\n\n- b <!-- when: b --> <!-- when: c -->\n\n"
        "```text\n<!-- when: d -->\n```\n"
    )
    assert list(passage_conditions(text)) == [(1, "a"), (3, "b"), (3, "c")]


NO_EFFECT = "put it directly under a heading, or at the end of a list item or table row"
NO_TAG = "put one at the start of a list item, with a depth from 1 to 5"


@pytest.mark.parametrize(
    ("text", "line", "what", "fix"),
    [
        (
            "## A\n<!-- wen: x -->\n",
            8,
            "`<!-- wen: x -->` is no marker",
            "write when, depth or for, and close it",
        ),
        (
            "## A\n<!-- when: x\n",
            8,
            "`<!-- when: x` is no marker",
            "write when, depth or for, and close it",
        ),
        ("## A\n<!-- depth: 6 -->\n", 8, "the depth is `6`", "write a number from 1 to 5"),
        ("## A\n<!-- depth: 12 -->\n", 8, "the depth is `12`", "write a number from 1 to 5"),
        ("## A\n<!-- depth: -->\n", 8, "the depth is ``", "write a number from 1 to 5"),
        ("## A\n<!-- for: me -->\n", 8, "the marker is for `me`", "write `for: review`"),
        ("## A\n\n<!-- depth: 2 -->\n", 9, "the marker has no effect here", NO_EFFECT),
        ("## A\n\nText. <!-- depth: 2 -->\n", 9, "the marker has no effect here", NO_EFFECT),
        ("## A <!-- depth: 2 -->\n", 7, "the marker has no effect here", NO_EFFECT),
        ("- a <!-- depth: 2 --> b\n", 7, "the marker has no effect here", NO_EFFECT),
        ("- a\n\n  b <!-- depth: 2 -->\n", 9, "the marker has no effect here", NO_EFFECT),
        ("A (depth 3+) text.\n", 7, "`(depth 3+)` has no effect here", NO_TAG),
        ("- a (depth 3+)\n", 7, "`(depth 3+)` has no effect here", NO_TAG),
        ("- (depth 6+) a\n", 7, "`(depth 6+)` has no effect here", NO_TAG),
        ("- (depth 2+) (depth 3+) a\n", 7, "`(depth 2+)` has no effect here", NO_TAG),
    ],
)
def test_marker_that_does_nothing_is_reported(text: str, line: int, what: str, fix: str) -> None:
    found = list(check_markers(text, "a.md", first_line=7))
    assert found == [Problem(f"a.md:{line}", what, fix)]


def test_markers_that_work_are_not_reported() -> None:
    text = (
        "## A\n<!-- when: x -->\n<!-- depth: 2 -->\n\n- (depth 3+) b <!-- when: y -->\n"
        "  goes on <!-- depth: 4 -->\n\n| A |\n|---|\n| b | <!-- depth: 2 -->\n\n"
        "````markdown\n```\n<!-- anything -->\n(depth 9+)\n````\n"
    )
    assert list(check_markers(text, "a.md", 1)) == []
