"""Answers are read as they were meant, or refused in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories import Tree, answers, dump, examples, library, sound_tree
from hypothesis import given
from hypothesis import strategies as st
from milepost.answers import (
    Answers,
    check_asked,
    check_raw,
    check_together,
    complaint,
    read_answers,
    types_of,
)
from milepost.errors import Problem
from milepost.library import Library


def with_renames(files: Tree, **renames: Any) -> Tree:
    return files | {"content/renames.yml": dump({"steps": {}, "answers": {}, **renames})}


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Library:
    files = sound_tree()
    files["content/project-types/order.yml"] = "- demo\n- another\n"
    for name in ("overlay", "rules"):
        files[f"content/project-types/another/{name}.yml"] = "[]\n"
    files["content/project-types/another/questions.yml"] = dump(
        {
            "another_size": {"type": "int", "choices": [1, 2]},
            "another_count": {"type": "int"},
            "another_label": {"type": "str"},
            "another_names": {"type": "yaml"},
        }
    )
    files = with_renames(
        files,
        steps={
            "old": {"to": "older", "since": "1.0"},
            "older": {"to": "plan-it", "since": "2.0"},
            "gone": {"to": None, "since": "2.0"},
            "round": {"to": "about", "since": "2.0"},
            "about": {"to": "round", "since": "2.0"},
        },
        answers={"ceremony": {"to": "methodology", "since": "2.0"}},
    )
    return library(tmp_path_factory.mktemp("content"), files)


def raw(content: Library, **data: Any) -> list[Problem]:
    return list(check_raw(data, {}, content))


NAMES = (
    *("project_name", "idea", "project_type", "additional_types", "methodology", "depth"),
    *("steps_on", "steps_off", "step_depths", "platforms", "agents", "per_step_commands"),
    *("knowledge_delivery", "demo_mode", "demo_parts", "demo_fast"),
    *("another_size", "another_count", "another_label", "another_names"),
)
MEANT = st.sampled_from(
    [
        *("demo", "none", "[demo, another]", "mvp", "custom", "3", "[plan-it, old]", "yes"),
        *("{plan-it: 2, gone: 3}", "web", "[web, mobile]", "codex", "linked", "quick", "left"),
        *(3, True, ["demo"], ["another", "demo"], ["web"], {"plan-it": 4}, {}, [], ""),
    ]
)
HOSTILE: st.SearchStrategy[Any] = st.one_of(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    st.sampled_from(
        [
            *(
                "{{ 1 }}",
                "{% raw %}",
                "a\nb",
                "a\u2028b",
                "\udcff",
                "\x00",
                "../../x",
                "x" * 10_000,
            ),
            *("[" * 3000, "{" * 3000, "!!bool maybe", '!!int ""', "!!timestamp soon", "&a [*a]"),
            *("2026-13-45", "*a", "- - - -", ": :", "'", "%", "@", "!!python/name:os.system"),
            *(10**5000, [10**5000], {"plan-it": 10**5000}, {10**5000: 1}, date(2026, 1, 2)),
            *({1: 2}, {(1, 2): 3}, [[["demo"]]], {"demo": {}}, object(), float("nan")),
        ]
    ),
    st.lists(st.integers() | st.text() | st.none(), max_size=3),
    st.dictionaries(st.text() | st.integers(), st.integers() | st.text(), max_size=3),
)


def given_answers(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(NAMES), values)


@examples
@given(data=given_answers(MEANT | HOSTILE), recorded=given_answers(MEANT | HOSTILE))
def test_hostile_answers_give_problems_and_nothing_else(
    content: Library, data: dict[str, Any], recorded: dict[str, Any]
) -> None:
    problems = list(check_raw(data, recorded, content))
    for problem in problems:
        assert "\n" not in problem.what + problem.fix
        assert problem.where in NAMES
        str(problem).encode()
    if not problems:
        read = read_answers({**recorded, **data}, content)
        read.known()
        list(check_together(read, content))


@examples
@given(given_answers(MEANT))
def test_what_is_accepted_is_read_and_accepted_again(
    content: Library, data: dict[str, Any]
) -> None:
    if list(check_raw(data, {}, content)):
        return
    read = read_answers(data, content)
    again = {
        "project_name": read.project_name or "x",
        "project_type": read.project_type,
        "additional_types": list(read.additional_types),
        "methodology": read.methodology,
        "depth": read.depth,
        "steps_on": list(read.steps_on),
        "steps_off": list(read.steps_off),
        "step_depths": dict(read.step_depths),
        "platforms": list(read.platforms),
        "agents": list(read.agents),
        "per_step_commands": read.per_step_commands,
        "knowledge_delivery": read.knowledge_delivery,
        **read.type_answers,
    }
    assert not list(check_raw(again, {}, content))
    assert (
        read_answers({**again, "project_name": read.project_name, "idea": read.idea}, content)
        == read
    )


@examples
@given(st.dictionaries(st.text() | st.integers() | st.sampled_from(["_x", "guard"]), HOSTILE))
def test_hostile_names_are_refused_in_words(content: Library, data: dict[Any, Any]) -> None:
    for problem in check_raw(data, {}, content):
        str(problem.what + problem.fix).encode()


def test_texts_from_the_command_line_are_what_they_stand_for(content: Library) -> None:
    given = {
        "project_name": "Shed",
        "project_type": "demo",
        "depth": "4",
        "steps_on": "[ship-it]",
        "steps_off": "plan-it",
        "step_depths": "{build-it: 2}",
        "platforms": "[web, web, mobile]",
        "per_step_commands": "yes",
        "demo_parts": "[left]",
        "demo_fast": "off",
        "another_size": "1",
        "unknown": "ignored",
        "idea": None,
    }
    assert read_answers(given, content) == Answers(
        project_name="Shed",
        project_type="demo",
        depth=4,
        steps_on=("ship-it",),
        steps_off=("plan-it",),
        step_depths={"build-it": 2},
        platforms=("web", "mobile"),
        per_step_commands=True,
        type_answers={"demo_parts": ["left"], "demo_fast": False},
    )


def test_additional_types_have_the_canonical_order(tmp_path: Path) -> None:
    files = sound_tree()
    files["content/project-types/order.yml"] = "- demo\n- b\n- a\n"
    for name in ("a", "b"):
        files[f"content/project-types/{name}/questions.yml"] = "{}\n"
    read = read_answers({"additional_types": "[a, b, demo]"}, library(tmp_path, files))
    assert read.additional_types == ("demo", "b", "a")


def test_types_are_listed_once_the_main_one_first() -> None:
    assert types_of("b", ["a", "b", "none"]) == ("b", "a")
    assert types_of("none", ()) == types_of("", "ab") == ()


def test_answer_of_a_type_that_the_project_does_not_have_is_unknown(content: Library) -> None:
    assert read_answers({"demo_fast": True}, content).known() == {
        "methodology": "mvp",
        "project_type": "none",
        "additional_types": [],
        "platforms": [],
        "agents": ["claude-code"],
        "knowledge_delivery": "inline",
    }


def test_renamed_steps_are_followed_to_their_present_name(content: Library) -> None:
    given = {
        "steps_on": ["old", "plan-it", "gone"],
        "steps_off": ["round"],
        "step_depths": {"older": 2, "gone": 5},
    }
    assert raw(content, **given) == []
    read = read_answers(given, content)
    assert (read.steps_on, read.step_depths) == (("plan-it",), {"plan-it": 2})
    assert read.steps_off == ("round",)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            {"methodolgy": "mvp"},
            ("methodolgy", "there is no such answer", "did you mean `methodology`?"),
        ),
        (
            {"zzz": 1},
            ("zzz", "there is no such answer", "leave it out; README.md lists the answers"),
        ),
        ({3: 1}, ("3", "there is no such answer", "leave it out; README.md lists the answers")),
        ({"guard": ""}, ("guard", "this check cannot be answered", "leave it out")),
        ({"preflight": ""}, ("preflight", "this check cannot be answered", "leave it out")),
        (
            {"demo_fast": True},
            (
                "demo_fast",
                "this is an answer of the type `demo`",
                "set `project_type` to `demo` or add it to `additional_types`",
            ),
        ),
        ({"methodology": "mpv"}, ("methodology", "`mpv` is no choice", "did you mean `mvp`?")),
        (
            {"methodology": "zzz"},
            ("methodology", "`zzz` is no choice", "choose from custom, deep, mvp"),
        ),
        ({"project_name": " "}, ("project_name", "it is empty", "give the project a name")),
        (
            {"project_name": "x" * 81},
            ("project_name", "it has 81 characters", "use at most 80"),
        ),
        ({"idea": "x" * 301}, ("idea", "it has 301 characters", "use at most 300")),
        ({"idea": "a\nb"}, ("idea", "it has more than one line", "write it in one line")),
        (
            {"idea": "a\u2028b"},
            ("idea", "it has more than one line", "write it in one line"),
        ),
        ({"idea": "a\x07"}, ("idea", "it has characters that cannot be shown", "remove them")),
        (
            {"idea": "a\udcff"},
            ("idea", "it has characters that cannot be shown", "remove them"),
        ),
        ({"idea": ["a"]}, ("idea", "`['a']` is no text", "write one line of text")),
        (
            {"depth": "6"},
            ("depth", "`6` is out of range", "give a whole number from 1 to 5"),
        ),
        (
            {"depth": True},
            ("depth", "`True` is no whole number", "give a whole number from 1 to 5"),
        ),
        (
            {"per_step_commands": "maybe"},
            ("per_step_commands", "`maybe` is neither yes nor no", "give `true` or `false`"),
        ),
        (
            {"steps_on": "[plan-itt]"},
            ("steps_on", "`plan-itt` is no step", "did you mean `plan-it`?"),
        ),
        ({"steps_off": [1]}, ("steps_off", "`1` is no step", "remove it")),
        (
            {"steps_on": {"plan-it": 1}},
            ("steps_on", "`{'plan-it': 1}` is no list of names", "write it as `[one, two]`"),
        ),
        ({"steps_on": "["}, ("steps_on", "`[` is not understood", "write it as YAML")),
        (
            {"step_depths": ["plan-it"]},
            (
                "step_depths",
                "`['plan-it']` gives no depth to steps",
                "write it as `{tech-stack: 4, tdd: 2}`",
            ),
        ),
        (
            {"step_depths": False},
            (
                "step_depths",
                "`False` gives no depth to steps",
                "write it as `{tech-stack: 4, tdd: 2}`",
            ),
        ),
        (
            {"step_depths": "{plan-it: 0}"},
            ("step_depths", "`0` is out of range", "give a whole number from 1 to 5"),
        ),
        (
            {"agents": []},
            ("agents", "the list is empty", "name at least one of claude-code, codex"),
        ),
        (
            {"project_type": "demo", "demo_mode": "fast"},
            ("demo_mode", "`fast` is no choice", "choose from quick, slow"),
        ),
        (
            {"project_type": "another", "another_size": 3},
            ("another_size", "`3` is no choice", "choose from 1, 2"),
        ),
        (
            {"project_type": "another", "another_count": "few"},
            ("another_count", "`few` is no whole number", "give a number"),
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_wrong_answer_is_told_in_words(
    content: Library, data: Mapping[Any, Any], problem: tuple[str, str, str]
) -> None:
    found = list(check_raw(data, {}, content))
    assert found == [Problem(*problem)]


def test_everything_wrong_is_told_at_once(content: Library) -> None:
    found = raw(content, methodology="mpv", depth=9, project_name="", demo_fast=1, x=1)
    assert [problem.where for problem in found] == [
        *("demo_fast", "x", "project_name", "methodology", "depth")
    ]


def test_recorded_answers_of_other_names_are_ignored_and_their_values_checked(
    content: Library,
) -> None:
    recorded = {"_commit": "v1", "gone": 1, "demo_fast": "maybe", "depth": 9}
    assert list(check_raw({"_src_path": "x", "ceremony": "mvp"}, recorded, content)) == [
        Problem("depth", "`9` is out of range", "give a whole number from 1 to 5")
    ]


def test_number_among_the_choices_is_accepted(content: Library) -> None:
    data = {"project_type": "another", "another_size": 2, "another_count": "-3"}
    assert raw(content, **data) == []
    assert read_answers(data, content).type_answers == {"another_size": 2, "another_count": -3}


def test_number_too_large_to_be_spelled_is_no_text(content: Library) -> None:
    assert raw(content, idea=10**5000) == [
        Problem("idea", "`a value too large to show` is no text", "write one line of text")
    ]


def test_long_value_is_shortened_in_the_message(content: Library) -> None:
    (problem,) = raw(content, methodology="x" * 10_000)
    assert problem.what == f"`{'x' * 59}…` is no choice"


def test_answer_that_is_not_asked_is_refused(content: Library) -> None:
    data = {"depth": 3, "demo_fast": True, "idea": "x", "_x": 1}
    assert list(check_asked(data, {"idea": "x"}, content)) == [
        Problem(
            "depth", "this is not asked with your other answers", "choose `methodology: custom`"
        ),
        Problem(
            "demo_fast",
            "this is not asked with your other answers",
            "leave it out, or change the answer that it depends on",
        ),
    ]


def test_answers_that_do_not_go_together_are_refused(content: Library, tmp_path: Path) -> None:
    files = sound_tree()
    files["content/rules.yml"] = dump(
        [{"refuse-when": "'web' in platforms and agents", "message": "No.", "fix": "Never."}]
    )
    own = {"demo_fast": True, "demo_mode": "slow"}
    together = answers(
        project_type="demo",
        additional_types=("demo",),
        steps_on=("a", "b"),
        steps_off=("b",),
        platforms=("web",),
        type_answers=own,
    )
    assert list(check_together(together, library(tmp_path, files))) == [
        Problem("steps_on, steps_off", "`b` is switched on and off", "remove it from one of them"),
        Problem("additional_types", "`demo` is the project's type already", "remove it there"),
        Problem("answers", "No.", "Never."),
        Problem("answers of demo", "It cannot be fast and slow.", "Choose one."),
    ]
    assert list(check_together(answers(project_type="demo"), content)) == []
    assert list(check_together(answers(type_answers=own), content)) == []


def test_complaint_is_one_line_or_nothing(content: Library) -> None:
    assert complaint("depth", 3, content) == ""
    assert complaint("depth", 9, content) == (
        "`9` is out of range (give a whole number from 1 to 5)"
    )
