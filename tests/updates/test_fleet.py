"""Many repositories at once: one source, nothing foreign runs, a pull request for each."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from releases import (
    FIRST,
    KEPT,
    SECOND,
    STEPS,
    THIRD,
    Done,
    answers,
    apply_edits,
    copied,
    edits,
    make,
    release_three,
    start,
)
from templates import ROOT, commit, edit, files, git, snapshot

FLEET = ROOT / "docs/fleet"
PROGRAM = str(FLEET / "milepost_fleet.py")
SECRET = "token-that-nobody-may-see"  # noqa: S105 - a secret of this test


def fleet(folder: Path, *arguments: str) -> Done:
    secrets = {"GITHUB_TOKEN": SECRET, "GH_TOKEN": SECRET, "ACTIONS_RUNTIME_TOKEN": SECRET}
    return start([sys.executable, "-B", PROGRAM, *arguments], folder, **secrets)


def render(folder: Path, source: Path | str, *projects: Path) -> tuple[Done, dict[str, Any]]:
    """Render into `folder/out` and give each project's result."""
    out = folder / "out"
    paths = [str(path) for path in projects]
    done = fleet(folder, "render", "--source", str(source), "--output", str(out), *paths)
    texts = {path.parent.name: path.read_text("utf-8") for path in out.glob("*/result.json")}
    return done, {name: json.loads(text) for name, text in texts.items()}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give three releases and a fourth whose code says what it could take."""
    template = release_three(tmp_path_factory.mktemp("releases") / "milepost")
    with (template / "extensions/milepost/__init__.py").open("a", encoding="utf-8") as file:
        file.write(
            "\nimport os, pathlib\n"
            f"pathlib.Path({str(template.parent / 'environment')!r}).write_text(str(os.environ))\n"
        )
    commit(template, "Fourth", "v0.4.0")
    return template


@pytest.fixture(scope="module")
def projects(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Give committed projects of mixed versions and answers."""
    folder = tmp_path_factory.mktemp("projects")
    made = {
        "edited": make(str(template), folder / "edited", SECOND),
        "small": make(str(template), folder / "small", FIRST, methodology="mvp"),
        "current": make(str(template), folder / "current", "v0.4.0"),
    }
    apply_edits(made["edited"], edits(SECOND))
    return made


@pytest.mark.slow
def test_each_project_gets_a_patch_and_a_text_without_secrets(
    template: Path, projects: Mapping[str, Path], tmp_path: Path
) -> None:
    mine = [copied(path, tmp_path / name) for name, path in projects.items()]
    done, results = render(tmp_path, template, *mine)
    assert done.code == 0, done
    assert "current: current: v0.4.0" in done.out
    assert {name: one["status"] for name, one in results.items()} == {
        "edited": "updated",
        "small": "updated",
    }
    assert SECRET not in (template.parent / "environment").read_text("utf-8")

    page = f"{STEPS}/press-release.md"
    text = (tmp_path / "out/edited/pull-request.md").read_text("utf-8")
    assert text.startswith(f"Milepost {SECOND} → v0.4.0: ")
    assert f"- `{page}` → `{KEPT}/{page}`" in text
    assert "## Steps that are gone\n\n- `press-release`" in text
    conflicts = results["edited"]["report"]["conflicts"]
    assert all(f"- `{path}`\n" in text for path in conflicts)
    assert git(mine[0], "diff", "--name-only", "--diff-filter=U").split() == conflicts

    other = copied(projects["edited"], tmp_path / "checkout")
    proposed = fleet(tmp_path, "propose", "--from", str(tmp_path / "out/edited"), str(other))
    assert proposed == (0, "milepost/v0.4.0\n", "")
    assert files(other) == files(mine[0])
    assert git(other, "log", "-1", "--format=%s").strip() == "chore: update Milepost to v0.4.0"
    assert git(other, "status", "--porcelain") == ""


