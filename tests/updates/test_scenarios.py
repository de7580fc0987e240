"""There and back, into existing repositories, out again, and killed half-way."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import copier
import pytest
from releases import (
    ANSWERS,
    FIRST,
    KEPT,
    OWN,
    SECOND,
    STEPS,
    THIRD,
    Edit,
    answers,
    apply_edits,
    copied,
    edits,
    make,
    release_three,
    run,
    start,
    update,
)
from templates import ROOT, commit, edit, files, git

pytestmark = pytest.mark.slow
DOCUMENT = (ROOT / "docs/updating.md").read_text("utf-8")
SEEDS = {"AGENTS.md", "CLAUDE.md", ".milepost/local/README.md"}


def documented(heading: str, number: int = 0) -> str:
    """Give a block of commands of the page that users follow."""
    section = DOCUMENT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return str(re.findall(r"```bash\n(.*?)```", section, re.DOTALL)[number])


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_three(tmp_path_factory.mktemp("releases") / "milepost")


@pytest.fixture(scope="module")
def started(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an edited project of the second release."""
    project = make(str(template), tmp_path_factory.mktemp("started") / "project", SECOND)
    apply_edits(project, edits(SECOND))
    return project


def test_deep_to_mvp_and_back_loses_nothing(template: Path, tmp_path: Path) -> None:
    project = make(str(template), tmp_path / "project", SECOND, methodology="deep", steps_off=[])
    pristine = files(project)
    apply_edits(project, edits(SECOND))
    done = run(project, "complete", "press-release", "--force", "--reason", "A test")
    assert done.code == 0, done
    commit(project, "Press release")
    record = (project / ".milepost/progress/press-release.json").read_bytes()
    page = f"{STEPS}/press-release.md"

    away = update(project, "--vcs-ref", ":current:", "-d", "methodology=mvp", code=None)
    assert page not in files(project)
    assert {"path": page, "copy": f"{KEPT}/{page}"} in away["kept"]
    assert "press-release" in away["steps-removed"]
    resolve_with_ours(project, away["conflicts"])
    commit(project, "mvp")

    back = update(project, "--vcs-ref", ":current:", "-d", "methodology=deep", code=None)
    resolve_with_ours(project, back["conflicts"])
    now = files(project)
    assert {"path": page, "copy": f"{KEPT}/{page}"} in back["back"]
    assert now[".milepost/progress/press-release.json"] == record
    assert "press-release" in run(project, "status", "--json").out
    for one in edits(SECOND):
        assert any(one.line.encode() in now.get(path, b"") for path in places(one)), one
    assert {name: now[name].decode() for name in OWN} == OWN
    touched = {*OWN, *(one.path for one in edits(SECOND))} - {page}
    assert {name: now[name] for name in pristine.keys() - touched} == {
        name: data for name, data in pristine.items() if name not in touched
    }


def places(one: Edit) -> tuple[str, str]:
    return one.path, f"{KEPT}/{one.path}"


def resolve_with_ours(project: Path, conflicts: list[str]) -> None:
    for path in conflicts:
        git(project, "checkout", "--ours", "--", path)


def test_a_new_version_and_a_new_answer_at_once(started: Path, tmp_path: Path) -> None:
    project = copied(started, tmp_path / "project")
    report = update(
        project, "-d", "depth=5", "-d", "ext_content_script=true", "-d", "agents=[codex]", code=None
    )
    recorded = answers(project)
    found = [recorded[name] for name in ("depth", "ext_content_script", "agents", "_commit")]
    assert found == [5, True, ["codex"], THIRD]
    skill = ".claude/skills/milepost-next/SKILL.md"
    assert skill in report["removed"]
    assert {"path": skill, "copy": f"{KEPT}/{skill}"} in report["kept"]
    now = files(project)
    for one in edits(SECOND):
        assert any(one.line.encode() in now.get(path, b"") for path in places(one)), one


def test_an_older_version_is_refused_and_made_by_hand(
    template: Path, started: Path, tmp_path: Path
) -> None:
    project = copied(started, tmp_path / "project")
    refused = run(project, "update", "--", "--trust", "--vcs-ref", FIRST)
    assert refused.code == 1
    assert "Downgrades are not supported" in refused.err
    assert "nothing was changed" in refused.err
    command = documented("Go back to an older version", 1).splitlines()[1]
    command = command.replace("v1.2.0", SECOND).replace("SOURCE", str(template))
    done = start(["sh", "-c", command], project)
    assert done.code == 0, done
    before = {name: data for name, data in files(project).items() if "step" not in name}
    assert answers(tmp_path / "milepost-old") == answers(project), before.keys()


EXISTING: Mapping[str, str] = {
    "README.md": "# Ours\n",
    "AGENTS.md": "Our rules.\n",
    "CLAUDE.md": "Our memory.\n",
    "src/app.js": "run()\n",
    ".claude/settings.json": "{}\n",
    ".claude/skills/ours/SKILL.md": "ours\n",
    ".agents/skills/ours/SKILL.md": "ours\n",
}


def existing(folder: Path) -> Path:
    """Make a repository that was there before Milepost."""
    for name, text in EXISTING.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8", newline="\n")
    commit(folder, "Before")
    return folder


