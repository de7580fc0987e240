"""Updating through the runner: nothing that somebody edited is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sample import JSON, Outcome, Sample, install_runner, make_sample, plan_of, step

pytestmark = pytest.mark.slow

FOOTER = "\n## Project notes\n\n<!-- Everything below this line is yours. -->\n"
SETTINGS = """\
_subdirectory: template
_templates_suffix: .jinja
_exclude: [__pycache__]
name: {type: str, default: Tool library}
"""


def environment(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }


class Workshop:
    """A template with tags, and a project made from it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.template = home / "template"
        self.project = Sample(home / "project")

    def release(self, tag: str, *rows: JSON, settings: str = SETTINGS, **changes: Any) -> None:
        """Tag a version with these steps."""
        inner = self.template / "template"
        shutil.rmtree(inner, ignore_errors=True)
        texts = {row["path"]: f"# {row['title']}\n\n{row['why'][0]}\n{FOOTER}" for row in rows}
        digests = {path: sha256(text.encode()).hexdigest() for path, text in texts.items()}
        plan = plan_of(
            *rows, digests=digests, template={"name": "milepost", "version": tag}, **changes
        )
        sample = make_sample(inner, plan)
        for path, text in texts.items():
            sample.write(path, text)
        install_runner(sample)
        sample.write(".milepost/.gitignore.jinja", "__pycache__/\n")
        sample.write("{{ _copier_conf.answers_file }}.jinja", "{{ _copier_answers|to_nice_yaml }}")
        (self.template / "copier.yml").write_text(settings)
        self.git(self.template, "init", "-q", "-b", "main")
        self.commit(self.template, tag)
        self.git(self.template, "tag", tag)

    def copy(self) -> None:
        self.copier("copy", "--defaults", str(self.template), str(self.project.root))
        self.git(self.project.root, "init", "-q", "-b", "main")
        self.commit(self.project.root, "copy")

    def copier(self, *arguments: str) -> None:
        subprocess.run(
            ["copier", *arguments], env=environment(self.home), check=True, capture_output=True
        )

    def git(self, folder: Path, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=folder, env=environment(self.home), check=True)

    def commit(self, folder: Path, message: str) -> None:
        self.git(folder, "add", "-A")
        self.git(folder, "commit", "-qm", message)

    def edit(self, path: str, old: str, new: str) -> None:
        text = self.project.read(path)
        assert old in text
        self.project.write(path, text.replace(old, new))
        self.commit(self.project.root, f"edit {path}")

    def update(self, *arguments: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, ".milepost", "update", *arguments],
            cwd=self.project.root,
            env=environment(self.home),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """A project of two steps, `vision` done, one version behind nothing."""
    workshop = Workshop(tmp_path)
    workshop.release("v1.0.0", step("vision"), step("prd"))
    workshop.copy()
    workshop.project.do("vision")
    workshop.commit(workshop.project.root, "vision")
    return workshop


def test_an_update_reports_what_changed(workshop: Workshop) -> None:
    changed = step("vision", task_digest="new", why=["Other text."])
    workshop.release("v1.1.0", changed, step("prd"), step("stories"))

    outcome = workshop.update("--json")

    assert outcome.code == 0, outcome
    data = outcome.data
    assert (data["from"], data["to"]) == ("v1.0.0", "v1.1.0")
    assert data["added"] == [".milepost/steps/stories.md"]
    assert ".milepost/steps/vision.md" in data["changed"]
    assert (data["steps-added"], data["outdated"]) == (["stories"], ["vision"])
    assert (data["conflicts"], data["kept"]) == ([], [])
    assert "Updating to template version 1.1.0" in outcome.err


def test_an_edited_file_that_is_gone_is_kept(workshop: Workshop) -> None:
    workshop.edit(".milepost/steps/prd.md", "On in", "Ours: on in")
    workshop.release("v1.1.0", step("vision"))

    outcome = workshop.update()

    kept = ".milepost/local/kept/.milepost/steps/prd.md"
    assert outcome.code == 0, outcome
    assert f"which you edited, is gone; see {kept}" in outcome.out
    assert "Ours: on in" in workshop.project.read(kept)
    assert "Steps that are gone: `prd`" in outcome.out