def point_elsewhere(project: Path, evil: Path) -> None:
    source = str(answers(project)["_src_path"])
    edit(project / ".copier-answers.yml", f"_src_path: {source}", f"_src_path: {evil}")


def name_another_tag(project: Path, _: Path) -> None:
    edit(project / ".copier-answers.yml", f"_commit: {SECOND}", f"_commit: {FIRST}")


def name_a_branch(project: Path, _: Path) -> None:
    edit(project / ".copier-answers.yml", f"_commit: {SECOND}", "_commit: main")


def name_an_option(project: Path, _: Path) -> None:
    edit(project / ".copier-answers.yml", f"_commit: {SECOND}", "_commit: --upload-pack=touch x")


def name_another_hash(project: Path, _: Path) -> None:
    recorded = str(answers(project)["_commit_hash"])
    edit(project / ".copier-answers.yml", recorded, "0" * 40)


def drop_the_plan(project: Path, _: Path) -> None:
    (project / ".milepost/plan.json").write_text("[]", "utf-8")


def link_outwards(project: Path, evil: Path) -> None:
    page = project / f"{STEPS}/tdd.md"
    page.unlink()
    page.symlink_to(evil / "copier.yml")


def link_the_answers(project: Path, _: Path) -> None:
    (project / ".copier-answers.yml").rename(project / "answers.yml")
    (project / ".copier-answers.yml").symlink_to("answers.yml")


TAMPERINGS: Mapping[Callable[[Path, Path], None], str] = {
    point_elsewhere: "names the source",
    name_another_tag: f"{FIRST} is another commit than .copier-answers.yml recorded",
    name_a_branch: "names 'main', which is no released tag of the source",
    name_an_option: "which is no released tag of the source",
    name_another_hash: f"{SECOND} is another commit than .copier-answers.yml recorded",
    drop_the_plan: ".milepost/plan.json cannot be read",
    link_outwards: f"{STEPS}/tdd.md is a link where the template writes",
    link_the_answers: ".copier-answers.yml is no plain file",
}


@pytest.mark.slow
def test_what_was_tampered_with_is_refused_before_any_code_runs(
    template: Path, projects: Mapping[str, Path], tmp_path: Path
) -> None:
    evil = snapshot(tmp_path / "evil")
    with (evil / "extensions/milepost_extension.py").open("a", encoding="utf-8") as file:
        file.write(f"\nPath({str(tmp_path / 'evil-ran')!r}).touch()\n")
    commit(evil, "Evil", "v9.0.0")
    tampered = []
    for tamper in TAMPERINGS:
        project = copied(projects["edited"], tmp_path / tamper.__name__)
        tamper(project, evil)
        commit(project, "Harmless fix")
        tampered.append(project)
    dirty = copied(projects["edited"], tmp_path / "dirty")
    (dirty / "new.txt").touch()
    (template.parent / "environment").unlink(missing_ok=True)
    before = {path: files(path) for path in (*tampered, dirty)}

    done, results = render(tmp_path, template, *before)

    assert done.code == 1
    assert {one["status"] for one in results.values()} == {"refused"}
    for tamper, reason in TAMPERINGS.items():
        assert reason in results[tamper.__name__]["says"]
    assert "not committed" in results["dirty"]["says"]
    assert not (tmp_path / "evil-ran").exists()
    assert not (template.parent / "environment").exists()
    assert {path: files(path) for path in before} == before


@pytest.mark.slow
def test_a_moved_tag_is_refused(projects: Mapping[str, Path], tmp_path: Path) -> None:
    source = Path(str(answers(projects["edited"])["_src_path"]))
    mine = copied(projects["edited"], tmp_path / "mine")
    moved = copied(source, tmp_path / "moved")
    edit(mine / ".copier-answers.yml", f"_src_path: {source}", f"_src_path: {moved}")
    commit(mine, "The source has moved as a whole")
    git(moved, "tag", "--force", SECOND, THIRD)
    done, results = render(tmp_path, moved, mine)
    assert done.code == 1
    assert "the tag was moved" in results["mine"]["says"]


