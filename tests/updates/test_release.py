"""A change keeps what the projects of the last release rest on."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from compatibility import losses
from releases import FIRST, SECOND, THIRD, answers, make, release_three, update
from templates import PARTS, ROOT, commit, edit, git, snapshot


def released_tag(repository: Path) -> str | None:
    """Give the newest released tag that leads to the present state, if there is one."""
    done = subprocess.run(
        ["git", "-C", str(repository), "tag", "--merged", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    tags = [tag for tag in done.stdout.split() if re.fullmatch(r"v\d+\.\d+\.\d+", tag)]
    return max(tags, key=lambda tag: [int(part) for part in tag[1:].split(".")], default=None)


@pytest.fixture(scope="module")
def last(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Give the last release of this repository: its tag, and a clone that stands on it."""
    tag = released_tag(ROOT)
    if tag is None:
        pytest.skip("nothing is released yet, or the checkout was made without tags")
    clone = tmp_path_factory.mktemp("last") / "milepost"
    git(ROOT, "clone", "--quiet", "--no-local", str(ROOT), str(clone))
    git(clone, "checkout", "--quiet", "--detach", tag)
    return tag, clone


def test_nothing_that_the_last_release_had_is_gone(last: tuple[str, Path]) -> None:
    assert list(losses(last[1], ROOT)) == []


@pytest.mark.slow
def test_the_answers_of_the_last_release_still_load(last: tuple[str, Path], tmp_path: Path) -> None:
    tag, clone = last
    types = yaml.safe_load((clone / "content/project-types/order.yml").read_text("utf-8"))
    replace_tree(clone, snapshot(tmp_path / "present"))
    commit(clone, "The present state", "v9999.0.0")
    for project_type in ("none", *types):
        check_answers(clone, tmp_path / project_type, (tag, "v9999.0.0"), project_type=project_type)


def replace_tree(template: Path, present: Path) -> None:
    for part in PARTS:
        path = template / part
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        (present / part).rename(path)


def check_answers(template: Path, project: Path, tags: tuple[str, str], **data: str) -> None:
    """Update a project with the answers of an old tag and compare what is recorded."""
    make(str(template), project, tags[0], **data)
    before = answers(project)
    update(project, "--vcs-ref", tags[1])
    after = answers(project)
    renames = yaml.safe_load((template / "content/renames.yml").read_text("utf-8"))["answers"] or {}
    for name, value in before.items():
        present = renames[name]["to"] if name in renames else name
        if not name.startswith("_") and present is not None:
            assert after[present] == value, name
    assert after["_commit"] == tags[1]


@pytest.mark.slow
def test_renamed_answers_keep_their_values(tmp_path: Path) -> None:
    template = release_three(tmp_path / "milepost")
    check_answers(template, tmp_path / "project", (FIRST, THIRD))
    check_answers(template, tmp_path / "later", (SECOND, THIRD), methodology="mvp")


def drop_a_step(tree: Path) -> None:
    (tree / "content/steps/foundation/tdd.md").unlink()


def drop_a_question(tree: Path) -> None:
    edit(tree / "copier.yml", "\nplatforms:\n", "\nplaces:\n")


def drop_a_choice(tree: Path) -> None:
    edit(tree / "copier.yml", ": desktop\n", ": computer\n")


def drop_a_methodology(tree: Path) -> None:
    (tree / "content/methodologies/mvp.yml").unlink()


def drop_a_choice_of_a_type(tree: Path) -> None:
    edit(tree / "content/project-types/browser-extension/questions.yml", "sidepanel", "side-panel")


LOSSES: dict[Callable[[Path], None], str] = {
    drop_a_step: "the step `tdd` is gone without a row in content/renames.yml",
    drop_a_question: "the question `platforms` is gone without a row in content/renames.yml",
    drop_a_choice: "the choice `desktop` of `platforms` is gone",
    drop_a_methodology: "the choice `mvp` of `methodology` is gone",
    drop_a_choice_of_a_type: "the choice `sidepanel` of `ext_ui_surfaces` is gone",
}


@pytest.mark.parametrize("drop", LOSSES)
def test_each_loss_is_named(tmp_path: Path, drop: Callable[[Path], None]) -> None:
    new = snapshot(tmp_path / "new")
    drop(new)
    assert list(losses(ROOT, new)) == [LOSSES[drop]]


def test_a_row_in_the_renames_accounts_for_a_loss_and_stays(tmp_path: Path) -> None:
    new = snapshot(tmp_path / "new")
    drop_a_step(new)
    drop_a_question(new)
    (new / "content/renames.yml").write_text(
        "steps:\n  tdd: {to: null, since: 0.2.0}\n"
        "answers:\n  platforms: {to: places, since: 0.2.0}\n",
        "utf-8",
    )
    assert list(losses(ROOT, new)) == []
    assert list(losses(new, snapshot(tmp_path / "newer"))) == [
        "content/renames.yml: the row of `tdd` in `steps` is gone; rows stay for good",
        "content/renames.yml: the row of `platforms` in `answers` is gone; rows stay for good",
        "the question `places` is gone without a row in content/renames.yml",
    ]


def test_only_released_tags_count(tmp_path: Path) -> None:
    assert released_tag(tmp_path) is None
    commit(tmp_path, "One", "v0.9.0")
    commit(tmp_path, "Two", "v0.10.0")
    commit(tmp_path, "Three", "draft")
    assert released_tag(tmp_path) == "v0.10.0"
