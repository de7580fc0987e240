"""Every release updates to every later one, and nobody's line is gone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import copier
import pytest
from releases import (
    ANSWERS,
    KEPT,
    OWN,
    PAIRS,
    SECOND,
    STEPS,
    TAGS,
    THIRD,
    Edit,
    answers,
    apply_edits,
    copied,
    edits,
    make,
    release_three,
    render,
    update,
)
from runner.git import Git
from runner.project import Project
from runner.updating import look_before, rescue
from templates import files, git

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("matrix")]
Rendered = dict[str, Mapping[str, bytes]]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_three(tmp_path_factory.mktemp("releases") / "milepost")


@pytest.fixture(scope="module", params=["path", "git+file"])
def source(request: pytest.FixtureRequest, template: Path) -> str:
    return str(template) if request.param == "path" else f"git+file://{template}"


@pytest.fixture(scope="module")
def edited(source: str, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Give an edited project of each release."""
    folder = tmp_path_factory.mktemp("edited")
    projects = {tag: make(source, folder / tag, tag) for tag in TAGS[:-1]}
    for tag, project in projects.items():
        apply_edits(project, edits(tag))
    return projects


@pytest.fixture(scope="module")
def fresh(source: str, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """Give a fresh render of each later release."""
    folder = tmp_path_factory.mktemp("fresh")
    return {tag: render(source, folder / tag, tag, ANSWERS) for tag in TAGS[1:]}


def in_one_process(project: Path, tag: str) -> dict[str, Any]:
    """Update in this process, where the code of every release was loaded before."""
    seen = look_before(Project(str(project)), Git(str(project)))
    copier.run_update(project, vcs_ref=tag, defaults=True, unsafe=True, quiet=True, overwrite=True)
    kept, moved = rescue(seen, Project(str(project)))
    return {
        "conflicts": Git(str(project)).conflicts(),
        "kept": [item.as_dict() for item in kept],
        "notes-moved": [item.as_dict() for item in moved],
    }


def in_its_own_process(project: Path, tag: str) -> dict[str, Any]:
    return update(project, "--vcs-ref", tag, code=None)


@pytest.mark.parametrize("do", [in_one_process, in_its_own_process])
@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_each_edit_is_kept_or_shown_and_the_rest_is_new(
    edited: Mapping[str, Path], fresh: Rendered, tmp_path: Path, old: str, new: str, do: Any
) -> None:
    project = copied(edited[old], tmp_path / "project")
    report = do(project, new)
    now, made = files(project), edits(old)
    places = {item["path"]: item["copy"] for item in (*report["notes-moved"], *report["kept"])}
    for one in made:
        assert is_there(one, now, places), (one, report)
    assert {name: now[name].decode() for name in OWN} == OWN
    touched = {*OWN, *(one.path for one in made), f"{STEPS}/coding-standards.md", "CLAUDE.md"}
    assert {name: now[name] for name in fresh[new] if name not in touched} == {
        name: data for name, data in fresh[new].items() if name not in touched
    }
    extra = now.keys() - fresh[new].keys() - OWN.keys()
    assert extra == {item["copy"] for item in report["kept"]}
    assert answers(project)["_commit"] == new
    for path in report["conflicts"]:
        assert b"<<<<<<< before updating" in now[path]


def is_there(one: Edit, now: Mapping[str, bytes], places: Mapping[str, str]) -> bool:
    """Tell whether a line stands where it stood, or where the report says."""
    paths = {one.path, places.get(one.path, one.path), f"{KEPT}/{one.path}"}
    return any(one.line.encode() in now.get(path, b"") for path in paths)


def test_a_renamed_step_takes_its_notes_along(edited: Mapping[str, Path], tmp_path: Path) -> None:
    project = copied(edited[TAGS[0]], tmp_path / "project")
    report = update(project, "--vcs-ref", SECOND, code=None)
    old, new = f"{STEPS}/code-rules.md", f"{STEPS}/coding-standards.md"
    assert {"path": old, "copy": new} in report["notes-moved"]
    assert Edit(old, "notes").line in (project / new).read_text("utf-8")
    assert Edit(old, "top").line in (project / f"{KEPT}/{old}").read_text("utf-8")


@pytest.mark.parametrize("arguments", [["--vcs-ref", ":current:"], []], ids=["current", "newest"])
def test_an_update_without_a_change_changes_nothing(
    source: str, tmp_path: Path, arguments: list[str]
) -> None:
    project = make(source, tmp_path / "project", THIRD)
    before = files(project)
    report = update(project, *arguments)
    assert files(project) == before
    assert git(project, "status", "--porcelain") == ""
    assert (report["from"], report["to"]) == (THIRD, THIRD)
    assert not any(report[key] for key in ("added", "removed", "changed", "conflicts", "kept"))
