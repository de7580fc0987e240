"""`copier update` brings the new, in code and content, and keeps the team's edits."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import copier
import pytest
import yaml
from templates import commit, copy, edit, files, git, snapshot, update

OLD, NEW = "v0.1.0", "v0.2.0"


def everywhere(template: Path, old: str, new: str) -> None:
    """Replace a word in all content of a template."""
    for path in sorted((template / "content").rglob("*.*")):
        if path.suffix in (".md", ".yml") and old in path.read_text("utf-8"):
            edit(path, old, new)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a template with two tags: code, content, names and questions differ."""
    template = snapshot(tmp_path_factory.mktemp("released") / "milepost")
    questions = template / "content/project-types/browser-extension/questions.yml"
    # The first release called a question and a step otherwise, and asked one more.
    everywhere(template, "ext_ui_surfaces", "ext_surfaces")
    everywhere(template, "coding-standards", "code-rules")
    folder = template / "content/steps/foundation"
    (folder / "coding-standards.md").rename(folder / "code-rules.md")
    everywhere(template, "docs/code-rules.md", "docs/coding-standards.md")
    with questions.open("a", encoding="utf-8") as file:
        file.write(
            "\next_team:\n  type: str\n  help: How many work on it?\n  default: one\n"
            "  when: \"{{ 'browser-extension' in types_of(project_type, additional_types) }}\"\n"
        )
    edit(template / "extensions/milepost/prompts.py", "You carry out the step", "You do the step")
    commit(template, "First", OLD)

    second = snapshot(tmp_path_factory.mktemp("second") / "milepost")
    for part in ("content", "extensions"):
        shutil.rmtree(template / part)
        (second / part).rename(template / part)
    edit(
        questions,
        "  default: [popup]\n",
        "  default: \"{{ ext_surfaces | default(['popup']) | to_json }}\"\n",
    )
    (template / "content/renames.yml").write_text(
        "steps:\n  code-rules: {to: coding-standards, since: 0.2.0}\n"
        "answers:\n  ext_surfaces: {to: ext_ui_surfaces, since: 0.2.0}\n"
        "  ext_team: {to: null, since: 0.2.0}\n",
        "utf-8",
    )
    step = template / "content/steps/foundation/tech-stack.md"
    edit(step, "title: ", "title: Second edition of ")
    commit(template, "Second", NEW)
    return template


@pytest.fixture
def project(released: Path, tmp_path: Path) -> Path:
    """Give a committed project that was made from the first tag."""
    folder = tmp_path / "project"
    copier.run_copy(
        str(released),
        folder,
        data={
            "project_name": "Side notes",
            "project_type": "browser-extension",
            "ext_surfaces": ["options", "sidepanel"],
            "ext_team": "two",
            "step_depths": {"code-rules": 2},
        },
        vcs_ref=OLD,
        defaults=True,
        unsafe=True,
        quiet=True,
    )
    commit(folder, "Start")
    return folder


def answers(project: Path) -> dict[str, Any]:
    recorded: dict[str, Any] = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    return recorded


def plan(project: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((project / ".milepost/plan.json").read_text("utf-8"))
    return document


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({}, id="no data"),
        pytest.param({"methodology": "custom"}, id="data", marks=pytest.mark.slow),
    ],
)
def test_an_update_brings_new_code_content_and_names(project: Path, data: dict[str, Any]) -> None:
    before = (project / ".milepost/steps/tech-stack.md").read_text("utf-8")
    assert "You do the step" in before
    update(project, **data)
    after = (project / ".milepost/steps/tech-stack.md").read_text("utf-8")
    assert "You carry out the step" in after
    assert "# Second edition of" in after
    assert git(project, "diff", "--name-only", "--diff-filter=U") == ""
    recorded = answers(project)
    assert recorded["_commit"] == NEW
    assert recorded["ext_ui_surfaces"] == ["options", "sidepanel"]
    assert not {"ext_surfaces", "ext_team"} & recorded.keys()
    depths = {step["name"]: step["depth"] for step in plan(project)["steps"]}
    assert depths["coding-standards"] == 2
    assert not (project / ".milepost/steps/code-rules.md").exists()
    assert plan(project)["template"]["version"] == NEW
    assert plan(project)["renames"]["steps"] == {"code-rules": "coding-standards"}


def test_an_update_equals_a_fresh_copy_of_the_new_tag(
    project: Path, released: Path, tmp_path: Path
) -> None:
    update(project)
    fresh = copy(
        released,
        tmp_path / "fresh",
        project_name="Side notes",
        project_type="browser-extension",
        ext_ui_surfaces=["options", "sidepanel"],
        step_depths={"coding-standards": 2},
    )
    updated, made = dict(files(project)), dict(files(fresh))
    # The old name of the step stays as it was answered.
    for rendered in (updated, made):
        del rendered[".copier-answers.yml"], rendered[".milepost/plan.json"]
    assert {name: updated[name] for name in made} == made
    assert updated.keys() == made.keys()


def test_edits_and_notes_survive(project: Path) -> None:
    page = project / ".milepost/steps/tech-stack.md"
    text = page.read_text("utf-8")
    marked = text.replace("## Execution\n", "## Execution\n\nAsk Dana before you choose.\n")
    page.write_text(marked + "\nOur note: no vendor lock-in.\n", "utf-8")
    own = project / ".milepost/local/steps/tdd.md"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("Our own instructions.\n", "utf-8")
    (project / "AGENTS.md").write_text("Rewritten by the team.\n", "utf-8")
    (project / "CLAUDE.md").unlink()
    commit(project, "Our edits")
    update(project)
    after = page.read_text("utf-8")
    assert "Ask Dana before you choose.\n" in after
    assert after.endswith("\nOur note: no vendor lock-in.\n")
    assert "# Second edition of" in after
    assert own.read_text("utf-8") == "Our own instructions.\n"
    assert (project / "AGENTS.md").read_text("utf-8") == "Rewritten by the team.\n"
    assert not (project / "CLAUDE.md").exists()
    assert git(project, "diff", "--name-only", "--diff-filter=U") == ""


@pytest.mark.slow
def test_switching_a_type_answer_and_back_restores_every_byte(project: Path) -> None:
    update(project)
    commit(project, "Updated")
    before = files(project)
    update(project, ext_content_script=True)
    commit(project, "With content scripts")
    assert files(project) != before
    update(project, ext_content_script=False)
    assert files(project) == before
