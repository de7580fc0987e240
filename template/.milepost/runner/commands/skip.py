"""Leave steps out."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..errors import Problem
from ..options import add_json, add_steps
from ..pipeline import needing
from ..plan import Step
from ..project import Project, now
from ..recording import leave_out
from ..report import Report, bold, reported

HELP = """\
Record that a step is left out and why.
Steps that depend on it may go on; those that require its output are named,
so that you can skip them too."""
EXAMPLE = 'python3 .milepost skip ux-spec --reason "there is no user interface"'


def add_arguments(parser: ArgumentParser) -> None:
    add_steps(parser)
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why; it is recorded")
    add_json(parser)


def run(project: Project, options: Namespace) -> Report:
    steps = project.steps(options.steps)
    problems = [problem for step in steps if (problem := _refusal(project, step, options.reason))]
    refused = {problem.where for problem in problems}
    lines = []
    skipped = []
    for step in steps:
        if step.name not in refused and step.name not in project.progress.problems:
            project.save(step.name, leave_out(step, now(), options.reason))
            skipped.append(step.name)
            lines.append(f"{bold(step.name)} is skipped: {options.reason}")
    need = _need(project, skipped)
    lines += _offer(need, options.reason)
    data = {
        "skipped": skipped,
        "need-its-output": {n: list(paths) for n, paths in need.items()},
    }
    return reported(lines, data, tuple(problems))


def _refusal(project: Project, step: Step, reason: str) -> Problem | None:
    if step.name in project.progress.problems:
        return project.progress.problems[step.name]
    if not reason.strip():
        return Problem(step.name, "the reason is empty", 'say why: `--reason "..."`')
    if step.stateless:
        return Problem(step.name, "it is carried out at any time", "simply do not start it")
    if project.is_completed(step):
        return Problem(
            step.name,
            "it is completed, so it cannot be skipped",
            f"`python3 .milepost reset {step.name}` first, if it is to be forgotten",
        )
    return None


def _need(project: Project, skipped: list[str]) -> dict[str, tuple[str, ...]]:
    if not skipped:
        return {}
    steps = project.plan.steps_by_name
    found = needing(project.plan, skipped).items()
    return {
        n: paths for n, paths in found if not (project.is_completed(steps[n]) or steps[n].stateless)
    }


def _offer(need: dict[str, tuple[str, ...]], reason: str) -> list[str]:
    if not need:
        return []
    return [
        "These steps require what will not be there:",
        *(f"  {name}  needs {', '.join(paths)}" for name, paths in need.items()),
        "They go on with the substitutes that `python3 .milepost start` names. To skip them too:",
        f"  python3 .milepost skip {' '.join(need)} --reason {_shell(reason)}",
    ]


def _shell(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