def test_an_untouched_file_that_is_gone_is_not_kept(workshop: Workshop) -> None:
    workshop.release("v1.1.0", step("vision"))

    assert workshop.update("--json").data["kept"] == []
    assert not (workshop.project.root / ".milepost/local/kept").exists()


def test_notes_follow_a_renamed_step(workshop: Workshop) -> None:
    path = ".milepost/steps/prd.md"
    workshop.project.write(path, workshop.project.read(path) + "Ask Ada about CON-02.\n")
    workshop.commit(workshop.project.root, "notes")
    renames: JSON = {"steps": {"prd": "create-prd"}, "answers": {}}
    workshop.release("v1.1.0", step("vision"), step("create-prd"), renames=renames)

    data = workshop.update("--json").data

    target = ".milepost/steps/create-prd.md"
    assert data["notes-moved"] == [{"path": path, "copy": target}]
    assert data["kept"] == []
    assert workshop.project.read(target).endswith("is yours. -->\n\nAsk Ada about CON-02.\n")


def test_other_edits_of_a_renamed_step_are_kept_too(workshop: Workshop) -> None:
    path = ".milepost/steps/prd.md"
    workshop.project.write(path, workshop.project.read(path).replace("On", "Ours: on") + "Note.\n")
    workshop.commit(workshop.project.root, "edit")
    renames: JSON = {"steps": {"prd": "create-prd"}, "answers": {}}
    workshop.release("v1.1.0", step("vision"), step("create-prd"), renames=renames)

    data = workshop.update("--json").data

    assert (len(data["notes-moved"]), len(data["kept"])) == (1, 1)
    assert workshop.project.read(data["kept"][0]["copy"]).endswith("Note.\n")


def test_a_conflict_is_named_and_exits_1(workshop: Workshop) -> None:
    workshop.edit(".milepost/steps/vision.md", "On in this methodology.", "Ours.")
    workshop.release("v1.1.0", step("vision", why=["Theirs."]), step("prd"))

    outcome = workshop.update()

    assert outcome.code == 1
    assert ".milepost/steps/vision.md: your edit and the new version touch" in outcome.err
    assert "1 conflict" in outcome.out


def test_a_dirty_tree_is_refused(workshop: Workshop) -> None:
    workshop.project.write("new.txt", "mine")

    outcome = workshop.update()

    assert outcome.code == 1
    assert outcome.err.startswith("new.txt: not committed; an update could not be undone\n")


def test_no_update_changes_nothing(workshop: Workshop) -> None:
    outcome = workshop.update()

    assert outcome.code == 0, outcome
    assert "v1.0.0 -> v1.0.0: nothing." in outcome.out


def test_trust_is_never_given_for_the_user(workshop: Workshop) -> None:
    workshop.release(
        "v1.1.0", step("vision"), step("prd"), settings=f"{SETTINGS}_tasks: [touch evil]\n"
    )

    outcome = workshop.update()

    assert outcome.code == 1
    assert "needs your trust" in outcome.err
    assert not (workshop.project.root / "evil").exists()
    assert workshop.update("--", "--trust").code == 0


def test_a_failure_before_anything_changed_asks_for_no_reset(workshop: Workshop) -> None:
    outcome = workshop.update("--", "--vcs-ref", "v9.9.9")

    assert outcome.code == 1
    assert "fix: nothing was changed; mend the cause and run it again" in outcome.err
    assert "reset --hard" not in outcome.err


