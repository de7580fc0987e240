"""What a change makes stale, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from runner.pipeline import leads_to
from runner.progress import Revision
from sample import Sample, reads, step

Make = Callable[..., Sample]


def pipeline() -> tuple[Any, ...]:
    """A vision, requirements from it, their review, stories and an architecture."""
    prd = reads("docs/prd.md", "prd")
    return (
        step("vision"),
        step("prd", dependencies=["vision"], inputs=[reads("docs/vision.md", "vision")]),
        step("review-prd", dependencies=["prd"], inputs=[prd], revises=["docs/prd.md"]),
        step("stories", dependencies=["review-prd"], inputs=[prd]),
        step(
            "tdd",
            dependencies=["vision"],
            inputs=[
                reads("docs/vision.md", "vision"),
                reads("docs/late.md", "late", required=False, update_only=True),
            ],
        ),
        step("late", dependencies=["tdd"], inputs=[reads("docs/tdd.md", "tdd")]),
        step(
            "freeze",
            dependencies=["stories", "late"],
            revises=["docs/prd.md", "docs/stories.md", "docs/vision.md"],
        ),
        step("enhance", stateless=True, outputs=[], revises=["docs/prd.md", "docs/stories.md"]),
    )


def stale(sample: Sample) -> list[str]:
    phases = sample.json("status")["phases"]
    return [row["name"] for phase in phases for row in phase["steps"] if row["stale"]]


def add(sample: Sample, path: str, text: str) -> None:
    sample.write(path, sample.read(path) + text)


def walk(sample: Sample) -> None:
    sample.do("vision", "prd")
    sample.run("start", "review-prd")
    add(sample, "docs/prd.md", "Reviewed.\n")
    sample.do("review-prd", "stories", "tdd", "late")
    sample.run("start", "freeze")
    for path in ("docs/prd.md", "docs/stories.md", "docs/vision.md"):
        add(sample, path, "Frozen.\n")
    sample.do("freeze")


def test_a_walk_with_revisions_ends_with_nothing_stale(project: Make) -> None:
    sample = project(*pipeline())
    walk(sample)

    assert stale(sample) == []


def test_one_change_marks_exactly_what_reads_it(project: Make) -> None:
    sample = project(*pipeline())
    walk(sample)

    add(sample, "docs/vision.md", "Something else.\n")

    assert stale(sample) == ["prd", "tdd"]
    assert "stale: docs/vision.md changed" in sample.run("status").out


def test_carrying_out_stale_steps_again_settles_everything(project: Make) -> None:
    sample = project(*pipeline())
    walk(sample)
    add(sample, "docs/vision.md", "Something else.\n")

    rounds = 0
    while found := stale(sample):
        sample.run("start", found[0])
        sample.write(f"docs/{found[0]}.md", f"# Round {rounds}\n\n## Text\n")
        sample.run("complete", found[0])
        rounds += 1

    assert rounds == 5


def test_a_reviser_that_came_later_does_not_hide_an_earlier_change(project: Make) -> None:
    sample = project(*pipeline())
    walk(sample)
    add(sample, "docs/prd.md", "By hand.\n")
    assert stale(sample) == ["review-prd", "stories"]

    sample.run("start", "enhance")
    add(sample, "docs/prd.md", "One more requirement.\n")
    assert sample.run("complete", "enhance").code == 0

    assert stale(sample) == ["review-prd", "stories"]


def test_what_a_stateless_step_revises_makes_nothing_stale(project: Make) -> None:
    sample = project(*pipeline())
    walk(sample)

    for number in range(3):
        sample.run("start", "enhance")
        assert sample.run("status").code == 0
        add(sample, "docs/prd.md", f"Requirement {number}.\n")
        assert sample.run("complete", "enhance").code == 0

    assert stale(sample) == []


def test_a_reviser_may_revise_again(project: Make) -> None:
    sample = project(*pipeline())
    walk(sample)

    for number in range(2):
        sample.run("start", "freeze")
        add(sample, "docs/prd.md", f"Frozen again {number}.\n")
        sample.run("complete", "freeze")

    assert stale(sample) == []


def test_revisions_written_before_the_start_count(project: Make) -> None:
    sample = project(*pipeline())
    sample.do("vision", "prd")
    add(sample, "docs/prd.md", "Reviewed.\n")
    sample.run("start", "review-prd")
    sample.do("review-prd", "stories", "tdd", "late")
    add(sample, "docs/prd.md", "Frozen.\n")
    sample.run("start", "freeze")
    sample.do("freeze")

    assert stale(sample) == []


def test_status_lines_and_line_ends_never_count(project: Make) -> None:
    sample = project(*pipeline())
    walk(sample)
    text = sample.read("docs/vision.md").replace("Status: draft", "Status: frozen 2026-11-22")
    (sample.root / "docs/vision.md").write_bytes(text.replace("\n", "\r\n").encode())

    assert stale(sample) == []


def test_a_status_line_below_the_first_section_counts(project: Make) -> None:
    sample = project(*pipeline())
    walk(sample)
    add(sample, "docs/vision.md", "Status: draft\n")

    assert stale(sample) == ["prd", "tdd"]


def test_folders_are_inputs_too(project: Make) -> None:
    sample = project(
        step("model", outputs=["docs/model"]),
        step("schema", dependencies=["model"], inputs=[reads("docs/model", "model")]),
        step(
            "events",
            dependencies=["model"],
            inputs=[reads("docs/model/<context>.md", "model")],
        ),
    )
    sample.write("docs/model/index.md", "# Index\n")
    sample.write("docs/model/lending.md", "# Lending\n")
    sample.write("docs/schema.md", "# Schema\n")
    sample.write("docs/events.md", "# Events\n")
    assert sample.run("complete", "model", "schema", "events").code == 0

    add(sample, "docs/model/index.md", "More.\n")
    assert stale(sample) == ["schema"]
    sample.write("docs/model/rating.md", "# Rating\n")
    assert stale(sample) == ["schema", "events"]


def test_an_input_that_vanished_makes_stale(project: Make) -> None:
    sample = project(*pipeline())
    walk(sample)
    (sample.root / "docs/tdd.md").unlink()

    assert stale(sample) == ["late"]
    assert "docs/tdd.md is gone" in sample.run("status").out


def test_a_changed_task_makes_outdated(project: Make) -> None:
    sample = project(*pipeline())
    walk(sample)

    sample.change_step("prd", task_digest="other")
    sample.change_step("tdd", task_digest="other", depth=5)

    assert sample.json("next")["outdated"] == ["prd", "tdd"]
    assert sample.json("info", "prd")["step"]["outdated"] == "its step file changed"
    assert sample.json("info", "tdd")["step"]["outdated"] == "its depth rose from 3 to 5"
    assert stale(sample) == []


def test_rework_lists_what_is_stale_and_what_may_follow(project: Make) -> None:
    sample = project(*pipeline())
    walk(sample)
    add(sample, "docs/vision.md", "Something else.\n")

    rows = sample.json("rework")["rework"]

    assert [(row["name"], row["certain"]) for row in rows] == [
        ("prd", True),
        ("review-prd", False),
        ("stories", False),
        ("tdd", True),
        ("late", False),
    ]
    assert rows[0]["why"] == ["docs/vision.md changed"]
    assert rows[1]["why"] == ["docs/prd.md may change"]
    assert sample.run("rework").out.splitlines()[2:] == [
        "tdd: docs/vision.md changed",
        "  python3 .milepost start tdd",
        "",
        "Then, only if what they read really changes:",
        "  review-prd  docs/prd.md may change",
        "  stories     docs/prd.md may change",
        "  late        docs/tdd.md may change",
    ]


def test_rework_from_a_step_asks_beforehand(project: Make) -> None:
    sample = project(*pipeline())
    walk(sample)

    def names(*arguments: str) -> list[str]:
        return [row["name"] for row in sample.json("rework", *arguments)["rework"]]

    assert names() == []
    assert names("--from", "tdd") == ["tdd", "late"]
    assert names("--phase", "second") == []
    assert names("--phase", "first")[0] == "vision"
    assert sample.run("rework", "--phase", "frist").code == 2


def test_rework_passes_by_steps_that_were_skipped(project: Make) -> None:
    sample = project(
        step("a"),
        step("b", dependencies=["a"], inputs=[reads("docs/a.md", "a")]),
        step("c", dependencies=["b"], inputs=[reads("docs/b.md", "b")]),
    )
    sample.do("a")
    sample.run("skip", "b", "--reason", "not here")
    sample.do("c")

    assert [row["name"] for row in sample.json("rework", "--from", "a")["rework"]] == ["a"]


def test_revisions_lead_from_digest_to_digest() -> None:
    chain = [Revision("1", "2"), Revision("2", "3")]

    assert leads_to("1", "1", [])
    assert leads_to("1", "3", chain)
    assert not leads_to("0", "3", chain)
    assert not leads_to("1", "4", chain)
    assert leads_to("0", "3", [Revision(None, "3")])
    assert not leads_to("0", "1", [Revision("1", "2"), Revision("2", "1")])