def test_an_existing_repository_is_added_to_updated_and_left(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = existing(tmp_path / "project")
    before = files(project)
    copier.run_copy(str(template), project, data=ANSWERS, vcs_ref=FIRST, defaults=True, unsafe=True)
    message = capsys.readouterr().err
    assert "AGENTS.md was here before. Add: Work follows" in message
    assert "CLAUDE.md was here before. Add this line to it: @AGENTS.md" in message
    commit(project, "Add Milepost")
    update(project)
    commit(project, "Update")
    update(project, "--vcs-ref", ":current:", "-d", "agents=[codex]")
    commit(project, "Without Claude Code")
    assert {name: files(project)[name] for name in before} == before

    done = start(["bash", "-ec", documented("Uninstall")], project)
    assert done.code == 0, done
    assert files(project) == before
    assert sorted(p.name for p in project.iterdir()) == sorted(
        {name.split("/")[0] for name in before} | {".git"}
    )


def test_uninstalling_leaves_only_what_is_the_teams(template: Path, tmp_path: Path) -> None:
    project = make(str(template), tmp_path / "project", THIRD)
    run(project, "next")
    done = start(["bash", "-ec", documented("Uninstall")], project)
    assert done.code == 0, done
    assert set(files(project)) == {"AGENTS.md", "CLAUDE.md"}


def test_a_project_in_a_folder_of_a_larger_repository(started: Path, tmp_path: Path) -> None:
    whole, project = tmp_path / "whole", tmp_path / "whole/apps/notes"
    copied(started, project)
    shutil.rmtree(project / ".git")
    (whole / "apps/other.md").write_text("Theirs.\n", "utf-8")
    commit(whole, "One repository")
    report = update(project, code=None)
    page = f"{STEPS}/press-release.md"
    assert {"path": page, "copy": f"{KEPT}/{page}"} in report["kept"]
    assert ".milepost/runner/release.py" in report["changed"]
    now = files(project)
    for one in edits(SECOND):
        assert any(one.line.encode() in now.get(path, b"") for path in places(one)), one
    assert git(whole, "diff", "--name-only", "HEAD", "--", "apps/other.md") == ""


def test_the_trust_list_lets_one_source_in_and_no_other(
    template: Path, started: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.yml"
    settings.write_text(f"trust:\n  - {template}\n", "utf-8")
    project, other = copied(started, tmp_path / "project"), copied(template, tmp_path / "other")
    with (other / "extensions/milepost_extension.py").open("a", encoding="utf-8") as file:
        file.write(f"\nPath({str(tmp_path / 'ran')!r}).touch()\n")
    commit(other, "Evil", "v9.0.0")
    trusting = {"COPIER_SETTINGS_PATH": str(settings)}

    edit(project / ".copier-answers.yml", f"_src_path: {template}", f"_src_path: {other}")
    commit(project, "Harmless fix")
    refused = run(project, "update", **trusting)
    assert refused.code == 1
    assert "look at `_src_path` in `.copier-answers.yml`" in refused.err
    assert not (tmp_path / "ran").exists()

    git(project, "revert", "--no-edit", "HEAD")
    assert "v0.2.0 -> v0.3.0" in run(project, "update", **trusting).out


# Killed

_KILLER = """\
import os, signal, sys
limit, seen = int(os.environ["KILL_AT"]), 0

def hook(event, arguments):
    global seen
    if event not in ("subprocess.Popen", "os.remove", "os.rmdir") and not (
        event == "open" and isinstance(arguments[1], str) and set("wax+") & set(arguments[1])
    ):
        return
    seen += 1
    if limit == seen:
        os.kill(os.getpid(), signal.SIGKILL)

def say():
    with open(os.environ["KILL_COUNT"], "w") as file:
        file.write(str(seen))

import atexit
atexit.register(say)
sys.addaudithook(hook)
"""


def killed_update(project: Path, folder: Path, at: int) -> int:
    """Update, kill Copier at its n-th write or process, and count those if it ends."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(_KILLER, "utf-8")
    command = [sys.executable, "-m", "copier", "update", "--trust", "--defaults", "--quiet"]
    done = subprocess.run(
        command,
        cwd=project,
        env={
            **os.environ,
            "PYTHONPATH": str(folder),
            "KILL_AT": str(at),
            "KILL_COUNT": str(folder / "count"),
            "TMPDIR": str(folder),
        },
        capture_output=True,
        check=False,
    )
    assert done.returncode == (-signal.SIGKILL if at else 0), done
    return at or int((folder / "count").read_text())


def test_a_killed_update_is_undone_by_the_documented_command(started: Path, tmp_path: Path) -> None:
    first = copied(started, tmp_path / "whole")
    events = killed_update(first, tmp_path / "work", 0)
    project = copied(started, tmp_path / "project")
    before = files(project)
    restore = documented("An update that was interrupted").strip()
    dirty = 0
    for at in (1, *(events * tenth // 10 for tenth in (4, 7, 9)), events - 1):
        killed_update(project, tmp_path / "work", at)
        dirty += files(project) != before
        done = start(["sh", "-c", restore], project)
        assert done.code == 0, done
        assert files(project) == before, at
        assert git(project, "status", "--porcelain") == ""
    assert dirty > 1, "no kill left anything to restore"
    killed_update(project, tmp_path / "work", 0)
    assert files(project) == files(first)


def test_a_lock_that_a_killed_git_left_is_named_as_documented(
    started: Path, tmp_path: Path
) -> None:
    project = copied(started, tmp_path / "project")
    before = files(project)
    (project / f"{STEPS}/tdd.md").write_text("half", "utf-8")
    (project / ".git/index.lock").touch()
    restore = documented("An update that was interrupted").strip()
    refused = start(["sh", "-c", restore], project)
    assert refused.code != 0
    assert ".git/index.lock" in refused.err
    assert "If Git says that `.git/index.lock` exists" in DOCUMENT
    (project / ".git/index.lock").unlink()
    assert start(["sh", "-c", restore], project).code == 0
    assert files(project) == before
