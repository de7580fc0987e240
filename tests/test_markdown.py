"""Text is parted and written again without a change that nobody asked for."""

from __future__ import annotations

from itertools import pairwise

import pytest
from factories import examples
from hypothesis import given
from hypothesis import strategies as st
from milepost.markdown import (
    Item,
    ItemList,
    Section,
    Table,
    Text,
    fence_mark,
    item_mark,
    next_fence,
    parse_sections,
    render_section,
)
from milepost.sections import Reading, filter_text

# Tidy text: one blank line between blocks, one space after a bullet, numbers in sequence.

WORDS = st.sampled_from(
    ["Ask.", "Use `a | b`.", "See **x**: y", "2024. was", "a - b", "é 🎉", "{{ x }}"]
)
CODE = st.lists(
    st.sampled_from(
        [
            "x = 1",
            "",
            "  indented",
            "- no item",
            "# no heading",
            "| no | row |",
            "``",
            "~~~",
            "\ttab",
            "1. no",
            "<!-- when: x -->",
            "(depth 3+) no",
        ]
    ),
    max_size=4,
)


def fences(mark: str = "````") -> st.SearchStrategy[list[str]]:
    return CODE.map(lambda code: [f"{mark}text", *code, mark])


def paragraphs() -> st.SearchStrategy[list[str]]:
    return st.lists(WORDS.filter(lambda text: not item_mark(text)), min_size=1, max_size=2)


def tables() -> st.SearchStrategy[list[str]]:
    rows = st.lists(st.sampled_from(["| a | b |", "| `x` | y |"]), min_size=1, max_size=3)
    return rows.map(lambda rows: ["| A | B |", "|---|---|", *rows])


def indent(lines: list[str], width: int) -> list[str]:
    return [" " * width + line if line.strip() else "" for line in lines]


@st.composite
def lists(draw: st.DrawFn, depth: int = 1) -> list[str]:
    is_numbered = draw(st.booleans())
    lines: list[str] = []
    for number in range(1, draw(st.sampled_from([1, 2, 10] if is_numbered else [1, 2])) + 1):
        bullet = f"{number}." if is_numbered else "-"
        lines.append(f"{bullet} Item {number}.")
        width = len(bullet) + 1
        if draw(st.booleans()):
            lines += indent(["goes on"], width)
        choice = draw(st.integers(0, 6))
        if choice == 0:
            lines += indent(draw(fences()), width)
        elif choice == 1:
            lines += indent(draw(tables()), width)
        elif choice == 2 and depth:
            lines += indent(draw(lists(depth=depth - 1)), width)
        elif choice == 3:
            lines += ["", *indent(["More."], width)]
    return lines


def blocks() -> st.SearchStrategy[list[str]]:
    return st.one_of(paragraphs(), fences(), tables(), lists())


@st.composite
def tidy_texts(draw: st.DrawFn) -> str:
    parts = draw(st.lists(blocks(), max_size=2))
    for _ in range(draw(st.integers(0, 2))):
        level = draw(st.integers(1, 6))
        parts.append([f"{'#' * level} Title {draw(st.integers(1, 9))}"])
        parts += draw(st.lists(blocks(), max_size=2))
    lines: list[str] = []
    for before, part in pairwise([[""], *parts]):
        # Two lists in a row would be one list.
        between = ["", "Between."] if item_mark(before[0]) and item_mark(part[0]) else []
        lines += [*between, "", *part] if lines else part
    return "\n".join(lines) + "\n" if lines else ""


@examples
@given(tidy_texts())
def test_tidy_text_is_written_as_it_was_read(text: str) -> None:
    assert render_section(parse_sections(text)) == text


SOUP = st.lists(
    st.one_of(
        st.text(alphabet="-*+1.) |#`~<!>ab\t\u00a0\u2028", max_size=8),
        st.sampled_from(
            [
                "",
                "- a",
                "  - b",
                "1. a",
                "```",
                "~~~~x",
                "| a |",
                "## T",
                "\t- c",
                "\u00a0- d",
                "- ```",
            ]
        ),
    ),
    max_size=12,
).map("\n".join)


