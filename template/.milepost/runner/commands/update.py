"""Take a new version of the template or other answers, and lose nothing.

The update replaces the runner itself, so nothing of it may be imported after Copier has run.
"""
# ruff: noqa: PTH120 - as in `tree.py`

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from argparse import REMAINDER, ArgumentParser, Namespace

from ..errors import DONE, FIXABLE, Problem, RunnerError
from ..git import Git
from ..options import add_json
from ..plan import Plan
from ..project import Project
from ..report import Report, counted, quoted
from ..updating import Before, Kept, come_back, look_before, rescue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HELP = """\
Run `copier update` and report what it did.
A dirty tree is refused. Edited files that the new version lacks are kept as copies under
`.milepost/local/kept/`; notes follow a renamed step. Exits 1 where sides conflict.
What follows `--` goes to Copier. `--trust`, which lets the template's code run, is never
added for you: look first where `_src_path` in `.copier-answers.yml` points to."""
EXAMPLE = "python3 .milepost update -- --trust --data methodology=mvp"
_ASKING = {"--defaults", "-l", "--skip-answered", "-A"}
_UVX = ["uvx", "--with", "copier-template-extensions", "--with", "python-frontmatter", "copier"]
_UNTRUSTED = 4
_UNDO = "`git reset --hard && git clean -fd` brings the last commit back"


def add_arguments(parser: ArgumentParser) -> None:
    add_json(parser)
    parser.add_argument("copier", nargs=REMAINDER, metavar="-- ...", help="arguments for Copier")


def run(project: Project, options: Namespace) -> Report:
    git = Git(project.tree.root)
    git.check_clean()
    before = look_before(project, git)
    command = _command([argument for argument in options.copier if argument != "--"])
    _run_copier(command, git, project.tree.root, as_json=options.json)
    changes, conflicts = git.changes(), git.conflicts()
    after = Project(project.tree.root)
    kept, moved = rescue(before, after)
    try:
        steps, back = _compare(before, after), come_back(before, after)
    except RunnerError as error:
        raise RunnerError(
            Problem("update", f"the new plan cannot be read.{_copies(kept)}", _UNDO),
            *error.problems,
        ) from error
    data: dict[str, Any] = {
        "from": before.plan.version,
        "to": after.plan.version,
        **changes,
        "conflicts": conflicts,
        "kept": [item.as_dict() for item in kept],
        "notes-moved": [item.as_dict() for item in moved],
        "back": [item.as_dict() for item in back],
        **steps,
    }
    problems = tuple(_conflict(path) for path in conflicts)
    lines = [_headline(before.plan, after.plan, data), *_lines(data, kept, moved, back)]
    return Report(tuple(lines), data, FIXABLE if conflicts else DONE, problems)


def _command(arguments: list[str]) -> list[str]:
    """Choose how to start Copier; on a terminal it asks only what is new."""
    found = shutil.which("copier") or shutil.which("copier", path=os.path.dirname(sys.executable))
    if not found and not shutil.which("uvx"):
        raise RunnerError(
            Problem(
                "copier",
                "it is not installed, or not on your PATH",
                "install it with `uv tool install copier --with copier-template-extensions "
                "--with python-frontmatter`, or run this with the Python of the environment "
                "that has it",
            )
        )
    copier = [found] if found else _UVX
    asking = "--skip-answered" if sys.stdin and sys.stdin.isatty() else "--defaults"
    return [*copier, "update", *([] if _ASKING & set(arguments) else [asking]), *arguments]


def _run_copier(command: list[str], git: Git, root: str, as_json: bool) -> None:
    """Let Copier speak for itself; beside JSON it speaks on the error stream."""
    sys.stdout.flush()
    try:
        done = subprocess.run(  # noqa: S603 - a list, no shell
            command, cwd=root, stdout=sys.stderr.fileno() if as_json else None, check=False
        )
    except KeyboardInterrupt as error:
        raise RunnerError(_stopped(git, "you stopped it")) from error
    if done.returncode == _UNTRUSTED:
        raise RunnerError(
            Problem(
                "copier",
                "the template runs code of its own, which needs your trust",
                "look at `_src_path` in `.copier-answers.yml`, then: "
                "`python3 .milepost update -- --trust`",
            )
        )
    if done.returncode:
        what = f"it stopped with exit code {done.returncode}; what it said stands above"
        raise RunnerError(_stopped(git, what))


def _stopped(git: Git, what: str) -> Problem:
    """Say how to go back, where there is anything to go back from."""
    if git.has_changed():
        return Problem("copier", what, f"{_UNDO}; mend the cause and run it again")
    return Problem("copier", what, "nothing was changed; mend the cause and run it again")


def _compare(before: Before, after: Project) -> dict[str, list[str]]:
    old = {after.current_name(step.name) for step in before.plan.steps}
    new = [step.name for step in after.plan.steps]
    return {
        "steps-added": [name for name in new if name not in old],
        "steps-removed": sorted(old - set(new)),
        "outdated": [
            state.step.name
            for state in after.states
            if state.outdated and state.step.name not in before.outdated
        ],
    }


def _conflict(path: str) -> Problem:
    return Problem(
        path,
        "your edit and the new version touch the same lines",
        f"keep what is right between the markers, delete the markers, `git add {path}`",
    )


def _copies(kept: list[Kept]) -> str:
    return f" Your edits are in {quoted([item.copy for item in kept])}" if kept else ""


def _headline(old: Plan, new: Plan, data: dict[str, Any]) -> str:
    return f"{old.version} -> {new.version}: {_sizes(data)}."


def _lines(
    data: dict[str, Any], kept: list[Kept], moved: list[Kept], back: list[Kept]
) -> list[str]:
    lines = []
    for key, says in (
        ("steps-added", "Steps that are new"),
        ("steps-removed", "Steps that are gone"),
        ("outdated", "Completed steps whose task changed"),
    ):
        lines += [f"{says}: {quoted(data[key])}"] if data[key] else []
    lines += [f"Kept: {item.path}, which you edited, is gone; see {item.copy}" for item in kept]
    lines += [f"Notes moved from {item.path} to {item.copy}" for item in moved]
    lines += [f"Back: {item.path}; what you had edited there is in {item.copy}" for item in back]
    lines.append("Look at `git diff`, then commit." if _sizes(data) != "nothing" else "")
    return [line for line in lines if line]


def _sizes(data: dict[str, Any]) -> str:
    sizes = [f"{len(data[key])} {key}" for key in ("added", "removed", "changed") if data[key]]
    sizes += [counted(len(data["conflicts"]), "conflict")] if data["conflicts"] else []
    return ", ".join(sizes) or "nothing"
