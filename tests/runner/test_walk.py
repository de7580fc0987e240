"""Walking a pipeline from the first step to 100 %."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from sample import Sample, large_artifacts, large_document, large_plan, make_sample, reads, step

Make = Callable[..., Sample]


def three_steps() -> tuple[Any, ...]:
    return (
        step("vision"),
        step("prd", dependencies=["vision"], inputs=[reads("docs/vision.md", "vision")]),
        step("stories", dependencies=["prd"], inputs=[reads("docs/prd.md", "prd")], phase="second"),
    )


def test_next_names_the_first_ready_step_and_its_file(project: Make) -> None:
    outcome = project(*three_steps()).run("next")

    assert outcome.code == 0
    assert "Next: vision - Vision" in outcome.out
    assert ".milepost/steps/vision.md" in outcome.out
    assert "python3 .milepost start vision" in outcome.out


def test_next_continues_with_what_is_under_way(project: Make) -> None:
    sample = project(*three_steps())
    sample.run("start", "vision")

    data = sample.json("next")

    assert [row["name"] for row in data["started"]] == ["vision"]
    assert data["ready"] == []
    assert "complete  python3 .milepost complete vision" in sample.run("next").out


def test_next_sets_stateless_steps_apart(project: Make) -> None:
    sample = project(step("vision"), step("quick-task", stateless=True, outputs=[]))

    data = sample.json("next")

    assert [row["name"] for row in data["ready"]] == ["vision"]
    assert [row["name"] for row in data["stateless"]] == ["quick-task"]
    assert "At any time: `quick-task`." in sample.run("next").out


def test_next_all_shows_every_ready_step(project: Make) -> None:
    sample = project(step("vision"), step("stack"))

    assert "Next: stack" not in sample.run("next").out
    assert "Also ready: `stack`" in sample.run("next").out
    assert "Next: stack" in sample.run("next", "--all").out


def test_status_counts_and_names_what_blocks(project: Make) -> None:
    sample = project(*three_steps())
    sample.do("vision")

    data = sample.json("status")

    assert data["percent"] == 33
    assert data["counts"] == {
        "completed": 1,
        "skipped": 0,
        "started": 0,
        "ready": 1,
        "blocked": 1,
        "unreadable": 0,
        "stateless": 0,
        "stale": 0,
        "outdated": 0,
    }
    assert "blocked    stories  waits for `prd`" in sample.run("status").out


def test_status_compact_has_one_line_per_phase(project: Make) -> None:
    sample = project(*three_steps())
    sample.do("vision")

    lines = sample.run("status", "--compact").out.splitlines()

    assert lines[2:] == ["     1/2  First things", "     0/1  Second things"]


def test_100_percent_needs_no_stateless_step(project: Make) -> None:
    sample = project(step("vision"), step("build", stateless=True, outputs=[]))
    sample.do("vision")

    assert sample.json("status")["percent"] == 100
    assert "Every step is done." in sample.run("next").out


def test_a_walk_of_a_large_plan_ends_at_100_percent_with_nothing_stale(tmp_path: Any) -> None:
    plan = large_plan(30)
    sample = make_sample(tmp_path, plan, large_artifacts(plan))
    numbers = {row["name"]: number for number, row in enumerate(plan["steps"])}
    done: list[str] = []
    while ready := sample.json("next")["ready"]:
        row = ready[0]
        needs = next(each["dependencies"] for each in plan["steps"] if each["name"] == row["name"])
        assert set(needs) <= set(done)
        assert sample.run("start", row["name"]).code == 0
        sample.write(row["outputs"][0], large_document(numbers[row["name"]]))
        for path in row["revises"]:
            sample.write(path, sample.read(path) + f"\nRevised by {row['name']}.\n")
        outcome = sample.run("complete", row["name"])
        assert outcome.code == 0, outcome
        done.append(row["name"])

    status = sample.json("status")
    assert done == list(numbers)
    assert (status["percent"], status["counts"]["stale"]) == (100, 0)


@pytest.mark.parametrize("order", [["vision", "prd"], ["prd", "vision"]])
def test_several_steps_are_completed_in_pipeline_order(project: Make, order: list[str]) -> None:
    sample = project(*three_steps())
    sample.write("docs/vision.md", "# V\n")
    sample.write("docs/prd.md", "# P\n")

    assert sample.run("complete", *order).code == 0
    assert sample.json("status")["counts"]["completed"] == 2


def test_list_shows_steps_tools_and_what_is_off(project: Make) -> None:
    tool = {
        "name": "release",
        "title": "Release",
        "description": "Cut a release.",
        "argument-hint": "<version>",
        "path": ".milepost/tools/release.md",
        "knowledge": [],
        "bytes": 400,
        "tokens": 100,
    }
    sample = project(
        step("vision"), tools=[tool], off=[{"name": "ux-spec", "why": ["There is no interface."]}]
    )

    data = sample.json("list")

    assert [row["name"] for row in data["steps"]] == ["vision"]
    assert [row["name"] for row in data["tools"]] == ["release"]
    assert data["off"] == [{"name": "ux-spec", "why": ["There is no interface."]}]
    assert "There is no interface." in sample.run("list", "--off").out
    sample.change_plan(off=[])
    assert sample.run("list", "--off").out.endswith("Off\n  no step\n")
    assert sample.json("info", "release")["tool"]["argument-hint"] == "<version>"


def test_info_tells_all_about_a_step(project: Make) -> None:
    sample = project(*three_steps())

    data = sample.json("info", "prd")["step"]

    assert data["dependencies"] == ["vision"]
    assert data["inputs"][0]["path"] == "docs/vision.md"
    assert data["waiting-for"] == ["vision"]
    assert "waits for `vision`" in sample.run("info", "prd").out
    assert "phase      First things (`first`), depth 3" in sample.run("info", "prd").out


def test_info_says_whether_the_team_edited_the_file(project: Make) -> None:
    sample = project(*three_steps())
    path = ".milepost/steps/prd.md"
    rendered = (sample.root / path).read_bytes()
    sample.change_plan(digests={path: sha256(rendered).hexdigest()})

    assert sample.json("info", "prd")["step"]["file"] == "untouched"
    (sample.root / path).write_bytes(rendered.replace(b"\n", b"\r\n"))
    assert sample.json("info", "prd")["step"]["file"] == "untouched"

    sample.write(path, rendered.decode() + "- Ask Ann about prices.\n")
    assert sample.json("info", "prd")["step"]["file"] == "edited"
    assert f"{path} (about 1,000 tokens); your team edited it" in sample.run("info", "prd").out

    (sample.root / path).unlink()
    assert sample.json("info", "prd")["step"]["file"] == "missing"
    assert f"`git checkout -- {path}` restores it" in sample.run("info", "prd").out
