"""Walking a pipeline from the first step to 100 %."""

from __future__ import annotations

from sample import reads, step


def three_steps():
    return (
        step("vision"),
        step("prd", dependencies=["vision"], inputs=[reads("docs/vision.md", "vision")]),
        step(
            "stories",
            dependencies=["prd"],
            inputs=[reads("docs/prd.md", "prd")],
            phase="second",
        ),
    )


def test_next_names_the_first_ready_step_and_its_file(project) -> None:
    sample = project(*three_steps())

    outcome = sample.run("next")

    assert outcome.code == 0
    assert "Next: vision - Vision" in outcome.out
    assert ".milepost/steps/vision.md" in outcome.out


def test_walk_ends_at_100_percent(project) -> None:
    sample = project(*three_steps())
    walked = []
    while ready := sample.json("next")["ready"]:
        name = ready[0]["name"]
        assert sample.run("start", name).code == 0
        sample.write(ready[0]["outputs"][0], f"# {name}\n")
        assert sample.run("complete", name).code == 0
        walked.append(name)

    assert walked == ["vision", "prd", "stories"]
    assert sample.json("status")["percent"] == 100
