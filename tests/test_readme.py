"""What README.md says is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from milepost.answers import _general_rules
from milepost.library import Library
from templates import copy

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
LIBRARY = Library(ROOT)


def test_the_tree_shows_what_a_copy_makes(template: Path, tmp_path: Path) -> None:
    project = copy(template, tmp_path / "p")
    tree = README.split("```text\n")[1].split("```")[0]
    stack: list[str] = []
    for line in tree.splitlines()[1:]:
        match = re.match(r"([│ ]*)[├└]── (\S+)", line)
        assert match, line
        level = len(match[1]) // 4
        stack[level:] = [match[2]]
        assert (project / "/".join(stack)).exists(), line


def test_the_table_of_answers_is_complete() -> None:
    table = README.split("| Answer | What it decides |")[1].split("\n\n")[0]
    rows = [row.split("|")[1] for row in table.splitlines()[2:]]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    own = {
        question.name
        for project_type in LIBRARY.project_types
        for question in LIBRARY.questions(project_type)
    }
    assert named == {*_general_rules(LIBRARY), *own}


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / target).exists(), target


def test_the_number_of_skills_is_told_right() -> None:
    assert len(LIBRARY.skill_sources) == 6


def test_the_version_stands_in_the_changelog() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^## (\S+)", changelog, re.MULTILINE)[0] == version
