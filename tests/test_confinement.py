"""The extension opens nothing but the template and what it may see of the destination."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jinja2.exceptions import SecurityError
from templates import copy, edit, snapshot

# Runs Copier with an audit hook that keeps every event which our own code causes.
_PROGRAM = """
import json, sys
from pathlib import Path

template, project, answers = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
import copier
own = str(Path(template) / "extensions")
seen = []
busy = False
WATCHED = ("open", "os.", "shutil.", "subprocess.", "socket.", "tempfile.", "urllib.", "ctypes.")

def hook(event, arguments):
    global busy
    if busy or not event.startswith(WATCHED):
        return
    busy = True
    try:
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename.startswith(own):
                seen.append([event, [str(argument) for argument in arguments]])
                break
            frame = frame.f_back
    finally:
        busy = False

sys.addaudithook(hook)
copier.run_copy(template, project, data=answers, defaults=True, unsafe=True, quiet=True)
print(json.dumps(seen))
"""
_LOOKS = ("os.listdir", "os.scandir")


def events(template: Path, project: Path, **answers: Any) -> list[tuple[str, list[str]]]:
    """Copy in a process of its own and list the events that our code caused."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(template), str(project), json.dumps(answers)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
    )
    return [(event, arguments) for event, arguments in json.loads(done.stdout)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give an existing repository with everything that may tempt the extension."""
    folder = tmp_path / "project"
    (folder / "src/deep/deeper").mkdir(parents=True)
    for name in ("package.json", "secrets.env", "src/app.js", "src/deep/deeper/x.py"):
        (folder / name).write_text("{}", "utf-8")
    (tmp_path / "outside.json").write_text('{"manifest_version": 3}', "utf-8")
    (folder / "manifest.json").symlink_to(tmp_path / "outside.json")
    (folder / "linked").symlink_to(tmp_path)
    (folder / "pyproject.toml").write_text("x" * 70_000, "utf-8")
    return folder


def test_only_allowed_files_are_opened_and_none_for_writing(template: Path, project: Path) -> None:
    ours = events(template, project)
    assert {event for event, _ in ours} <= {"open", *_LOOKS}
    python = (sys.prefix, sys.base_prefix, sys.exec_prefix)
    for event, arguments in ours:
        path = Path(arguments[0])
        if path.is_relative_to(template) or arguments[0].startswith(python):
            allowed = True
        elif event == "open":
            allowed = path.parent == project and path.name in {
                "AGENTS.md",
                "CLAUDE.md",
                "package.json",
                "pyproject.toml",
                "manifest.json",
            }
        else:
            allowed = path == project or path.parent == project
        assert allowed, (event, arguments)
        assert event != "open" or arguments[1] in ("r", "rb", "None"), arguments


def test_links_large_files_and_deeper_folders_are_left_alone(template: Path, project: Path) -> None:
    paths = {arguments[0] for _, arguments in events(template, project)}
    untouched = ("manifest.json", "pyproject.toml", "linked", "secrets.env", "src/deep")
    assert not paths & {str(project / name) for name in untouched}
    assert str(project / "package.json") in paths


def test_rendering_writes_no_bytecode_into_the_template(template: Path, tmp_path: Path) -> None:
    events(template, tmp_path / "p")
    # The loader compiles the entry file before any of our code runs.
    assert {path.parent.parent for path in template.rglob("*.pyc")} <= {template / "extensions"}


# An error amid rendering leaves Copier's own folder iterators open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_templates_reach_nothing_but_inert_values(template: Path, tmp_path: Path) -> None:
    hostile = snapshot(tmp_path / "hostile")
    page = next((hostile / "template/.milepost").glob("PIPELINE*"))
    edit(page, "{{ pipeline_map() }}", "{{ step_files.__self__.functions }}")
    with pytest.raises(SecurityError, match="unsafe"):
        copy(hostile, tmp_path / "p")
