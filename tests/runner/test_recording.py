"""Starting, completing, skipping and resetting steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sample import Sample, reads, step

Make = Callable[..., Sample]


def two_steps() -> tuple[Any, ...]:
    return (
        step("vision"),
        step("prd", dependencies=["vision"], inputs=[reads("docs/vision.md", "vision")]),
    )


def test_start_refuses_a_step_that_waits(project: Make) -> None:
    outcome = project(*two_steps()).run("start", "prd")

    assert outcome.code == 1
    assert outcome.err == (
        "prd: it waits for `vision`\n"
        '  fix: complete it first, or begin it nevertheless: `--force --reason "..."`\n'
    )


def test_start_with_a_reason_overrides_and_records_it(project: Make) -> None:
    sample = project(*two_steps())

    assert sample.run("start", "prd", "--force", "--reason", "the vision is on paper").code == 0

    assert sample.record("prd")["started"]["allowances"] == [
        {"what": "`vision` is not done", "reason": "the vision is on paper"}
    ]


def test_starting_again_keeps_the_first_start(project: Make) -> None:
    sample = project(*two_steps())
    sample.run("start", "vision")
    before = sample.record("vision")

    outcome = sample.run("start", "vision")

    assert "has been under way since" in outcome.out
    assert sample.record("vision") == before


def test_starting_a_completed_step_keeps_it_done(project: Make) -> None:
    sample = project(*two_steps())
    sample.do("vision")

    outcome = sample.run("start", "vision")

    assert "follow its Update Mode" in outcome.out
    assert [row["name"] for row in sample.json("next")["ready"]] == ["prd"]
    assert sample.record("vision")["status"] == "started"


def test_an_output_that_is_there_means_update_mode(project: Make) -> None:
    sample = project(*two_steps())
    sample.write("docs/vision.md", "# Vision\n")

    assert sample.json("next")["ready"][0]["update-mode"] is True
    assert "Its output is there already" in sample.run("start", "vision").out


def test_complete_refuses_a_missing_output(project: Make) -> None:
    outcome = project(*two_steps()).run("complete", "vision")

    assert outcome.code == 1
    assert "docs/vision.md: it does not exist" in outcome.err
    assert "Not recorded: `vision`." in outcome.out


def test_complete_refuses_an_empty_output(project: Make) -> None:
    sample = project(*two_steps())
    sample.write("docs/vision.md", " \n")

    outcome = sample.run("complete", "vision")

    assert outcome.code == 1
    assert "docs/vision.md: the file is empty" in outcome.err


def test_complete_refuses_unmet_dependencies(project: Make) -> None:
    sample = project(*two_steps())
    sample.write("docs/prd.md", "# PRD\n")

    outcome = sample.run("complete", "prd")

    assert outcome.code == 1
    assert "prd: it waits for `vision`" in outcome.err


def test_complete_lists_the_criteria_that_remain_to_be_judged(project: Make) -> None:
    sample = project(*two_steps())
    sample.write("docs/vision.md", "# Vision\n")

    data = sample.json("complete", "vision")

    assert data["completed"] == [
        {
            "name": "vision",
            "criteria": [
                "Every Must has a story; list those that have not.",
                "The file can be read by a stranger.",
            ],
        }
    ]


def test_complete_by_force_records_what_is_wrong(project: Make) -> None:
    sample = project(*two_steps())

    outcome = sample.run("complete", "vision", "--force", "--reason", "kept in the wiki")

    assert outcome.code == 0
    assert sample.record("vision")["completed"]["allowances"] == [
        {"what": "docs/vision.md: it does not exist", "reason": "kept in the wiki"}
    ]


def test_force_and_reason_need_each_other(project: Make) -> None:
    sample = project(*two_steps())

    assert sample.run("complete", "vision", "--force").code == 2
    assert sample.run("start", "vision", "--reason", "why not").code == 2


def test_complete_records_digests_of_inputs_outputs_and_task(project: Make) -> None:
    sample = project(*two_steps())
    sample.do("vision", "prd")

    done = sample.record("prd")["completed"]

    assert list(done["inputs"]) == ["docs/vision.md"]
    assert list(done["outputs"]) == ["docs/prd.md"]
    assert (done["task-digest"], done["depth"], done["methodology"]) == ("task-prd", 3, "deep")


def test_complete_says_which_inputs_changed_meanwhile(project: Make) -> None:
    sample = project(*two_steps())
    sample.do("vision")
    sample.run("start", "prd")
    sample.write("docs/vision.md", "# Another vision\n")
    sample.write("docs/prd.md", "# PRD\n")

    assert "docs/vision.md: it changed while you worked" in sample.run("complete", "prd").out


def test_skip_satisfies_dependants_and_offers_those_that_need_it(project: Make) -> None:
    sample = project(*two_steps())

    outcome = sample.run("skip", "vision", "--reason", 'we "know" it')

    assert "prd  needs docs/vision.md" in outcome.out
    assert 'python3 .milepost skip prd --reason "we \\"know\\" it"' in outcome.out
    assert [row["name"] for row in sample.json("next")["ready"]] == ["prd"]


def test_start_says_what_takes_the_place_of_what_is_missing(project: Make) -> None:
    sample = project(*two_steps())
    sample.run("skip", "vision", "--reason", "we know it")
    rows = sample.plan()["steps"]
    rows[1]["inputs"][0]["without"] = "ask for the goal"
    sample.change_plan(steps=rows)

    assert "  missing   docs/vision.md: ask for the goal." in sample.run("start", "prd").out
    sample.write("docs/vision.md", "# Vision\n")
    assert "missing" not in sample.run("start", "prd").out


def test_skip_needs_a_reason(project: Make) -> None:
    sample = project(*two_steps())

    assert sample.run("skip", "vision").code == 2
    assert sample.run("skip", "vision", "--reason", " ").code == 1


def test_a_completed_step_is_not_skipped(project: Make) -> None:
    sample = project(*two_steps())
    sample.do("vision")

    outcome = sample.run("skip", "vision", "--reason", "no")

    assert outcome.code == 1
    assert "python3 .milepost reset vision" in outcome.err
    assert sample.record("vision")["status"] == "completed"


def test_skipping_everything_is_100_percent(project: Make) -> None:
    sample = project(*two_steps())
    sample.run("skip", "vision", "prd", "--reason", "bought instead")

    assert sample.json("status")["percent"] == 100


def test_reset_forgets_and_names_what_was_done_after_it(project: Make) -> None:
    sample = project(*two_steps())
    sample.do("vision", "prd")

    outcome = sample.run("reset", "vision")

    assert "vision is forgotten: it was completed." in outcome.out
    assert "still done: `prd`" in outcome.out
    assert not (sample.root / ".milepost/progress/vision.json").exists()
    assert (sample.root / "docs/vision.md").exists()


def test_progress_follows_a_renamed_step(project: Make) -> None:
    sample = project(*two_steps())
    sample.do("vision")
    plan = sample.plan()
    plan["steps"][0].update(name="create-vision", outputs=["docs/vision.md"])
    plan["steps"][1]["dependencies"] = ["create-vision"]
    renames = {"steps": {"vision": "old-vision", "old-vision": "create-vision"}, "answers": {}}
    sample.change_plan(steps=plan["steps"], renames=renames)

    assert [row["name"] for row in sample.json("next")["ready"]] == ["prd"]
    assert sample.run("start", "vision").code == 0
    assert sample.record("create-vision")["completed"]
    assert not (sample.root / ".milepost/progress/vision.json").exists()


def test_unknown_names_get_a_suggestion(project: Make) -> None:
    sample = project(*two_steps())

    assert sample.run("start", "visoin").err == (
        "visoin: no step has this name\n  fix: did you mean `vision`?\n"
    )
    assert sample.run("start", "visoin").code == 2


def test_a_step_that_is_off_says_why(project: Make) -> None:
    sample = project(*two_steps(), off=[{"name": "ux-spec", "why": ["There is no interface."]}])

    outcome = sample.run("start", "ux-spec")

    assert outcome.code == 1
    assert "off in your plan. There is no interface." in outcome.err