@pytest.mark.parametrize("source", ["milepost", "../milepost", "gh:OWNER/milepost", "--help=x"])
def test_a_source_that_is_no_whole_address_is_refused(tmp_path: Path, source: str) -> None:
    done = fleet(tmp_path, "render", f"--source={source}", "--output", "out", ".")
    assert done.code == 1
    assert "name the source by its whole address or absolute path" in done.err


PATCHES = {
    "workflow": "diff --git a/.github/workflows/x.yml b/.github/workflows/x.yml\n"
    "new file mode 100644\n--- /dev/null\n+++ b/.github/workflows/x.yml\n"
    "@@ -0,0 +1 @@\n+on: push\n",
    "link": "diff --git a/AGENTS.md b/AGENTS.md\nnew file mode 120000\n"
    "--- /dev/null\n+++ b/AGENTS.md\n@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n",
    "outside": "diff --git a/../x b/../x\nnew file mode 100644\n"
    "--- /dev/null\n+++ b/../x\n@@ -0,0 +1 @@\n+x\n",
}


@pytest.mark.parametrize("kind", PATCHES)
def test_a_patch_that_no_update_makes_is_not_proposed(tmp_path: Path, kind: str) -> None:
    project = tmp_path / "project"
    project.mkdir()
    commit(project, "Start")
    (tmp_path / "update.patch").write_text(PATCHES[kind], "utf-8")
    (tmp_path / "result.json").write_text('{"report": {"to": "v0.4.0"}}', "utf-8")
    done = fleet(tmp_path, "propose", "--from", str(tmp_path), str(project))
    assert (done.code, done.out) == (1, ""), done
    assert git(project, "log", "--oneline", "--all").count("\n") == 1
    assert git(project, "status", "--porcelain") == ""


def workflow() -> Mapping[str, Any]:
    document: dict[str, Any] = yaml.safe_load((FLEET / "milepost-update.yml").read_text("utf-8"))
    return document


def test_the_job_that_runs_the_template_has_nothing_to_take() -> None:
    jobs = workflow()["jobs"]
    assert workflow()["permissions"] == {}
    assert jobs["render"]["permissions"] == {"contents": "read"}
    checkout = jobs["render"]["steps"][0]
    assert checkout["with"]["persist-credentials"] is False
    assert not re.search(r"secrets\.|github\.token", json.dumps(jobs["render"]))


def test_the_job_that_writes_runs_nothing_of_the_template() -> None:
    propose = workflow()["jobs"]["propose"]
    assert propose["needs"] == "render"
    assert propose["permissions"] == {"contents": "write", "pull-requests": "write"}
    commands = "\n".join(step.get("run", "") for step in propose["steps"])
    assert "copier" not in commands
    assert ".milepost " not in commands


def test_the_workflow_calls_the_program_as_it_is() -> None:
    for job, command in (("render", "render"), ("propose", "propose")):
        text = "\n".join(step.get("run", "") for step in workflow()["jobs"][job]["steps"])
        call = re.search(rf"milepost_fleet\.py {command}(.*?)(\n\w|\)$|$)", text, re.DOTALL)
        assert call, text
        options = set(re.findall(r"--[a-z-]+", call[1]))
        usage = fleet(ROOT, command, "--help")
        assert options
        assert all(option in usage.out for option in options)


def test_renovate_updates_from_the_named_source_only() -> None:
    document = json.loads((FLEET / "renovate.json").read_text("utf-8"))
    assert document["enabledManagers"] == ["copier"]
    assert document["ignoreScripts"] is False
    off = next(rule for rule in document["packageRules"] if rule.get("enabled") is False)
    assert off["matchPackageNames"] == [f"!{workflow()['env']['MILEPOST_SOURCE']}"]
