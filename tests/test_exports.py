"""Programs read the plan and its artifact rules; schema 1 holds."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories import answers, body_of, dump, entry, library, sound_tree, tool, tree, write
from milepost.answers import Answers
from milepost.exports import headings_of, id_pattern
from milepost.library import Library
from milepost.models import Artifact, Artifacts, Heading, IdSeries
from milepost.prompts import digest
from milepost.rendering import Rendering, render


def rendered(root: Path, files: dict[str, str], **changes: Any) -> Rendering:
    return render(library(root, files), answers(**changes), "v1.2.3")


def test_plan_is_schema_1_with_every_key(tmp_path: Path) -> None:
    files = sound_tree()
    files["content/tools/fix.md"] = tool("fix", argument_hint="<bug>", knowledge_base=["building"])
    files["content/renames.yml"] = dump(
        {
            "steps": {"make-it": {"to": "build-it", "since": "1.0"}},
            "answers": {"ceremony": {"to": None, "since": "1.0"}},
        }
    )
    result = rendered(
        tmp_path,
        files,
        idea="Lend — tools",
        project_type="demo",
        type_answers={"demo_fast": True, "demo_parts": ["left"]},
        step_depths={"build-it": 2},
    )
    plan = json.loads(result.plan_json)
    pages = {page.name: page for page in (*result.steps, *result.tools)}
    assert list(plan) == [
        *("schema", "template", "project", "answers", "phases", "steps", "off", "tools"),
        *("digests", "renames"),
    ]
    assert plan["schema"] == 1
    assert plan["template"] == {"name": "milepost", "version": "v1.2.3"}
    assert plan["project"] == {"name": "Shed", "idea": "Lend — tools"}
    assert plan["answers"] == {
        "methodology": "custom",
        "project_type": "demo",
        "additional_types": [],
        "platforms": [],
        "agents": ["claude-code"],
        "knowledge_delivery": "inline",
        "demo_fast": True,
        "demo_parts": ["left"],
        "depth": None,
        "steps_on": [],
        "steps_off": [],
        "step_depths": {"build-it": 2},
        "per_step_commands": False,
    }
    assert plan["phases"] == [
        {"name": "plan", "title": "Plan", "purpose": "Know what to build."},
        {"name": "build", "title": "Build", "purpose": "Build it."},
    ]
    assert [step["name"] for step in plan["steps"]] == ["plan-it", "build-it"]
    assert plan["steps"][1] == {
        "name": "build-it",
        "title": "Do build-it",
        "description": "The work of build-it.",
        "phase": "build",
        "order": 20,
        "depth": 2,
        "stateless": False,
        "conditional": False,
        "applies-when-text": None,
        "argument-hint": None,
        "dependencies": ["plan-it"],
        "inputs": [
            {
                "path": "docs/plan.md",
                "take": "the goals",
                "without": "ask for them",
                "required": True,
                "update-only": False,
                "creator": "plan-it",
            }
        ],
        "outputs": ["docs/build.md"],
        "optional-outputs": [],
        "revises": [],
        "evidence": [],
        "knowledge": [
            {
                "name": "building",
                "description": "All about building.",
                "from": "step",
                "sections": [],
                "linked": False,
            },
            {
                "name": "demo-parts",
                "description": "All about demo-parts.",
                "from": "demo",
                "sections": [],
                "linked": False,
            },
        ],
        "path": ".milepost/steps/build-it.md",
        "bytes": pages["build-it"].size,
        "tokens": pages["build-it"].tokens,
        "task-digest": result.steps[1].task_digest,
        "why": ["`custom` switches it on", "depth 2 from your `step_depths`"],
    }
    assert plan["off"] == [
        {"name": "ship-it", "why": "your answers do not need it (`'web' in platforms`)"}
    ]
    assert plan["tools"] == [
        {
            "name": "fix",
            "title": "Use fix",
            "description": "The tool fix.",
            "argument-hint": "<bug>",
            "path": ".milepost/tools/fix.md",
            "knowledge": [
                {
                    "name": "building",
                    "description": "All about building.",
                    "from": "step",
                    "sections": ["More"],
                    "linked": False,
                }
            ],
            "bytes": pages["fix"].size,
            "tokens": pages["fix"].tokens,
        }
    ]
    assert plan["renames"] == {
        "steps": {"make-it": "build-it"},
        "answers": {"ceremony": None},
    }


def test_digests_cover_what_is_rendered_and_not_the_plan_or_seeds(tmp_path: Path) -> None:
    files = sound_tree()
    files |= {
        "template/.milepost/__main__.py": "run()\r\n",
        "template/.milepost/.gitignore.jinja": "__pycache__/\n",
        "template/.milepost/local/README.md": "Yours.\n",
        "template/.milepost/plan.json.jinja": "{{ plan_json() }}",
        "template/.milepost/runner/__pycache__/x.pyc": "",
    }
    result = rendered(tmp_path, files, knowledge_delivery="linked")
    assert json.loads(result.plan_json)["digests"] == {
        ".milepost/.gitignore": digest("__pycache__/\n"),
        ".milepost/PIPELINE.md": digest(result.pipeline_map),
        ".milepost/__main__.py": digest("run()\n"),
        ".milepost/artifacts.json": digest(result.artifacts_json),
        **{f".milepost/knowledge/{page.name}.md": digest(page.text) for page in result.linked},
        **{f".milepost/steps/{page.name}.md": digest(page.text) for page in result.steps},
    }


def test_tool_of_a_steps_name_keeps_sizes_apart(tmp_path: Path) -> None:
    files = tree({"a": {}})
    files["content/tools/a.md"] = tool("a", "Long. " * 99)
    result = rendered(tmp_path, files)
    plan = json.loads(result.plan_json)
    assert plan["steps"][0]["bytes"] == result.steps[0].size
    assert plan["tools"][0]["bytes"] == result.tools[0].size


ARTIFACTS = {
    "ids": {
        "G": {"means": "goal", "digits": 2, "defined-in": ["docs/gone.md", "docs/a.md"]},
        "R": {"means": "finding", "digits": 2, "topics": True, "defined-in": ["docs/gone.md"]},
    },
    "thread": [{"from": ["G"], "to": ["R"], "also": []}],
    "shapes": {"review": [{"title": "Verdict"}, {"title": "Re-check", "from-depth": 4}]},
    "artifacts": [
        {
            "path": "docs/a.md",
            "owner": "a",
            "revised-by": ["b", "gone"],
            "headings": [
                {
                    "title": "Goals",
                    "table": ["G", "Goal"],
                    "each": {"id": "G", "parts": ["By"]},
                    "optional": True,
                },
                {"title": "Rejected", "from-depth": 4},
            ],
            "tables": [["A", "B"]],
            "defines": ["G"],
            "refers": ["R"],
            "alternatives": ["GOALS.md"],
        },
        {"path": "docs/deep.md", "owner": "a", "from-depth": 4, "headings": [{"title": "X"}]},
        {"path": "docs/b.md", "owner": "b", "shape": "review"},
        {"path": "docs/gone.md", "owner": "gone"},
    ],
}


def test_artifacts_hold_what_this_plan_makes(tmp_path: Path) -> None:
    files = tree(
        {
            "a": {"outputs": ["docs/a.md", {"path": "docs/deep.md", "from-depth": 4}]},
            "b": {"outputs": [{"path": "docs/b.md", "optional": True}], "body": body_of()},
            "gone": {"outputs": ["docs/gone.md"]},
        }
    )
    files["content/artifacts.yml"] = dump(ARTIFACTS)
    result = rendered(tmp_path, files, steps_off=("gone",))
    assert json.loads(result.artifacts_json) == {
        "schema": 1,
        "ids": [
            {
                "id": "G",
                "means": "goal",
                "pattern": "G-[0-9]{2}",
                "defined-in": "docs/a.md",
                "refers": [],
            },
            {
                "id": "R",
                "means": "finding",
                "pattern": "R-[a-z]+(?:-[a-z]+)*-[0-9]{2}",
                "defined-in": None,
                "refers": [],
            },
        ],
        "thread": [{"from": ["G"], "to": ["R"], "also": []}],
        "artifacts": [
            {
                "path": "docs/a.md",
                "owner": "a",
                "optional": False,
                "revised-by": ["b"],
                "alternatives": ["GOALS.md"],
                "headings": [
                    {
                        "title": "Goals",
                        "optional": True,
                        "table": ["G", "Goal"],
                        "each": {"id": "G", "parts": ["By"], "table": None},
                    }
                ],
                "tables": [["A", "B"]],
                "defines": ["G"],
                "refers": ["R"],
            },
            {
                "path": "docs/b.md",
                "owner": "b",
                "optional": True,
                "revised-by": [],
                "alternatives": [],
                "headings": [{"title": "Verdict", "optional": False, "table": None, "each": None}],
                "tables": [],
                "defines": [],
                "refers": [],
            },
        ],
    }


@pytest.mark.parametrize(
    ("name", "series", "matches", "differs"),
    [
        ("FR", {"digits": 3}, "FR-001", "FR-01"),
        ("US.n", {"digits": 3}, "US-001.2", "US-001"),
        ("CMP", {"slug": True}, "CMP-booking-api", "CMP-Booking"),
        ("R", {"digits": 2, "topics": True}, "R-user-stories-01", "R-01"),
    ],
)
def test_pattern_is_the_form_of_the_identifiers(
    name: str, series: dict[str, Any], matches: str, differs: str
) -> None:
    pattern = re.compile(id_pattern(name, IdSeries(means="x", **series)))
    assert pattern.fullmatch(matches)
    assert not pattern.fullmatch(differs)


def test_headings_are_the_artifacts_own_or_those_of_its_shape() -> None:
    shared, own = (Heading(title="Verdict"),), (Heading(title="Own"),)
    artifacts = Artifacts(ids={}, thread=(), shapes={"review": shared}, artifacts=())
    assert headings_of(Artifact(path="a", owner="b", headings=own), artifacts) == own
    assert headings_of(Artifact(path="a", owner="b", shape="review"), artifacts) == shared
    assert headings_of(Artifact(path="a", owner="b", shape="gone"), artifacts) == ()


def test_map_shows_hostile_answers_as_plain_text(tmp_path: Path) -> None:
    text = rendered(tmp_path, sound_tree(), project_name="# <b> |", idea="---").pipeline_map
    assert text.startswith("# Pipeline of \\# \\<b\\> \\|\n\nThe idea: ---\n\nMethodology")


def test_map_has_every_step_its_reason_and_the_graph(tmp_path: Path) -> None:
    files = sound_tree() | {"content/tools/fix.md": tool("fix")}
    result = rendered(tmp_path, files, knowledge_delivery="linked")
    plan_it, build_it = result.steps
    assert (
        f"| [build-it](steps/build-it.md) | Do build-it | 3 | {build_it.tokens:,} "
        "| `custom` switches it on; depth 3 from `custom` |\n"
    ) in result.pipeline_map
    assert (
        '```mermaid\nflowchart TD\n  s_plan_it["plan-it"]\n  s_build_it["build-it"]\n'
        "  s_plan_it --> s_build_it\n```\n"
    ) in result.pipeline_map
    assert "| ship-it | your answers do not need it (`'web' in platforms`) |" in result.pipeline_map
    assert "| [planning](knowledge/planning.md) |" in result.pipeline_map
    assert "| [fix](tools/fix.md) | Use fix |" in result.pipeline_map
    total = sum(page.tokens for page in (*result.steps, *result.linked))
    assert f"cost about {total:,} tokens" in result.pipeline_map
    assert plan_it.tokens < total


def test_entry_of_a_step_is_not_shared_between_libraries(tmp_path: Path) -> None:
    files = tree({"a": {"knowledge_base": ["x"]}}, entries={"x": entry("x", "Old.")})
    assert "Old." in rendered(tmp_path, files).steps[0].text
    write(tmp_path, {"content/knowledge/core/x.md": entry("x", "New.")})
    assert "New." in rendered(tmp_path, {}).steps[0].text


def test_a_series_is_defined_in_the_first_document_that_the_plan_has() -> None:
    library = Library(Path(__file__).resolve().parents[1])
    with_vision = Answers(project_name="x", methodology="mvp")
    without = replace(with_vision, steps_off=("create-vision",))
    goals = []
    for given in (with_vision, without):
        document = json.loads(render(library, given, None).artifacts_json)
        made = {one["path"]: one["defines"] for one in document["artifacts"]}
        goals.append([path for path, defines in made.items() if "G" in defines])
    assert goals == [["docs/vision.md"], ["docs/plan.md"]]
