"""Holding documents to their rules, in `validate` and in `complete`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from documents import DOCUMENTS, PLAN, RULES, STEPS, STORIES, VISION
from sample import Sample

Make = Callable[..., Sample]


@pytest.fixture
def written(project: Make) -> Sample:
    """A project whose documents all keep their rules and whose steps are done."""
    sample: Sample = project(*STEPS, artifacts=RULES)
    for path, text in DOCUMENTS.items():
        sample.write(path, text)
    outcome = sample.run("complete", "vision", "prd", "review-prd", "stories")
    assert outcome.code == 0, outcome
    return sample


def findings(sample: Sample, level: str = "error") -> list[tuple[str, int, str]]:
    rows: list[dict[str, Any]] = sample.run("validate", "--json").data["findings"]
    return [(row["path"], row["line"], row["what"]) for row in rows if row["level"] == level]


def change(sample: Sample, path: str, old: str, new: str) -> None:
    text = sample.read(path)
    assert old in text
    sample.write(path, text.replace(old, new))


def test_documents_that_keep_their_rules(written: Sample) -> None:
    outcome = written.run("validate")

    assert outcome.code == 0
    assert outcome.out.splitlines() == [
        "G -> FR: 1 of 1 Musts taken up",
        "FR -> US: 1 of 1 Musts taken up",
        "US -> US.n: 1 of 1 Musts taken up",
        "0 errors, 0 warnings.",
    ]


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        (
            "docs/plan.md",
            "## Functional requirements",
            "## Requirements",
            ("docs/plan.md", 0, "the heading `## Functional requirements` is missing"),
        ),
        (
            "docs/plan.md",
            "| FR | Requirement | Priority | Serves |",
            "| FR | Requirement | Serves | For |",
            (
                "docs/plan.md",
                8,
                "the table in `Functional requirements` lacks `Priority`",
            ),
        ),
        (
            "docs/plan.md",
            "| FR-002 |",
            "| FR-001 |",
            ("docs/plan.md", 11, "`FR-001` is defined already in docs/plan.md:10"),
        ),
        (
            "docs/plan.md",
            "Must | G-01",
            "Must | G-07",
            ("docs/plan.md", 10, "`G-07` is not defined"),
        ),
        (
            "docs/user-stories.md",
            "| [US-001](#us-001-reserve) |",
            "| US-001 |",
            (
                "docs/user-stories.md",
                11,
                "`US-001` is defined already in docs/user-stories.md:7",
            ),
        ),
        (
            "docs/user-stories.md",
            "| Reserve | Must | FR-001 |",
            "| Reserve | Must | FR-001 |\n| [US-001](#us-001-reserve) | Again | Could | FR-001 |",
            ("docs/user-stories.md", 8, "`US-001` has a row already in line 7"),
        ),
        (
            "docs/user-stories.md",
            "## Requirements without",
            (
                "### US-002 Wait\n\n**Criteria**\n\n| US.n | Given | When | Then |\n"
                "|---|---|---|---|\n| US-002.1 | a tool on loan | FR-001 | a place |\n\n"
                "## Requirements without"
            ),
            ("docs/user-stories.md", 21, "`US-002` has no row in the table that links its kind"),
        ),
        (
            "docs/user-stories.md",
            "None.",
            "",
            ("docs/user-stories.md", 21, "`## Requirements without a story` is empty"),
        ),
        (
            "docs/user-stories.md",
            "**Criteria**",
            "Criteria",
            ("docs/user-stories.md", 11, "`US-001 Reserve` has no **Criteria**"),
        ),
        (
            "docs/user-stories.md",
            "### US-001 Reserve",
            "### Reserve",
            ("docs/user-stories.md", 11, "`### Reserve` names no user story"),
        ),
        (
            "docs/reviews/prd.md",
            "| R-prd-01 | P1 |",
            "| FR-002 | P1 |",
            (
                "docs/reviews/prd.md",
                7,
                "`FR-002` stands first, which defines it; it belongs to `docs/plan.md`",
            ),
        ),
        (
            "docs/reviews/prd.md",
            "P1 |",
            "see R-prd-09 |",
            ("docs/reviews/prd.md", 7, "`R-prd-09` is not defined"),
        ),
        (
            "docs/vision.md",
            "Status: draft",
            "Status: approved",
            ("docs/vision.md", 3, "the status `approved` has no known form"),
        ),
        (
            "docs/vision.md",
            "| G-01 | Lend tools |",
            "| G-01 | Lend tools |\n| G-02 | Get them back |",
            ("docs/vision.md", 10, "no functional requirement takes up `G-02`"),
        ),
        (
            "docs/plan.md",
            "| Could |",
            "| Must |",
            ("docs/plan.md", 11, "no user story takes up `FR-002`"),
        ),
    ],
)
def test_each_breach_is_found_at_its_line(
    written: Sample, path: str, old: str, new: str, expected: tuple[str, int, str]
) -> None:
    change(written, path, old, new)

    assert expected in findings(written)
    assert written.run("validate").code == 1


def test_a_finding_says_where_what_and_how_to_fix_it(written: Sample) -> None:
    change(written, "docs/plan.md", "Must | G-01", "Must | G-07")

    assert (
        "docs/plan.md:10: error: `G-07` is not defined\n"
        "  fix: define it in `docs/vision.md`, or name the one that is meant\n"
    ) in written.run("validate").out


@pytest.mark.parametrize(
    "status",
    [
        "reviewed 2026-11-22, docs/reviews/prd.md",
        "reviewed 2026-11-22, `x.md`",
        "frozen 2026-11-22",
    ],
)
def test_a_document_is_a_draft_reviewed_or_frozen(written: Sample, status: str) -> None:
    change(written, "docs/plan.md", "Status: draft", f"Status: {status}")

    assert findings(written) == findings(written, "warning") == []


@pytest.mark.parametrize("status", ["", "reviewed", "reviewed today, x.md", "frozen", "Draft"])
def test_another_status_says_what_it_may_be(written: Sample, status: str) -> None:
    change(written, "docs/plan.md", "Status: draft", f"Status: {status}")

    assert (
        f"docs/plan.md:4: error: the status `{status}` has no known form\n"
        "  fix: write `draft`, `reviewed 2026-11-22, <review file>` or `frozen 2026-11-22`\n"
    ) in written.run("validate").out
    assert "no known form" in written.run("complete", "prd").err


def test_a_document_names_only_what_it_builds_on(written: Sample) -> None:
    change(written, "docs/vision.md", "## Goals", "## Goals\n\nSee FR-001, FR-002 and US-001.")
    written.run("complete", "vision", "prd", "review-prd", "stories")

    assert findings(written, "warning") == [
        ("docs/vision.md", 7, "`FR-001` is named, but this document builds on no ID"),
        ("docs/vision.md", 7, "`US-001` is named, but this document builds on no ID"),
    ]


def test_what_a_document_builds_on_is_passed_on(written: Sample) -> None:
    change(written, "docs/user-stories.md", "None.", "G-01 as a whole; R-prd-01 says so.")
    written.run("complete", "stories")

    assert findings(written, "warning") == []


def test_questions_and_reviews_are_about_anything(written: Sample) -> None:
    rules = json.loads(written.read(".milepost/artifacts.json"))
    rules["ids"].append(
        {
            "id": "Q",
            "means": "open question",
            "pattern": "Q-[a-z]+-[0-9]{2}",
            "defined-in": None,
            "refers": [],
        }
    )
    written.write(".milepost/artifacts.json", json.dumps(rules))
    table = "| ID | If the answer differs |\n|---|---|\n| Q-vision-01 | US-001 changes |\n"
    written.write("docs/vision.md", f"{VISION}\n## Open questions\n\n{table}")
    change(written, "docs/reviews/prd.md", "P1 |", "P1, US-001 |")
    written.run("complete", "vision", "prd", "review-prd", "stories")

    assert findings(written) == findings(written, "warning") == []


@pytest.mark.parametrize(
    "status", ["dropped: too dear", "superseded by FR-002"], ids=["dropped", "superseded"]
)
def test_what_is_dropped_needs_no_cover(written: Sample, status: str) -> None:
    head = "| Serves |\n|---|---|---|---|"
    change(written, "docs/plan.md", head, "| Serves | Status |\n|---|---|---|---|---|")
    change(written, "docs/plan.md", "Could | G-01 |", f"Must | G-01 | {status} |")

    assert findings(written) == []


def test_a_must_that_is_only_mentioned_is_a_warning(written: Sample) -> None:
    change(written, "docs/plan.md", "| Could |", "| Must |")
    written.run("complete", "prd", "review-prd", "stories", "--force", "--reason", "in a test")
    change(written, "docs/user-stories.md", "# Stories", "# Stories\n\nSee also FR-002.")

    assert findings(written) == []
    assert findings(written, "warning") == [
        (
            "docs/plan.md",
            11,
            "no user story takes up `FR-002`, it is only mentioned beside them",
        )
    ]
    assert written.run("validate").code == 0
    assert written.run("validate", "--strict").code == 1


def test_a_must_that_a_story_leaves_out_is_not_taken_up(written: Sample) -> None:
    change(written, "docs/plan.md", "| Could |", "| Must |")
    written.run("complete", "prd", "review-prd", "stories", "--force", "--reason", "in a test")
    left_out = "**Not in this story**\n\n- the queue (FR-002)\n\n## Requirements without"
    change(written, "docs/user-stories.md", "## Requirements without", left_out)

    assert findings(written) == [("docs/plan.md", 11, "no user story takes up `FR-002`")]


def test_a_must_under_a_heading_with_without_is_set_aside(written: Sample) -> None:
    change(written, "docs/plan.md", "| Could |", "| Must |")
    written.run("complete", "prd", "review-prd", "--force", "--reason", "in a test")
    change(written, "docs/user-stories.md", "None.", "FR-002: the framework does it, load test.")
    assert written.run("complete", "stories").code == 0

    assert "FR -> US: 1 of 1 Musts taken up" in written.run("validate").out
    assert findings(written) == []


def test_what_nobody_wrote_yet_is_not_missed(project: Make) -> None:
    sample = project(*STEPS, artifacts=RULES)
    sample.write("docs/vision.md", VISION)
    sample.write("docs/plan.md", PLAN)
    assert sample.run("complete", "vision", "prd").code == 0

    data = sample.json("validate")

    assert data["errors"] == 0
    assert [(row["to"], row["due"]) for row in data["coverage"]] == [
        (["FR"], True),
        (["US"], False),
        (["US.n"], False),
    ]


def test_shapes_of_unfinished_documents_are_warnings(project: Make) -> None:
    sample = project(*STEPS, artifacts=RULES)
    sample.write("docs/vision.md", "# Vision\n\nSoon.\n")

    assert findings(sample) == []
    assert ("docs/vision.md", 0, "the heading `## Goals` is missing") in findings(sample, "warning")


def test_examples_in_fences_and_comments_define_nothing(written: Sample) -> None:
    fence = "```text\n| FR-001 | again |\n```"
    comment = "<!--\n| FR-001 | x |\n-->"
    written.write("docs/plan.md", f"{PLAN}\n## Notes\n\nText.\n\n{fence}\n\n{comment}\n")

    assert findings(written) == []


def test_headings_out_of_order_are_a_warning(written: Sample) -> None:
    head, stories = STORIES.split("## Stories", 1)
    stories, rest = stories.split("## Requirements", 1)
    title, index = head.split("## Index", 1)
    text = f"{title}## Stories{stories}## Index{index}## Requirements{rest}"
    written.write("docs/user-stories.md", text)

    assert [what for _, _, what in findings(written, "warning")] == [
        "`## Index` stands after `## Stories`"
    ]


def test_json_artifacts_must_parse(written: Sample) -> None:
    written.write("docs/reviews/coverage.json", "{")

    assert findings(written)[0][0] == "docs/reviews/coverage.json"


def test_criteria_without_a_test_show_once_there_are_tests(written: Sample) -> None:
    row = "| US-001.1 | a free tool | it is reserved | nobody else can |"
    change(written, "docs/user-stories.md", row, f"{row}\n| US-001.2 | a | b | c |")
    assert findings(written, "warning") == []

    written.write("tests/test_loans.py", "def test_us_001_1_reserves() -> None: ...\n")

    assert findings(written, "warning") == [
        ("docs/user-stories.md", 20, "no test names `US-001.2`")
    ]


def test_a_criterion_that_no_test_can_show_asks_for_none(written: Sample) -> None:
    row = "| US-001.1 | a free tool | it is reserved | nobody else can |"
    change(written, "docs/user-stories.md", row, f"{row}\n| US-001.2 | dusk | seen | read |")
    written.write("tests/test_loans.py", "def test_us_001_1_reserves() -> None: ...\n")
    assert "no test names `US-001.2`" in [what for _, _, what in findings(written, "warning")]
    heading = "## Criteria that no automatic test can show\n\nUS-001.2: a person looks.\n"
    change(written, "docs/user-stories.md", "None.\n", f"None.\n\n{heading}")
    assert not [what for _, _, what in findings(written, "warning") if "no test names" in what]


def test_complete_holds_the_document_to_its_rules(project: Make) -> None:
    sample = project(*STEPS, artifacts=RULES)
    sample.write("docs/vision.md", VISION.replace("## Goals", "## Aims"))

    outcome = sample.run("complete", "vision")

    assert outcome.code == 1
    assert "docs/vision.md: the heading `## Goals` is missing" in outcome.err
    assert not (sample.root / ".milepost/progress").exists()


def test_complete_refuses_a_shape_without_content(project: Make) -> None:
    sample = project(*STEPS, artifacts=RULES)
    sample.write("docs/vision.md", "# Vision\n\n## Goals\n\n| G | Goal |\n|---|---|\n")

    outcome = sample.run("complete", "vision")

    assert outcome.code == 1
    assert "docs/vision.md: it defines no ID, though it is the place of `G`" in outcome.err


def test_complete_looks_at_what_the_step_revised(project: Make) -> None:
    sample = project(*STEPS, artifacts=RULES)
    for path, text in DOCUMENTS.items():
        sample.write(path, text)
    sample.run("complete", "vision", "prd")
    sample.run("start", "review-prd")
    change(sample, "docs/plan.md", "| FR-002 |", "| FR-001 |")

    outcome = sample.run("complete", "review-prd")

    assert outcome.code == 1
    assert "`FR-001` is defined already" in outcome.err


def test_complete_asks_for_cover_by_the_new_document(project: Make) -> None:
    sample = project(*STEPS, artifacts=RULES)
    for path, text in DOCUMENTS.items():
        sample.write(path, text.replace("| Could |", "| Must |"))
    sample.run("complete", "vision", "prd", "review-prd")

    outcome = sample.run("complete", "stories")

    assert outcome.code == 1
    assert "docs/plan.md:11: no user story takes up `FR-002`" in outcome.err


def test_an_item_may_come_from_another_kind(written: Sample) -> None:
    change(written, "docs/plan.md", "Could | G-01 |", "Could | US-001 |")
    named = ("docs/plan.md", 11, "`FR-002` names no goal")
    assert named in findings(written, "warning")
    rules = json.loads(written.read(".milepost/artifacts.json"))
    rules["thread"][0]["also"] = ["US"]
    written.write(".milepost/artifacts.json", json.dumps(rules))
    assert named not in findings(written, "warning")


def test_the_fix_names_the_series_of_the_document(written: Sample) -> None:
    table = "| ID | Question |\n|---|---|\n| Q-idea-01 | Who lends? |"
    rules = json.loads(written.read(".milepost/artifacts.json"))
    rules["ids"].append({**rules["ids"][-1], "id": "Q", "pattern": "Q-[a-z]+-[0-9]{2}"})
    written.write(".milepost/artifacts.json", json.dumps(rules))
    written.write(
        "docs/vision.md", f"{written.read('docs/vision.md')}\n## Open questions\n\n{table}\n"
    )
    assert "fix: number it as `Q-vision-01` and on" in written.run("validate").out


def test_what_was_accepted_is_a_warning(project: Make) -> None:
    sample = project(*STEPS, artifacts=RULES)
    sample.write("docs/vision.md", "# Vision\n\nIt is in the wiki.\n")
    sample.run("complete", "vision", "--force", "--reason", "kept in the wiki")

    assert findings(sample) == []
    assert "(accepted: `kept in the wiki`)" in sample.run("validate").out


def test_validate_looks_beyond_documents(written: Sample) -> None:
    written.write(".milepost/local/steps/visoin.md", "Be brief.\n")
    written.write(".milepost/progress/gone.json", "{}")
    written.write(".milepost/progress/.vision.json.1-a.tmp", "")
    written.write(".copier-answers.yml", "_commit: v0.9.0\n_src_path: gh:x/y\n")
    (written.root / ".milepost/steps/prd.md").unlink()
    (written.root / "docs/reviews/prd.md").unlink()

    assert findings(written) == [
        (".milepost/progress/gone.json", 0, "it lacks 'schema'"),
        (".milepost/steps/prd.md", 0, "the plan names this file, which is missing"),
        ("docs/reviews/prd.md", 0, "it does not exist, though `review-prd` is completed"),
    ]
    assert [what for _, _, what in findings(written, "warning")] == [
        "it says version v0.9.0, the plan says v1.0.0",
        "no step or tool has this name, so it has no effect",
        "an interrupted command left this file behind",
        "no step of this plan has this name, so it has no effect",
    ]
