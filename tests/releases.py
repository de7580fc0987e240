"""Three consecutive releases of the template, and projects with edits made from them.

`v0.1.0` calls a step and a question otherwise than this tree does, asks one question more, and
has a step and a tool that later releases retire. `v0.2.0` renames and `v0.3.0` retires. Each
differs from the one before in code, in content and in the runner.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import copier
import yaml
from plumbum import local
from templates import ROOT, commit, edit, files, snapshot

# The runner, so that tests can ask it in this process.
sys.path.append(str(ROOT / "template" / ".milepost"))

FIRST, SECOND, THIRD = TAGS = ("v0.1.0", "v0.2.0", "v0.3.0")
PAIRS = ((FIRST, SECOND), (FIRST, THIRD), (SECOND, THIRD))
KEPT = ".milepost/local/kept"
_PHRASES = {
    FIRST: "You do the step",
    SECOND: "You work on the step",
    THIRD: "You carry out the step",
}
_STEP = """\
---
name: press-release
title: Write the press release
description: Say in the customers' words what is new.
phase: vision
order: 15
dependencies: [create-vision]
depth-scaling: {1: One sentence., 2: Two sentences., 3: A page., 4: A page., 5: A page.}
---

## Purpose

Say what is new before it is built.

## Instructions

1. Write it.

## Expected Outputs

Nothing that other steps read.

## Quality Criteria

- Somebody outside understands it.

## Update Mode

Write it again.
"""
_TOOL = """\
---
name: ship
title: Ship a version
description: Make a version and tell people.
---

1. Tag it.
2. Tell people.
"""


def release_three(folder: Path) -> Path:
    """Make the repository of a template with three tags."""
    template = snapshot(folder)
    _first(template)
    commit(template, "First", FIRST)
    _second(template)
    commit(template, "Second", SECOND)
    _third(template)
    commit(template, "Third", THIRD)
    return template


def _first(template: Path) -> None:
    _rename_everywhere(
        template, {"ext_ui_surfaces": "ext_surfaces", "coding-standards": "code-rules"}
    )
    _rename_everywhere(template, {"docs/code-rules.md": "docs/coding-standards.md"})
    foundation = template / "content/steps/foundation"
    (foundation / "coding-standards.md").rename(foundation / "code-rules.md")
    with _questions(template).open("a", encoding="utf-8") as file:
        file.write(
            "\next_team:\n  type: str\n  help: How many work on it?\n  default: one\n"
            "  when: \"{{ 'browser-extension' in types_of(project_type, additional_types) }}\"\n"
        )
    (template / "content/steps/vision/press-release.md").write_text(_STEP, "utf-8")
    (template / "content/tools").mkdir(exist_ok=True)
    (template / "content/tools/ship.md").write_text(_TOOL, "utf-8")
    for name in ("mvp", "custom", "deep"):
        row = f"  press-release: {{enabled: {'false' if name == 'mvp' else 'true'}}}\n"
        edit(template / f"content/methodologies/{name}.yml", "\nsteps:\n", f"\nsteps:\n{row}")
    _say(template, _PHRASES[THIRD], _PHRASES[FIRST])
    _mark(template, FIRST)


def _second(template: Path) -> None:
    foundation = template / "content/steps/foundation"
    (foundation / "code-rules.md").rename(foundation / "coding-standards.md")
    _rename_everywhere(
        template, {"ext_surfaces": "ext_ui_surfaces", "code-rules": "coding-standards"}
    )
    questions = _questions(template)
    questions.write_text(questions.read_text("utf-8").split("\next_team:")[0], "utf-8")
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
    edit(foundation / "tech-stack.md", "\ntitle: ", "\ntitle: Second edition of ")
    _say(template, _PHRASES[FIRST], _PHRASES[SECOND])
    _mark(template, SECOND)


def _third(template: Path) -> None:
    (template / "content/steps/vision/press-release.md").unlink()
    (template / "content/tools/ship.md").unlink()
    for path in (template / "content/methodologies").iterdir():
        kept = [
            line for line in path.read_text("utf-8").splitlines() if "press-release" not in line
        ]
        path.write_text("\n".join(kept) + "\n", "utf-8")
    edit(
        template / "content/renames.yml",
        "answers:\n",
        "  press-release: {to: null, since: 0.3.0}\nanswers:\n",
    )
    edit(template / "content/steps/foundation/tdd.md", "\ntitle: ", "\ntitle: Third edition of ")
    _say(template, _PHRASES[SECOND], _PHRASES[THIRD])
    _mark(template, THIRD)


def _rename_everywhere(template: Path, names: Mapping[str, str]) -> None:
    for path in sorted((template / "content").rglob("*.*")):
        for old, new in names.items():
            if path.suffix in (".md", ".yml") and old in path.read_text("utf-8"):
                edit(path, old, new)


def _questions(template: Path) -> Path:
    return template / "content/project-types/browser-extension/questions.yml"


def _say(template: Path, old: str, new: str) -> None:
    edit(template / "extensions/milepost/prompts.py", old, new)


def _mark(template: Path, tag: str) -> None:
    (template / "template/.milepost/runner/release.py").write_text(f'NAME = "{tag}"\n', "utf-8")


def settle(folder: Path) -> None:
    """Give Git and Copier settings of their own, where no test has done so."""
    settings = folder / "settings.yml"
    settings.write_text("{}\n", "utf-8")
    own = {"COPIER_SETTINGS_PATH": str(settings), "GIT_CONFIG_GLOBAL": os.devnull}
    for name in ("AUTHOR", "COMMITTER"):
        own |= {f"GIT_{name}_NAME": "Milepost tests", f"GIT_{name}_EMAIL": "tests@example.com"}
    os.environ |= own
    local.env.update(**own)


# Projects


def steps_of(methodology: str) -> set[str]:
    """Name the steps that a methodology has on."""
    text = (ROOT / f"content/methodologies/{methodology}.yml").read_text("utf-8")
    return {name for name, one in yaml.safe_load(text)["steps"].items() if one["enabled"]}


ANSWERS = {
    "project_name": "Side notes",
    "project_type": "browser-extension",
    "methodology": "custom",
    # At depth 3 with the steps of `mvp`: an update then takes a third of the time.
    "steps_off": sorted(steps_of("custom") - steps_of("mvp")),
    "agents": ["claude-code", "codex"],
}


def make(source: str, project: Path, tag: str, **changes: Any) -> Path:
    """Copy a release in this process and commit the project."""
    data = {**ANSWERS, **changes}
    copier.run_copy(source, project, data=data, vcs_ref=tag, defaults=True, unsafe=True, quiet=True)
    commit(project, "Start")
    return project


def render(source: str, project: Path, tag: str, answers: Mapping[str, Any]) -> Mapping[str, bytes]:
    """Render a release afresh with recorded answers."""
    data = {name: value for name, value in answers.items() if not name.startswith("_")}
    copier.run_copy(source, project, data=data, vcs_ref=tag, defaults=True, unsafe=True, quiet=True)
    return files(project)


def answers(project: Path) -> dict[str, Any]:
    """Read what is recorded."""
    recorded: dict[str, Any] = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    return recorded


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.out)
        return document


def run(project: Path, *arguments: str, **environment: str) -> Done:
    """Run the project's own runner in a process of its own."""
    return start([sys.executable, "-B", ".milepost", *arguments], project, **environment)


