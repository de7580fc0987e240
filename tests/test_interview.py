"""The wizard, as somebody at a terminal sees it."""

from __future__ import annotations

import sys
from pathlib import Path

import pexpect
import pytest
import yaml

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="pexpect needs a terminal of Unix"),
]
DOWN, ENTER, SPACE = "\x1b[B", "\r", " "


def interview(template: Path, project: Path) -> pexpect.spawn[str]:
    return pexpect.spawn(
        sys.executable,
        ["-m", "copier", "copy", "--trust", "--quiet", str(template), str(project)],
        encoding="utf-8",
        timeout=30,
        dimensions=(50, 120),
    )


def answers(project: Path) -> dict[str, object]:
    recorded: dict[str, object] = yaml.safe_load(
        (project / ".copier-answers.yml").read_text("utf-8")
    )
    return recorded


def test_pressing_enter_throughout_gives_the_defaults(template: Path, tmp_path: Path) -> None:
    talk = interview(template, tmp_path / "lending")
    for question in ("called", "idea", "kind of product", "written down", "people use", "agents"):
        talk.expect(question)
        talk.send(ENTER)
    talk.expect(pexpect.EOF)
    assert answers(tmp_path / "lending")["project_name"] == "lending"
    assert answers(tmp_path / "lending")["methodology"] == "mvp"


def test_a_type_brings_its_own_questions(template: Path, tmp_path: Path) -> None:
    talk = interview(template, tmp_path / "p")
    for question in ("called", "idea"):
        talk.expect(question)
        talk.send(ENTER)
    talk.expect("kind of product")
    talk.send("\x1b[A" + ENTER)
    for question in ("other kinds", "written down", "people use", "agents"):
        talk.expect(question)
        talk.send(ENTER)
    talk.expect("manifest version")
    talk.send(ENTER)
    talk.expect("user see the extension")
    talk.send(DOWN + SPACE + ENTER)
    for question in ("pages that people visit", "none of its pages is open"):
        talk.expect(question)
        talk.send(ENTER)
    talk.expect(pexpect.EOF)
    recorded = answers(tmp_path / "p")
    assert recorded["project_type"] == "browser-extension"
    assert recorded["ext_ui_surfaces"] == ["popup", "options"]


def test_a_wrong_name_is_refused_where_it_is_typed(template: Path, tmp_path: Path) -> None:
    talk = interview(template, tmp_path / "p")
    talk.expect("called")
    talk.send("x" * 90 + ENTER)
    talk.expect("use at most 80")
    talk.close(force=True)