@examples
@given(SOUP)
def test_any_text_ends_and_is_the_same_when_it_is_tidied_twice(text: str) -> None:
    once = render_section(parse_sections(text))
    assert render_section(parse_sections(once)) == once


@examples
@given(tidy_texts(), CODE)
def test_text_inside_fences_is_never_changed(text: str, code: list[str]) -> None:
    fence = "\n".join(["`````text", *code, "`````"])
    filtered = filter_text(f"## A\n\n{text}\n{fence}\n\n### B\n\n{text}", Reading(depth=1))
    assert f"{fence}\n" in render_section(filtered.section, shift=1)


@examples
@given(tidy_texts(), st.integers(0, 5))
def test_shift_makes_headings_deeper_and_changes_nothing_else(text: str, shift: int) -> None:
    def deeper(line: str) -> str:
        marks = len(line) - len(line.lstrip("#"))
        return "#" * min(6, marks + shift) + line[marks:]

    fence, expected = "", []
    for line in text.split("\n"):
        fence = next_fence(fence, line)
        expected.append(line if fence or not line.startswith("#") else deeper(line))
    assert render_section(parse_sections(text), shift) == "\n".join(expected)


def test_sections_nest_by_level_and_know_their_lines() -> None:
    root = parse_sections("Before.\n## A\n<!-- depth: 3 -->\nIn A.\n### B\n#### C\n## D\n")
    assert root == Section(
        0,
        "",
        (),
        (Text(("Before.",)),),
        (
            Section(
                2,
                "A",
                ("<!-- depth: 3 -->",),
                (Text(("In A.",)),),
                (Section(3, "B", (), (), (Section(4, "C", (), (), (), 5),), 4),),
                1,
            ),
            Section(2, "D", (), (Text(("",)),), (), 6),
        ),
        0,
    )


def test_items_hold_what_is_indented_under_them() -> None:
    root = parse_sections("1. One\n   more\n   - sub\n\n   | A |\n   |---|\n   | b |\n2. Two\n")
    assert root.blocks == (
        ItemList(
            0,
            (
                Item(
                    "1.",
                    ("One", "more"),
                    (
                        ItemList(0, (Item("-", ("sub",)),)),
                        Text(("",)),
                        Table(("| A |", "|---|", "| b |")),
                    ),
                ),
                Item("2.", ("Two",)),
            ),
        ),
        Text(("",)),
    )


def test_another_kind_of_bullet_begins_another_list() -> None:
    text = "1. One\n- Two\n* Three\n1) Four\n"
    assert render_section(parse_sections(text)) == text


def test_numbers_count_from_the_first_and_indentation_follows_their_width() -> None:
    items = "".join("1. Item\n\n   more\n" for _ in range(10))
    rendered = render_section(parse_sections(items))
    assert rendered.endswith("9. Item\n\n   more\n10. Item\n\n    more\n")


def test_blank_lines_are_tidied_outside_fences_only() -> None:
    text = "\n\n## A\none\n\n\n\ntwo\n\n```text\n\n\n\n```\n\n\n"
    tidy = "## A\n\none\n\ntwo\n\n```text\n\n\n\n```\n"
    assert render_section(parse_sections(text)) == tidy


def test_item_indented_by_a_tab_is_plain_text() -> None:
    assert parse_sections("\t- a").blocks == (Text(("\t- a",)),)


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("```python", "```"),
        ("   ~~~~", "~~~~"),
        ("````", "````"),
        ("``", ""),
        ("```code``` in a line", ""),
        ("a ```", ""),
    ],
)
def test_fence_mark_is_what_opens_or_closes(line: str, mark: str) -> None:
    assert fence_mark(line) == mark


def test_fence_ends_at_a_bare_mark_that_is_long_enough() -> None:
    fence, states = "", []
    for line in ("````text", "```", "`````python", "~~~~", "`````", "after"):
        fence = next_fence(fence, line)
        states.append(fence)
    assert states == ["````", "````", "````", "````", "", ""]