def start(command: Iterable[str], folder: Path, **environment: str) -> Done:
    """Run a program, with this environment's `copier` first on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        list(command),
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def update(project: Path, *arguments: str, code: int | None = 0) -> dict[str, Any]:
    """Run `python3 .milepost update --json -- --trust ...` and give its report."""
    done = run(project, "update", "--json", "--", "--trust", *arguments)
    assert code is None or done.code == code, done
    return done.data


# Edits

STEPS = ".milepost/steps"


class Edit(NamedTuple):
    """A line of the team's in a rendered file, and where in it the line stands."""

    path: str
    place: str

    @property
    def line(self) -> str:
        return f"The team's line at the {self.place} of {Path(self.path).name}."


def edits(tag: str) -> tuple[Edit, ...]:
    """List edits at the top, in the middle and in the notes of files of a release."""
    rules = "code-rules" if tag == FIRST else "coding-standards"
    retired = [".milepost/tools/ship.md", f"{STEPS}/press-release.md"] if tag != THIRD else []
    return (
        Edit(f"{STEPS}/tech-stack.md", "top"),
        Edit(f"{STEPS}/tech-stack.md", "notes"),
        Edit(f"{STEPS}/tdd.md", "middle"),
        Edit(f"{STEPS}/tdd.md", "notes"),
        Edit(f"{STEPS}/user-stories.md", "notes"),
        Edit(f"{STEPS}/{rules}.md", "top"),
        Edit(f"{STEPS}/{rules}.md", "notes"),
        Edit(".milepost/PIPELINE.md", "middle"),
        Edit(".milepost/knowledge/review-methodology.md", "middle"),
        Edit(".claude/skills/milepost-next/SKILL.md", "notes"),
        *(Edit(path, "middle") for path in retired),
    )


def apply_edits(project: Path, made: Iterable[Edit]) -> None:
    """Write the team's lines, a file of their own and progress, and commit."""
    for one in made:
        path = project / one.path
        lines = path.read_text("utf-8").splitlines()
        at = {"top": 4, "middle": len(lines) // 2, "notes": len(lines)}[one.place]
        lines[at:at] = ["", one.line] if one.place == "notes" else [one.line]
        path.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")
    for name, text in OWN.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, "utf-8", newline="\n")
    commit(project, "The team's edits")


OWN = {
    "docs/own.md": "Ours alone.\n",
    ".milepost/local/instructions.md": "Use pnpm.\n",
    ".milepost/local/steps/code-rules.md": "Tabs.\n",
    "AGENTS.md": "Rewritten by the team.\n",
    ".claude/skills/ours/SKILL.md": "---\nname: ours\ndescription: Ours.\n---\n",
}
"""Files of the team; the last two stand where Milepost also writes."""


def copied(project: Path, destination: Path) -> Path:
    """Copy a whole project, its history included."""
    shutil.copytree(project, destination, symlinks=True)
    return destination
