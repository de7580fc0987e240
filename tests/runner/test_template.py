"""The runner in projects as the template renders them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sample import Sample
from specimens import Writer
from templates import copy

METHODOLOGIES = sorted(
    path.stem for path in (Path(__file__).parents[2] / "content/methodologies").glob("*.yml")
)


def walk(sample: Sample) -> list[str]:
    """Carry out whatever `next` offers, with documents that keep their rules."""
    rules: Any = json.loads(sample.read(".milepost/artifacts.json"))
    artifacts = {row["path"]: row for row in rules["artifacts"]}
    writer = Writer(rules)
    needs = {row["name"]: set(row["dependencies"]) for row in sample.plan()["steps"]}
    walked: list[str] = []
    while ready := sample.json("next")["ready"]:
        row = ready[0]
        assert needs[row["name"]] <= set(walked)
        assert sample.run("start", row["name"]).code == 0
        for path in row["outputs"]:
            text = writer.write(artifacts[path]) if path in artifacts else f"# {path}\n"
            sample.write(path, text)
        for path in row["revises"]:
            if (sample.root / path).exists():
                sample.write(path, sample.read(path) + f"\nRevised by {row['name']}.\n")
        outcome = sample.run("complete", row["name"])
        assert outcome.code == 0, outcome
        walked.append(row["name"])
    return walked


@pytest.mark.slow
@pytest.mark.parametrize("methodology", METHODOLOGIES)
def test_a_whole_pipeline_ends_at_100_percent(
    template: Path, tmp_path: Path, methodology: str
) -> None:
    sample = Sample(copy(template, tmp_path / "project", methodology=methodology))
    before = sample.run("validate")
    assert before.code == 0, before

    walked = walk(sample)

    status = sample.json("status")
    counted = [row["name"] for row in sample.plan()["steps"] if not row["stateless"]]
    assert (walked, status["percent"], status["counts"]["stale"]) == (counted, 100, 0)
    after = sample.json("validate")
    assert [row for row in after["findings"] if row["level"] == "error"] == []
    assert sample.run("dashboard").code == 0
