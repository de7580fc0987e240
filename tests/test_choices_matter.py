"""Every answer changes something that a team would notice."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from templates import copy, files

# What a choice of a question changes, beside the plan and the map: files by name.
# A row: project type, base answers, changed answer, a file that changes, and a phrase
# that only the changed project has.
EXTENSION = {"project_type": "browser-extension"}


def rendered(template: Path, project: Path, answers: Mapping[str, Any]) -> dict[str, str]:
    return {
        path: data.decode("utf-8")
        for path, data in files(copy(template, project, project_name="x", **answers)).items()
        if path not in (".copier-answers.yml", ".milepost/plan.json", ".milepost/PIPELINE.md")
    }


@pytest.mark.parametrize("depth", [None, 5])
@pytest.mark.parametrize(
    ("base", "changed"),
    [
        pytest.param({}, {"idea": "Lend tools"}, id="idea"),
        pytest.param({}, {"methodology": "custom"}, id="methodology"),
        pytest.param({}, {"steps_off": ["review-vision"]}, id="steps_off"),
        pytest.param({"steps_off": ["tdd"]}, {"steps_on": []}, id="steps_on"),
        pytest.param({}, {"step_depths": {"tdd": 2}}, id="step_depths"),
        pytest.param({}, {"platforms": ["web"]}, id="platforms-web"),
        pytest.param({}, {"platforms": ["mobile"]}, id="platforms-mobile"),
        pytest.param({}, {"platforms": ["desktop"]}, id="platforms-desktop"),
        pytest.param({}, {"agents": ["codex"]}, id="agents"),
        pytest.param({}, {"per_step_commands": True}, id="per_step_commands"),
        pytest.param({}, {"knowledge_delivery": "linked"}, id="knowledge_delivery"),
        pytest.param({}, EXTENSION, id="project_type"),
        *(
            pytest.param(
                EXTENSION, {"ext_ui_surfaces": ["popup", surface]}, id=f"surface-{surface}"
            )
            for surface in ("options", "newtab", "devtools", "sidepanel")
        ),
        pytest.param(EXTENSION, {"ext_ui_surfaces": []}, id="surface-none"),
        pytest.param(EXTENSION, {"ext_manifest": "2"}, id="manifest"),
        pytest.param(EXTENSION, {"ext_content_script": True}, id="content-script"),
        pytest.param(EXTENSION, {"ext_background_worker": False}, id="background-worker"),
    ],
)
def test_answers_change_what_is_rendered(
    template: Path,
    tmp_path: Path,
    base: Mapping[str, Any],
    changed: Mapping[str, Any],
    depth: int | None,
) -> None:
    deep = {"methodology": "custom", "depth": depth} if depth else {"methodology": "mvp"}
    if depth and "methodology" in changed:
        changed = {"methodology": "mvp"}
        deep.pop("depth")
    before = rendered(template, tmp_path / "before", {**deep, **base})
    after = rendered(template, tmp_path / "after", {**deep, **base, **changed})
    if changed == {"steps_on": []}:
        after = rendered(template, tmp_path / "third", deep)
    assert before != after
