"""Documents become records, or every wrong key is named with its line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from factories import DEMO, body_of, document, dump, entry, place, sound_tree, step
from milepost import schema
from milepost.documents import parse_yaml, split_document
from milepost.errors import ContentError, Problem
from milepost.models import Input, KnowledgeItem, Output, Question, StepOverride

README = "add it; see content/README.md"
HOLDS = "see content/README.md for what it holds"


def problems(read: Callable[[], Any]) -> tuple[Problem, ...]:
    with pytest.raises(ContentError) as caught:
        read()
    return caught.value.problems


def step_problems(text: str) -> tuple[Problem, ...]:
    return problems(lambda: schema.to_step(split_document(text, "a.md")))


def overlay_problems(text: str) -> tuple[Problem, ...]:
    head = "name: demo\ntitle: Demo\ndescription: A kind.\n"
    return problems(lambda: schema.to_overlay(parse_yaml(head + text, "o.yml")))


def test_step_is_read_with_short_and_long_items() -> None:
    text = step(
        "tdd",
        dependencies=["tech-stack"],
        inputs=[{"path": "docs/a.md", "take": "all", "without": "ask", "update-only": True}],
        outputs=["docs/b.md", {"path": "docs/c.md", "from-depth": 4, "optional": True}],
        knowledge_base=["testing", {"entry": "more", "when": "ext_fast", "from-depth": 3}],
    )
    read = schema.to_step(split_document(text, "content/steps/build/tdd.md"))
    assert read.source == "content/steps/build/tdd.md"
    assert read.inputs == (Input(path="docs/a.md", take="all", without="ask", update_only=True),)
    assert read.outputs == (
        Output(path="docs/b.md"),
        Output(path="docs/c.md", from_depth=4, optional=True),
    )
    assert read.knowledge_base == (
        KnowledgeItem(entry="testing"),
        KnowledgeItem(entry="more", when="ext_fast", from_depth=3),
    )
    assert read.depth_scaling == {depth: f"Depth {depth} of tdd." for depth in range(1, 6)}
    assert text.split("\n")[read.body_line - 1] == "## Purpose"
    assert read.where("knowledge-base", 1, "when").endswith(f":{line(text, 'ext_fast')}")


def line(text: str, part: str) -> int:
    return next(n for n, one in enumerate(text.split("\n"), start=1) if part in one)


@pytest.mark.parametrize(
    ("old", "new", "at", "what", "fix"),
    [
        (
            "order: 10",
            "order: 10\nargument-hnt: x",
            "argument-hnt",
            "the key `argument-hnt` is unknown",
            "did you mean `argument-hint`?",
        ),
        ("order: 10\n", "", "name:", "the key `order` is missing", README),
        (
            "order: 10",
            "order: soon",
            "order",
            "`order` has the value `soon`: input should be a valid integer",
            HOLDS,
        ),
        (
            "order: 10",
            "order: 10\nreview: 'true'",
            "review",
            "`review` has the value `true`: input should be a valid boolean",
            HOLDS,
        ),
        (
            "order: 10",
            "order: 10\nconditional: always",
            "conditional",
            "`conditional` has the value `always`: input should be 'if-needed'",
            HOLDS,
        ),
        (
            "order: 10",
            "order: 10\ninputs:\n- path: a\n  take: b\n  without: c\n  reqired: true",
            "reqired",
            "the key `inputs.0.reqired` is unknown",
            "did you mean `required`?",
        ),
        (
            "order: 10",
            "order: 10\napplies-when: a ==",
            "applies-when",
            "`a ==` is no expression: unexpected 'end of template'",
            "write a Jinja expression over the answers",
        ),
        (
            "order: 10",
            "order: 10\noutputs:\n- path: docs/a.md\n  when: f(1)",
            "when",
            "`f(1)` calls something, which conditions may not",
            "write a Jinja expression over the answers",
        ),
        (
            "  5: Depth 5 of tdd.\n",
            "",
            "depth-scaling",
            "`depth-scaling` has not the keys 1 to 5",
            "write one sentence each",
        ),
    ],
    ids=["unknown", "missing", "number", "bool", "choice", "nested", "no-expression", "call", "5"],
)
def test_wrong_key_of_a_step_is_named_with_its_line(
    old: str, new: str, at: str, what: str, fix: str
) -> None:
    text = step("tdd").replace(old, new, 1)
    assert step_problems(text) == (Problem(f"a.md:{line(text, at)}", what, fix),)


@pytest.mark.parametrize("key", ["source: x", "body: x", "body-line: 3", "lines: {}"])
def test_keys_that_our_own_code_sets_are_unknown_in_files(key: str) -> None:
    text = step("tdd").replace("order: 10", f"order: 10\n{key}")
    (problem,) = step_problems(text)
    assert problem.where == f"a.md:{line(text, key)}"
    assert problem.what == f"the key `{key.split(':', maxsplit=1)[0]}` is unknown"


def test_owner_of_an_entry_and_source_of_a_rule_are_unknown_keys() -> None:
    text = entry("a", owner="demo")
    (problem,) = problems(lambda: schema.to_entry(split_document(text, "a.md"), ""))
    assert problem.what == "the key `owner` is unknown"
    rule = dump([{"refuse-when": "a", "message": "b", "fix": "c", "source": "d"}])
    (problem,) = problems(lambda: schema.to_rules(parse_yaml(rule, "r.yml")))
    assert problem == Problem(
        "r.yml:4",
        "the key `source` is unknown",
        "remove it; known are fix, message, refuse-when",
    )


def test_all_wrong_keys_are_reported_at_once() -> None:
    text = step("tdd").replace("title: Do tdd", "titel: Do tdd").replace("order: 10", "order: x")
    assert {problem.what for problem in step_problems(text)} == {
        "the key `title` is missing",
        "the key `titel` is unknown",
        "`order` has the value `x`: input should be a valid integer",
    }


@pytest.mark.parametrize(
    ("body", "at", "found"),
    [
        (body_of().replace("## Purpose", "## Porpoise"), "## Porpoise", "Porpoise"),
        (
            body_of().replace("## Instructions", "## Extra\n\nMore.\n\n## Instructions"),
            "## Extra",
            "Extra",
        ),
        ("# All\n\n" + body_of(), "# All", "All"),
    ],
    ids=["misspelt", "extra", "level-one"],
)
def test_other_sections_than_the_five_are_refused(body: str, at: str, found: str) -> None:
    text = step("tdd", body=body)
    (problem,) = step_problems(text)
    assert problem.where == f"a.md:{line(text, at)}"
    assert f"`{found}`" in problem.what
    assert problem.fix == (
        "write `Purpose`, `Instructions`, `Expected Outputs`, `Quality Criteria`, "
        "`Update Mode`, in this order"
    )


def test_empty_body_has_no_sections() -> None:
    text = document(
        {
            "name": "a",
            "description": "b",
            "topics": [],
            "sources": [],
            "last-reviewed": "2026-11-01",
        },
        "",
    )
    (problem,) = problems(lambda: schema.to_entry(split_document(text, "a.md"), ""))
    assert problem.what == "the sections are missing"
    assert problem.fix == "write `Summary`, `Deep Guidance`, in this order"


def test_text_above_the_first_section_is_refused() -> None:
    text = step("tdd", body="Lost words.\n\n" + body_of())
    assert step_problems(text) == (
        Problem(
            f"a.md:{line(text, 'Lost words')}",
            "there is text above the first section",
            "move it into a section",
        ),
    )


def test_headings_inside_fences_are_no_sections() -> None:
    body = body_of(instructions="```markdown\n## Not one\n```python\n## Nor this\n```")
    assert schema.to_step(split_document(step("tdd", body=body), "a.md")).body == body


def test_entry_keeps_its_owner_and_dates() -> None:
    text = entry("a", delivery="linked")
    read = schema.to_entry(split_document(text, "a.md"), "demo")
    assert (read.owner, read.delivery, read.last_reviewed) == ("demo", "linked", date(2026, 11, 1))


def test_overlay_may_lack_every_part_and_reads_short_items() -> None:
    text = (
        "name: demo\ntitle: Demo\ndescription: A kind.\n"
        "step-overrides: {tdd: {enabled: false}}\n"
        "knowledge-overrides: {tdd: {append: [a]}, prd: {remove: [b]}}\n"
        "dependency-overrides: {tdd: {replace: {x: y}, append: [z]}}\n"
    )
    read = schema.to_overlay(parse_yaml(text, "o.yml"))
    assert read.step_overrides == {"tdd": StepOverride(enabled=False)}
    assert read.knowledge_overrides["tdd"].append == (KnowledgeItem(entry="a"),)
    assert read.knowledge_overrides["prd"].remove == ("b",)
    assert read.dependency_overrides["tdd"].replace["x"].step == "y"
    assert [item.step for item in read.dependency_overrides["tdd"].append] == ["z"]
    assert read.input_overrides == {}


@pytest.mark.parametrize(
    "part", ["step-overrides", "knowledge-overrides", "input-overrides", "dependency-overrides"]
)
@pytest.mark.parametrize("value", ["[a]", "a", "{tdd: [a]}", "{tdd: a}", "3"])
def test_mistyped_override_is_never_ignored(part: str, value: str) -> None:
    found = overlay_problems(f"{part}: {value}\n")
    assert {problem.where for problem in found} == {"o.yml:4"}
    assert all(problem.what.startswith(f"`{part}") for problem in found)


@pytest.mark.parametrize("part", ["append: a", "append: [{x: y}]", "replace: [a]", "remove: a"])
def test_mistyped_list_of_an_override_is_refused(part: str) -> None:
    kind = "knowledge" if part.startswith("remove") else "dependency"
    found = overlay_problems(f"{kind}-overrides:\n  tdd:\n    {part}\n")
    assert {problem.where for problem in found} == {"o.yml:6"}


def test_unknown_key_of_an_override_has_its_line_and_a_suggestion() -> None:
    found = overlay_problems("step-overrides:\n  tdd:\n    enabld: true\n")
    assert found == (
        Problem(
            "o.yml:6",
            "the key `step-overrides.tdd.enabld` is unknown",
            "did you mean `enabled`?",
        ),
    )


def test_wrong_condition_of_an_override_has_its_line() -> None:
    found = overlay_problems(
        "knowledge-overrides:\n  tdd:\n    append:\n    - entry: a\n      when: not\n"
    )
    assert [problem.where for problem in found] == ["o.yml:8"]


def test_questions_are_read_from_copiers_own_format() -> None:
    text = sound_tree()[f"{DEMO}/questions.yml"]
    assert schema.to_questions(parse_yaml(text, "q.yml"), "demo") == (
        Question(
            name="demo_mode", kind="str", choices=("quick", "slow"), default="quick", owner="demo"
        ),
        Question(
            name="demo_parts",
            kind="str",
            choices=("left", "right"),
            is_multiple=True,
            default=[],
            owner="demo",
        ),
        Question(name="demo_fast", kind="bool", default=False, owner="demo"),
    )


def test_default_that_is_a_template_is_not_known() -> None:
    text = 'q:\n  type: str\n  choices:\n  default: "{{ other }}"\n'
    (question,) = schema.to_questions(parse_yaml(text, "q.yml"), "demo")
    assert question == Question(name="q", kind="str", owner="demo")


@pytest.mark.parametrize("details", ["{type: json}", "{default: 1}", "text"])
def test_question_without_a_type_that_we_check_is_refused(details: str) -> None:
    found = problems(lambda: schema.to_questions(parse_yaml(f"a: {details}\n", "q.yml"), "demo"))
    assert found[0].where == "q.yml:1"
    assert found[0].fix == "give it `type: str`, `int`, `bool` or `yaml`"


@pytest.mark.parametrize("text", ["- a\n", "a\n", ""])
def test_document_that_has_to_be_a_mapping_is_refused_otherwise(text: str) -> None:
    found = problems(lambda: schema.to_methodology(parse_yaml(text, "m.yml")))
    assert found == (Problem("m.yml:1", "the document is no mapping", "write `key: value` lines"),)


def test_item_of_a_list_has_its_own_line() -> None:
    text = "- {name: a, title: b, purpose: c}\n- {name: d, title: e, porpose: f}\n"
    found = problems(lambda: schema.to_phases(parse_yaml(text, "p.yml")))
    assert {problem.where for problem in found} == {"p.yml:2"}


def test_every_record_knows_where_its_parts_stand() -> None:
    files = sound_tree()
    path = f"{DEMO}/overlay.yml"
    overlay = schema.to_overlay(parse_yaml(files[path], path))
    where = overlay.where("knowledge-overrides", "build-it", "append", 0, "when")
    assert where == place(files, path, "demo_fast")