def test_a_failing_update_says_how_to_go_back(workshop: Workshop) -> None:
    workshop.release(
        "v1.1.0", step("vision"), step("prd"), settings=f"{SETTINGS}_tasks: [exit 3]\n"
    )
    head = files_of(workshop.project.root)

    outcome = workshop.update("--", "--trust")

    assert outcome.code == 1
    assert "`git reset --hard && git clean -fd` brings the last commit back" in outcome.err
    workshop.git(workshop.project.root, "reset", "-q", "--hard")
    workshop.git(workshop.project.root, "clean", "-qfd")
    assert files_of(workshop.project.root) == head


def test_changes_elsewhere_in_the_repository_are_not_committed_either(workshop: Workshop) -> None:
    shutil.rmtree(workshop.project.root / ".git")
    (workshop.home / ".gitignore").write_text("/template/\n")
    workshop.git(workshop.home, "init", "-q", "-b", "main")
    workshop.commit(workshop.home, "One repository, the project a folder of it")
    (workshop.home / "mine.txt").write_text("hours of work")

    outcome = workshop.update()

    assert outcome.code == 1
    assert outcome.err.startswith("mine.txt: not committed; an update could not be undone\n")


def test_a_retired_step_leaves_its_progress_and_is_reported(workshop: Workshop) -> None:
    workshop.release("v1.1.0", step("vision"), step("prd"), step("press"))
    workshop.update()
    workshop.project.do("press")
    workshop.commit(workshop.project.root, "updated, press done")
    renames: JSON = {"steps": {"press": None, "prd": None}, "answers": {}}
    workshop.release("v1.2.0", step("vision"), renames=renames)

    outcome = workshop.update("--json")

    assert outcome.code == 0, outcome
    assert outcome.data["steps-removed"] == ["prd", "press"]
    assert (workshop.project.root / ".milepost/progress/press.json").is_file()
    assert workshop.project.run("status").code == 0


def test_the_runner_outlives_its_own_replacement(workshop: Workshop) -> None:
    workshop.edit(".milepost/steps/prd.md", "On in", "Ours: on in")
    workshop.release("v1.1.0", step("vision"))
    runner = workshop.template / "template/.milepost/runner"
    for path in [*runner.rglob("*.py"), runner.parent / "__main__.py"]:
        path.write_text("raise SystemExit('the new runner was loaded')\n")
    workshop.commit(workshop.template, "Another runner")
    workshop.git(workshop.template, "tag", "v1.2.0")

    outcome = workshop.update("--json")

    assert outcome.code == 0, outcome
    assert [item["path"] for item in outcome.data["kept"]] == [".milepost/steps/prd.md"]


def test_edits_are_kept_even_where_the_new_plan_cannot_be_read(workshop: Workshop) -> None:
    workshop.edit(".milepost/steps/prd.md", "On in", "Ours: on in")
    workshop.release("v1.1.0", step("vision"), schema=9)

    outcome = workshop.update()

    kept = ".milepost/local/kept/.milepost/steps/prd.md"
    assert outcome.code == 1
    assert f"the new plan cannot be read. Your edits are in `{kept}`" in outcome.err
    assert "Ours: on in" in workshop.project.read(kept)


def test_what_comes_back_points_to_the_kept_copy(workshop: Workshop) -> None:
    workshop.edit(".milepost/steps/prd.md", "On in", "Ours: on in")
    workshop.release("v1.1.0", step("vision"))
    workshop.update()
    workshop.commit(workshop.project.root, "without prd")
    workshop.release("v1.2.0", step("vision"), step("prd"))

    outcome = workshop.update()

    kept = ".milepost/local/kept/.milepost/steps/prd.md"
    assert outcome.code == 0, outcome
    assert f"Back: .milepost/steps/prd.md; what you had edited there is in {kept}" in outcome.out


def test_rejected_parts_count_as_conflicts(workshop: Workshop) -> None:
    workshop.edit(".milepost/steps/vision.md", "On in this methodology.", "Ours.")
    workshop.release("v1.1.0", step("vision", why=["Theirs."]), step("prd"))

    outcome = workshop.update("--json", "--", "--conflict", "rej")

    assert outcome.code == 1
    assert outcome.data["conflicts"] == [".milepost/steps/vision.md"]
