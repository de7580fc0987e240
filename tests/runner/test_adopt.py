"""Taking over what an existing repository has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from documents import PLAN, RULES, STEPS, VISION
from sample import Sample, step

Make = Callable[..., Sample]


def found(sample: Sample, *arguments: str) -> dict[str, Any]:
    rows = sample.json("adopt", *arguments)["steps"]
    return {row["name"]: (row["confidence"], row["recorded"]) for row in rows}


def test_adopt_shows_first_and_records_with_write(project: Make) -> None:
    sample = project(*STEPS, artifacts=RULES)
    sample.write("docs/vision.md", VISION)
    sample.write("docs/plan.md", "# Plan\n\nAll sorts of things.\n")

    assert found(sample) == {"vision": ("high", False), "prd": ("medium", False)}
    assert sample.json("status")["counts"]["completed"] == 0

    assert found(sample, "--write") == {"vision": ("high", True), "prd": ("medium", False)}
    assert sample.record("vision")["completed"]["adopted"] is True
    assert found(sample) == {"prd": ("medium", False)}


def test_adopt_says_what_is_missing(project: Make) -> None:
    sample = project(*STEPS, artifacts=RULES)
    sample.write("docs/plan.md", "# Plan\n\nAll sorts of things.\n")

    out = sample.run("adopt").out

    assert "docs/plan.md: at its place, 0 of 1 headings" in out
    assert "the heading `## Functional requirements` is missing" in out


def test_adopt_takes_other_forms_when_asked(project: Make) -> None:
    sample = project(*STEPS, artifacts=RULES)
    sample.write("docs/plan.md", "# Plan\n\nAll sorts of things.\n")

    assert found(sample, "--write", "--confidence", "medium") == {"prd": ("medium", True)}
    allowances = sample.record("prd")["completed"]["allowances"]
    assert {item["reason"] for item in allowances} == {"adopted as it was found"}


def test_adopt_finds_common_other_names(project: Make) -> None:
    sample = project(*STEPS, artifacts=RULES)
    sample.write("prd.md", PLAN)
    sample.write("notes/Vision.md", "# Something\n")

    out = sample.run("adopt").out

    assert found(sample) == {"vision": ("low", False), "prd": ("low", False)}
    assert "docs/plan.md <- prd.md: elsewhere, a common name for it, 1 of 1 headings" in out
    assert 'to take it over: move it to "docs/plan.md", then adopt again' in out
    assert "docs/vision.md <- notes/Vision.md: elsewhere, the same file name" in out
    assert found(sample, "--write", "--confidence", "medium")["prd"] == ("low", False)


def test_seeds_and_recorded_steps_are_left_alone(project: Make) -> None:
    sample = project(step("agents", outputs=["AGENTS.md"]), *STEPS, artifacts=RULES)
    sample.write("AGENTS.md", "# Agents\n")
    sample.write("docs/vision.md", VISION)
    sample.run("skip", "vision", "--reason", "no")

    assert found(sample) == {}
    assert "Nothing to take over" in sample.run("adopt").out
